package metra

// #include "calls.h"
import "C"

import (
	"runtime"
	"time"
	"unsafe"
)

// Clock is a clock that stands still until it is advanced, so that tests of rates and intervals need not sleep. Any
// goroutine may use it.
type Clock struct{ handle }

// NewClock makes a clock; [Config.SetClock] makes registries run on it.
func NewClock() (*Clock, error) {
	if err := Load(""); err != nil {
		return nil, err
	}
	var out *C.metra_clock
	if err := failure(C.metra_go_clock_new(&out)); err != nil {
		return nil, err
	}
	c := &Clock{handle{pointer: unsafe.Pointer(out)}}
	runtime.SetFinalizer(c, (*Clock).Free)
	return c, nil
}

func (c *Clock) use() *C.metra_clock {
	if c == nil {
		return nil
	}
	return (*C.metra_clock)(c.handle.use())
}

func (c *Clock) done() {
	if c != nil {
		c.handle.done()
	}
}

// Free gives the handle back, see [Counter.Free].
func (c *Clock) Free() {
	if c == nil {
		return
	}
	runtime.SetFinalizer(c, nil)
	C.metra_go_clock_free((*C.metra_clock)(c.end()))
}

// Advance moves time forward, by whole milliseconds, and returns when all that became due on the way is done: ticks,
// reports, news for reporters. Zero does what is due already. It must not be called in a callback of metra: it would wait
// for itself.
func (c *Clock) Advance(by time.Duration) error {
	if c == nil {
		return errNil
	}
	if by < 0 {
		return &Error{ErrInvalidArgument, "time does not go back"}
	}
	defer c.done()
	return failure(C.metra_go_clock_advance(c.use(), C.uint64_t(by.Milliseconds())))
}
