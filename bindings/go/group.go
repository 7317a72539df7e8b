package metra

// #include "calls.h"
import "C"

import (
	"runtime"
	"unsafe"
)

// Group is a place of the tree to register metrics and further groups. It owns its metrics: forgetting a *Group ends
// nothing, Close does. It may outlive its registry; any goroutine may use it.
type Group struct{ handle }

// newGroup makes a group of what a call that gives one came to.
func newGroup(result C.metra_go_result, out **C.metra_group) (*Group, error) {
	if err := failure(result); err != nil {
		return nil, err
	}
	g := &Group{handle{pointer: unsafe.Pointer(*out)}}
	runtime.SetFinalizer(g, (*Group).Free)
	return g, nil
}

func (g *Group) use() *C.metra_group {
	if g == nil {
		return nil
	}
	return (*C.metra_group)(g.handle.use())
}

func (g *Group) done() {
	if g != nil {
		g.handle.done()
	}
}

// Free gives the handle back, see [Counter.Free].
func (g *Group) Free() {
	if g == nil {
		return
	}
	runtime.SetFinalizer(g, nil)
	C.metra_go_group_free((*C.metra_group)(g.end()))
}

// AddGroup gives a user's group below this one, made if it is not there. Groups nest about 1000 deep.
func (g *Group) AddGroup(name string) (*Group, error) {
	var in arguments
	defer in.free()
	return g.addGroup(&in, in.text(name), nil)
}

// AddKeyGroup gives the group of a variable: the key is part of the logical scope, the value is not, and reporters with
// labels show the pair. It differs from the groups key and value inside each other. An outer variable of the same name
// hides it.
func (g *Group) AddKeyGroup(key, value string) (*Group, error) {
	var in arguments
	defer in.free()
	return g.addGroup(&in, in.text(key), in.text(value))
}

func (g *Group) addGroup(in *arguments, key, valueOrNull *C.char) (*Group, error) {
	if g == nil {
		return nil, errNil
	}
	if in.err != nil {
		return nil, in.err
	}
	defer g.done()
	var out *C.metra_group
	return newGroup(C.metra_go_group_add_group(g.use(), key, valueOrNull, &out), &out)
}

// Unregister ends a metric: updates of it count for nobody, its name is free again.
//
// For a gauge it returns when the function does not run and will not be called again; inside the function of a gauge it
// does not wait. If the function still runs after metrics.gauge.timeout the error is [ErrTimeout]: calling again waits
// again. Do not hold a lock that the function needs.
func (g *Group) Unregister(name string) error {
	if g == nil {
		return errNil
	}
	var in arguments
	defer in.free()
	n := in.text(name)
	if in.err != nil {
		return in.err
	}
	defer g.done()
	return failure(C.metra_go_group_unregister(g.use(), n))
}

// Close ends a group with everything below it: all their metrics are unregistered, and registrations are refused for
// good with [ErrClosed]. Asking its parent again makes a new group. Closing again is harmless. It waits for gauges as
// Unregister does.
func (g *Group) Close() error {
	if g == nil {
		return errNil
	}
	defer g.done()
	return failure(C.metra_go_group_close(g.use()))
}

// IsClosed tells whether the group, one above it, or its registry was closed; a nil group is.
func (g *Group) IsClosed() bool {
	if g == nil {
		return true
	}
	defer g.done()
	return C.metra_go_group_is_closed(g.use()) != 0
}
