/* Flink's components below a job manager or a task manager. */
#include "handle.h"
#include "library.h"
#include "text.h"
#include "types.h"

PyObject *group_job(PyObject *self, PyObject *args)
{
    metra_job_info info = {.size = sizeof info};
    if (!PyArg_ParseTuple(args, "zz:job", &info.job_id, &info.job_name)) return NULL;
    PyObject *made = handle_new(Py_TYPE(self));
    metra_group *parent = handle_pointer(self);
    if (made == NULL || parent == NULL) return made;
    metra_group *group = NULL;
    metra_status status;
    WITHOUT_GIL(status = metra.group_job(parent, &info, &group));
    return handle_finish(made, group, status);
}

PyObject *group_task(PyObject *self, PyObject *args)
{
    metra_task_info info = {.size = sizeof info};
    int index, attempt;
    if (!PyArg_ParseTuple(args, "zzzii:task", &info.task_id, &info.task_name, &info.task_attempt_id, &index, &attempt))
        return NULL;
    info.subtask_index = index;
    info.task_attempt_num = attempt;
    PyObject *made = handle_new(Py_TYPE(self));
    metra_group *parent = handle_pointer(self);
    if (made == NULL || parent == NULL) return made;
    metra_group *group = NULL;
    metra_status status;
    WITHOUT_GIL(status = metra.group_task(parent, &info, &group));
    return handle_finish(made, group, status);
}

static PyObject *make_operator(PyObject *self, const metra_operator_info *info)
{
    PyObject *made = handle_new(Py_TYPE(self));
    metra_group *parent = handle_pointer(self);
    if (made == NULL || parent == NULL) return made;
    metra_group *group = NULL;
    metra_status status;
    WITHOUT_GIL(status = metra.group_operator(parent, info, &group));
    return handle_finish(made, group, status);
}

PyObject *group_operator(PyObject *self, PyObject *args)
{
    metra_operator_info info = {.size = sizeof info};
    PyObject *dict_or_none;
    if (!PyArg_ParseTuple(args, "zzzzO:operator", &info.operator_id, &info.operator_name, &info.task_id,
                          &info.task_name, &dict_or_none))
        return NULL;
    Variables variables;
    if (!variables_from(dict_or_none, &variables)) return NULL;
    info.variables = variables.list;
    info.variables_len = variables.len;
    PyObject *made = make_operator(self, &info);
    variables_free(&variables);
    return made;
}
