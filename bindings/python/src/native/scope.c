/* How groups and their metrics are named. */
#include "callback.h"
#include "gate.h"
#include "handle.h"
#include "library.h"
#include "text.h"
#include "types.h"

#include <stdlib.h>
#include <string.h>

PyObject *group_scope_components(PyObject *self, PyObject *unused)
{
    (void)unused;
    metra_group *group = handle_pointer(self);
    size_t count = metra.group_scope_component_count(group);
    PyObject *list = PyList_New(0);
    for (size_t at = 0; list != NULL && at < count; at++) {
        PyObject *component = PyUnicode_FromString(metra.group_scope_component(group, at));
        if (component == NULL || PyList_Append(list, component) != 0) Py_CLEAR(list);
        Py_XDECREF(component);
    }
    return list;
}

PyObject *group_all_variables(PyObject *self, PyObject *unused)
{
    (void)unused;
    metra_group *group = handle_pointer(self);
    size_t count = metra.group_variable_count(group);
    PyObject *dict = PyDict_New();
    for (size_t at = 0; dict != NULL && at < count; at++) {
        PyObject *value = PyUnicode_FromString(metra.group_variable_value(group, at));
        const char *key = metra.group_variable_key(group, at);
        if (value == NULL || PyDict_SetItemString(dict, key, value) != 0) Py_CLEAR(dict);
        Py_XDECREF(value);
    }
    return dict;
}

PyObject *group_metric_identifier(PyObject *self, PyObject *args)
{
    const char *name;
    if (!PyArg_ParseTuple(args, "s:metric_identifier", &name)) return NULL;
    metra_group *group = handle_pointer(self);
    size_t len = metra.group_metric_identifier(group, name, NULL, 0);
    char *text = malloc(len + 1);
    if (text == NULL) return PyErr_NoMemory();
    metra.group_metric_identifier(group, name, text, len + 1);
    PyObject *identifier = PyUnicode_FromStringAndSize(text, (Py_ssize_t)len);
    free(text);
    return identifier;
}

/* --- spelled as a reporter would --- */

/* A character filter at work. */
typedef struct Filter {
    PyObject *function;
    /* Whether it raised; the exception is set, and it is not called again. */
    bool has_failed;
    /* One call of it. */
    const char *text;
    char *buf;
    size_t cap, len;
} Filter;

/* Writes as snprintf does. */
static size_t write_text(const char *text, size_t len, char *buf, size_t cap)
{
    if (cap == 0) return len;
    size_t fitting = len < cap ? len : cap - 1;
    memcpy(buf, text, fitting);
    buf[fitting] = '\0';
    return len;
}

static void filter_in_python(void *argument)
{
    Filter *filter = argument;
    if (filter->has_failed) return;
    PyObject *result = PyObject_CallFunction(filter->function, "s", filter->text);
    const char *text = result == NULL ? NULL : text_from(result);
    filter->has_failed = text == NULL;
    if (text != NULL) filter->len = write_text(text, strlen(text), filter->buf, filter->cap);
    Py_XDECREF(result);
}

static size_t apply_filter(void *userdata, const char *text, char *buf, size_t cap)
{
    Filter *filter = userdata;
    filter->text = text;
    filter->buf = buf;
    filter->cap = cap;
    filter->len = write_text("", 0, buf, cap);
    (void)gate_run(gate_epoch(), filter_in_python, filter);
    return filter->len;
}

typedef size_t (*Spell)(const metra_group *group, const char *name_or_null, const metra_identity_options *options, char *buf,
                        size_t cap);

static size_t spell_identifier(const metra_group *group, const char *name, const metra_identity_options *options, char *buf,
                               size_t cap)
{
    return metra.group_metric_identifier_with(group, name, options, buf, cap);
}

static size_t spell_logical_scope(const metra_group *group, const char *unused, const metra_identity_options *options,
                                  char *buf, size_t cap)
{
    (void)unused;
    return metra.group_logical_scope(group, options, buf, cap);
}

/* The text, or NULL with an exception of the filter's. A filter that answers otherwise the second time gets what fits. */
static PyObject *spell(Spell function, PyObject *self, const char *name, metra_identity_options *options, Filter *filter)
{
    metra_group *group = handle_pointer(self);
    size_t len = function(group, name, options, NULL, 0);
    if (filter->has_failed) return NULL;
    char *text = calloc(len + 1, 1);
    if (text == NULL) return PyErr_NoMemory();
    function(group, name, options, text, len + 1);
    PyObject *result = filter->has_failed ? NULL : PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), "ignore");
    free(text);
    return result;
}

/* Options as they are parsed, with the filter that is a callable or None. */
static bool use_filter(metra_identity_options *options, Filter *filter)
{
    if (filter->function == Py_None) return true;
    if (!PyCallable_Check(filter->function)) {
        PyErr_Format(PyExc_TypeError, "%R cannot be called", filter->function);
        return false;
    }
    options->filter = apply_filter;
    options->userdata = filter;
    return true;
}

PyObject *group_metric_identifier_with(PyObject *self, PyObject *args)
{
    const char *name;
    metra_identity_options options = {.size = sizeof options};
    Filter filter = {0};
    if (!PyArg_ParseTuple(args, "szO:metric_identifier_with", &name, &options.reporter_delimiter, &filter.function))
        return NULL;
    return use_filter(&options, &filter) ? spell(spell_identifier, self, name, &options, &filter) : NULL;
}

PyObject *group_logical_scope(PyObject *self, PyObject *args)
{
    metra_identity_options options = {.size = sizeof options};
    Filter filter = {0};
    if (!PyArg_ParseTuple(args, "zzO:logical_scope", &options.reporter_delimiter, &options.logical_delimiter,
                          &filter.function))
        return NULL;
    return use_filter(&options, &filter) ? spell(spell_logical_scope, self, NULL, &options, &filter) : NULL;
}
