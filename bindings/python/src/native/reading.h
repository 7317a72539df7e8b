/* What metrics say, as Python's tuples. */
#ifndef METRA_READING_H
#define METRA_READING_H

#include "abi.h"

PyObject *reading_of_distribution(const metra_distribution_reading *reading);
PyObject *reading_of_meter(const metra_meter_reading *reading);
PyObject *reading_of_histogram(const metra_histogram_reading *reading);

/* metra.Metric: the metric itself. */
PyObject *reading_metric(const metra_metric_info *metric);

/* metra.ReporterInfo */
PyObject *reading_reporter(const metra_reporter_info *reporter);

/* A list of metra.Reading in the making. */
typedef struct Collection {
    PyObject *list;
    bool has_failed;
} Collection;

/* A metra_collect_fn that appends to a Collection; it takes the GIL for itself. */
void collection_visit(void *collection, const metra_reading *reading);

/* The list, or NULL with the exception that is set. */
PyObject *collection_result(Collection *collection);

#endif
