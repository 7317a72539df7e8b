/* Gauges: those that ask a callable, and those that are set. */
#include "callback.h"
#include "gate.h"
#include "handle.h"
#include "library.h"
#include "number.h"
#include "status.h"
#include "text.h"
#include "types.h"
#include "value.h"

typedef struct Gauge {
    Handle handle;
    bool is_closed;
} Gauge;

/* --- asking --- */

typedef struct Question {
    Callback *callback;
    metra_value *value;
    Answer answer;
} Question;

static void ask_python(void *argument)
{
    Question *question = argument;
    PyObject *result = PyObject_CallNoArgs(question->callback->object);
    question->answer = result == NULL ? ANSWER_FAILED : value_from(result, question->value);
    if (question->answer == ANSWER_FAILED) callback_failed(question->callback);
    Py_XDECREF(result);
}

static int ask(void *userdata, metra_value *value)
{
    Question question = {userdata, value, ANSWER_NONE};
    (void)gate_run(question.callback->epoch, ask_python, &question);
    return question.answer == ANSWER_VALUE;
}

PyObject *group_gauge(PyObject *self, PyObject *args)
{
    PyObject *type, *function;
    const char *name;
    if (!PyArg_ParseTuple(args, "OsO:gauge", &type, &name, &function)) return NULL;
    if (!handle_check_class(type, types.gauge)) return NULL;
    Callback *callback = callback_new_callable(function);
    if (callback == NULL) return NULL;
    PyObject *made = handle_new((PyTypeObject *)type);
    if (made == NULL || !group_is_enabled(self)) {
        callback_drop(callback);
        return made;
    }
    metra_group *group = handle_pointer(self);
    metra_gauge *gauge = NULL;
    metra_status status;
    WITHOUT_GIL(status = metra.group_gauge(group, name, ask, callback, callback_drop, &gauge));
    return handle_finish(made, gauge, status);
}

/* --- setting --- */

/* The metra_value_type that a Python class stands for; -1 with TypeError for others. */
static int32_t type_of_class(PyObject *class)
{
    if (class == (PyObject *)&PyLong_Type) return METRA_VALUE_INT64;
    if (class == (PyObject *)&PyFloat_Type) return METRA_VALUE_DOUBLE;
    if (class == (PyObject *)&PyBool_Type) return METRA_VALUE_BOOL;
    if (class == (PyObject *)&PyUnicode_Type) return METRA_VALUE_TEXT;
    PyErr_Format(PyExc_TypeError, "the values of a gauge are int, float, bool or str, not %R", class);
    return -1;
}

PyObject *group_settable_gauge(PyObject *self, PyObject *args)
{
    PyObject *type, *class;
    const char *name;
    if (!PyArg_ParseTuple(args, "OsO:settable_gauge", &type, &name, &class)) return NULL;
    if (!handle_check_class(type, types.gauge)) return NULL;
    int32_t of = type_of_class(class);
    if (of < 0) return NULL;
    PyObject *made = handle_new((PyTypeObject *)type);
    if (made == NULL || !group_is_enabled(self)) return made;
    metra_group *group = handle_pointer(self);
    metra_gauge *gauge = NULL;
    metra_status status;
    WITHOUT_GIL(status = metra.group_settable_gauge(group, name, of, &gauge));
    return handle_finish(made, gauge, status);
}

static bool set_text(metra_gauge *gauge, PyObject *value)
{
    const char *text = text_from(value);
    if (text != NULL) metra.gauge_set_text(gauge, text);
    return text != NULL;
}

static bool set_double(metra_gauge *gauge, PyObject *value)
{
    double number = PyFloat_AsDouble(value);
    if (number == -1.0 && PyErr_Occurred()) return false;
    metra.gauge_set_double(gauge, number);
    return true;
}

static bool set_whole(metra_gauge *gauge, PyObject *value)
{
    int64_t number;
    if (!number_take(value, &number)) return false;
    metra.gauge_set_int64(gauge, number);
    return true;
}

static bool set_bool(metra_gauge *gauge, PyObject *value)
{
    metra.gauge_set_bool(gauge, value == Py_True);
    return true;
}

static bool set_any(metra_gauge *gauge, PyObject *value)
{
    switch (value_type_of(value)) {
    case METRA_VALUE_INT64: return set_whole(gauge, value);
    case METRA_VALUE_DOUBLE: return set_double(gauge, value);
    case METRA_VALUE_BOOL: return set_bool(gauge, value);
    case METRA_VALUE_TEXT: return set_text(gauge, value);
    default: return false;
    }
}

static PyObject *set(PyObject *self, PyObject *value)
{
    if (!set_any(handle_pointer(self), value)) return NULL;
    Py_RETURN_NONE;
}

/* --- ending --- */

static PyObject *end(PyObject *self, PyObject *unused)
{
    (void)unused;
    metra_gauge *gauge = handle_pointer(self);
    metra_status status = METRA_OK;
    if (gauge != NULL) WITHOUT_GIL(status = metra.gauge_unregister(gauge));
    if (status == METRA_OK) ((Gauge *)self)->is_closed = true;
    return status_result(status);
}

static PyObject *is_closed(PyObject *self, void *unused)
{
    (void)unused;
    return PyBool_FromLong(((Gauge *)self)->is_closed);
}

static void dealloc(PyObject *self)
{
    metra.gauge_free(handle_pointer(self));
    handle_dealloc(self);
}

static PyMethodDef methods[] = {{"_set", set, METH_O, NULL}, {"_close", end, METH_NOARGS, NULL}, {0}};

static PyGetSetDef properties[] = {{"_is_closed", is_closed, NULL, NULL, NULL}, {0}};

static PyType_Slot slots[] = {
    {Py_tp_dealloc, dealloc},
    {Py_tp_methods, methods},
    {Py_tp_getset, properties},
    {0},
};

PyType_Spec gauge_spec = {
    .name = "metra._native.Gauge",
    .basicsize = sizeof(Gauge),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};
