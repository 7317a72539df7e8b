package metra_test

import (
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	metra "metra.dev/bindings/go"
)

// registrations are all ways to register under a name in a group.
var registrations = map[string]func(g *metra.Group, name string) (any, error){
	"AddGroup":         func(g *metra.Group, name string) (any, error) { return kept(g.AddGroup(name)) },
	"AddKeyGroup":      func(g *metra.Group, name string) (any, error) { return kept(g.AddKeyGroup(name, "v")) },
	"Counter":          func(g *metra.Group, name string) (any, error) { return kept(g.Counter(name)) },
	"MonotonicCounter": func(g *metra.Group, name string) (any, error) { return kept(g.MonotonicCounter(name)) },
	"Gauge":            func(g *metra.Group, name string) (any, error) { return kept(g.Gauge(name, func() int64 { return 1 })) },
	"FloatGauge": func(g *metra.Group, name string) (any, error) {
		return kept(g.FloatGauge(name, func() float64 { return 1 }))
	},
	"BoolGauge": func(g *metra.Group, name string) (any, error) {
		return kept(g.BoolGauge(name, func() bool { return true }))
	},
	"TextGauge": func(g *metra.Group, name string) (any, error) {
		return kept(g.TextGauge(name, func() string { return "" }))
	},
	"SettableGauge": func(g *metra.Group, name string) (any, error) { return kept(g.SettableGauge(name, metra.BoolType)) },
	"Distribution":  func(g *metra.Group, name string) (any, error) { return kept(g.Distribution(name)) },
	"Meter":         func(g *metra.Group, name string) (any, error) { return kept(g.Meter(name, metra.DefaultTimeSpan)) },
	"Histogram":     func(g *metra.Group, name string) (any, error) { return kept(g.Histogram(name)) },
}

// refused fails the test unless a registration failed so, and gave nothing.
func refused(t *testing.T, what string, got any, err error, status metra.Status) {
	t.Helper()
	if !errors.Is(err, status) {
		t.Errorf("%s: %v, wanted %v", what, err, status)
	}
	if got != nil {
		t.Errorf("%s gave %v", what, got)
	}
}

func TestBadNamesAreRefused(t *testing.T) {
	_, root := newRoot(t)
	for what, register := range registrations {
		got, err := register(root, "a\x00b")
		refused(t, what, got, err, metra.ErrInvalidArgument)
		if !strings.Contains(err.Error(), "U+0000") {
			t.Error(what, err)
		}
		got, err = register(root, "a\xffb")
		refused(t, what, got, err, metra.ErrInvalidUTF8)
		got, err = register(root, "")
		refused(t, what, got, err, metra.ErrInvalidArgument)
	}
}

func TestTextsWithZeroAreRefusedEverywhere(t *testing.T) {
	const bad = "a\x00b"
	config, _ := newConfig(t)
	registry, root := newRoot(t)
	_, inVariable := registry.Root(metra.RootInfo{Name: "r", Variables: []metra.Variable{{Key: "k", Value: bad}}})
	_, inHost := registry.JobManager(bad)
	_, inID := registry.TaskManager(metra.TaskManagerInfo{ID: bad})
	manager := must[*metra.Group](t)(registry.TaskManager(metra.TaskManagerInfo{Host: "h"}))
	_, inJob := manager.Job(metra.JobInfo{Name: bad})
	job := must[*metra.Group](t)(manager.Job(metra.JobInfo{Name: "j"}))
	_, inTask := job.Task(metra.TaskInfo{Name: bad})
	task := must[*metra.Group](t)(job.Task(metra.TaskInfo{Name: "t"}))
	_, inOperator := task.Operator(metra.OperatorInfo{Name: bad})
	_, inValue := root.AddKeyGroup("k", bad)
	for what, err := range map[string]error{
		"variable": inVariable, "host": inHost, "id": inID, "job": inJob, "task": inTask, "operator": inOperator,
		"value": inValue, "key": config.Set(bad, ""), "load": config.Load(bad),
		"class": config.AddReporter(bad, &scribe{}), "unregister": root.Unregister(bad),
	} {
		if !errors.Is(err, metra.ErrInvalidArgument) || !strings.Contains(err.Error(), "U+0000") {
			t.Error(what, err)
		}
	}
	equal(t, root.MetricIdentifier(bad), "")
	equal(t, root.MetricIdentifierWith(bad, metra.IdentityOptions{}), "")
	equal(t, root.LogicalScope(metra.IdentityOptions{ReporterDelimiter: bad}), "")
	text := must[*metra.Gauge](t)(root.SettableGauge("text", metra.TextType))
	text.SetText("good")
	text.SetText(bad)
	equal(t, must[metra.Value](t)(registry.ReadGauge(text)), metra.Text("good"))
}

func TestClosedGroupRefusesRegistrations(t *testing.T) {
	_, root := newRoot(t)
	group := must[*metra.Group](t)(root.AddGroup("below"))
	check(t, root.Close())
	for what, register := range registrations {
		got, err := register(group, "x")
		refused(t, what, got, err, metra.ErrClosed)
	}
	equal(t, group.IsClosed(), true)
	equal(t, group.Token(), 0)
}

func TestEverythingMayBeUsedAfterClose(t *testing.T) {
	registry, root := newRoot(t)
	m := everyMetric(t, root)
	check(t, root.Close())
	check(t, root.Close())
	check(t, registry.Close())
	check(t, registry.Close())
	m.update(1)
	equal(t, m.counter.Count(), 1)
	equal(t, m.distribution.Read().Count, 1)
	equal(t, page(t, registry), "")
	equal(t, root.MetricIdentifier("x"), "shop.x")
	check(t, registry.Collect(func(*metra.Reading) { t.Error("shown") }))
	_, err := registry.Root(metra.RootInfo{Name: "shop"})
	if !errors.Is(err, metra.ErrClosed) {
		t.Error(err)
	}
}

func TestReleasedCellDoesNothing(t *testing.T) {
	_, root := newRoot(t)
	m := everyMetric(t, root)
	m.cells(func(cell cell) {
		cell.write(1)
		cell.release()
		cell.release()
		cell.write(1)
	}, t)
	equal(t, m.counter.Count(), 1)
	equal(t, m.monotonic.Count(), 1)
	equal(t, m.meter.Count(), 1)
	equal(t, m.distribution.Read().Count, 1)
}

func TestNilDoesNothing(t *testing.T) {
	var nobody metrics
	nobody.update(1)
	nobody.cells(func(cell cell) { cell.write(1); cell.release() }, t)
	equal(t, nobody.counter.Count(), 0)
	equal(t, nobody.monotonic.Count(), 0)
	equal(t, nobody.meter.Count(), 0)
	equal(t, nobody.meter.Rate(), 0)
	equal(t, nobody.distribution.Read(), metra.DistributionReading{})
	equal(t, nobody.histogram.Read(), metra.HistogramReading{})
	nobody.gauge.SetFloat64(1)
	nobody.gauge.SetBool(true)
	nobody.gauge.SetText("x")

	var group *metra.Group
	for what, register := range registrations {
		got, err := register(group, "x")
		refused(t, what, got, err, metra.ErrNullArgument)
	}
	equal(t, group.IsClosed(), true)
	equal(t, group.Token(), 0)
	equal(t, group.MetricIdentifier("x"), "")
	equal(t, group.LogicalScope(metra.IdentityOptions{}), "")
	equal(t, len(group.ScopeComponents())+len(group.Variables()), 0)
}

func TestNilIsAnErrorWhereSomethingIsNeeded(t *testing.T) {
	var registry *metra.Registry
	var group *metra.Group
	var config *metra.Config
	var clock *metra.Clock
	var gauge *metra.Gauge
	open, root := newRoot(t)
	full, _ := newConfig(t)
	_, inRoot := registry.Root(metra.RootInfo{Name: "r"})
	_, inJobManager := registry.JobManager("h")
	_, inTaskManager := registry.TaskManager(metra.TaskManagerInfo{})
	_, inRead := registry.ReadGauge(gauge)
	_, inReadNil := open.ReadGauge(nil)
	_, inJob := group.Job(metra.JobInfo{})
	_, inTask := group.Task(metra.TaskInfo{})
	_, inOperator := group.Operator(metra.OperatorInfo{})
	_, inOver := root.MeterOver("m", nil, 0)
	_, inGauge := root.Gauge("g", nil)
	_, inFloat := root.FloatGauge("g", nil)
	_, inBool := root.BoolGauge("g", nil)
	_, inText := root.TextGauge("g", nil)
	_, inFunc := root.GaugeFunc("g", nil)
	_, inQuantile := (*metra.Histogram)(nil).Quantile(0.5)
	for what, err := range map[string]error{
		"root": inRoot, "jobmanager": inJobManager, "taskmanager": inTaskManager, "read": inRead, "read nil": inReadNil,
		"job": inJob, "task": inTask, "operator": inOperator, "over": inOver, "gauge": inGauge, "float": inFloat,
		"bool": inBool, "text": inText, "func": inFunc, "quantile": inQuantile,
		"close": registry.Close(), "default": registry.SetDefault(), "collect": registry.Collect(func(*metra.Reading) {}),
		"write": registry.Write(io.Discard, metra.Prometheus), "write to nil": open.Write(nil, metra.Prometheus),
		"collect for nil": open.Collect(nil), "close group": group.Close(), "unregister": group.Unregister("x"),
		"unregister gauge": gauge.Unregister(), "set": config.Set("k", "v"), "load": config.Load("f"),
		"log": full.SetLog(nil), "log of nil": config.SetLog(func(metra.LogLevel, string) {}),
		"reporter": full.AddReporter("c", nil), "reporter of nil": config.AddReporter("c", &scribe{}),
		"clock": full.SetClock(nil), "clock of nil": config.SetClock(clock), "advance": clock.Advance(0),
	} {
		if !errors.Is(err, metra.ErrNullArgument) {
			t.Error(what, err)
		}
	}
	equal(t, len(registry.Reporters()), 0)
	equal(t, registry.Losses(), metra.Losses{})
}

func TestNumbersOutOfRangeAreRefused(t *testing.T) {
	registry, root := newRoot(t)
	_, clock := newConfig(t)
	histogram := must[*metra.Histogram](t)(root.Histogram("h"))
	_, inSpan := root.Meter("m", (math.MaxInt32+1)*time.Second)
	_, inType := root.SettableGauge("g", 99)
	_, inZero := histogram.Quantile(0)
	_, inNaN := histogram.Quantile(math.NaN())
	for what, err := range map[string]error{
		"span": inSpan, "type": inType, "quantile 0": inZero, "quantile NaN": inNaN, "advance": clock.Advance(-1),
		"format": registry.Write(io.Discard, 99),
	} {
		if !errors.Is(err, metra.ErrInvalidArgument) {
			t.Error(what, err)
		}
	}
	if _, err := metra.GroupFromToken(0); !errors.Is(err, metra.ErrNotFound) {
		t.Error(err)
	}
}

func TestFreedHandleIsAsNil(t *testing.T) {
	config, clock := newConfig(t)
	registry := must[*metra.Registry](t)(metra.NewRegistry(config))
	root := must[*metra.Group](t)(registry.Root(metra.RootInfo{Name: "shop"}))
	kept := everyMetric(t, root)
	freed := everyMetric(t, root)
	for i := 0; i < 2; i++ {
		freed.free()
		freed.update(1)
		freed.updateMany([]int64{1})
	}
	equal(t, freed.counter.Count(), 0)
	equal(t, freed.distribution.Read(), metra.DistributionReading{})
	kept.update(1)
	kept.expect(t, 1, 1)
	if _, err := freed.counter.Cell(); !errors.Is(err, metra.ErrNullArgument) {
		t.Error(err)
	}

	other := must[*metra.Group](t)(root.AddGroup("other"))
	root.Free()
	root.Free()
	equal(t, root.IsClosed(), true)
	for what, register := range registrations {
		got, err := register(root, "x")
		refused(t, what, got, err, metra.ErrNullArgument)
	}
	must[*metra.Counter](t)(other.Counter("c"))

	registry.Free()
	registry.Free()
	if err := registry.Close(); !errors.Is(err, metra.ErrNullArgument) {
		t.Error(err)
	}
	_, err := other.Counter("d")
	if !errors.Is(err, metra.ErrClosed) {
		t.Error("the last handle did not close it:", err)
	}
	config.Free()
	config.Free()
	clock.Free()
	clock.Free()
	if err := clock.Advance(0); !errors.Is(err, metra.ErrNullArgument) {
		t.Error(err)
	}
	var nobody metrics
	nobody.free()
	(*metra.Registry)(nil).Free()
	(*metra.Group)(nil).Free()
	(*metra.Config)(nil).Free()
	(*metra.Clock)(nil).Free()
}
