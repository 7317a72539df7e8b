/* Owned cells: the GIL is the one thread that writes them. */
#include "cell.h"
#include "handle.h"
#include "library.h"
#include "names.h"
#include "number.h"
#include "types.h"

/* What differs between the cells of the metrics. */
typedef struct Kind {
    void (*write)(void *cell, int64_t value);
    void (*release)(void *cell);
} Kind;

typedef struct Cell {
    /* NULL also once it is closed. */
    Handle handle;
    const Kind *kind;
    bool is_closed;
} Cell;

static void write_counter(void *cell, int64_t n)
{
    metra_counter_cell_inc(cell, n);
}

static void release_counter(void *cell)
{
    metra.counter_cell_release(cell);
}

static void write_monotonic_counter(void *cell, int64_t n)
{
    metra_monotonic_counter_cell_inc(cell, n);
}

static void release_monotonic_counter(void *cell)
{
    metra.monotonic_counter_cell_release(cell);
}

static void write_meter(void *cell, int64_t n)
{
    metra_meter_cell_mark_event(cell, n);
}

static void release_meter(void *cell)
{
    metra.meter_cell_release(cell);
}

static void write_distribution(void *cell, int64_t value)
{
    metra_distribution_cell_update(cell, value);
}

static void release_distribution(void *cell)
{
    metra.distribution_cell_release(cell);
}

static PyObject *new_cell(const Kind *kind)
{
    PyObject *self = handle_new(types.cell);
    if (self != NULL) ((Cell *)self)->kind = kind;
    return self;
}

PyObject *cell_of_counter(PyObject *counter, PyObject *unused)
{
    (void)unused;
    static const Kind kind = {write_counter, release_counter};
    PyObject *self = new_cell(&kind);
    if (self == NULL || handle_pointer(counter) == NULL) return self;
    metra_counter_cell *cell = NULL;
    metra_status status = metra.counter_cell_acquire(handle_pointer(counter), METRA_CELL_LAYOUT, &cell);
    return handle_finish(self, cell, status);
}

PyObject *cell_of_monotonic_counter(PyObject *counter, PyObject *unused)
{
    (void)unused;
    static const Kind kind = {write_monotonic_counter, release_monotonic_counter};
    PyObject *self = new_cell(&kind);
    if (self == NULL || handle_pointer(counter) == NULL) return self;
    metra_monotonic_counter_cell *cell = NULL;
    metra_status status = metra.monotonic_counter_cell_acquire(handle_pointer(counter), METRA_CELL_LAYOUT, &cell);
    return handle_finish(self, cell, status);
}

PyObject *cell_of_meter(PyObject *meter, PyObject *unused)
{
    (void)unused;
    static const Kind kind = {write_meter, release_meter};
    PyObject *self = new_cell(&kind);
    if (self == NULL || handle_pointer(meter) == NULL) return self;
    metra_meter_cell *cell = NULL;
    metra_status status = metra.meter_cell_acquire(handle_pointer(meter), METRA_CELL_LAYOUT, &cell);
    return handle_finish(self, cell, status);
}

PyObject *cell_of_distribution(PyObject *distribution, PyObject *unused)
{
    (void)unused;
    static const Kind kind = {write_distribution, release_distribution};
    PyObject *self = new_cell(&kind);
    if (self == NULL || handle_pointer(distribution) == NULL) return self;
    metra_distribution_cell *cell = NULL;
    metra_status status = metra.distribution_cell_acquire(handle_pointer(distribution), METRA_CELL_LAYOUT, &cell);
    return handle_finish(self, cell, status);
}

/* Whether the cell may be used; raises metra.ClosedError. */
static bool check_open(const Cell *cell)
{
    if (!cell->is_closed) return true;
    PyObject *error = PyObject_CallFunction(names.error_of, "iss", METRA_ERROR_CLOSED, "", "this Cell is already closed");
    if (error == NULL) return false;
    PyErr_SetObject((PyObject *)Py_TYPE(error), error);
    Py_DECREF(error);
    return false;
}

static PyObject *write_value(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords)
{
    static const Parameter parameter = {"write", "value", "n", false};
    const Cell *cell = (Cell *)self;
    int64_t value = 0;
    if (!check_open(cell) || !number_argument(args, count, keywords, &parameter, &value)) return NULL;
    if (cell->handle.pointer != NULL) cell->kind->write(cell->handle.pointer, value);
    Py_RETURN_NONE;
}

static void release(Cell *cell)
{
    void *pointer = cell->handle.pointer;
    cell->handle.pointer = NULL;
    cell->is_closed = true;
    if (pointer != NULL) cell->kind->release(pointer);
}

static PyObject *end(PyObject *self, PyObject *unused)
{
    (void)unused;
    release((Cell *)self);
    Py_RETURN_NONE;
}

static PyObject *enter(PyObject *self, PyObject *unused)
{
    (void)unused;
    if (!check_open((Cell *)self)) return NULL;
    Py_INCREF(self);
    return self;
}

static PyObject *leave(PyObject *self, PyObject *unused)
{
    return end(self, unused);
}

static PyObject *is_closed(PyObject *self, void *unused)
{
    (void)unused;
    return PyBool_FromLong(((Cell *)self)->is_closed);
}

static PyObject *address(PyObject *self, void *unused)
{
    (void)unused;
    return check_open((Cell *)self) ? PyLong_FromVoidPtr(handle_pointer(self)) : NULL;
}

static void dealloc(PyObject *self)
{
    release((Cell *)self);
    handle_dealloc(self);
}

static PyMethodDef methods[] = {
    {"write", (PyCFunction)(void (*)(void))write_value, METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("write($self, /, value)\n--\n\nAdds to the counter, counts events of the meter, or adds a value to the "
               "distribution.")},
    {"close", end, METH_NOARGS, PyDoc_STR("close($self, /)\n--\n\nGives the cell back; what it counted stays.")},
    {"__enter__", enter, METH_NOARGS, NULL},
    {"__exit__", leave, METH_VARARGS, NULL},
    {0},
};

static PyGetSetDef properties[] = {
    {"closed", is_closed, NULL, PyDoc_STR("Whether it was given back."), NULL},
    {"address", address, NULL,
     PyDoc_STR("Where it is, for compiled code that has the GIL or writes alone; layout METRA_CELL_LAYOUT."), NULL},
    {0},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, PyDoc_STR("A part of a metric that one thread at a time writes: whoever holds the GIL, or compiled code.\n\n"
                          "It keeps its metric alive. Closing gives it back; then it cannot be written.")},
    {Py_tp_dealloc, dealloc},
    {Py_tp_methods, methods},
    {Py_tp_getset, properties},
    {0},
};

PyType_Spec cell_spec = {
    .name = "metra.Cell",
    .basicsize = sizeof(Cell),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};
