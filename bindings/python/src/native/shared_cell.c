/* Shared cells, which anybody writes by atomic instructions. */
#include "cell.h"
#include "handle.h"
#include "library.h"
#include "number.h"
#include "types.h"

/* Writes to the cell; the metric helps where the cell is busy. */
typedef void (*Write)(void *cell, void *metric, int64_t value);

typedef struct SharedCell {
    /* Borrowed from the metric. */
    Handle handle;
    Write write;
    /* Owned: the cell is there as long as its handle. */
    PyObject *metric;
} SharedCell;

static void add(void *cell, void *metric, int64_t n)
{
    (void)metric;
    metra_shared_cell_add(cell, n);
}

static void add_positive(void *cell, void *metric, int64_t n)
{
    (void)metric;
    if (n > 0) metra_shared_cell_add(cell, n);
}

static void update(void *cell, void *metric, int64_t value)
{
    if (!metra_distribution_shared_cell_update(cell, value)) metra.distribution_update(metric, value);
}

static PyObject *new_cell(PyObject *metric, Write write, void *pointer)
{
    PyObject *self = handle_new(types.shared_cell);
    if (self == NULL) return NULL;
    SharedCell *cell = (SharedCell *)self;
    Py_INCREF(metric);
    cell->metric = metric;
    cell->write = write;
    return handle_finish(self, pointer, METRA_OK);
}

PyObject *shared_cell_of_counter(PyObject *counter, PyObject *unused)
{
    (void)unused;
    return new_cell(counter, add, metra.counter_shared_cell(handle_pointer(counter)));
}

PyObject *shared_cell_of_monotonic_counter(PyObject *counter, PyObject *unused)
{
    (void)unused;
    return new_cell(counter, add_positive, metra.monotonic_counter_shared_cell(handle_pointer(counter)));
}

PyObject *shared_cell_of_meter(PyObject *meter, PyObject *unused)
{
    (void)unused;
    return new_cell(meter, add, metra.meter_shared_cell(handle_pointer(meter)));
}

PyObject *shared_cell_of_distribution(PyObject *distribution, PyObject *unused)
{
    (void)unused;
    return new_cell(distribution, update, metra.distribution_shared_cell(handle_pointer(distribution)));
}

static PyObject *write_value(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords)
{
    static const Parameter parameter = {"write", "value", "n", false};
    const SharedCell *cell = (SharedCell *)self;
    int64_t value = 0;
    if (!number_argument(args, count, keywords, &parameter, &value)) return NULL;
    cell->write(cell->handle.pointer, handle_pointer(cell->metric), value);
    Py_RETURN_NONE;
}

static PyObject *address(PyObject *self, void *unused)
{
    (void)unused;
    return PyLong_FromVoidPtr(handle_pointer(self));
}

static void dealloc(PyObject *self)
{
    Py_XDECREF(((SharedCell *)self)->metric);
    handle_dealloc(self);
}

static PyMethodDef methods[] = {
    {"write", (PyCFunction)(void (*)(void))write_value, METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("write($self, /, value)\n--\n\nAdds to the counter, counts events of the meter, or adds a value to the "
               "distribution.")},
    {0},
};

static PyGetSetDef properties[] = {
    {"address", address, NULL,
     PyDoc_STR("Where it is, for compiled code; valid as long as this object. A 64-bit word to add to, or of a distribution "
               "a metra_distribution_cell."),
     NULL},
    {0},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, PyDoc_STR("The part of a metric that compiled code may write, from any thread, by atomic instructions.\n\n"
                          "It keeps its metric alive.")},
    {Py_tp_dealloc, dealloc},
    {Py_tp_methods, methods},
    {Py_tp_getset, properties},
    {0},
};

PyType_Spec shared_cell_spec = {
    .name = "metra.SharedCell",
    .basicsize = sizeof(SharedCell),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};
