package metra

// #include "calls.h"
import "C"

import (
	"runtime"
	"sync/atomic"
	"unsafe"
)

// Counter is a sum that goes up and down: 64-bit, wrapping. It may outlive its group and registry; any goroutine may use
// it. On nil its methods do nothing and its count is zero.
type Counter struct {
	handle
	// Memory of the library's, valid as long as the handle, that all goroutines add to: a call into C would cost as much
	// as four additions.
	shared *int64
}

// Counter gives a counter of the group, registered if it is not there. The same name gives the same counter.
func (g *Group) Counter(name string) (*Counter, error) {
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
	var out *C.metra_counter
	if err := failure(C.metra_go_group_counter(g.use(), n, &out)); err != nil {
		return nil, err
	}
	c := &Counter{handle{pointer: unsafe.Pointer(out)}, (*int64)(C.metra_go_counter_shared_cell(out))}
	runtime.SetFinalizer(c, (*Counter).Free)
	return c, nil
}

// Free gives the handle back at once; the garbage collector does so some time after a handle was forgotten, not knowing
// how much memory hangs on it. What the handle stands for goes on. Nobody may be using it: afterwards it is as nil, and
// freeing it again is harmless.
func (c *Counter) Free() {
	if c == nil {
		return
	}
	runtime.SetFinalizer(c, nil)
	c.shared = nil
	C.metra_go_counter_free((*C.metra_counter)(c.end()))
}

// Inc adds to the counter; negative values subtract.
func (c *Counter) Inc(n int64) {
	if c == nil {
		return
	}
	c.use()
	if c.shared != nil {
		atomic.AddInt64(c.shared, n)
	}
	c.done()
}

// Dec subtracts from the counter; negative values add.
func (c *Counter) Dec(n int64) {
	c.Inc(-n)
}

// Count gives the sum of all that was added and subtracted, by every language; exact once writers are quiet.
func (c *Counter) Count() int64 {
	if c == nil {
		return 0
	}
	defer c.done()
	return int64(C.metra_go_counter_count((*C.metra_counter)(c.use())))
}

// Cell gives a part of the counter that one goroutine alone adds to, for less than a third of what Inc costs: for one
// task or one loop. Release it after the last addition.
func (c *Counter) Cell() (*CounterCell, error) {
	if c == nil {
		return nil, nil
	}
	defer c.done()
	var out *C.metra_counter_cell
	err := failure(C.metra_go_counter_cell_acquire((*C.metra_counter)(c.use()), C.METRA_CELL_LAYOUT, &out))
	if err != nil {
		return nil, err
	}
	cell := &CounterCell{countCell{count: (*int64)(&out.count)}}
	runtime.SetFinalizer(cell, (*CounterCell).Release)
	return cell, nil
}

// CounterCell is a part of a counter, for one goroutine at a time. On nil, and once released, it does nothing.
type CounterCell struct{ countCell }

// Inc adds to the counter; negative values subtract.
func (c *CounterCell) Inc(n int64) {
	if c != nil {
		c.add(n)
	}
}

// Release gives the cell back; what it counted stays in the counter. Releasing again is harmless.
func (c *CounterCell) Release() {
	if c != nil {
		C.metra_go_counter_cell_release((*C.metra_counter_cell)(c.end()))
	}
}
