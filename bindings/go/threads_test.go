package metra_test

import (
	"io"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	metra "metra.dev/bindings/go"
)

// Goroutines that yield and are tied to threads and untied again move between threads in the midst of their updates.
func TestGoroutinesThatMigrateLoseNothing(t *testing.T) {
	const goroutines = 8
	rounds := updates()
	registry, root := newRoot(t)
	m := everyMetric(t, root)
	stop := readAllTheTime(registry)
	var working sync.WaitGroup
	for i := 0; i < goroutines; i++ {
		working.Add(1)
		go func() {
			defer working.Done()
			for n := 0; n < rounds; n++ {
				m.update(1)
				m.updateMany([]int64{1, 1})
				migrate(n)
			}
		}()
	}
	working.Wait()
	stop()
	m.expect(t, int64(goroutines*rounds), int64(3*goroutines*rounds))
}

func TestCellsOfGoroutinesThatMigrateLoseNothing(t *testing.T) {
	const goroutines = 8
	rounds := updates()
	registry, root := newRoot(t)
	m := everyMetric(t, root)
	stop := readAllTheTime(registry)
	var working sync.WaitGroup
	for i := 0; i < goroutines; i++ {
		m.cells(func(cell cell) {
			working.Add(1)
			go func() {
				defer working.Done()
				defer cell.release()
				for n := 0; n < rounds; n++ {
					cell.write(1)
					migrate(n)
				}
			}()
		}, t)
	}
	working.Wait()
	stop()
	total := int64(goroutines * rounds)
	equal(t, m.counter.Count(), total)
	equal(t, m.monotonic.Count(), total)
	equal(t, m.meter.Count(), total)
	equal(t, m.distribution.Read(), metra.DistributionReading{Count: total, Sum: total, Min: 1, Max: 1, Mean: 1})
}

// updates is how often a goroutine updates: less where each takes long, more where there is time.
func updates() int {
	switch {
	case testing.Short():
		return 50
	case os.Getenv("METRA_LONG") == "1":
		return 2_000_000
	}
	return 20_000
}

func migrate(n int) {
	switch n % 16 {
	case 0:
		runtime.Gosched()
	case 7:
		runtime.LockOSThread()
		runtime.Gosched()
		runtime.UnlockOSThread()
	}
}

// readAllTheTime reads until the function that it gives is called.
func readAllTheTime(registry *metra.Registry) (stop func()) {
	ending, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-ending:
				return
			default:
				_ = registry.Write(io.Discard, metra.Prometheus)
			}
		}
	}()
	return func() {
		close(ending)
		<-ended
	}
}

// expect fails the test unless everything was updated with 1, the distribution and the histogram so many times.
func (m *metrics) expect(t *testing.T, updates, values int64) {
	t.Helper()
	equal(t, m.counter.Count(), updates)
	equal(t, m.monotonic.Count(), updates)
	equal(t, m.meter.Count(), updates)
	equal(t, m.distribution.Read(), metra.DistributionReading{Count: values, Sum: values, Min: 1, Max: 1, Mean: 1})
	equal(t, m.histogram.Read().Count, values)
	equal(t, m.histogram.Read().Sum, values)
}

// Of the values 0, 1, 2 and so on, any two of count, sum, minimum and maximum tell the others.
func TestReadingNeverMixesTwoMoments(t *testing.T) {
	_, root := newRoot(t)
	distribution := must[*metra.Distribution](t)(root.Distribution("d"))
	cell := must[*metra.DistributionCell](t)(distribution.Cell())
	var spun int64
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer cell.Release()
		for n := int64(0); n < int64(50*updates()); n++ {
			cell.Update(n)
			// A reader that never finds the writer between two updates reads nothing.
			for spin := int64(0); spin < n%128; spin++ {
				atomic.AddInt64(&spun, 1)
			}
		}
	}()
	for last, running := int64(0), true; running; {
		select {
		case <-ended:
			running = false
		default:
		}
		r := distribution.Read()
		if r.Count < last || r.Sum != r.Count*(r.Count-1)/2 || r.Count > 0 && (r.Min != 0 || r.Max != r.Count-1) {
			t.Fatalf("%+v after %d", r, last)
		}
		last = r.Count
	}
}

func TestUpdatesOfACellAreSeenWhileItGoesOn(t *testing.T) {
	_, root := newRoot(t)
	counter := must[*metra.Counter](t)(root.Counter("c"))
	cell := must[*metra.CounterCell](t)(counter.Cell())
	ending, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-ending:
				return
			default:
				for i := 0; i < 1000; i++ {
					cell.Inc(1)
				}
			}
		}
	}()
	for counter.Count() == 0 {
		runtime.Gosched()
	}
	close(ending)
	<-ended
	cell.Release()
	equal(t, counter.Count()%1000, 0)
}

func TestMetricsMayBeUpdatedWhileTheirGroupCloses(t *testing.T) {
	registry, root := newRoot(t)
	for round := 0; round < updates()/50; round++ {
		group := must[*metra.Group](t)(root.AddGroup("below"))
		m := everyMetric(t, group)
		var working sync.WaitGroup
		for i := 0; i < 4; i++ {
			working.Add(1)
			go func() {
				defer working.Done()
				for n := 0; n < 20; n++ {
					m.update(1)
				}
			}()
		}
		check(t, group.Close())
		working.Wait()
		m.expect(t, 80, 80)
	}
	equal(t, page(t, registry), "")
}
