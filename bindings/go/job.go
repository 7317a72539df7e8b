package metra

// #include "calls.h"
import "C"

// JobInfo describes a job. It is looked up by its id: the first name given stays.
type JobInfo struct {
	ID   string // lower-case hex; may be empty
	Name string // the id stands in for one that is empty
}

// Job gives the job below a job manager or a task manager.
func (g *Group) Job(info JobInfo) (*Group, error) {
	if g == nil {
		return nil, errNil
	}
	var in arguments
	defer in.free()
	c := C.metra_job_info{
		size:     C.sizeof_metra_job_info,
		job_id:   in.textOrNull(info.ID),
		job_name: in.textOrNull(info.Name),
	}
	if in.err != nil {
		return nil, in.err
	}
	defer g.done()
	var out *C.metra_group
	return newGroup(C.metra_go_group_job(g.use(), &c, &out), &out)
}

// TaskInfo describes one attempt of a subtask. It is looked up by its attempt id. What is empty is absent: it prints
// "null" in scopes and is no variable.
type TaskInfo struct {
	ID            string // the job vertex's id, lower-case hex
	Name          string // the job vertex's name
	AttemptID     string // in Flink "<execution graph id>_<task id>_<subtask index>_<attempt number>"
	SubtaskIndex  int32  // counted from zero
	AttemptNumber int32  // counted from zero
}

// Task gives the task below a task manager's job.
func (g *Group) Task(info TaskInfo) (*Group, error) {
	if g == nil {
		return nil, errNil
	}
	var in arguments
	defer in.free()
	c := C.metra_task_info{
		size:             C.sizeof_metra_task_info,
		task_id:          in.textOrNull(info.ID),
		task_name:        in.textOrNull(info.Name),
		task_attempt_id:  in.textOrNull(info.AttemptID),
		subtask_index:    C.int32_t(info.SubtaskIndex),
		task_attempt_num: C.int32_t(info.AttemptNumber),
	}
	if in.err != nil {
		return nil, in.err
	}
	defer g.done()
	var out *C.metra_group
	return newGroup(C.metra_go_group_task(g.use(), &c, &out), &out)
}

// OperatorInfo describes an operator. It is looked up by id and name. What is empty is absent: it prints "null" in scopes
// and is no variable.
type OperatorInfo struct {
	ID       string // lower-case hex
	Name     string // beyond 80 UTF-16 units it is cut as Flink cuts it
	TaskID   string // the job vertex's id, for a coordinator below a job manager's job
	TaskName string // the job vertex's name, for a coordinator below a job manager's job
	// Further variables, keys as they are to be read, brackets included. They replace the operator's own variables of the
	// same key, not inherited ones.
	Variables []Variable
}

// Operator gives the operator below a task, or the operator's coordinator below a job manager's job.
func (g *Group) Operator(info OperatorInfo) (*Group, error) {
	if g == nil {
		return nil, errNil
	}
	var in arguments
	defer in.free()
	c := C.metra_operator_info{
		size:          C.sizeof_metra_operator_info,
		operator_id:   in.textOrNull(info.ID),
		operator_name: in.textOrNull(info.Name),
		task_id:       in.textOrNull(info.TaskID),
		task_name:     in.textOrNull(info.TaskName),
	}
	c.variables, c.variables_len = in.variables(info.Variables)
	if in.err != nil {
		return nil, in.err
	}
	defer g.done()
	var out *C.metra_group
	return newGroup(C.metra_go_group_operator(g.use(), &c, &out), &out)
}
