package metra_test

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	metra "metra.dev/bindings/go"
)

// verbs do the steps; what one gives is compared, or kept under the name of the step's "as".
var verbs map[string]func(*stage, *step) (any, error)

func init() {
	verbs = map[string]func(*stage, *step) (any, error){
		"root": func(s *stage, step *step) (any, error) {
			return kept(s.registry.Root(metra.RootInfo{Name: step.text("name"), Variables: step.variables("variables")}))
		},
		"taskmanager": func(s *stage, step *step) (any, error) {
			return kept(s.registry.TaskManager(metra.TaskManagerInfo{Host: step.text("host"), ID: step.text("tm_id")}))
		},
		"jobmanager": func(s *stage, step *step) (any, error) { return kept(s.registry.JobManager(step.text("host"))) },
		"job": func(s *stage, step *step) (any, error) {
			return kept(s.group(step).Job(metra.JobInfo{ID: step.text("job_id"), Name: step.text("job_name")}))
		},
		"task":      task,
		"operator":  operator,
		"add_group": addGroup,
		"token":     func(s *stage, step *step) (any, error) { return s.group(step).Token(), nil },
		"from_token": func(s *stage, step *step) (any, error) {
			return kept(metra.GroupFromToken(made[uint64](s, step, "token")))
		},
		"close": func(s *stage, step *step) (any, error) {
			if step.has("group") {
				return nil, s.group(step).Close()
			}
			return nil, s.registry.Close()
		},
		"is_closed":  func(s *stage, step *step) (any, error) { return s.group(step).IsClosed(), nil },
		"unregister": unregister,
		"identifier": func(s *stage, step *step) (any, error) {
			name := step.text("name")
			if options := identityOptions(step); options.ReporterDelimiter != "" || options.Filter != nil {
				return s.group(step).MetricIdentifierWith(name, options), nil
			}
			return s.group(step).MetricIdentifier(name), nil
		},
		"logical_scope": func(s *stage, step *step) (any, error) {
			options := identityOptions(step)
			options.LogicalDelimiter = step.text("logical_delimiter")
			return s.group(step).LogicalScope(options), nil
		},
		"scope_components": func(s *stage, step *step) (any, error) { return plainTexts(s.group(step).ScopeComponents()), nil },
		"variables":        func(s *stage, step *step) (any, error) { return plainVariables(s.group(step).Variables()), nil },
		"counter":          func(s *stage, step *step) (any, error) { return kept(s.group(step).Counter(step.text("name"))) },
		"monotonic_counter": func(s *stage, step *step) (any, error) {
			return kept(s.group(step).MonotonicCounter(step.text("name")))
		},
		"gauge":          gauge,
		"settable_gauge": settableGauge,
		"distribution": func(s *stage, step *step) (any, error) {
			return kept(s.group(step).Distribution(step.text("name")))
		},
		"meter":     meter,
		"histogram": func(s *stage, step *step) (any, error) { return kept(s.group(step).Histogram(step.text("name"))) },
		"dropped":   dropped,
		"inc":       inc,
		"dec": func(s *stage, step *step) (any, error) {
			made[*metra.Counter](s, step, "metric").Dec(step.number("by"))
			return nil, nil
		},
		"set":         set,
		"update":      update,
		"update_many": updateMany,
		"mark_event": func(s *stage, step *step) (any, error) {
			made[*metra.Meter](s, step, "metric").MarkEvent(step.number("by"))
			return nil, nil
		},
		"cell_acquire": cellAcquire,
		"cell_shared":  func(s *stage, step *step) (any, error) { return s.made[step.text("metric")], nil },
		"cell_write":   cellWrite,
		"cell_release": func(s *stage, step *step) (any, error) {
			made[interface{ Release() }](s, step, "cell").Release()
			return nil, nil
		},
		"read":    read,
		"page":    pageLines,
		"collect": collect,
		"told": func(s *stage, step *step) (any, error) {
			err := s.clock.Advance(0)
			return s.scribe.take(step.text("reporter")), err
		},
		"advance": func(s *stage, step *step) (any, error) {
			return nil, s.clock.Advance(time.Duration(step.number("ms")) * time.Millisecond)
		},
	}
}

// made is what an earlier step made under the name in a field.
func made[T any](s *stage, step *step, field string) T {
	name := step.text(field)
	value, ok := s.made[name].(T)
	if !ok {
		step.err = fmt.Errorf("%s %q is %T", field, name, s.made[name])
	}
	return value
}

func (s *stage) group(step *step) *metra.Group {
	return made[*metra.Group](s, step, "group")
}

func task(s *stage, step *step) (any, error) {
	return kept(s.group(step).Task(metra.TaskInfo{
		ID:            step.text("task_id"),
		Name:          step.text("task_name"),
		AttemptID:     step.text("task_attempt_id"),
		SubtaskIndex:  int32(step.number("subtask_index")),
		AttemptNumber: int32(step.number("task_attempt_num")),
	}))
}

func operator(s *stage, step *step) (any, error) {
	return kept(s.group(step).Operator(metra.OperatorInfo{
		ID:        step.text("operator_id"),
		Name:      step.text("operator_name"),
		TaskID:    step.text("task_id"),
		TaskName:  step.text("task_name"),
		Variables: step.variables("variables"),
	}))
}

func addGroup(s *stage, step *step) (any, error) {
	if step.has("value") {
		return kept(s.group(step).AddKeyGroup(step.text("name"), step.text("value")))
	}
	return kept(s.group(step).AddGroup(step.text("name")))
}

func unregister(s *stage, step *step) (any, error) {
	if step.has("metric") {
		return nil, made[*askedGauge](s, step, "metric").Unregister()
	}
	return nil, s.group(step).Unregister(step.text("name"))
}

func identityOptions(step *step) metra.IdentityOptions {
	options := metra.IdentityOptions{ReporterDelimiter: step.text("delimiter")}
	if replacements, ok := step.get("replace").(map[string]any); ok {
		var pairs []string
		for from, to := range replacements {
			pairs = append(pairs, from, to.(string))
		}
		options.Filter = strings.NewReplacer(pairs...).Replace
	}
	return options
}

// answers are a gauge's function: the first answer when it is first asked, the last one for ever after.
type answers struct {
	left []any
}

func (a *answers) next() (metra.Value, bool) {
	answer := a.left[0]
	if len(a.left) > 1 {
		a.left = a.left[1:]
	}
	if answer == nil {
		panic("no answer")
	}
	return gaugeValue(answer), true
}

// askedGauge is a gauge with a function, and whether that was let go.
type askedGauge struct {
	*metra.Gauge
	dropped *atomic.Bool
}

func gauge(s *stage, step *step) (any, error) {
	asked := &askedGauge{dropped: new(atomic.Bool)}
	a := &answers{step.list("answers")}
	flag := asked.dropped
	runtime.SetFinalizer(a, func(*answers) { flag.Store(true) })
	var err error
	asked.Gauge, err = s.group(step).GaugeFunc(step.text("name"), a.next)
	return asked, err
}

func dropped(s *stage, step *step) (any, error) {
	flag := made[*askedGauge](s, step, "metric").dropped
	wanted := step.fields["expect"] == true
	for end := time.Now().Add(10 * time.Second); ; runtime.Gosched() {
		runtime.GC()
		if !wanted || flag.Load() || time.Now().After(end) {
			return flag.Load(), nil
		}
	}
}

func settableGauge(s *stage, step *step) (any, error) {
	types := map[string]metra.ValueType{
		"int64": metra.Int64Type, "double": metra.Float64Type, "bool": metra.BoolType, "text": metra.TextType,
	}
	gauge, err := s.group(step).SettableGauge(step.text("name"), types[step.text("type")])
	if err != nil {
		return nil, err
	}
	return &askedGauge{Gauge: gauge}, nil
}

func meter(s *stage, step *step) (any, error) {
	span := metra.DefaultTimeSpan
	if step.has("time_span_in_seconds") {
		span = time.Duration(step.number("time_span_in_seconds")) * time.Second
	}
	if step.has("over") {
		return kept(s.group(step).MeterOver(step.text("name"), made[*metra.Counter](s, step, "over"), span))
	}
	return kept(s.group(step).Meter(step.text("name"), span))
}

func inc(s *stage, step *step) (any, error) {
	made[interface{ Inc(int64) }](s, step, "metric").Inc(step.number("by"))
	return nil, nil
}

func set(s *stage, step *step) (any, error) {
	gauge := made[*askedGauge](s, step, "metric")
	switch value := gaugeValue(step.get("value")); value.Type {
	case metra.Int64Type:
		gauge.SetInt64(value.Int64)
	case metra.Float64Type:
		gauge.SetFloat64(value.Float64)
	case metra.BoolType:
		gauge.SetBool(value.Bool)
	case metra.TextType:
		gauge.SetText(value.Text)
	}
	return nil, nil
}

func update(s *stage, step *step) (any, error) {
	made[interface{ Update(int64) }](s, step, "metric").Update(step.number("value"))
	return nil, nil
}

func updateMany(s *stage, step *step) (any, error) {
	var values []int64
	for _, value := range step.list("values") {
		values = append(values, plain(value).(int64))
	}
	made[interface{ UpdateMany([]int64) }](s, step, "metric").UpdateMany(values)
	return nil, nil
}

func cellAcquire(s *stage, step *step) (any, error) {
	switch metric := s.made[step.text("metric")].(type) {
	case *metra.Counter:
		return kept(metric.Cell())
	case *metra.MonotonicCounter:
		return kept(metric.Cell())
	case *metra.Meter:
		return kept(metric.Cell())
	case *metra.Distribution:
		return kept(metric.Cell())
	}
	return nil, errors.New("there are no cells of that")
}

// cellWrite writes an owned cell; or a shared one, which in Go is how the metric itself is updated.
func cellWrite(s *stage, step *step) (any, error) {
	value := step.number("value")
	switch cell := s.made[step.text("cell")].(type) {
	case interface{ Inc(int64) }:
		cell.Inc(value)
	case interface{ MarkEvent(int64) }:
		cell.MarkEvent(value)
	case interface{ Update(int64) }:
		cell.Update(value)
	default:
		return nil, errors.New("no cell")
	}
	return nil, nil
}

func read(s *stage, step *step) (any, error) {
	switch metric := s.made[step.text("metric")].(type) {
	case *askedGauge:
		value, err := s.registry.ReadGauge(metric.Gauge)
		if errors.Is(err, metra.ErrNotFound) {
			return nothing, nil
		}
		return plainValue(value), err
	case *metra.Distribution:
		return plainDistribution(metric.Read()), nil
	case *metra.Meter:
		return plainMeter(metra.MeterReading{Count: metric.Count(), Rate: metric.Rate()}), nil
	case *metra.Histogram:
		return plainHistogram(metric.Read()), nil
	case interface{ Count() int64 }:
		return metric.Count(), nil
	}
	return nil, errors.New("no metric")
}

func pageLines(s *stage, _ *step) (any, error) {
	var text bytes.Buffer
	err := s.registry.Write(&text, metra.Prometheus)
	lines := strings.SplitAfter(text.String(), "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	for i := range lines {
		lines[i] = strings.TrimSuffix(lines[i], "\n")
	}
	return plainTexts(lines), err
}

func collect(s *stage, _ *step) (any, error) {
	list := []any{}
	err := s.registry.Collect(func(reading *metra.Reading) { list = append(list, plainReading(reading)) })
	return list, err
}
