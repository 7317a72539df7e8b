/* Reporters that are Python objects. */
#include "callback.h"
#include "gate.h"
#include "handle.h"
#include "library.h"
#include "reading.h"
#include "status.h"
#include "types.h"

/* One call of a reporter's method. */
typedef struct Call {
    Callback *callback;
    const char *method;
    const metra_reporter_info *reporter;
    /* The second argument; at most one of them is there. */
    const metra_metric_info *metric;
    const metra_report *report;
} Call;

/* An object that shows a report until its pointer is taken from it. */
static PyObject *wrap_report(const metra_report *report)
{
    PyObject *made = handle_new(types.report);
    return made == NULL ? NULL : handle_finish(made, (void *)(uintptr_t)report, METRA_OK);
}

static PyObject *second_argument(const Call *call)
{
    if (call->metric != NULL) return reading_metric(call->metric);
    return wrap_report(call->report);
}

static PyObject *call_method(const Call *call, PyObject *reporter)
{
    PyObject *object = call->callback->object;
    if (call->metric == NULL && call->report == NULL) return PyObject_CallMethod(object, call->method, "(O)", reporter);
    PyObject *second = second_argument(call);
    if (second == NULL) return NULL;
    PyObject *result = PyObject_CallMethod(object, call->method, "OO", reporter, second);
    if (call->report != NULL) ((Handle *)second)->pointer = NULL;
    Py_DECREF(second);
    return result;
}

static void call_in_python(void *argument)
{
    Call *call = argument;
    PyObject *reporter = reading_reporter(call->reporter);
    PyObject *result = reporter == NULL ? NULL : call_method(call, reporter);
    if (result == NULL) callback_failed(call->callback);
    Py_XDECREF(result);
    Py_XDECREF(reporter);
}

static void run(Call *call)
{
    (void)gate_run(call->callback->epoch, call_in_python, call);
}

static void added(void *userdata, const metra_reporter_info *reporter, const metra_metric_info *metric)
{
    run(&(Call){userdata, "added", reporter, metric, NULL});
}

static void removed(void *userdata, const metra_reporter_info *reporter, const metra_metric_info *metric)
{
    run(&(Call){userdata, "removed", reporter, metric, NULL});
}

static void report(void *userdata, const metra_reporter_info *reporter, const metra_report *it)
{
    run(&(Call){userdata, "report", reporter, NULL, it});
}

static void closing(void *userdata, const metra_reporter_info *reporter)
{
    run(&(Call){userdata, "close", reporter, NULL, NULL});
}

PyObject *config_add_reporter(PyObject *self, PyObject *args)
{
    const char *factory_class;
    PyObject *object;
    int reports;
    if (!PyArg_ParseTuple(args, "sOp:add_reporter", &factory_class, &object, &reports)) return NULL;
    Callback *callback = callback_new(object);
    if (callback == NULL) return NULL;
    metra_reporter reporter = {
        .size = sizeof reporter,
        .userdata = callback,
        .added = added,
        .removed = removed,
        .report = reports ? report : NULL,
        .close = closing,
        .drop = callback_drop,
    };
    metra_config *config = handle_pointer(self);
    metra_status status;
    WITHOUT_GIL(status = metra.config_add_reporter(config, factory_class, &reporter));
    return status_result(status);
}

/* --- a report, which is there for one call only --- */

static PyObject *collect(PyObject *self, PyObject *unused)
{
    (void)unused;
    const metra_report *it = handle_pointer(self);
    if (it == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "a report can be read inside the call only that it was passed to");
        return NULL;
    }
    Collection collection = {PyList_New(0), false};
    if (collection.list == NULL) return NULL;
    WITHOUT_GIL(metra.report_collect(it, collection_visit, &collection));
    return collection_result(&collection);
}

static PyMethodDef methods[] = {
    {"collect", collect, METH_NOARGS,
     PyDoc_STR("collect($self, /)\n--\n\nWhat every metric of the report says, in the order of registration.")},
    {0},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, PyDoc_STR("One report under way, valid inside the call that it is passed to.")},
    {Py_tp_dealloc, handle_dealloc},
    {Py_tp_methods, methods},
    {0},
};

PyType_Spec report_spec = {
    .name = "metra.Report",
    .basicsize = sizeof(Handle),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};
