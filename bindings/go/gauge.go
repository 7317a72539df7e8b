package metra

// #include "callbacks.h"
import "C"

import (
	"runtime"
	"runtime/cgo"
	"unsafe"
)

// Gauge is a value that is asked for at every reading, or that is set. It may outlive its group and registry, and
// forgetting it ends nothing; any goroutine may use it. On nil its methods do nothing.
type Gauge struct{ handle }

func newGauge(result C.metra_go_result, out **C.metra_gauge) (*Gauge, error) {
	if err := failure(result); err != nil {
		return nil, err
	}
	g := &Gauge{handle{pointer: unsafe.Pointer(*out)}}
	runtime.SetFinalizer(g, (*Gauge).Free)
	return g, nil
}

func (g *Gauge) use() *C.metra_gauge {
	if g == nil {
		return nil
	}
	return (*C.metra_gauge)(g.handle.use())
}

func (g *Gauge) done() {
	if g != nil {
		g.handle.done()
	}
}

// Free gives the handle back, see [Counter.Free].
func (g *Gauge) Free() {
	if g == nil {
		return
	}
	runtime.SetFinalizer(g, nil)
	C.metra_go_gauge_free((*C.metra_gauge)(g.end()))
}

// Gauge registers a gauge of whole numbers that asks a function; see [Group.GaugeFunc].
func (g *Group) Gauge(name string, ask func() int64) (*Gauge, error) {
	if ask == nil {
		return nil, errNil
	}
	return g.GaugeFunc(name, func() (Value, bool) { return Int64(ask()), true })
}

// FloatGauge registers a gauge of floating-point numbers that asks a function; see [Group.GaugeFunc].
func (g *Group) FloatGauge(name string, ask func() float64) (*Gauge, error) {
	if ask == nil {
		return nil, errNil
	}
	return g.GaugeFunc(name, func() (Value, bool) { return Float64(ask()), true })
}

// BoolGauge registers a gauge of true and false that asks a function; see [Group.GaugeFunc].
func (g *Group) BoolGauge(name string, ask func() bool) (*Gauge, error) {
	if ask == nil {
		return nil, errNil
	}
	return g.GaugeFunc(name, func() (Value, bool) { return Bool(ask()), true })
}

// TextGauge registers a gauge of text that asks a function; see [Group.GaugeFunc].
func (g *Group) TextGauge(name string, ask func() string) (*Gauge, error) {
	if ask == nil {
		return nil, errNil
	}
	return g.GaugeFunc(name, func() (Value, bool) { return Text(ask()), true })
}

// GaugeFunc registers a gauge that asks a function, which answers false if there is no value now; a panic means that
// too, see [OnPanic]. A gauge of that name is replaced: its function is not called again.
//
// The function runs on a thread of the registry's, one gauge at a time, with no lock of metra's held. One that runs
// longer than metrics.gauge.timeout is left out of readings until it returns, and while more than four hang, no gauge is
// asked. It must return or panic: [runtime.Goexit], and so [testing.T].FailNow, ends the program there. The function, with
// all that it refers to, is kept until the gauge is unregistered, replaced or closed.
func (g *Group) GaugeFunc(name string, ask func() (Value, bool)) (*Gauge, error) {
	if g == nil || ask == nil {
		return nil, errNil
	}
	var in arguments
	defer in.free()
	n := in.text(name)
	if in.err != nil {
		return nil, in.err
	}
	defer g.done()
	var out *C.metra_gauge
	return newGauge(C.metra_go_gauge(g.use(), n, C.uintptr_t(cgo.NewHandle(ask)), &out), &out)
}

//export metraGoAsk
func metraGoAsk(number C.uintptr_t, value *C.metra_value) (answered C.int) {
	defer contain()
	v, ok := callback[func() (Value, bool)](number)()
	if ok && v.store(value) {
		answered = 1
	}
	return answered
}

// SettableGauge gives a gauge that holds what is set, registered if it is not there. A gauge of that name with a
// function, or of another type, is replaced. The type is for good; the first value is 0, 0.0, false or "".
func (g *Group) SettableGauge(name string, valueType ValueType) (*Gauge, error) {
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
	var out *C.metra_gauge
	return newGauge(C.metra_go_group_settable_gauge(g.use(), n, C.int32_t(valueType), &out), &out)
}

// SetInt64 sets a settable gauge to a whole number; one of floating-point numbers or truth values converts it. Ignored by
// gauges of text and by gauges with a function.
func (g *Gauge) SetInt64(value int64) {
	C.metra_go_gauge_set_int64(g.use(), C.int64_t(value))
	g.done()
}

// SetFloat64 sets a settable gauge to a floating-point number; one of whole numbers cuts it (NaN is 0, what is out of
// range the limit), one of truth values asks whether it differs from 0. Ignored by gauges of text and by gauges with a
// function.
func (g *Gauge) SetFloat64(value float64) {
	C.metra_go_gauge_set_double(g.use(), C.double(value))
	g.done()
}

// SetBool sets a settable gauge to true or false; one of numbers takes 1 or 0. Ignored by gauges of text and by gauges
// with a function.
func (g *Gauge) SetBool(value bool) {
	C.metra_go_gauge_set_bool(g.use(), C.int32_t(truth(value)))
	g.done()
}

// SetText sets a settable gauge of text. Ignored by gauges of other types or with a function, and for text that is not
// UTF-8 or contains U+0000.
func (g *Gauge) SetText(text string) {
	var in arguments
	defer in.free()
	C.metra_go_gauge_set_text(g.use(), in.text(text))
	g.done()
}

// Unregister ends the gauge, unless another one has replaced it. It returns when the gauge's function does not run and
// will not be called again; inside a function of a gauge it does not wait. If the function still runs after
// metrics.gauge.timeout the error is [ErrTimeout]: calling again waits again. Do not hold a lock that the function needs.
func (g *Gauge) Unregister() error {
	if g == nil {
		return errNil
	}
	defer g.done()
	return failure(C.metra_go_gauge_unregister(g.use()))
}

// ReadGauge asks a gauge for its value, with the thread of this registry, and waits no longer than metrics.gauge.timeout.
// [ErrNotFound] means that there is no value now, [ErrBusy] that this is the function of a gauge.
func (r *Registry) ReadGauge(gauge *Gauge) (Value, error) {
	if r == nil || gauge == nil {
		return Value{}, errNil
	}
	// The text lives until this thread reads another: no other goroutine may come between.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var out C.metra_value
	defer r.done()
	defer gauge.done()
	if err := failure(C.metra_go_registry_read_gauge(r.use(), gauge.use(), &out)); err != nil {
		return Value{}, err
	}
	return valueOf(&out), nil
}
