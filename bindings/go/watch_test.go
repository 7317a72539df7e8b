package metra

import (
	"runtime"
	"testing"
	"unsafe"
)

func TestWatchFindsAHandleThatIsFreedInUse(t *testing.T) {
	if unsafe.Sizeof(watch{}) == 0 {
		t.Skip("for programs built with the tag metra_watch")
	}
	forgetful := new(handle)
	forgetful.use()
	defer func() {
		if recover() == nil {
			t.Error("not found")
		}
	}()
	forgetful.end()
}

func TestHandlesAreFreedOnlyAfterUse(t *testing.T) {
	for i := 0; i < 100; i++ {
		h := &handle{pointer: unsafe.Pointer(&struct{}{})}
		freed := make(chan struct{})
		runtime.SetFinalizer(h, func(h *handle) { h.end(); close(freed) })
		h.use()
		runtime.GC()
		select {
		case <-freed:
			t.Fatal("freed in use")
		default:
		}
		h.done()
	}
}
