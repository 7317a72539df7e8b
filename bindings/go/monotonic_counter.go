package metra

// #include "calls.h"
import "C"

import (
	"runtime"
	"sync/atomic"
	"unsafe"
)

// MonotonicCounter is a sum that only goes up, which systems with real counters show as such. It may outlive its group
// and registry; any goroutine may use it. On nil its methods do nothing and its count is zero.
type MonotonicCounter struct {
	handle
	shared *int64 // as in Counter
}

// MonotonicCounter gives a monotonic counter of the group, registered if it is not there. The same name gives the same
// one.
func (g *Group) MonotonicCounter(name string) (*MonotonicCounter, error) {
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
	var out *C.metra_monotonic_counter
	if err := failure(C.metra_go_group_monotonic_counter(g.use(), n, &out)); err != nil {
		return nil, err
	}
	c := &MonotonicCounter{handle{pointer: unsafe.Pointer(out)}, (*int64)(C.metra_go_monotonic_counter_shared_cell(out))}
	runtime.SetFinalizer(c, (*MonotonicCounter).Free)
	return c, nil
}

// Free gives the handle back, see [Counter.Free].
func (c *MonotonicCounter) Free() {
	if c == nil {
		return
	}
	runtime.SetFinalizer(c, nil)
	c.shared = nil
	C.metra_go_monotonic_counter_free((*C.metra_monotonic_counter)(c.end()))
}

// Inc adds to the counter; values below zero are ignored.
func (c *MonotonicCounter) Inc(n int64) {
	if c == nil || n < 0 {
		return
	}
	c.use()
	if c.shared != nil {
		atomic.AddInt64(c.shared, n)
	}
	c.done()
}

// Count gives the sum of all that was added, by every language; exact once writers are quiet.
func (c *MonotonicCounter) Count() int64 {
	if c == nil {
		return 0
	}
	defer c.done()
	return int64(C.metra_go_monotonic_counter_count((*C.metra_monotonic_counter)(c.use())))
}

// Cell gives a part of the counter that one goroutine alone adds to; see [Counter.Cell].
func (c *MonotonicCounter) Cell() (*MonotonicCounterCell, error) {
	if c == nil {
		return nil, nil
	}
	defer c.done()
	var out *C.metra_monotonic_counter_cell
	err := failure(C.metra_go_monotonic_counter_cell_acquire((*C.metra_monotonic_counter)(c.use()), C.METRA_CELL_LAYOUT, &out))
	if err != nil {
		return nil, err
	}
	cell := &MonotonicCounterCell{countCell{count: (*int64)(&out.count)}}
	runtime.SetFinalizer(cell, (*MonotonicCounterCell).Release)
	return cell, nil
}

// MonotonicCounterCell is a part of a monotonic counter, for one goroutine at a time. On nil, and once released, it does nothing.
type MonotonicCounterCell struct{ countCell }

// Inc adds to the counter; values below zero are ignored.
func (c *MonotonicCounterCell) Inc(n int64) {
	if c != nil && n >= 0 {
		c.add(n)
	}
}

// Release gives the cell back; what it counted stays in the counter. Releasing again is harmless.
func (c *MonotonicCounterCell) Release() {
	if c != nil {
		C.metra_go_monotonic_counter_cell_release((*C.metra_monotonic_counter_cell)(c.end()))
	}
}
