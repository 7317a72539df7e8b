// Command go measures updates of metra's Go binding beside client_golang.
package main

import (
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	metra "metra.dev/bindings/go"
)

func main() {
	if err := metra.Load(filepath.Join(os.Getenv("METRA_LIBRARY_DIR"), "libmetra.so.0")); err != nil {
		fail(err)
	}
	row("path", made(metra.HotPath()), "", 0)
	root := made(made(metra.NewRegistry(nil)).Root(metra.RootInfo{Name: "bench"}))
	measure(append(append(limits(), ours(root)...), peers()...))
}

// baseline is what all goroutines of a program add to without metra.
var baseline struct {
	_    [64]byte
	word int64
	_    [64]byte
}

// limits are what the language costs.
func limits() []*operation {
	word := &baseline.word
	return []*operation{
		{name: "baseline", subject: "lock xadd", count: func() int64 { return atomic.LoadInt64(word) }, run: func(n int) {
			for i := 0; i < n; i++ {
				atomic.AddInt64(word, 1)
			}
		}},
		{name: "cgo", subject: "empty call", run: callNothing},
	}
}

func ours(root *metra.Group) []*operation {
	return append(shared(root), owned(root)...)
}

// shared are updates that any goroutine may make.
func shared(root *metra.Group) []*operation {
	counter := made(root.Counter("counter"))
	monotonic := made(root.MonotonicCounter("monotonic"))
	meter := made(root.Meter("meter", metra.DefaultTimeSpan))
	distribution := made(root.Distribution("distribution"))
	histogram := made(root.Histogram("histogram"))
	batches := made(root.Histogram("batches"))
	called := made(root.Counter("called"))
	takeCounter(root.Token())
	return []*operation{
		{name: "counter", subject: "metra", count: counter.Count, run: func(n int) {
			for i := 0; i < n; i++ {
				counter.Inc(1)
			}
		}},
		{name: "monotonic counter", subject: "metra", count: monotonic.Count, run: func(n int) {
			for i := 0; i < n; i++ {
				monotonic.Inc(1)
			}
		}},
		{name: "meter", subject: "metra", count: meter.Count, run: func(n int) {
			for i := 0; i < n; i++ {
				meter.MarkEvent(1)
			}
		}},
		{name: "distribution", subject: "metra", count: func() int64 { return distribution.Read().Count }, run: func(n int) {
			for i := 0; i < n; i++ {
				distribution.Update(valueOf(i))
			}
		}},
		{name: "histogram", subject: "metra", count: func() int64 { return histogram.Read().Count }, run: func(n int) {
			for i := 0; i < n; i++ {
				histogram.Update(valueOf(i))
			}
		}},
		{name: "histogram", subject: "metra (batches of 64)", run: func(n int) {
			var values [64]int64
			for i := 0; i < n; i++ {
				if values[i%64] = valueOf(i); i%64 == 63 {
					batches.UpdateMany(values[:])
				}
			}
		}},
		{name: "cgo", subject: "metra counter", count: called.Count, run: callAdd},
	}
}

// owned are updates that one goroutine makes.
func owned(root *metra.Group) []*operation {
	counter := made(root.Counter("counter cell"))
	distribution := made(root.Distribution("distribution cell"))
	counterCell := made(counter.Cell())
	distributionCell := made(distribution.Cell())
	return []*operation{
		{name: "owned cell", subject: "metra counter", alone: true, count: counter.Count, run: func(n int) {
			for i := 0; i < n; i++ {
				counterCell.Inc(1)
			}
		}},
		{name: "owned cell", subject: "metra distribution", alone: true,
			count: func() int64 { return distribution.Read().Count }, run: func(n int) {
				for i := 0; i < n; i++ {
					distributionCell.Update(valueOf(i))
				}
			}},
	}
}

// peers are client_golang's.
func peers() []*operation {
	counter := prometheus.NewCounter(prometheus.CounterOpts{Name: "counter", Help: "h"})
	histogram := prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "histogram", Help: "h", Buckets: prometheus.ExponentialBuckets(1, 2, 10),
	})
	return []*operation{
		{name: "counter", subject: "client_golang", run: func(n int) {
			for i := 0; i < n; i++ {
				counter.Inc()
			}
		}, count: func() int64 { return int64(written(counter).GetCounter().GetValue()) }},
		{name: "histogram", subject: "client_golang (10 buckets)", run: func(n int) {
			for i := 0; i < n; i++ {
				histogram.Observe(float64(valueOf(i)))
			}
		}, count: func() int64 { return int64(written(histogram).GetHistogram().GetSampleCount()) }},
	}
}

func written(metric prometheus.Metric) *dto.Metric {
	var out dto.Metric
	if err := metric.Write(&out); err != nil {
		fail(err)
	}
	return &out
}

// valueOf is what an update records: 0 to 1023, each of them once in 1024 updates.
func valueOf(update int) int64 {
	return int64(update * 37 % 1024)
}
