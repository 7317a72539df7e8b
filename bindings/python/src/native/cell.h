/* Parts of a metric that are written without calling metra. */
#ifndef METRA_CELL_H
#define METRA_CELL_H

#include "abi.h"

/* Methods of the metrics: a cell of the object's own, and the cell that all foreign writers share. */
PyObject *cell_of_counter(PyObject *counter, PyObject *unused);
PyObject *cell_of_monotonic_counter(PyObject *counter, PyObject *unused);
PyObject *cell_of_meter(PyObject *meter, PyObject *unused);
PyObject *cell_of_distribution(PyObject *distribution, PyObject *unused);
PyObject *shared_cell_of_counter(PyObject *counter, PyObject *unused);
PyObject *shared_cell_of_monotonic_counter(PyObject *counter, PyObject *unused);
PyObject *shared_cell_of_meter(PyObject *meter, PyObject *unused);
PyObject *shared_cell_of_distribution(PyObject *distribution, PyObject *unused);

#define CELL_METHODS(metric)                                                                                           \
    {"cell", cell_of_##metric, METH_NOARGS,                                                                            \
     PyDoc_STR("cell($self, /)\n--\n\nA part that one thread at a time writes; to be closed.")},                       \
    {"shared_cell", shared_cell_of_##metric, METH_NOARGS,                                                              \
     PyDoc_STR("shared_cell($self, /)\n--\n\nThe part that compiled code may write by atomic instructions.")}

#endif
