#include "callback.h"
#include "gate.h"

#include <stdlib.h>

Callback *callback_new(PyObject *object)
{
    Callback *callback = malloc(sizeof *callback);
    if (callback == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    Py_INCREF(object);
    *callback = (Callback){object, gate_epoch(), false};
    return callback;
}

Callback *callback_new_callable(PyObject *object)
{
    if (PyCallable_Check(object)) return callback_new(object);
    PyErr_Format(PyExc_TypeError, "%R cannot be called", object);
    return NULL;
}

static void let_go(void *argument)
{
    Callback *callback = argument;
    Py_DECREF(callback->object);
}

void callback_drop(void *argument)
{
    Callback *callback = argument;
    (void)gate_run(callback->epoch, let_go, callback);
    free(callback);
}

void callback_failed(Callback *callback)
{
    if (callback->is_reported) {
        PyErr_Clear();
        return;
    }
    callback->is_reported = true;
    PyErr_WriteUnraisable(callback->object);
}
