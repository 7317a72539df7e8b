package metra_test

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	metra "metra.dev/bindings/go"
)

func TestMillionRegistrationsAndClosesLeakNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long where each call does")
	}
	const each, first, all = 8, 100_000, 1_000_000
	_, root := newRoot(t)
	living := liveBesides(t, root)
	functions := &functions{}
	var before, after int
	for n := 0; n < all; n += first {
		for i := n; i < n+first; i += each {
			registerAndClose(t, root, i, functions)
		}
		functions.awaitReleased(t, int64((n+first)/each))
		if after = resident(t); n == 0 {
			before = after
		}
	}
	runtime.KeepAlive(living)
	t.Logf("resident: %d KiB after %d, %d KiB after %d", before, first, after, all)
	if float64(after) > 1.05*float64(before) {
		t.Errorf("resident: %d KiB after %d, %d KiB after %d", before, first, after, all)
	}
}

// liveBesides registers what a program has besides what comes and goes. Without it, what Go's runtime takes for itself as
// it goes along would be more than one part in twenty.
func liveBesides(t *testing.T, root *metra.Group) []*metra.Counter {
	var living []*metra.Counter
	for n := 0; n < 10000; n++ {
		group := must[*metra.Group](t)(root.AddKeyGroup("living", strconv.Itoa(n)))
		for _, name := range strings.Fields("a b c d e f g h i j k l m n o p q r s t u v w x y z") {
			living = append(living, must[*metra.Counter](t)(group.Counter(name)))
		}
	}
	return living
}

// functions counts the functions of gauges that are gone.
type functions struct {
	released atomic.Int64
}

// asked is what the function of a gauge keeps.
type asked struct {
	of    *functions
	value int64
}

func (a *asked) answer() int64 { return a.value }

func (f *functions) awaitReleased(t *testing.T, want int64) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); f.released.Load() != want && time.Now().Before(end); {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	equal(t, f.released.Load(), want)
}

// registerAndClose registers a group with seven metrics of its own, uses them, and closes it.
func registerAndClose(t *testing.T, root *metra.Group, n int, functions *functions) {
	group := must[*metra.Group](t)(root.AddKeyGroup("n", strconv.Itoa(n)))
	m := everyMetric(t, group)
	function := &asked{of: functions}
	runtime.SetFinalizer(function, func(a *asked) { a.of.released.Add(1) })
	gauge := must[*metra.Gauge](t)(group.Gauge("asked", function.answer))
	m.update(1)
	cell := must[*metra.CounterCell](t)(m.counter.Cell())
	cell.Inc(1)
	cell.Release()
	check(t, group.Close())
	if _, err := group.Counter("late"); err == nil {
		t.Error("a closed group took a counter")
	}
	if _, err := group.Gauge("\x00", function.answer); err == nil {
		t.Error("a name of zeroes was taken")
	}
	gauge.Free()
	m.free()
	group.Free()
}

// resident is the memory of this process in KiB, without what Go could give back.
func resident(t *testing.T) int {
	t.Helper()
	debug.FreeOSMemory()
	debug.FreeOSMemory()
	status := must[[]byte](t)(os.ReadFile("/proc/self/status"))
	_, rest, _ := bytes.Cut(status, []byte("VmRSS:"))
	var size int
	if _, err := fmt.Sscan(string(rest), &size); err != nil {
		t.Fatal(err)
	}
	return size
}
