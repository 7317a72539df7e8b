package metra_test

import (
	"testing"

	metra "metra.dev/bindings/go"
)

// metrics is one of each kind.
type metrics struct {
	counter      *metra.Counter
	monotonic    *metra.MonotonicCounter
	meter        *metra.Meter
	distribution *metra.Distribution
	histogram    *metra.Histogram
	gauge        *metra.Gauge
}

func everyMetric(t *testing.T, group *metra.Group) *metrics {
	t.Helper()
	return &metrics{
		counter:      must[*metra.Counter](t)(group.Counter("counter")),
		monotonic:    must[*metra.MonotonicCounter](t)(group.MonotonicCounter("monotonic")),
		meter:        must[*metra.Meter](t)(group.Meter("meter", metra.DefaultTimeSpan)),
		distribution: must[*metra.Distribution](t)(group.Distribution("distribution")),
		histogram:    must[*metra.Histogram](t)(group.Histogram("histogram")),
		gauge:        must[*metra.Gauge](t)(group.SettableGauge("gauge", metra.Int64Type)),
	}
}

// update updates each of them once.
func (m *metrics) update(value int64) {
	m.counter.Inc(2 * value)
	m.counter.Dec(value)
	m.monotonic.Inc(value)
	m.meter.MarkEvent(value)
	m.distribution.Update(value)
	m.histogram.Update(value)
	m.gauge.SetInt64(value)
}

// updateMany updates those that take many values at once.
func (m *metrics) updateMany(values []int64) {
	m.distribution.UpdateMany(values)
	m.histogram.UpdateMany(values)
}

// cell is an owned cell of any kind.
type cell struct {
	write   func(int64)
	release func()
}

// cells calls with a new cell of each of those that have them.
func (m *metrics) cells(use func(cell), t *testing.T) {
	t.Helper()
	counter := must[*metra.CounterCell](t)(m.counter.Cell())
	use(cell{counter.Inc, counter.Release})
	monotonic := must[*metra.MonotonicCounterCell](t)(m.monotonic.Cell())
	use(cell{monotonic.Inc, monotonic.Release})
	meter := must[*metra.MeterCell](t)(m.meter.Cell())
	use(cell{meter.MarkEvent, meter.Release})
	distribution := must[*metra.DistributionCell](t)(m.distribution.Cell())
	use(cell{distribution.Update, distribution.Release})
}

// free frees the handle of each.
func (m *metrics) free() {
	m.counter.Free()
	m.monotonic.Free()
	m.meter.Free()
	m.distribution.Free()
	m.histogram.Free()
	m.gauge.Free()
}
