#include "status.h"
#include "library.h"
#include "names.h"

void status_raise(metra_status status)
{
    PyObject *error = PyObject_CallFunction(names.error_of, "iss", (int)status, metra.status_name((int)status),
                                            metra.last_error());
    if (error == NULL) return;
    PyErr_SetObject((PyObject *)Py_TYPE(error), error);
    Py_DECREF(error);
}

PyObject *status_result(metra_status status)
{
    if (status != METRA_OK) {
        status_raise(status);
        return NULL;
    }
    Py_RETURN_NONE;
}
