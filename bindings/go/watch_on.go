//go:build metra_watch

package metra

import (
	"runtime"
	"sync/atomic"
)

// watch collects garbage at every use of a handle, and ends the program if the handle is freed before the use is over:
// then the call lacks its done.
type watch struct {
	uses atomic.Int32
}

func (w *watch) begin() {
	w.uses.Add(1)
	runtime.GC()
}

func (w *watch) end() {
	w.uses.Add(-1)
}

func (w *watch) free() {
	if w.uses.Load() != 0 {
		panic("metra: a handle was freed while it was in use")
	}
}
