/* Counters. */
#include "cell.h"
#include "handle.h"
#include "library.h"
#include "number.h"
#include "types.h"

PyObject *group_counter(PyObject *self, PyObject *args)
{
    const char *name;
    if (!PyArg_ParseTuple(args, "s:counter", &name)) return NULL;
    PyObject *made = handle_new(types.counter);
    if (made == NULL || !group_is_enabled(self)) return made;
    metra_group *group = handle_pointer(self);
    metra_counter *counter = NULL;
    metra_status status;
    WITHOUT_GIL(status = metra.group_counter(group, name, &counter));
    return handle_finish(made, counter, status);
}

static PyObject *inc(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords)
{
    static const Parameter n = {"inc", "n", NULL, true};
    int64_t by = 1;
    if (!number_argument(args, count, keywords, &n, &by)) return NULL;
    metra.counter_inc(handle_pointer(self), by);
    Py_RETURN_NONE;
}

static PyObject *dec(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords)
{
    static const Parameter n = {"dec", "n", NULL, true};
    int64_t by = 1;
    if (!number_argument(args, count, keywords, &n, &by)) return NULL;
    metra.counter_dec(handle_pointer(self), by);
    Py_RETURN_NONE;
}

static PyObject *get_count(PyObject *self, PyObject *unused)
{
    (void)unused;
    return PyLong_FromLongLong(metra.counter_count(handle_pointer(self)));
}

static void dealloc(PyObject *self)
{
    metra.counter_free(handle_pointer(self));
    handle_dealloc(self);
}

static PyMethodDef methods[] = {
    {"inc", (PyCFunction)(void (*)(void))inc, METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("inc($self, /, n=1)\n--\n\nAdds n, an int; the sum wraps at 64 bits.")},
    {"dec", (PyCFunction)(void (*)(void))dec, METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("dec($self, /, n=1)\n--\n\nSubtracts n, an int; the sum wraps at 64 bits.")},
    {"get_count", get_count, METH_NOARGS,
     PyDoc_STR("get_count($self, /)\n--\n\nThe sum so far; exact once writers are quiet.")},
    CELL_METHODS(counter),
    {0},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, PyDoc_STR("A sum that goes up and down.\n\nAny thread may use it; updates take no lock.")},
    {Py_tp_dealloc, dealloc},
    {Py_tp_methods, methods},
    {0},
};

PyType_Spec counter_spec = {
    .name = "metra.Counter",
    .basicsize = sizeof(Handle),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};
