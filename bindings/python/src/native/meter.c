/* Meters. */
#include "cell.h"
#include "handle.h"
#include "library.h"
#include "number.h"
#include "types.h"

PyObject *group_meter(PyObject *self, PyObject *args)
{
    const char *name;
    long long span;
    if (!PyArg_ParseTuple(args, "sL:meter", &name, &span)) return NULL;
    PyObject *made = handle_new(types.meter);
    if (made == NULL || !group_is_enabled(self)) return made;
    metra_group *group = handle_pointer(self);
    metra_meter *meter = NULL;
    metra_status status;
    WITHOUT_GIL(status = metra.group_meter(group, name, span, &meter));
    return handle_finish(made, meter, status);
}

PyObject *group_meter_over(PyObject *self, PyObject *args)
{
    const char *name;
    PyObject *counter;
    long long span;
    if (!PyArg_ParseTuple(args, "sO!L:meter_over", &name, types.counter, &counter, &span)) return NULL;
    PyObject *made = handle_new(types.meter);
    if (made == NULL || !group_is_enabled(self)) return made;
    metra_group *group = handle_pointer(self);
    metra_meter *meter = NULL;
    metra_status status;
    WITHOUT_GIL(status = metra.group_meter_over(group, name, handle_pointer(counter), span, &meter));
    return handle_finish(made, meter, status);
}

static PyObject *mark_event(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords)
{
    static const Parameter parameter = {"mark_event", "value", "n", true};
    int64_t events = 1;
    if (!number_argument(args, count, keywords, &parameter, &events)) return NULL;
    metra.meter_mark_event(handle_pointer(self), events);
    Py_RETURN_NONE;
}

static PyObject *get_count(PyObject *self, PyObject *unused)
{
    (void)unused;
    return PyLong_FromLongLong(metra.meter_count(handle_pointer(self)));
}

static PyObject *get_rate(PyObject *self, PyObject *unused)
{
    (void)unused;
    return PyFloat_FromDouble(metra.meter_rate(handle_pointer(self)));
}

static void dealloc(PyObject *self)
{
    metra.meter_free(handle_pointer(self));
    handle_dealloc(self);
}

static PyMethodDef methods[] = {
    {"mark_event", (PyCFunction)(void (*)(void))mark_event, METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("mark_event($self, /, value=1)\n--\n\nCounts events, an int.")},
    {"get_count", get_count, METH_NOARGS, PyDoc_STR("get_count($self, /)\n--\n\nEvents so far; exact once writers are quiet.")},
    {"get_rate", get_rate, METH_NOARGS,
     PyDoc_STR("get_rate($self, /)\n--\n\nEvents per second, as of the last tick, of which there is one every five "
               "seconds.")},
    CELL_METHODS(meter),
    {0},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, PyDoc_STR("Events and their rate per second over a time span.\n\n"
                          "Any thread may use it; updates take no lock.")},
    {Py_tp_dealloc, dealloc},
    {Py_tp_methods, methods},
    {0},
};

PyType_Spec meter_spec = {
    .name = "metra.Meter",
    .basicsize = sizeof(Handle),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};
