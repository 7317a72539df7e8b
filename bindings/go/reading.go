package metra

// #include "calls.h"
import "C"

import "unsafe"

// MetricType is the type of a metric.
type MetricType int32

// The types of metrics.
const (
	CounterType          MetricType = C.METRA_METRIC_COUNTER
	MonotonicCounterType MetricType = C.METRA_METRIC_MONOTONIC_COUNTER
	GaugeType            MetricType = C.METRA_METRIC_GAUGE
	DistributionType     MetricType = C.METRA_METRIC_DISTRIBUTION
	MeterType            MetricType = C.METRA_METRIC_METER
	HistogramType        MetricType = C.METRA_METRIC_HISTOGRAM
)

// Metric is a metric, spelled as its reader wants it: a reporter with its delimiter and its variables, [Registry.Collect]
// with metrics.scope.delimiter and all variables.
type Metric struct {
	ID           uint64 // a number that no other metric of the registry has or will have
	Type         MetricType
	Name         string     // as registered
	Identifier   string     // scope components and name, joined
	LogicalScope string     // names of levels and user groups, joined
	Variables    []Variable // sorted by key, keys with brackets
}

func metricOf(c *C.metra_metric_info) Metric {
	metric := Metric{
		ID:           uint64(c.id),
		Type:         MetricType(c._type),
		Name:         C.GoString(c.name),
		Identifier:   C.GoString(c.identifier),
		LogicalScope: C.GoString(c.logical_scope),
		Variables:    make([]Variable, c.variables_len),
	}
	for i, variable := range unsafe.Slice(c.variables, c.variables_len) {
		metric.Variables[i] = Variable{C.GoString(variable.key), C.GoString(variable.value)}
	}
	return metric
}

// Reading is a metric with what it says; its type tells which of the others counts.
type Reading struct {
	Metric       Metric
	HasValue     bool  // false for a gauge that has no value now
	Count        int64 // of a counter or monotonic counter
	Gauge        Value
	Distribution DistributionReading
	Meter        MeterReading
	Histogram    HistogramReading
}

func readingOf(c *C.metra_reading) *Reading {
	reading := &Reading{Metric: metricOf(c.metric), HasValue: c.has_value != 0}
	content := unsafe.Pointer(&c.as)
	switch reading.Metric.Type {
	case CounterType, MonotonicCounterType:
		reading.Count = *(*int64)(content)
	case GaugeType:
		if reading.HasValue {
			reading.Gauge = valueOf((*C.metra_value)(content))
		}
	case DistributionType:
		reading.Distribution = distributionReadingOf((*C.metra_distribution_reading)(content))
	case MeterType:
		reading.Meter = meterReadingOf((*C.metra_meter_reading)(content))
	case HistogramType:
		reading.Histogram = histogramReadingOf((*C.metra_histogram_reading)(content))
	}
	return reading
}
