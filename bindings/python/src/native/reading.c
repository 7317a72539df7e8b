#include "reading.h"
#include "gate.h"
#include "names.h"
#include "text.h"
#include "value.h"

PyObject *reading_of_distribution(const metra_distribution_reading *reading)
{
    return PyObject_CallFunction(names.distribution, "LLLLd", (long long)reading->count, (long long)reading->sum,
                                 (long long)reading->min, (long long)reading->max, reading->mean);
}

PyObject *reading_of_meter(const metra_meter_reading *reading)
{
    return PyObject_CallFunction(names.meter, "Ld", (long long)reading->count, reading->rate);
}

PyObject *reading_of_histogram(const metra_histogram_reading *reading)
{
    return PyObject_CallFunction(names.histogram, "LLLLLdddddddd", (long long)reading->count, (long long)reading->sum,
                                 (long long)reading->window_count, (long long)reading->min, (long long)reading->max,
                                 reading->mean, reading->stddev, reading->p50, reading->p75, reading->p95,
                                 reading->p98, reading->p99, reading->p999);
}

PyObject *reading_reporter(const metra_reporter_info *reporter)
{
    return PyObject_CallFunction(names.reporter_info, "sssdz", reporter->name, reporter->factory_class,
                                 reporter->delimiter, (double)reporter->interval_ms / 1000, reporter->address);
}

PyObject *reading_metric(const metra_metric_info *metric)
{
    PyObject *type = PyObject_CallFunction(names.metric_type, "i", (int)metric->type);
    PyObject *variables = variables_to_dict(metric->variables, metric->variables_len);
    PyObject *result = NULL;
    if (type != NULL && variables != NULL)
        result = PyObject_CallFunction(names.metric, "KOsssO", (unsigned long long)metric->id, type, metric->name,
                                       metric->identifier, metric->logical_scope, variables);
    Py_XDECREF(variables);
    Py_XDECREF(type);
    return result;
}

static PyObject *value_of(const metra_reading *reading)
{
    if (!reading->has_value) Py_RETURN_NONE;
    switch (reading->metric->type) {
    case METRA_METRIC_GAUGE: return value_to(&reading->as.gauge);
    case METRA_METRIC_DISTRIBUTION: return reading_of_distribution(&reading->as.distribution);
    case METRA_METRIC_METER: return reading_of_meter(&reading->as.meter);
    case METRA_METRIC_HISTOGRAM: return reading_of_histogram(&reading->as.histogram);
    default: return PyLong_FromLongLong(reading->as.count);
    }
}

static PyObject *reading_of(const metra_reading *reading)
{
    PyObject *metric = reading_metric(reading->metric);
    PyObject *value = metric == NULL ? NULL : value_of(reading);
    PyObject *result = value == NULL ? NULL : PyObject_CallFunctionObjArgs(names.reading, metric, value, NULL);
    Py_XDECREF(value);
    Py_XDECREF(metric);
    return result;
}

typedef struct Visit {
    Collection *collection;
    const metra_reading *reading;
} Visit;

static void append(void *argument)
{
    Visit *visit = argument;
    Collection *collection = visit->collection;
    if (collection->has_failed) return;
    PyObject *reading = reading_of(visit->reading);
    collection->has_failed = reading == NULL || PyList_Append(collection->list, reading) != 0;
    Py_XDECREF(reading);
}

void collection_visit(void *collection, const metra_reading *reading)
{
    Visit visit = {collection, reading};
    (void)gate_run(gate_epoch(), append, &visit);
}

PyObject *collection_result(Collection *collection)
{
    if (collection->has_failed) Py_CLEAR(collection->list);
    return collection->list;
}
