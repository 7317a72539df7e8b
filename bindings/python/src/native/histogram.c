/* Histograms. */
#include "batch.h"
#include "handle.h"
#include "library.h"
#include "number.h"
#include "reading.h"
#include "status.h"
#include "types.h"

#include <math.h>

PyObject *group_histogram(PyObject *self, PyObject *args)
{
    const char *name;
    if (!PyArg_ParseTuple(args, "s:histogram", &name)) return NULL;
    PyObject *made = handle_new(types.histogram);
    if (made == NULL || !group_is_enabled(self)) return made;
    metra_group *group = handle_pointer(self);
    metra_histogram *histogram = NULL;
    metra_status status;
    WITHOUT_GIL(status = metra.group_histogram(group, name, &histogram));
    return handle_finish(made, histogram, status);
}

static PyObject *update(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords)
{
    static const Parameter parameter = {"update", "value", "n", false};
    int64_t value = 0;
    if (!number_argument(args, count, keywords, &parameter, &value)) return NULL;
    metra.histogram_update(handle_pointer(self), value);
    Py_RETURN_NONE;
}

static PyObject *update_many(PyObject *self, PyObject *values)
{
    Batch batch;
    if (!batch_take(values, &batch)) return NULL;
    metra.histogram_update_many(handle_pointer(self), batch.values, batch.len);
    batch_free(&batch);
    Py_RETURN_NONE;
}

/* What a histogram says that counts for nobody. */
static PyObject *read_nothing(void)
{
    metra_histogram_reading nothing = {.mean = NAN, .stddev = NAN, .p50 = NAN, .p75 = NAN, .p95 = NAN, .p98 = NAN,
                                       .p99 = NAN, .p999 = NAN};
    return reading_of_histogram(&nothing);
}

static PyObject *read_all(PyObject *self, PyObject *unused)
{
    (void)unused;
    metra_histogram *histogram = handle_pointer(self);
    if (histogram == NULL) return read_nothing();
    metra_histogram_reading reading = {.size = sizeof reading};
    metra_status status;
    WITHOUT_GIL(status = metra.histogram_read(histogram, &reading));
    if (status == METRA_OK) return reading_of_histogram(&reading);
    status_raise(status);
    return NULL;
}

static PyObject *quantile(PyObject *self, PyObject *argument)
{
    double q = PyFloat_AsDouble(argument);
    if (q == -1.0 && PyErr_Occurred()) return NULL;
    metra_histogram *histogram = handle_pointer(self);
    double found = NAN;
    metra_status status = METRA_OK;
    if (histogram != NULL) WITHOUT_GIL(status = metra.histogram_quantile(histogram, q, &found));
    if (status == METRA_OK) return PyFloat_FromDouble(found);
    status_raise(status);
    return NULL;
}

static void dealloc(PyObject *self)
{
    metra.histogram_free(handle_pointer(self));
    handle_dealloc(self);
}

static PyMethodDef methods[] = {
    {"update", (PyCFunction)(void (*)(void))update, METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("update($self, /, value)\n--\n\nAdds a value, an int; buckets know it within 1 %.")},
    {"update_many", update_many, METH_O,
     PyDoc_STR("update_many($self, values, /)\n--\n\nAdds all values of a buffer of 64-bit integers, or of any iterable "
               "of ints: all or, on an error, none.")},
    {"read", read_all, METH_NOARGS,
     PyDoc_STR("read($self, /)\n--\n\nCount and sum of all values, and what the window says of the latest ones.")},
    {"quantile", quantile, METH_O,
     PyDoc_STR("quantile($self, q, /)\n--\n\nAny quantile of the window, q above 0 and at most 1; NaN without values.")},
    {0},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, PyDoc_STR("Values in buckets: count and sum for life, quantiles over a window of time.\n\n"
                          "Any thread may use it; updates take no lock.")},
    {Py_tp_dealloc, dealloc},
    {Py_tp_methods, methods},
    {0},
};

PyType_Spec histogram_spec = {
    .name = "metra.Histogram",
    .basicsize = sizeof(Handle),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};
