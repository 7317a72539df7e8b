// Package foreign is a part of a program that is written in C, for tests of what two languages share.
package foreign

/*
#cgo LDFLAGS: -ldl -lpthread
#include <stdlib.h>
#include "foreign.h"
*/
import "C"

import (
	"errors"
	"unsafe"
)

func failure(text *C.char) error {
	if text == nil {
		return nil
	}
	return errors.New(C.GoString(text))
}

// Open makes C find the library: the copy that the process has, else the one at path.
func Open(path string) error {
	p := C.CString(path)
	defer C.free(unsafe.Pointer(p))
	return failure(C.foreign_open(p))
}

// Count makes two threads of C add to the counter "shared" of a group, each so many times 1.
func Count(token uint64, times int64) error {
	return failure(C.foreign_count(C.uint64_t(token), C.int64_t(times)))
}

// Group makes C add a group "c" with a counter "made" of 7, and gives its token.
func Group(token uint64) (uint64, error) {
	var out C.uint64_t
	err := failure(C.foreign_group(C.uint64_t(token), &out))
	return uint64(out), err
}
