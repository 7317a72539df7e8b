/* The whole number that an update takes. */
#ifndef METRA_NUMBER_H
#define METRA_NUMBER_H

#include "abi.h"

/* A parameter as Python sees it. */
typedef struct Parameter {
    const char *method;
    const char *name;
    /* Another name that is in use, or NULL. */
    const char *alias;
    bool optional;
} Parameter;

/* Takes a Python int, or what stands for one; others raise TypeError, and OverflowError beyond 64 bits. */
static inline bool number_take(PyObject *object, int64_t *out)
{
    long long value = PyLong_AsLongLong(object);
    if (value == -1 && PyErr_Occurred()) return false;
    *out = value;
    return true;
}

/* The argument by keyword, or the error about what is missing or too much. */
bool number_argument_by_name(PyObject *const *args, Py_ssize_t count, PyObject *keywords, const Parameter *parameter,
                             int64_t *out);

/* The only argument of an update, METH_FASTCALL | METH_KEYWORDS; an optional one that is absent leaves `out` alone. */
static inline bool number_argument(PyObject *const *args, Py_ssize_t count, PyObject *keywords,
                                   const Parameter *parameter, int64_t *out)
{
    if (keywords == NULL && count == 1) return number_take(args[0], out);
    if (keywords == NULL && count == 0 && parameter->optional) return true;
    return number_argument_by_name(args, count, keywords, parameter, out);
}

#endif
