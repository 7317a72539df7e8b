/* Groups: the tree. What they register and how they are named is in files of their own. */
#include "handle.h"
#include "library.h"
#include "status.h"
#include "types.h"

bool group_is_enabled(PyObject *self)
{
    return metra.group_is_python_enabled(handle_pointer(self)) != 0;
}

static PyObject *add_group(PyObject *self, PyObject *args)
{
    const char *key, *value_or_null;
    if (!PyArg_ParseTuple(args, "sz:add_group", &key, &value_or_null)) return NULL;
    PyObject *made = handle_new(Py_TYPE(self));
    metra_group *parent = handle_pointer(self);
    if (made == NULL || parent == NULL) return made;
    metra_group *group = NULL;
    metra_status status;
    WITHOUT_GIL(status = metra.group_add_group(parent, key, value_or_null, &group));
    return handle_finish(made, group, status);
}

static PyObject *unregister(PyObject *self, PyObject *args)
{
    const char *name;
    if (!PyArg_ParseTuple(args, "s:unregister", &name)) return NULL;
    if (!group_is_enabled(self)) Py_RETURN_NONE;
    metra_group *group = handle_pointer(self);
    metra_status status;
    WITHOUT_GIL(status = metra.group_unregister(group, name));
    return status_result(status);
}

static PyObject *end(PyObject *self, PyObject *unused)
{
    (void)unused;
    metra_group *group = handle_pointer(self);
    if (group == NULL) Py_RETURN_NONE;
    metra_status status;
    WITHOUT_GIL(status = metra.group_close(group));
    return status_result(status);
}

static PyObject *is_closed(PyObject *self, void *unused)
{
    (void)unused;
    metra_group *group = handle_pointer(self);
    return PyBool_FromLong(group != NULL && metra.group_is_closed(group));
}

static PyObject *token(PyObject *self, void *unused)
{
    (void)unused;
    return PyLong_FromUnsignedLongLong(metra.group_token(handle_pointer(self)));
}

/* A class method. */
static PyObject *from_token(PyObject *class, PyObject *argument)
{
    unsigned long long number = PyLong_AsUnsignedLongLong(argument);
    if (number == (unsigned long long)-1 && PyErr_Occurred()) return NULL;
    PyObject *made = handle_new((PyTypeObject *)class);
    if (made == NULL) return NULL;
    metra_group *group = NULL;
    metra_status status;
    WITHOUT_GIL(status = metra.group_from_token(number, &group));
    return handle_finish(made, group, status);
}

static PyObject *new_null(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    static char *none[] = {NULL};
    if (!PyArg_ParseTupleAndKeywords(args, keywords, ":MetricGroup", none)) return NULL;
    return handle_new(type);
}

static void dealloc(PyObject *self)
{
    metra.group_free(handle_pointer(self));
    handle_dealloc(self);
}

static PyMethodDef methods[] = {
    {"_add_group", add_group, METH_VARARGS, NULL},
    {"_unregister", unregister, METH_VARARGS, NULL},
    {"_close", end, METH_NOARGS, NULL},
    {"_from_token", from_token, METH_O | METH_CLASS, NULL},
    {"_counter", group_counter, METH_VARARGS, NULL},
    {"_monotonic_counter", group_monotonic_counter, METH_VARARGS, NULL},
    {"_gauge", group_gauge, METH_VARARGS, NULL},
    {"_settable_gauge", group_settable_gauge, METH_VARARGS, NULL},
    {"_distribution", group_distribution, METH_VARARGS, NULL},
    {"_meter", group_meter, METH_VARARGS, NULL},
    {"_meter_over", group_meter_over, METH_VARARGS, NULL},
    {"_histogram", group_histogram, METH_VARARGS, NULL},
    {"_job", group_job, METH_VARARGS, NULL},
    {"_task", group_task, METH_VARARGS, NULL},
    {"_operator", group_operator, METH_VARARGS, NULL},
    {"_scope_components", group_scope_components, METH_NOARGS, NULL},
    {"_all_variables", group_all_variables, METH_NOARGS, NULL},
    {"_metric_identifier", group_metric_identifier, METH_VARARGS, NULL},
    {"_metric_identifier_with", group_metric_identifier_with, METH_VARARGS, NULL},
    {"_logical_scope", group_logical_scope, METH_VARARGS, NULL},
    {0},
};

static PyGetSetDef properties[] = {
    {"_is_closed", is_closed, NULL, NULL, NULL},
    {"_token", token, NULL, NULL, NULL},
    {0},
};

static PyType_Slot slots[] = {
    {Py_tp_new, new_null},
    {Py_tp_dealloc, dealloc},
    {Py_tp_methods, methods},
    {Py_tp_getset, properties},
    {0},
};

PyType_Spec group_spec = {
    .name = "metra._native.Group",
    .basicsize = sizeof(Handle),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = slots,
};
