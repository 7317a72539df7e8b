package metra

// #include "calls.h"
import "C"

import (
	"math"
	"runtime"
	"unsafe"
)

// Histogram is values in buckets: count and sum for life, quantiles over a window of time. It may outlive its group and
// registry; any goroutine may use it. On nil its methods do nothing.
type Histogram struct{ handle }

// Histogram gives a histogram of the group, registered if it is not there. The same name gives the same histogram.
func (g *Group) Histogram(name string) (*Histogram, error) {
	if g == nil {
		return nil, errNil
	}
	var in arguments
	defer in.free()
	n := in.text(name)
	if in.err != nil {
		return nil, in.err
	}
	defer g.done()
	var out *C.metra_histogram
	if err := failure(C.metra_go_group_histogram(g.use(), n, &out)); err != nil {
		return nil, err
	}
	h := &Histogram{handle{pointer: unsafe.Pointer(out)}}
	runtime.SetFinalizer(h, (*Histogram).Free)
	return h, nil
}

// Free gives the handle back, see [Counter.Free].
func (h *Histogram) Free() {
	if h == nil {
		return
	}
	runtime.SetFinalizer(h, nil)
	C.metra_go_histogram_free((*C.metra_histogram)(h.end()))
}

// Update adds a value to the histogram; buckets know it within 1 %. It is a call into C: where many values come together,
// UpdateMany is cheaper.
func (h *Histogram) Update(value int64) {
	if h == nil {
		return
	}
	C.metra_go_histogram_update((*C.metra_histogram)(h.use()), C.int64_t(value))
	h.done()
}

// UpdateMany adds many values in one call.
func (h *Histogram) UpdateMany(values []int64) {
	if h == nil || len(values) == 0 {
		return
	}
	first := (*C.int64_t)(unsafe.SliceData(values))
	C.metra_go_histogram_update_many((*C.metra_histogram)(h.use()), first, C.size_t(len(values)))
	h.done()
}

// HistogramReading is what a histogram says. Count and sum are exact, of all values ever; the rest is of the last
// metrics.histogram.window, within 1 % of each value. Without values in the window, min and max are zero and the
// floating-point numbers NaN.
type HistogramReading struct {
	Count       int64   // values ever
	Sum         int64   // their sum, at most the largest and at least the smallest int64
	WindowCount int64   // values in the window
	Min         int64   // the smallest in the window
	Max         int64   // the largest in the window
	Mean        float64 // the mean of the window
	StdDev      float64 // the sample deviation of the window
	// Quantiles of the window.
	P50, P75, P95, P98, P99, P999 float64
}

func histogramReadingOf(c *C.metra_histogram_reading) HistogramReading {
	return HistogramReading{
		Count:       int64(c.count),
		Sum:         int64(c.sum),
		WindowCount: int64(c.window_count),
		Min:         int64(c.min),
		Max:         int64(c.max),
		Mean:        float64(c.mean),
		StdDev:      float64(c.stddev),
		P50:         float64(c.p50),
		P75:         float64(c.p75),
		P95:         float64(c.p95),
		P98:         float64(c.p98),
		P99:         float64(c.p99),
		P999:        float64(c.p999),
	}
}

// Read reads the histogram.
func (h *Histogram) Read() HistogramReading {
	if h == nil {
		return HistogramReading{}
	}
	out := C.metra_histogram_reading{size: C.sizeof_metra_histogram_reading}
	defer h.done()
	if failure(C.metra_go_histogram_read((*C.metra_histogram)(h.use()), &out)) != nil {
		return HistogramReading{}
	}
	return histogramReadingOf(&out)
}

// Quantile reads any quantile of the window, by Flink's definition; q is above 0 and at most 1. NaN without values in the
// window.
func (h *Histogram) Quantile(q float64) (float64, error) {
	if h == nil {
		return math.NaN(), errNil
	}
	var out C.double
	defer h.done()
	if err := failure(C.metra_go_histogram_quantile((*C.metra_histogram)(h.use()), C.double(q), &out)); err != nil {
		return math.NaN(), err
	}
	return float64(out), nil
}
