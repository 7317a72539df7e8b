package metra

/*
#include <stdlib.h>
#include "calls.h"
*/
import "C"

import (
	"fmt"
	"strings"
	"unsafe"
)

// ValueType is what a [Value] holds.
type ValueType int32

// The types of values.
const (
	Int64Type   ValueType = C.METRA_VALUE_INT64
	Float64Type ValueType = C.METRA_VALUE_DOUBLE
	BoolType    ValueType = C.METRA_VALUE_BOOL
	TextType    ValueType = C.METRA_VALUE_TEXT
)

// Value is one value of a gauge; Type says which of the others counts. The zero Value is the number 0.
type Value struct {
	Type    ValueType
	Int64   int64
	Float64 float64
	Bool    bool
	Text    string
}

// Int64 makes a value of a whole number.
func Int64(value int64) Value { return Value{Type: Int64Type, Int64: value} }

// Float64 makes a value of a floating-point number.
func Float64(value float64) Value { return Value{Type: Float64Type, Float64: value} }

// Bool makes a value of true or false.
func Bool(value bool) Value { return Value{Type: BoolType, Bool: value} }

// Text makes a value of a text.
func Text(value string) Value { return Value{Type: TextType, Text: value} }

// String prints what the value holds.
func (v Value) String() string {
	switch v.Type {
	case Float64Type:
		return fmt.Sprint(v.Float64)
	case BoolType:
		return fmt.Sprint(v.Bool)
	case TextType:
		return v.Text
	default:
		return fmt.Sprint(v.Int64)
	}
}

func valueOf(c *C.metra_value) Value {
	content := unsafe.Pointer(&c.as)
	switch ValueType(c._type) {
	case Float64Type:
		return Float64(*(*float64)(content))
	case BoolType:
		return Bool(*(*int32)(content) != 0)
	case TextType:
		return Text(C.GoString(*(**C.char)(content)))
	default:
		return Int64(*(*int64)(content))
	}
}

// store puts the value where C looks for it; false if it is none that C knows.
func (v Value) store(c *C.metra_value) bool {
	content := unsafe.Pointer(&c.as)
	c._type = C.int32_t(v.Type)
	switch v.Type {
	case Int64Type:
		*(*int64)(content) = v.Int64
	case Float64Type:
		*(*float64)(content) = v.Float64
	case BoolType:
		*(*int32)(content) = truth(v.Bool)
	case TextType:
		return storeText(c, v.Text)
	default:
		return false
	}
	return true
}

func storeText(c *C.metra_value, text string) bool {
	if strings.IndexByte(text, 0) >= 0 {
		return false
	}
	copied := C.CString(text)
	defer C.free(unsafe.Pointer(copied))
	C.metra_go_value_set_text(c, copied)
	return true
}

// truth is C's idea of true and false.
func truth(value bool) int32 {
	if value {
		return 1
	}
	return 0
}
