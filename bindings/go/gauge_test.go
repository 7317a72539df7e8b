package metra_test

import (
	"errors"
	"math"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	metra "metra.dev/bindings/go"
)

func TestGaugeAnswersWithEachType(t *testing.T) {
	registry, root := newRoot(t)
	whole := must[*metra.Gauge](t)(root.Gauge("whole", func() int64 { return math.MinInt64 }))
	part := must[*metra.Gauge](t)(root.FloatGauge("part", func() float64 { return 0.5 }))
	truth := must[*metra.Gauge](t)(root.BoolGauge("truth", func() bool { return true }))
	text := must[*metra.Gauge](t)(root.TextGauge("text", func() string { return "grün" }))
	for gauge, want := range map[*metra.Gauge]metra.Value{
		whole: metra.Int64(math.MinInt64), part: metra.Float64(0.5), truth: metra.Bool(true), text: metra.Text("grün"),
	} {
		equal(t, must[metra.Value](t)(registry.ReadGauge(gauge)), want)
	}
}

func TestGaugeThatHasNoValueIsLeftOut(t *testing.T) {
	registry, root := newRoot(t)
	no := map[string]func() (metra.Value, bool){
		"says so":      func() (metra.Value, bool) { return metra.Int64(1), false },
		"panics":       func() (metra.Value, bool) { panic("on purpose") },
		"panics error": func() (metra.Value, bool) { panic(errors.New("on purpose")) },
		"divides":      func() (metra.Value, bool) { var zero int64; return metra.Int64(1 / zero), true },
		"beyond":       func() (metra.Value, bool) { var list []int64; return metra.Int64(list[len(list)]), true },
		"no type":      func() (metra.Value, bool) { return metra.Value{Type: 99}, true },
		"text with 0":  func() (metra.Value, bool) { return metra.Text("a\x00b"), true },
	}
	for name, ask := range no {
		gauge := must[*metra.Gauge](t)(root.GaugeFunc(name, ask))
		if _, err := registry.ReadGauge(gauge); !errors.Is(err, metra.ErrNotFound) {
			t.Error(name, err)
		}
	}
	after := must[*metra.Gauge](t)(root.Gauge("after", func() int64 { return 3 }))
	equal(t, must[metra.Value](t)(registry.ReadGauge(after)), metra.Int64(3))
	equal(t, page(t, registry), "# HELP shop_after after (scope: shop)\n# TYPE shop_after gauge\nshop_after 3\n")
	equal(t, registry.Losses().GaugeFailures, 2*uint64(len(no)))
}

func TestPanicIsTold(t *testing.T) {
	registry, root := newRoot(t)
	var told []any
	metra.OnPanic(func(value any) { told = append(told, value); panic("again") })
	defer metra.OnPanic(nil)
	gauge := must[*metra.Gauge](t)(root.Gauge("panics", func() int64 { panic("on purpose") }))
	_, err := registry.ReadGauge(gauge)
	if !errors.Is(err, metra.ErrNotFound) || len(told) != 1 || told[0] != "on purpose" {
		t.Error(err, told)
	}
}

func TestGaugeMayCloseItsOwnGroup(t *testing.T) {
	registry, root := newRoot(t)
	var inside error
	gauge := must[*metra.Gauge](t)(root.Gauge("closes", func() int64 { inside = root.Close(); return 1 }))
	_, _ = registry.ReadGauge(gauge)
	check(t, inside)
	equal(t, root.IsClosed(), true)
	check(t, root.Close())
}

func TestGaugeMayNotReadGauges(t *testing.T) {
	registry, root := newRoot(t)
	var inside error
	gauge := must[*metra.Gauge](t)(root.Gauge("reads", func() int64 {
		inside = registry.Collect(func(*metra.Reading) {})
		return 1
	}))
	equal(t, must[metra.Value](t)(registry.ReadGauge(gauge)), metra.Int64(1))
	if !errors.Is(inside, metra.ErrBusy) {
		t.Error(inside)
	}
}

func TestGaugeThatBlocksHoldsUpNothingElse(t *testing.T) {
	config, _ := newConfig(t, "metrics.gauge.timeout", "50 ms")
	registry := newRegistry(t, config)
	root := must[*metra.Group](t)(registry.Root(metra.RootInfo{Name: "shop"}))
	goOn := make(chan struct{})
	var end sync.Once
	defer end.Do(func() { close(goOn) })
	must[*metra.Gauge](t)(root.Gauge("blocks", func() int64 { <-goOn; return 1 }))
	must[*metra.Gauge](t)(root.Gauge("answers", func() int64 { return 2 }))
	must[*metra.Counter](t)(root.Counter("counter")).Inc(3)
	text := page(t, registry) + page(t, registry)
	for _, line := range []string{"shop_answers 2\n", "shop_counter 3\n"} {
		if !strings.Contains(text, line) {
			t.Errorf("%q is not in\n%s", line, text)
		}
	}
	if err := root.Unregister("blocks"); !errors.Is(err, metra.ErrTimeout) {
		t.Error(err)
	}
	end.Do(func() { close(goOn) })
}

func TestFunctionIsLetGoWithItsGauge(t *testing.T) {
	_, root := newRoot(t)
	ends := map[string]func(*metra.Gauge) error{
		"unregistered": func(g *metra.Gauge) error { return g.Unregister() },
		"by name":      func(*metra.Gauge) error { return root.Unregister("by name") },
		"replaced": func(*metra.Gauge) error {
			_, err := root.Gauge("replaced", func() int64 { return 0 })
			return err
		},
		"closed": func(*metra.Gauge) error { return root.Close() },
	}
	for _, name := range []string{"unregistered", "by name", "replaced", "closed"} {
		kept := &struct{ value [64]int64 }{}
		gone := make(chan struct{})
		runtime.SetFinalizer(kept, func(any) { close(gone) })
		gauge := must[*metra.Gauge](t)(root.Gauge(name, func() int64 { return kept.value[0] }))
		check(t, ends[name](gauge))
		awaitCollected(t, name, gone)
	}
}

func TestFunctionOfAGaugeThatIsRefusedIsLetGo(t *testing.T) {
	_, root := newRoot(t)
	must[*metra.Counter](t)(root.Counter("taken"))
	for _, name := range []string{"taken", "", "a\x00b"} {
		kept := &struct{ value [64]int64 }{}
		gone := make(chan struct{})
		runtime.SetFinalizer(kept, func(any) { close(gone) })
		if _, err := root.Gauge(name, func() int64 { return kept.value[0] }); err == nil {
			t.Errorf("%q was taken", name)
		}
		awaitCollected(t, name, gone)
	}
}

// awaitCollected collects garbage until the channel closes.
func awaitCollected(t *testing.T, what string, gone <-chan struct{}) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
		runtime.GC()
		select {
		case <-gone:
			return
		case <-time.After(time.Millisecond):
		}
	}
	t.Errorf("%q: the function is still there", what)
}

func TestSettableGaugeConvertsWhatIsSet(t *testing.T) {
	registry, root := newRoot(t)
	read := func(g *metra.Gauge) metra.Value { return must[metra.Value](t)(registry.ReadGauge(g)) }
	whole := must[*metra.Gauge](t)(root.SettableGauge("whole", metra.Int64Type))
	whole.SetFloat64(-2.9)
	equal(t, read(whole), metra.Int64(-2))
	whole.SetBool(true)
	equal(t, read(whole), metra.Int64(1))
	whole.SetText("ignored")
	equal(t, read(whole), metra.Int64(1))
	truth := must[*metra.Gauge](t)(root.SettableGauge("truth", metra.BoolType))
	truth.SetInt64(7)
	equal(t, read(truth), metra.Bool(true))
}

func TestValuePrintsWhatItHolds(t *testing.T) {
	for want, value := range map[string]metra.Value{
		"0": {}, "-7": metra.Int64(-7), "0.5": metra.Float64(0.5), "true": metra.Bool(true), "x": metra.Text("x"),
	} {
		equal(t, value.String(), want)
	}
}
