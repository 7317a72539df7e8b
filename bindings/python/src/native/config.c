/* Configurations. */
#include "callback.h"
#include "gate.h"
#include "handle.h"
#include "library.h"
#include "status.h"
#include "types.h"

static PyObject *new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    static char *none[] = {NULL};
    if (!PyArg_ParseTupleAndKeywords(args, keywords, ":Config", none)) return NULL;
    PyObject *made = handle_new(type);
    if (made == NULL) return NULL;
    metra_config *config = NULL;
    metra_status status = metra.config_new(&config);
    return handle_finish(made, config, status);
}

static PyObject *set(PyObject *self, PyObject *args)
{
    const char *key, *value;
    if (!PyArg_ParseTuple(args, "ss:set", &key, &value)) return NULL;
    metra_config *config = handle_pointer(self);
    metra_status status;
    WITHOUT_GIL(status = metra.config_set(config, key, value));
    return status_result(status);
}

static PyObject *load(PyObject *self, PyObject *args)
{
    const char *path;
    if (!PyArg_ParseTuple(args, "s:load", &path)) return NULL;
    metra_config *config = handle_pointer(self);
    metra_status status;
    WITHOUT_GIL(status = metra.config_load(config, path));
    return status_result(status);
}

static PyObject *set_clock(PyObject *self, PyObject *args)
{
    PyObject *clock;
    if (!PyArg_ParseTuple(args, "O!:set_clock", types.clock, &clock)) return NULL;
    metra_config *config = handle_pointer(self);
    metra_status status;
    WITHOUT_GIL(status = metra.config_set_clock(config, handle_pointer(clock)));
    return status_result(status);
}

/* --- the log --- */

typedef struct Line {
    Callback *callback;
    int level;
    const char *text;
} Line;

static void say_in_python(void *argument)
{
    Line *line = argument;
    PyObject *result = PyObject_CallFunction(line->callback->object, "is", line->level, line->text);
    if (result == NULL) callback_failed(line->callback);
    Py_XDECREF(result);
}

static void say(void *userdata, metra_log_level level, const char *text)
{
    Line line = {userdata, level, text};
    (void)gate_run(line.callback->epoch, say_in_python, &line);
}

static PyObject *set_log(PyObject *self, PyObject *function)
{
    Callback *callback = callback_new_callable(function);
    if (callback == NULL) return NULL;
    metra_config *config = handle_pointer(self);
    metra_status status;
    WITHOUT_GIL(status = metra.config_set_log(config, say, callback, callback_drop));
    return status_result(status);
}

static void dealloc(PyObject *self)
{
    metra_config *config = handle_pointer(self);
    WITHOUT_GIL(metra.config_free(config));
    handle_dealloc(self);
}

static PyMethodDef methods[] = {
    {"_set", set, METH_VARARGS, NULL},
    {"_load", load, METH_VARARGS, NULL},
    {"_set_clock", set_clock, METH_VARARGS, NULL},
    {"_set_log", set_log, METH_O, NULL},
    {"_add_reporter", config_add_reporter, METH_VARARGS, NULL},
    {0},
};

static PyType_Slot slots[] = {
    {Py_tp_new, new},
    {Py_tp_dealloc, dealloc},
    {Py_tp_methods, methods},
    {0},
};

PyType_Spec config_spec = {
    .name = "metra._native.Config",
    .basicsize = sizeof(Handle),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = slots,
};
