package metra

// #include "callbacks.h"
import "C"

import (
	"io"
	"runtime/cgo"
	"unsafe"
)

// visitor is a reading of all metrics, with the panic that ended it.
type visitor struct {
	visit  func(*Reading)
	caught caught
}

//export metraGoVisit
func metraGoVisit(number C.uintptr_t, reading *C.metra_reading) {
	v := callback[*visitor](number)
	v.caught.run(func() { v.visit(readingOf(reading)) })
}

// Collect reads all metrics and shows each with what it says, on this goroutine: group by group, and in each in the order
// of registration. A visit may call metra, and may panic: that ends the reading. It must not end its goroutine with
// [runtime.Goexit].
//
// Inside a gauge's function the error is [ErrBusy]: then gauges that ask a function were left out, everything else was
// shown.
func (r *Registry) Collect(visit func(*Reading)) error {
	if r == nil || visit == nil {
		return errNil
	}
	v := visitor{visit: visit}
	number := cgo.NewHandle(&v)
	defer number.Delete()
	defer r.done()
	err := failure(C.metra_go_visit(r.use(), C.uintptr_t(number)))
	v.caught.goOn()
	return err
}

// Format is a format of [Registry.Write].
type Format int32

// Prometheus is its text format 0.0.4, "text/plain; version=0.0.4; charset=utf-8".
const Prometheus Format = C.METRA_FORMAT_PROMETHEUS

// writing is a page on its way to a writer, with what ended it.
type writing struct {
	to     io.Writer
	err    error
	caught caught
}

//export metraGoWrite
func metraGoWrite(number C.uintptr_t, bytes *C.char, size C.size_t) C.int {
	w := callback[*writing](number)
	w.caught.run(func() { _, w.err = w.to.Write(unsafe.Slice((*byte)(unsafe.Pointer(bytes)), size)) })
	if w.err != nil || w.caught.value != nil {
		return 1
	}
	return 0
}

// Write writes all metrics in a format, for programs with a server of their own. The first error of the writer ends it
// and is returned.
//
// Inside a gauge's function the error is [ErrBusy]: then gauges that ask a function were left out, or everything if
// somebody else is writing.
func (r *Registry) Write(to io.Writer, format Format) error {
	if r == nil || to == nil {
		return errNil
	}
	w := writing{to: to}
	number := cgo.NewHandle(&w)
	defer number.Delete()
	defer r.done()
	err := failure(C.metra_go_write(r.use(), C.int32_t(format), C.uintptr_t(number)))
	w.caught.goOn()
	if w.err != nil {
		return w.err
	}
	return err
}
