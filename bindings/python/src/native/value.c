#include "value.h"
#include "library.h"
#include "number.h"
#include "text.h"

static bool set_text(PyObject *object, metra_value *out)
{
    const char *text = text_from(object);
    if (text != NULL) metra.value_set_text(out, text);
    return text != NULL;
}

static bool set_double(PyObject *object, metra_value *out)
{
    out->type = METRA_VALUE_DOUBLE;
    out->as.float64 = PyFloat_AsDouble(object);
    return out->as.float64 != -1.0 || !PyErr_Occurred();
}

static bool set_whole(PyObject *object, metra_value *out)
{
    out->type = METRA_VALUE_INT64;
    return number_take(object, &out->as.int64);
}

static bool set_bool(PyObject *object, metra_value *out)
{
    out->type = METRA_VALUE_BOOL;
    out->as.boolean = object == Py_True;
    return true;
}

int32_t value_type_of(PyObject *object)
{
    if (PyBool_Check(object)) return METRA_VALUE_BOOL;
    if (PyUnicode_Check(object)) return METRA_VALUE_TEXT;
    if (PyFloat_Check(object)) return METRA_VALUE_DOUBLE;
    if (PyIndex_Check(object)) return METRA_VALUE_INT64;
    if (PyNumber_Check(object)) return METRA_VALUE_DOUBLE;
    PyErr_Format(PyExc_TypeError, "the value of a gauge is a number, a bool or a str, not %R", object);
    return -1;
}

static bool set(PyObject *object, metra_value *out)
{
    switch (value_type_of(object)) {
    case METRA_VALUE_INT64: return set_whole(object, out);
    case METRA_VALUE_DOUBLE: return set_double(object, out);
    case METRA_VALUE_BOOL: return set_bool(object, out);
    case METRA_VALUE_TEXT: return set_text(object, out);
    default: return false;
    }
}

Answer value_from(PyObject *object, metra_value *out)
{
    if (object == Py_None) return ANSWER_NONE;
    return set(object, out) ? ANSWER_VALUE : ANSWER_FAILED;
}

PyObject *value_to(const metra_value *value)
{
    switch (value->type) {
    case METRA_VALUE_INT64: return PyLong_FromLongLong(value->as.int64);
    case METRA_VALUE_DOUBLE: return PyFloat_FromDouble(value->as.float64);
    case METRA_VALUE_BOOL: return PyBool_FromLong(value->as.boolean);
    default: return text_or_none(value->as.text);
    }
}
