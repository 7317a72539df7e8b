package metra_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	metra "metra.dev/bindings/go"
)

// rude panics in each of its methods.
type rude struct {
	sync.Mutex
	calls []string
	kept  *metra.Report
}

func (r *rude) said(what string) {
	r.Lock()
	r.calls = append(r.calls, what)
	r.Unlock()
	panic(what)
}

func (r *rude) Added(metra.ReporterInfo, metra.Metric)   { r.said("added") }
func (r *rude) Removed(metra.ReporterInfo, metra.Metric) { r.said("removed") }
func (r *rude) Close(metra.ReporterInfo)                 { r.said("close") }
func (r *rude) Report(_ metra.ReporterInfo, report *metra.Report) {
	r.kept = report
	r.said("report")
}

func TestReporterThatPanicsIsCalledAgain(t *testing.T) {
	config, clock := newConfig(t, "metrics.reporter.r.factory.class", "rude", "metrics.reporter.r.interval", "10 s")
	reporter := &rude{}
	check(t, config.AddReporter("rude", reporter))
	registry := newRegistry(t, config)
	root := must[*metra.Group](t)(registry.Root(metra.RootInfo{Name: "shop"}))
	must[*metra.Counter](t)(root.Counter("c"))
	check(t, clock.Advance(10*time.Second))
	check(t, root.Unregister("c"))
	check(t, clock.Advance(10*time.Second))
	check(t, registry.Close())
	equal(t, strings.Join(reporter.calls, " "), "added report removed report report close")
	// A report that was kept shows nothing.
	reporter.kept.Collect(func(*metra.Reading) { t.Error("shown") })
}

func TestReportersAreDescribed(t *testing.T) {
	config, _ := newConfig(t, "metrics.reporter.r.factory.class", "scenario", "metrics.reporter.r.interval", "7 s",
		"metrics.reporter.r.scope.delimiter", "-", "metrics.reporter.p.factory.class", "prometheus",
		"metrics.reporter.p.port", "0")
	check(t, config.AddReporter("scenario", &scribe{lines: map[string][]any{}}))
	registry := newRegistry(t, config)
	found := registry.Reporters()
	equal(t, len(found), 2)
	if _, port, err := net.SplitHostPort(found[0].Address); err != nil || port == "0" {
		t.Error(found[0], err)
	}
	equal(t, found[1], metra.ReporterInfo{Name: "r", FactoryClass: "scenario", Delimiter: "-", Interval: 7 * time.Second})
}

func TestLogSaysWhatARegistrySurvives(t *testing.T) {
	config, _ := newConfig(t, "metrics.reporter.r.factory.class", "com.example.Nobody")
	var mutex sync.Mutex
	var lines []string
	check(t, config.SetLog(func(level metra.LogLevel, text string) {
		mutex.Lock()
		defer mutex.Unlock()
		if level == metra.LogWarn {
			lines = append(lines, text)
		}
		panic("on purpose")
	}))
	newRegistry(t, config)
	mutex.Lock()
	defer mutex.Unlock()
	if text := strings.Join(lines, "\n"); !strings.Contains(text, "com.example.Nobody") {
		t.Error(text)
	}
}

func TestConfigurationIsLoadedFromAFile(t *testing.T) {
	config, _ := newConfig(t)
	path := filepath.Join(t.TempDir(), "config.yaml")
	check(t, os.WriteFile(path, []byte("metrics:\n  scope:\n    delimiter: /\n"), 0o600))
	check(t, config.Load(path))
	registry := newRegistry(t, config)
	root := must[*metra.Group](t)(registry.Root(metra.RootInfo{Name: "shop"}))
	equal(t, root.MetricIdentifier("x"), "shop/x")
	if err := config.Load(path + ".not"); !errors.Is(err, metra.ErrIO) {
		t.Error(err)
	}
}

func TestBadValueIsRefusedWithKeyAndValue(t *testing.T) {
	config, _ := newConfig(t)
	err := config.Set("metrics.gauge.timeout", "soon")
	if !errors.Is(err, metra.ErrConfig) {
		t.Fatal(err)
	}
	for _, part := range []string{"metra: ", "metrics.gauge.timeout", "soon"} {
		if !strings.Contains(err.Error(), part) {
			t.Error(err)
		}
	}
	var failure *metra.Error
	equal(t, errors.As(err, &failure), true)
	equal(t, failure.Status.Error(), "METRA_ERROR_CONFIG")
}

func TestCallbackThatBlocksEndsCloseAtItsDeadline(t *testing.T) {
	registry, root := newRoot(t)
	asked, goOn := make(chan struct{}), make(chan struct{})
	must[*metra.Gauge](t)(root.Gauge("blocks", func() int64 { close(asked); <-goOn; return 1 }))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = registry.Collect(func(*metra.Reading) {})
	}()
	<-asked
	if err := registry.CloseWithin(time.Millisecond); !errors.Is(err, metra.ErrTimeout) {
		t.Error(err)
	}
	close(goOn)
	<-ended
	check(t, registry.Close())
	check(t, registry.CloseWithin(-time.Second))
}

func init() {
	children["default"] = func() error {
		if err := metra.Load(library()); err != nil {
			return err
		}
		mine, err := metra.NewRegistry(nil)
		if err != nil {
			return err
		}
		if err := mine.SetDefault(); err != nil {
			return err
		}
		if err := mine.SetDefault(); err != nil {
			return err
		}
		root, err := mine.Root(metra.RootInfo{Name: "shop"})
		if err != nil {
			return err
		}
		shared, err := metra.DefaultRegistry()
		if err != nil {
			return err
		}
		again, err := shared.Root(metra.RootInfo{Name: "shop"})
		if err != nil {
			return err
		}
		if root.Token() != again.Token() {
			return errors.New("two registries")
		}
		other, err := metra.NewRegistry(nil)
		if err != nil {
			return err
		}
		if err := other.SetDefault(); !errors.Is(err, metra.ErrBusy) {
			return err
		}
		return nil
	}
	children["bad default"] = func() error {
		if err := metra.Load(library()); err != nil {
			return err
		}
		registry, err := metra.DefaultRegistry()
		if registry == nil || !errors.Is(err, metra.ErrConfig) {
			return err
		}
		_, err = registry.Root(metra.RootInfo{Name: "shop"})
		return err
	}
}

func TestDefaultRegistryIsOnePerProcess(t *testing.T) {
	output, err := childOutput(t, "default")
	if err != nil {
		t.Error(err, output)
	}
}

func TestDefaultRegistryOfABadFileWorks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	check(t, os.WriteFile(path, []byte("metrics.gauge.timeout: soon\n"), 0o600))
	output, err := childOutput(t, "bad default", "METRA_CONFIG="+path)
	if err != nil {
		t.Error(err, output)
	}
}
