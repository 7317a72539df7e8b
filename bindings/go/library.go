package metra

/*
#cgo LDFLAGS: -ldl
#include <stdlib.h>
#include "library.h"
*/
import "C"

import (
	"fmt"
	"sync"
	"unsafe"
)

// library is the one that this process uses, once it is found.
var library struct {
	sync.Mutex
	found bool
}

// Load takes the library, which otherwise happens at the first use: the copy that this process has already, whichever
// language brought it, else the one at path, else, where path is empty, what the dynamic linker finds by the name
// libmetra.so.0. Once there is one, further calls do nothing.
//
// It fails with a [*LibraryError], and may be tried again.
func Load(path string) error {
	library.Lock()
	defer library.Unlock()
	if library.found {
		return nil
	}
	err := load(path)
	library.found = err == nil
	return err
}

// load opens a library and takes its functions if it is one that fits.
func load(path string) error {
	var in arguments
	defer in.free()
	soname := in.text(fmt.Sprintf("libmetra.so.%d", wanted.major))
	place := in.textOrNull(path)
	if in.err != nil {
		return in.err
	}
	opened := C.metra_go_open(soname, place)
	failure := &LibraryError{
		Path:   owned(opened.path),
		Wanted: wanted.String(),
		Found:  owned(opened.version),
		Reason: owned(opened.failure),
	}
	if failure.Reason == "" && !wanted.isServedBy(failure.Found) {
		failure.Reason = "it is of another version"
	}
	if failure.Reason == "" {
		missing := C.metra_go_take(opened.library)
		if missing == nil {
			return nil
		}
		failure.Reason = "it has no " + C.GoString(missing)
	}
	C.metra_go_close(opened.library)
	return failure
}

// owned makes a Go string of one that C allocated, and frees that.
func owned(text *C.char) string {
	defer C.free(unsafe.Pointer(text))
	return C.GoString(text)
}

// LibraryError says why there is no library: none was found, or what was found does not fit.
type LibraryError struct {
	Path   string // where it is; empty if none was found
	Wanted string // the version that this package was made for
	Found  string // the version that is there; empty if none was found
	Reason string
}

func (e *LibraryError) Error() string {
	if e.Found == "" {
		return fmt.Sprintf("metra: no library, wanted version %s: %s", e.Wanted, e.Reason)
	}
	return fmt.Sprintf("metra: found version %s at %s, wanted %s: %s", e.Found, e.Path, e.Wanted, e.Reason)
}

// Version names the version of the library, "0.1.0" for instance.
func Version() (string, error) {
	if err := Load(""); err != nil {
		return "", err
	}
	return C.GoString(C.metra_go_version()), nil
}

// HotPath names the path that updates take which come through C, "portable" for instance.
func HotPath() (string, error) {
	if err := Load(""); err != nil {
		return "", err
	}
	return C.GoString(C.metra_go_hot_path()), nil
}
