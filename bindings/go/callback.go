package metra

// #include "calls.h"
import "C"

import (
	"runtime/cgo"
	"sync/atomic"
)

// Whatever C calls goes through here. C gets the number of a [cgo.Handle] with each callback, and metraGoDrop is called
// with it once, when there will be no further call.

//export metraGoDrop
func metraGoDrop(number C.uintptr_t) {
	cgo.Handle(number).Delete()
}

func callback[T any](number C.uintptr_t) T {
	return cgo.Handle(number).Value().(T)
}

// panicHandler is what OnPanic was given last.
var panicHandler atomic.Pointer[func(value any)]

// OnPanic sets the function that is told of panics in gauges, reporters, log functions and character filters, on the
// thread where they happen; nil, as at the start, means nobody. Such a panic ends there: metra runs them on threads of
// its own, where it would end the program. A gauge that panics has no value, which [Losses] counts, and a reporter's call
// is over.
func OnPanic(handler func(value any)) {
	if handler == nil {
		panicHandler.Store(nil)
		return
	}
	panicHandler.Store(&handler)
}

// contain keeps a panic from unwinding into C; to be deferred.
func contain() {
	value := recover()
	if value == nil {
		return
	}
	if handler := panicHandler.Load(); handler != nil {
		defer func() { _ = recover() }()
		(*handler)(value)
	}
}

// caught is a panic on its way round a C function, in a callback that runs on the goroutine which called that.
type caught struct {
	value any
}

// run runs f unless there was a panic before, and keeps one.
func (c *caught) run(f func()) {
	if c.value != nil {
		return
	}
	defer func() {
		c.value = recover()
	}()
	f()
}

// goOn lets a panic that was kept go on.
func (c *caught) goOn() {
	if c.value != nil {
		panic(c.value)
	}
}
