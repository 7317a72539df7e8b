package metra

// #include "calls.h"
import "C"

import (
	"runtime"
	"time"
	"unsafe"
)

// Registry is a tree of metrics with its reporters and threads. Groups and metrics may outlive it; any goroutine may use
// it.
type Registry struct{ handle }

func newRegistry(out *C.metra_registry) *Registry {
	r := &Registry{handle{pointer: unsafe.Pointer(out)}}
	runtime.SetFinalizer(r, (*Registry).Free)
	return r
}

func (r *Registry) use() *C.metra_registry {
	if r == nil {
		return nil
	}
	return (*C.metra_registry)(r.handle.use())
}

func (r *Registry) done() {
	if r != nil {
		r.handle.done()
	}
}

// Free gives the handle back, see [Counter.Free]. The last handle of a registry that was not closed closes it, without waiting
// and without last reports.
func (r *Registry) Free() {
	if r == nil {
		return
	}
	runtime.SetFinalizer(r, nil)
	C.metra_go_registry_free((*C.metra_registry)(r.end()))
}

// NewRegistry makes a registry and starts the reporters that its configuration names; nil means every default and no
// reporters. It fails with [ErrConfig] naming key and value, or with [ErrIO] for a port in use; nothing runs then.
func NewRegistry(config *Config) (*Registry, error) {
	if err := Load(""); err != nil {
		return nil, err
	}
	defer config.done()
	var out *C.metra_registry
	if err := failure(C.metra_go_registry_new(config.use(), &out)); err != nil {
		return nil, err
	}
	return newRegistry(out), nil
}

// DefaultRegistry gives the registry that all languages of this process share. The first call makes it, after the file
// that the environment variable METRA_CONFIG names, if any. It lives until the process ends.
//
// If that file is bad, the first call still gives a registry, one without reporters, and the error says why.
func DefaultRegistry() (*Registry, error) {
	if err := Load(""); err != nil {
		return nil, err
	}
	var out *C.metra_registry
	err := failure(C.metra_go_registry_default(&out))
	if out == nil {
		return nil, err
	}
	return newRegistry(out), err
}

// SetDefault makes the registry the one that [DefaultRegistry] gives. Setting the same one again is harmless; once there
// is another it fails with [ErrBusy].
func (r *Registry) SetDefault() error {
	if r == nil {
		return errNil
	}
	defer r.done()
	return failure(C.metra_go_registry_set_default(r.use()))
}

// closeTime is how long Close waits.
const closeTime = 10 * time.Second

// Close is [Registry.CloseWithin] with 10 seconds.
func (r *Registry) Close() error {
	return r.CloseWithin(closeTime)
}

// CloseWithin closes the registry: reporters report a last time and close, all groups are closed, threads end. Closing
// again is harmless. Inside a callback of metra it does not wait.
//
// If a callback still runs at the deadline, the registry is closed all the same and the error is [ErrTimeout].
func (r *Registry) CloseWithin(deadline time.Duration) error {
	if r == nil {
		return errNil
	}
	ms := max(0, min(deadline.Milliseconds(), 1<<32-1))
	defer r.done()
	return failure(C.metra_go_registry_close(r.use(), C.uint32_t(ms)))
}

// Reporters describes the reporters that were started, in the order of their names.
func (r *Registry) Reporters() []ReporterInfo {
	if r == nil {
		return nil
	}
	defer r.done()
	pointer := r.use()
	var found []ReporterInfo
	for i := C.size_t(0); i < C.metra_go_registry_reporter_count(pointer); i++ {
		info := C.metra_reporter_info{size: C.sizeof_metra_reporter_info}
		if failure(C.metra_go_registry_reporter(pointer, i, &info)) == nil {
			found = append(found, reporterInfoOf(&info))
		}
	}
	return found
}

// Losses is what a registry survived and counted instead of failing.
type Losses struct {
	NameCollisions      uint64 // registrations refused because the name belonged to another type
	Limits              uint64 // registrations refused by metrics.limit or metrics.group.limit
	HiddenVariables     uint64 // variables of inner groups hidden by an outer one of the same name
	EqualIdentities     uint64 // metrics that a reporter would have shown under one identity
	GaugeTimeouts       uint64 // gauge readings left out because functions were too slow
	GaugeFailures       uint64 // gauge readings without a value because the function had none
	InexpressibleValues uint64 // values that a reporter's format cannot express
	Panics              uint64 // panics of metra's own that were caught in reporters
}

// Losses tells what the registry survived and counted.
func (r *Registry) Losses() Losses {
	if r == nil {
		return Losses{}
	}
	out := C.metra_losses{size: C.sizeof_metra_losses}
	defer r.done()
	if failure(C.metra_go_registry_losses(r.use(), &out)) != nil {
		return Losses{}
	}
	return Losses{
		NameCollisions:      uint64(out.name_collisions),
		Limits:              uint64(out.limits),
		HiddenVariables:     uint64(out.hidden_variables),
		EqualIdentities:     uint64(out.equal_identities),
		GaugeTimeouts:       uint64(out.gauge_timeouts),
		GaugeFailures:       uint64(out.gauge_failures),
		InexpressibleValues: uint64(out.inexpressible_values),
		Panics:              uint64(out.panics),
	}
}
