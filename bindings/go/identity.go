package metra

/*
#include <string.h>
#include "callbacks.h"
*/
import "C"

import (
	"runtime/cgo"
	"unsafe"
)

// ScopeComponents gives what the scope format makes of the group's component, then its user groups, outermost first.
func (g *Group) ScopeComponents() []string {
	if g == nil {
		return nil
	}
	defer g.done()
	pointer := g.use()
	components := make([]string, C.metra_go_group_scope_component_count(pointer))
	for i := range components {
		components[i] = C.GoString(C.metra_go_group_scope_component(pointer, C.size_t(i)))
	}
	return components
}

// Variables gives the variables of the group, inherited ones included, sorted by key, keys with angle brackets:
// "<host>".
func (g *Group) Variables() []Variable {
	if g == nil {
		return nil
	}
	defer g.done()
	pointer := g.use()
	variables := make([]Variable, C.metra_go_group_variable_count(pointer))
	for i := range variables {
		variables[i].Key = C.GoString(C.metra_go_group_variable_key(pointer, C.size_t(i)))
		variables[i].Value = C.GoString(C.metra_go_group_variable_value(pointer, C.size_t(i)))
	}
	return variables
}

// MetricIdentifier spells the identifier of a metric, registered or not: the group's scope components and the name,
// joined with metrics.scope.delimiter. A name that is no valid text gives the empty text.
func (g *Group) MetricIdentifier(name string) string {
	if g == nil {
		return ""
	}
	var in arguments
	defer in.free()
	n := in.text(name)
	defer g.done()
	pointer := g.use()
	return spelled(func(buf *C.char, size C.size_t) C.size_t {
		return C.metra_go_group_metric_identifier(pointer, n, buf, size)
	})
}

// IdentityOptions say how identifiers and logical scopes are spelled; all zero: as the group itself spells them.
type IdentityOptions struct {
	// A reporter's delimiter (see [ReporterInfo]): it joins, and inside names it is replaced by "_", or by "-" where it is
	// "_" itself. Empty: metrics.scope.delimiter joins, names stay as they are. Only its first character counts.
	ReporterDelimiter string
	// Joins logical scopes in place of the delimiter; empty: the delimiter does. Only its first character counts.
	LogicalDelimiter string
	// Replaces what a system cannot take in one scope component or name; in logical scopes only in names of user groups. It
	// may be called more than once for one text. May be nil.
	Filter func(text string) string
}

// MetricIdentifierWith spells the identifier of a metric as the options say.
func (g *Group) MetricIdentifierWith(name string, options IdentityOptions) string {
	var in arguments
	defer in.free()
	n := in.text(name)
	return g.spellWith(&in, options, func(group *C.metra_group, o C.metra_identity_options, number C.uintptr_t, buf *C.char,
		size C.size_t) C.size_t {
		return C.metra_go_identifier(group, n, o, number, buf, size)
	})
}

// LogicalScope spells the names of the group's levels and user groups, without values.
func (g *Group) LogicalScope(options IdentityOptions) string {
	var in arguments
	defer in.free()
	return g.spellWith(&in, options, func(group *C.metra_group, o C.metra_identity_options, number C.uintptr_t, buf *C.char,
		size C.size_t) C.size_t {
		return C.metra_go_scope(group, o, number, buf, size)
	})
}

// speller is one of C's functions that write as snprintf does.
type speller func(group *C.metra_group, options C.metra_identity_options, filter C.uintptr_t, buf *C.char,
	size C.size_t) C.size_t

func (g *Group) spellWith(in *arguments, options IdentityOptions, spell speller) string {
	if g == nil {
		return ""
	}
	var o C.metra_identity_options
	o.reporter_delimiter = in.textOrNull(options.ReporterDelimiter)
	o.logical_delimiter = in.textOrNull(options.LogicalDelimiter)
	if in.err != nil {
		return ""
	}
	filter := filtering{filter: options.Filter}
	var number cgo.Handle
	if filter.filter != nil {
		number = cgo.NewHandle(&filter)
		defer number.Delete()
	}
	defer g.done()
	pointer := g.use()
	text := spelled(func(buf *C.char, size C.size_t) C.size_t {
		return spell(pointer, o, C.uintptr_t(number), buf, size)
	})
	filter.caught.goOn()
	return text
}

// spelled calls a function that writes as snprintf does, until the buffer is large enough.
func spelled(write func(buf *C.char, size C.size_t) C.size_t) string {
	for size := C.size_t(256); ; {
		buf := make([]byte, size)
		length := write((*C.char)(unsafe.Pointer(&buf[0])), size)
		if length < size {
			return string(buf[:length])
		}
		size = length + 1
	}
}

// filtering is a character filter at work, with the panic that ended it.
type filtering struct {
	filter func(string) string
	caught caught
}

//export metraGoFilter
func metraGoFilter(number C.uintptr_t, text, buf *C.char, size C.size_t) C.size_t {
	f := callback[*filtering](number)
	var answer string
	f.caught.run(func() { answer = f.filter(C.GoString(text)) })
	if size > 0 {
		room := unsafe.Slice((*byte)(unsafe.Pointer(buf)), size)
		room[copy(room[:size-1], answer)] = 0
	}
	return C.size_t(len(answer))
}
