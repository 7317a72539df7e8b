package metra_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	metra "metra.dev/bindings/go"
)

func TestPanicOfAVisitComesThrough(t *testing.T) {
	registry, root := newRoot(t)
	everyMetric(t, root)
	visits := 0
	value := caughtPanic(func() {
		_ = registry.Collect(func(*metra.Reading) { visits++; panic("on purpose") })
	})
	if value != "on purpose" || visits != 1 {
		t.Error(value, visits)
	}
}

// caughtPanic is what f panics with.
func caughtPanic(f func()) (value any) {
	defer func() { value = recover() }()
	f()
	return nil
}

func TestVisitMayCallMetra(t *testing.T) {
	registry, root := newRoot(t)
	counter := must[*metra.Counter](t)(root.Counter("c"))
	check(t, registry.Collect(func(*metra.Reading) {
		counter.Inc(1)
		must[*metra.Counter](t)(root.Counter("d")).Inc(1)
	}))
	equal(t, counter.Count(), 1)
}

// failing is a writer that takes so many bytes.
type failing struct {
	left int
	err  error
}

func (f *failing) Write(bytes []byte) (int, error) {
	f.left -= len(bytes)
	if f.left < 0 {
		return 0, f.err
	}
	return len(bytes), nil
}

func TestErrorOfTheWriterIsReturned(t *testing.T) {
	registry, root := newRoot(t)
	everyMetric(t, root)
	full := errors.New("disk full")
	if err := registry.Write(&failing{err: full}, metra.Prometheus); err != full {
		t.Error(err)
	}
}

type panicking struct{}

func (panicking) Write([]byte) (int, error) { panic("on purpose") }

func TestPanicOfAWriterComesThrough(t *testing.T) {
	registry, root := newRoot(t)
	everyMetric(t, root)
	value := caughtPanic(func() { _ = registry.Write(panicking{}, metra.Prometheus) })
	if value != "on purpose" {
		t.Error(value)
	}
	if text := page(t, registry); !strings.Contains(text, "shop_counter 0\n") {
		t.Error(text)
	}
}

func TestPanicOfAFilterComesThrough(t *testing.T) {
	_, root := newRoot(t)
	value := caughtPanic(func() {
		root.MetricIdentifierWith("x", metra.IdentityOptions{Filter: func(string) string { panic("on purpose") }})
	})
	equal(t, value, any("on purpose"))
}

func TestIdentifierOfAnyLengthIsWhole(t *testing.T) {
	_, root := newRoot(t)
	for _, length := range []int{1, 249, 250, 251, 252, 60000} {
		name := strings.Repeat("x", length)
		equal(t, root.MetricIdentifier(name), "shop."+name)
		long := metra.IdentityOptions{Filter: func(text string) string { return text + text }}
		equal(t, root.MetricIdentifierWith(name, long), "shopshop."+name+name)
	}
}

func TestManyReadersShareOneRegistry(t *testing.T) {
	registry, root := newRoot(t)
	everyMetric(t, root)
	must[*metra.Gauge](t)(root.Gauge("asked", func() int64 { return 1 }))
	ended := make(chan int, 4)
	for i := 0; i < 4; i++ {
		go func() {
			seen := 0
			for n := 0; n < 20; n++ {
				_ = registry.Collect(func(*metra.Reading) { seen++ })
			}
			ended <- seen
		}()
	}
	for i := 0; i < 4; i++ {
		equal(t, <-ended, 7*20)
	}
}

func TestMeterRateIsThatOfTheClock(t *testing.T) {
	config, clock := newConfig(t)
	registry := newRegistry(t, config)
	root := must[*metra.Group](t)(registry.Root(metra.RootInfo{Name: "shop"}))
	meter := must[*metra.Meter](t)(root.Meter("m", 10*time.Second))
	check(t, clock.Advance(5*time.Second))
	meter.MarkEvent(50)
	check(t, clock.Advance(5*time.Second))
	equal(t, meter.Rate(), 5)
}
