#include "names.h"

struct names names;

static bool take(PyObject *module, const char *name, PyObject **out)
{
    PyObject *found = PyObject_GetAttrString(module, name);
    if (found == NULL) return false;
    *out = found;
    return true;
}

static bool import_errors(void)
{
    PyObject *module = PyImport_ImportModule("metra.errors");
    bool done = module != NULL && take(module, "error_of", &names.error_of)
        && take(module, "LibraryError", &names.library_error);
    Py_XDECREF(module);
    return done;
}

static bool import_readings(void)
{
    PyObject *module = PyImport_ImportModule("metra.readings");
    bool done = module != NULL && take(module, "MetricType", &names.metric_type) && take(module, "Metric", &names.metric)
        && take(module, "Reading", &names.reading) && take(module, "DistributionReading", &names.distribution)
        && take(module, "MeterReading", &names.meter) && take(module, "HistogramReading", &names.histogram)
        && take(module, "ReporterInfo", &names.reporter_info) && take(module, "Losses", &names.losses);
    Py_XDECREF(module);
    return done;
}

bool names_import(void)
{
    return import_errors() && import_readings();
}
