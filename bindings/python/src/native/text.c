#include "text.h"

#include <stdlib.h>
#include <string.h>

const char *text_from(PyObject *object)
{
    if (!PyUnicode_Check(object)) {
        PyErr_Format(PyExc_TypeError, "%R is no str", object);
        return NULL;
    }
    Py_ssize_t len;
    const char *text = PyUnicode_AsUTF8AndSize(object, &len);
    if (text == NULL) return NULL;
    if (strlen(text) == (size_t)len) return text;
    PyErr_SetString(PyExc_ValueError, "embedded null character");
    return NULL;
}

PyObject *text_or_none(const char *text)
{
    if (text == NULL) Py_RETURN_NONE;
    return PyUnicode_FromString(text);
}

static bool fill(PyObject *items, metra_variable *list)
{
    Py_ssize_t len = PyList_Size(items);
    for (Py_ssize_t at = 0; at < len; at++) {
        PyObject *item = PyList_GetItem(items, at);
        list[at].key = text_from(PyTuple_GetItem(item, 0));
        if (list[at].key == NULL) return false;
        list[at].value = text_from(PyTuple_GetItem(item, 1));
        if (list[at].value == NULL) return false;
    }
    return true;
}

bool variables_from(PyObject *dict_or_none, Variables *out)
{
    *out = (Variables){NULL, NULL, 0};
    if (dict_or_none == Py_None) return true;
    if (!PyDict_Check(dict_or_none)) {
        PyErr_Format(PyExc_TypeError, "%R is no dict of variables", dict_or_none);
        return false;
    }
    out->items = PyDict_Items(dict_or_none);
    if (out->items == NULL) return false;
    out->len = (size_t)PyList_Size(out->items);
    out->list = calloc(out->len + 1, sizeof *out->list);
    if (out->list == NULL) PyErr_NoMemory();
    if (out->list != NULL && fill(out->items, out->list)) return true;
    variables_free(out);
    return false;
}

void variables_free(Variables *variables)
{
    free(variables->list);
    Py_XDECREF(variables->items);
}

static bool put(PyObject *dict, const metra_variable *variable)
{
    PyObject *value = PyUnicode_FromString(variable->value);
    bool done = value != NULL && PyDict_SetItemString(dict, variable->key, value) == 0;
    Py_XDECREF(value);
    return done;
}

PyObject *variables_to_dict(const metra_variable *list, size_t len)
{
    PyObject *dict = PyDict_New();
    for (size_t at = 0; dict != NULL && at < len; at++)
        if (!put(dict, &list[at])) Py_CLEAR(dict);
    return dict;
}
