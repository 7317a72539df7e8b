/* Registries. */
#include "handle.h"
#include "library.h"
#include "names.h"
#include "reading.h"
#include "status.h"
#include "text.h"
#include "types.h"

static PyObject *new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    static char *none[] = {"", NULL};
    PyObject *config;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O!:Registry", none, types.config, &config)) return NULL;
    PyObject *made = handle_new(type);
    if (made == NULL) return NULL;
    metra_registry *registry = NULL;
    metra_status status;
    WITHOUT_GIL(status = metra.registry_new(handle_pointer(config), &registry));
    return handle_finish(made, registry, status);
}

/* A class method: the registry, and None or the exception that says what is wrong with its configuration. */
static PyObject *default_registry(PyObject *class, PyObject *unused)
{
    (void)unused;
    PyObject *made = handle_new((PyTypeObject *)class);
    if (made == NULL) return NULL;
    metra_registry *registry = NULL;
    metra_status status;
    WITHOUT_GIL(status = metra.registry_default(&registry));
    if (registry == NULL) return handle_finish(made, NULL, status);
    PyObject *complaint = status == METRA_OK ? Py_None
                                             : PyObject_CallFunction(names.error_of, "iss", (int)status,
                                                                     metra.status_name((int)status), metra.last_error());
    made = handle_finish(made, registry, METRA_OK);
    if (complaint == Py_None) Py_INCREF(complaint);
    return Py_BuildValue("NN", made, complaint);
}

static PyObject *set_default(PyObject *self, PyObject *unused)
{
    (void)unused;
    metra_registry *registry = handle_pointer(self);
    metra_status status;
    WITHOUT_GIL(status = metra.registry_set_default(registry));
    return status_result(status);
}

static PyObject *end(PyObject *self, PyObject *args)
{
    unsigned int deadline_ms;
    if (!PyArg_ParseTuple(args, "I:close", &deadline_ms)) return NULL;
    metra_registry *registry = handle_pointer(self);
    metra_status status;
    WITHOUT_GIL(status = metra.registry_close(registry, deadline_ms));
    return status_result(status);
}

static PyObject *after_fork(PyObject *self, PyObject *args)
{
    int mode;
    if (!PyArg_ParseTuple(args, "i:after_fork", &mode)) return NULL;
    metra_registry *registry = handle_pointer(self);
    metra_status status;
    WITHOUT_GIL(status = metra.registry_after_fork(registry, mode));
    return status_result(status);
}

/* --- roots; the first argument is the class of the group --- */

static PyObject *make_root(PyObject *self, PyObject *type, const metra_root_info *info)
{
    PyObject *made = handle_new((PyTypeObject *)type);
    if (made == NULL) return NULL;
    metra_registry *registry = handle_pointer(self);
    metra_group *group = NULL;
    metra_status status;
    WITHOUT_GIL(status = metra.registry_root(registry, info, &group));
    return handle_finish(made, group, status);
}

static PyObject *root(PyObject *self, PyObject *args)
{
    metra_root_info info = {.size = sizeof info};
    PyObject *type, *dict_or_none;
    if (!PyArg_ParseTuple(args, "OsO:root", &type, &info.name, &dict_or_none)) return NULL;
    Variables variables;
    if (!handle_check_class(type, types.group) || !variables_from(dict_or_none, &variables)) return NULL;
    info.variables = variables.list;
    info.variables_len = variables.len;
    PyObject *made = make_root(self, type, &info);
    variables_free(&variables);
    return made;
}

static PyObject *jobmanager(PyObject *self, PyObject *args)
{
    metra_jobmanager_info info = {.size = sizeof info};
    PyObject *type;
    if (!PyArg_ParseTuple(args, "Oz:jobmanager", &type, &info.host)) return NULL;
    if (!handle_check_class(type, types.group)) return NULL;
    PyObject *made = handle_new((PyTypeObject *)type);
    if (made == NULL) return NULL;
    metra_registry *registry = handle_pointer(self);
    metra_group *group = NULL;
    metra_status status;
    WITHOUT_GIL(status = metra.registry_jobmanager(registry, &info, &group));
    return handle_finish(made, group, status);
}

static PyObject *taskmanager(PyObject *self, PyObject *args)
{
    metra_taskmanager_info info = {.size = sizeof info};
    PyObject *type;
    if (!PyArg_ParseTuple(args, "Ozz:taskmanager", &type, &info.host, &info.tm_id)) return NULL;
    if (!handle_check_class(type, types.group)) return NULL;
    PyObject *made = handle_new((PyTypeObject *)type);
    if (made == NULL) return NULL;
    metra_registry *registry = handle_pointer(self);
    metra_group *group = NULL;
    metra_status status;
    WITHOUT_GIL(status = metra.registry_taskmanager(registry, &info, &group));
    return handle_finish(made, group, status);
}

/* --- what it tells of itself --- */

static PyObject *losses(PyObject *self, PyObject *unused)
{
    (void)unused;
    metra_losses found = {.size = sizeof found};
    metra_status status = metra.registry_losses(handle_pointer(self), &found);
    if (status == METRA_OK)
        return PyObject_CallFunction(names.losses, "KKKKKKKK", found.name_collisions, found.limits,
                                     found.hidden_variables, found.equal_identities, found.gauge_timeouts,
                                     found.gauge_failures, found.inexpressible_values, found.panics);
    status_raise(status);
    return NULL;
}

static bool append_reporter(PyObject *list, metra_registry *registry, size_t index)
{
    metra_reporter_info info = {.size = sizeof info};
    metra_status status = metra.registry_reporter(registry, index, &info);
    if (status != METRA_OK) {
        status_raise(status);
        return false;
    }
    PyObject *reporter = reading_reporter(&info);
    bool done = reporter != NULL && PyList_Append(list, reporter) == 0;
    Py_XDECREF(reporter);
    return done;
}

static PyObject *reporters(PyObject *self, PyObject *unused)
{
    (void)unused;
    metra_registry *registry = handle_pointer(self);
    size_t count = metra.registry_reporter_count(registry);
    PyObject *list = PyList_New(0);
    for (size_t at = 0; list != NULL && at < count; at++)
        if (!append_reporter(list, registry, at)) Py_CLEAR(list);
    return list;
}

static void dealloc(PyObject *self)
{
    metra_registry *registry = handle_pointer(self);
    WITHOUT_GIL(metra.registry_free(registry));
    handle_dealloc(self);
}

static PyMethodDef methods[] = {
    {"_default", default_registry, METH_NOARGS | METH_CLASS, NULL},
    {"_set_default", set_default, METH_NOARGS, NULL},
    {"_close", end, METH_VARARGS, NULL},
    {"_after_fork", after_fork, METH_VARARGS, NULL},
    {"_root", root, METH_VARARGS, NULL},
    {"_jobmanager", jobmanager, METH_VARARGS, NULL},
    {"_taskmanager", taskmanager, METH_VARARGS, NULL},
    {"_collect", registry_collect, METH_NOARGS, NULL},
    {"_write", registry_write, METH_VARARGS, NULL},
    {"_read_gauge", registry_read_gauge, METH_VARARGS, NULL},
    {"_losses", losses, METH_NOARGS, NULL},
    {"_reporters", reporters, METH_NOARGS, NULL},
    {0},
};

static PyType_Slot slots[] = {
    {Py_tp_new, new},
    {Py_tp_dealloc, dealloc},
    {Py_tp_methods, methods},
    {0},
};

PyType_Spec registry_spec = {
    .name = "metra._native.Registry",
    .basicsize = sizeof(Handle),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = slots,
};
