/* Distributions. */
#include "batch.h"
#include "cell.h"
#include "handle.h"
#include "library.h"
#include "number.h"
#include "reading.h"
#include "status.h"
#include "types.h"

PyObject *group_distribution(PyObject *self, PyObject *args)
{
    const char *name;
    if (!PyArg_ParseTuple(args, "s:distribution", &name)) return NULL;
    PyObject *made = handle_new(types.distribution);
    if (made == NULL || !group_is_enabled(self)) return made;
    metra_group *group = handle_pointer(self);
    metra_distribution *distribution = NULL;
    metra_status status;
    WITHOUT_GIL(status = metra.group_distribution(group, name, &distribution));
    return handle_finish(made, distribution, status);
}

static PyObject *update(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords)
{
    static const Parameter parameter = {"update", "value", "n", false};
    int64_t value = 0;
    if (!number_argument(args, count, keywords, &parameter, &value)) return NULL;
    metra.distribution_update(handle_pointer(self), value);
    Py_RETURN_NONE;
}

static PyObject *update_many(PyObject *self, PyObject *values)
{
    Batch batch;
    if (!batch_take(values, &batch)) return NULL;
    metra.distribution_update_many(handle_pointer(self), batch.values, batch.len);
    batch_free(&batch);
    Py_RETURN_NONE;
}

static PyObject *read_all(PyObject *self, PyObject *unused)
{
    (void)unused;
    metra_distribution_reading reading = {.size = sizeof reading};
    metra_distribution *distribution = handle_pointer(self);
    if (distribution == NULL) return reading_of_distribution(&reading);
    metra_status status = metra.distribution_read(distribution, &reading);
    if (status == METRA_OK) return reading_of_distribution(&reading);
    status_raise(status);
    return NULL;
}

static void dealloc(PyObject *self)
{
    metra.distribution_free(handle_pointer(self));
    handle_dealloc(self);
}

static PyMethodDef methods[] = {
    {"update", (PyCFunction)(void (*)(void))update, METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("update($self, /, value)\n--\n\nAdds a value, an int.")},
    {"update_many", update_many, METH_O,
     PyDoc_STR("update_many($self, values, /)\n--\n\nAdds all values of a buffer of 64-bit integers, or of any iterable "
               "of ints: all or, on an error, none.")},
    {"read", read_all, METH_NOARGS,
     PyDoc_STR("read($self, /)\n--\n\nCount, sum, minimum, maximum and mean, all of the same moment.")},
    CELL_METHODS(distribution),
    {0},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, PyDoc_STR("Count, sum, minimum, maximum and mean of values.\n\n"
                          "Any thread may use it; updates take no lock.")},
    {Py_tp_dealloc, dealloc},
    {Py_tp_methods, methods},
    {0},
};

PyType_Spec distribution_spec = {
    .name = "metra.Distribution",
    .basicsize = sizeof(Handle),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};
