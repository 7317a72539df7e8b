package metra

import (
	"runtime"
	"unsafe"
)

// handle is one reference of the library's. Every call through it is enclosed in use and done, so that the garbage
// collector, which gives forgotten ones back, cannot do so while C works with it.
//
// It is not locked, because that would cost more than most updates: who frees a handle explicitly does so after the last
// use, and with -race a use at the same time is found.
type handle struct {
	watch   watch
	pointer unsafe.Pointer
}

// use gives the reference; done must follow the call that it is for.
func (h *handle) use() unsafe.Pointer {
	h.watch.begin()
	return h.pointer
}

func (h *handle) done() {
	h.watch.end()
	runtime.KeepAlive(h)
}

// end gives the reference that is about to be freed, once: afterwards nil.
func (h *handle) end() unsafe.Pointer {
	h.watch.free()
	pointer := h.pointer
	h.pointer = nil
	return pointer
}
