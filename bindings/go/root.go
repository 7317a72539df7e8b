package metra

// #include "calls.h"
import "C"

// Variable is a pair that reporters with labels show.
type Variable struct {
	Key   string
	Value string
}

// RootInfo describes the root of a program that has nothing to do with Flink.
type RootInfo struct {
	Name      string     // the first scope component and the prefix of Prometheus names; not empty
	Variables []Variable // of everything below, keys without brackets; of two equal keys the first counts
}

// Root gives the root of a program that has nothing to do with Flink. The same name and variables give the same group.
func (r *Registry) Root(info RootInfo) (*Group, error) {
	if r == nil {
		return nil, errNil
	}
	var in arguments
	defer in.free()
	c := C.metra_root_info{size: C.sizeof_metra_root_info, name: in.text(info.Name)}
	c.variables, c.variables_len = in.variables(info.Variables)
	if in.err != nil {
		return nil, in.err
	}
	defer r.done()
	var out *C.metra_group
	return newGroup(C.metra_go_registry_root(r.use(), &c, &out), &out)
}

// JobManager gives the group of a job manager, or of another process that is to look like one. The same host gives the
// same group; an empty one is absent.
func (r *Registry) JobManager(host string) (*Group, error) {
	if r == nil {
		return nil, errNil
	}
	var in arguments
	defer in.free()
	c := C.metra_jobmanager_info{size: C.sizeof_metra_jobmanager_info, host: in.textOrNull(host)}
	if in.err != nil {
		return nil, in.err
	}
	defer r.done()
	var out *C.metra_group
	return newGroup(C.metra_go_registry_jobmanager(r.use(), &c, &out), &out)
}

// TaskManagerInfo describes a task manager. What is empty is absent.
type TaskManagerInfo struct {
	Host string
	ID   string // its resource id
}

// TaskManager gives the group of a task manager. The same host and id give the same group.
func (r *Registry) TaskManager(info TaskManagerInfo) (*Group, error) {
	if r == nil {
		return nil, errNil
	}
	var in arguments
	defer in.free()
	c := C.metra_taskmanager_info{
		size:  C.sizeof_metra_taskmanager_info,
		host:  in.textOrNull(info.Host),
		tm_id: in.textOrNull(info.ID),
	}
	if in.err != nil {
		return nil, in.err
	}
	defer r.done()
	var out *C.metra_group
	return newGroup(C.metra_go_registry_taskmanager(r.use(), &c, &out), &out)
}
