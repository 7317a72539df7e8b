/* The extension's types, one file each, and the methods that groups and registries get from other files. */
#ifndef METRA_TYPES_H
#define METRA_TYPES_H

#include "abi.h"

struct types {
    PyTypeObject *counter, *monotonic_counter, *gauge, *distribution, *meter, *histogram, *group, *registry, *config,
        *clock, *report, *cell, *shared_cell;
};
extern struct types types;

extern PyType_Spec counter_spec, monotonic_counter_spec, gauge_spec, distribution_spec, meter_spec, histogram_spec,
    group_spec, registry_spec, config_spec, clock_spec, report_spec, cell_spec, shared_cell_spec;

/* Registrations, methods of a group. */
PyObject *group_counter(PyObject *self, PyObject *args);
PyObject *group_monotonic_counter(PyObject *self, PyObject *args);
PyObject *group_gauge(PyObject *self, PyObject *args);
PyObject *group_settable_gauge(PyObject *self, PyObject *args);
PyObject *group_distribution(PyObject *self, PyObject *args);
PyObject *group_meter(PyObject *self, PyObject *args);
PyObject *group_meter_over(PyObject *self, PyObject *args);
PyObject *group_histogram(PyObject *self, PyObject *args);

/* Flink's components, methods of a group. */
PyObject *group_job(PyObject *self, PyObject *args);
PyObject *group_task(PyObject *self, PyObject *args);
PyObject *group_operator(PyObject *self, PyObject *args);

/* Names, methods of a group. */
PyObject *group_scope_components(PyObject *self, PyObject *unused);
PyObject *group_all_variables(PyObject *self, PyObject *unused);
PyObject *group_metric_identifier(PyObject *self, PyObject *args);
PyObject *group_metric_identifier_with(PyObject *self, PyObject *args);
PyObject *group_logical_scope(PyObject *self, PyObject *args);

/* Readings, methods of a registry. */
PyObject *registry_collect(PyObject *self, PyObject *unused);
PyObject *registry_write(PyObject *self, PyObject *args);
PyObject *registry_read_gauge(PyObject *self, PyObject *args);

/* A method of a configuration. */
PyObject *config_add_reporter(PyObject *self, PyObject *args);

/* Whether metrics registered in a group count: not in a NULL group, nor where python.metric.enabled is false. */
bool group_is_enabled(PyObject *self);

#endif
