/* Clocks that stand still. */
#include "handle.h"
#include "library.h"
#include "status.h"
#include "types.h"

static PyObject *new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    static char *none[] = {NULL};
    if (!PyArg_ParseTupleAndKeywords(args, keywords, ":Clock", none)) return NULL;
    PyObject *made = handle_new(type);
    if (made == NULL) return NULL;
    metra_clock *clock = NULL;
    metra_status status = metra.clock_new(&clock);
    return handle_finish(made, clock, status);
}

static PyObject *advance(PyObject *self, PyObject *milliseconds)
{
    unsigned long long ms = PyLong_AsUnsignedLongLong(milliseconds);
    if (ms == (unsigned long long)-1 && PyErr_Occurred()) return NULL;
    metra_clock *clock = handle_pointer(self);
    metra_status status;
    WITHOUT_GIL(status = metra.clock_advance(clock, ms));
    return status_result(status);
}

static void dealloc(PyObject *self)
{
    metra.clock_free(handle_pointer(self));
    handle_dealloc(self);
}

static PyMethodDef methods[] = {{"_advance", advance, METH_O, NULL}, {0}};

static PyType_Slot slots[] = {
    {Py_tp_new, new},
    {Py_tp_dealloc, dealloc},
    {Py_tp_methods, methods},
    {0},
};

PyType_Spec clock_spec = {
    .name = "metra._native.Clock",
    .basicsize = sizeof(Handle),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = slots,
};
