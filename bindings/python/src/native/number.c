#include "number.h"

static bool is_named(PyObject *keyword, const Parameter *parameter)
{
    return PyUnicode_CompareWithASCIIString(keyword, parameter->name) == 0
        || (parameter->alias != NULL && PyUnicode_CompareWithASCIIString(keyword, parameter->alias) == 0);
}

bool number_argument_by_name(PyObject *const *args, Py_ssize_t count, PyObject *keywords, const Parameter *parameter,
                             int64_t *out)
{
    Py_ssize_t named = keywords == NULL ? 0 : PyTuple_Size(keywords);
    if (count + named == 0) {
        if (parameter->optional) return true;
        PyErr_Format(PyExc_TypeError, "%s() missing 1 required argument: '%s'", parameter->method, parameter->name);
        return false;
    }
    if (count + named > 1) {
        PyErr_Format(PyExc_TypeError, "%s() takes 1 argument but %zd were given", parameter->method, count + named);
        return false;
    }
    PyObject *keyword = PyTuple_GetItem(keywords, 0);
    if (keyword == NULL) return false;
    if (is_named(keyword, parameter)) return number_take(args[0], out);
    PyErr_Format(PyExc_TypeError, "%s() got an unexpected keyword argument '%U'", parameter->method, keyword);
    return false;
}
