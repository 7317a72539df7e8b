package metra

/*
#include <stdlib.h>
#include "metra.h"
*/
import "C"

import (
	"strings"
	"unsafe"
)

// arguments are texts and lists on their way into C, in memory of C's that free gives back after the call. The first
// that cannot go there is in err.
type arguments struct {
	memory []unsafe.Pointer
	err    error
}

// errZero is for what would end early as a text of C.
var errZero = &Error{ErrInvalidArgument, "text contains U+0000"}

func (a *arguments) text(text string) *C.char {
	if strings.IndexByte(text, 0) >= 0 {
		a.err = errZero
		return nil
	}
	pointer := C.CString(text)
	a.memory = append(a.memory, unsafe.Pointer(pointer))
	return pointer
}

// textOrNull is for texts that are absent when they are empty.
func (a *arguments) textOrNull(text string) *C.char {
	if text == "" {
		return nil
	}
	return a.text(text)
}

func (a *arguments) variables(variables []Variable) (*C.metra_variable, C.size_t) {
	if len(variables) == 0 {
		return nil, 0
	}
	first := C.calloc(C.size_t(len(variables)), C.sizeof_metra_variable)
	a.memory = append(a.memory, first)
	list := unsafe.Slice((*C.metra_variable)(first), len(variables))
	for i, variable := range variables {
		list[i].key = a.text(variable.Key)
		list[i].value = a.text(variable.Value)
	}
	return &list[0], C.size_t(len(variables))
}

func (a *arguments) free() {
	for _, pointer := range a.memory {
		C.free(pointer)
	}
}
