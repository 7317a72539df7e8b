#include "handle.h"
#include "status.h"

PyObject *handle_new(PyTypeObject *type)
{
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    return allocate(type, 0);
}

PyObject *handle_finish(PyObject *self, void *pointer, metra_status status)
{
    if (status == METRA_OK) {
        ((Handle *)self)->pointer = pointer;
        return self;
    }
    status_raise(status);
    Py_DECREF(self);
    return NULL;
}

void handle_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(self);
    Py_DECREF(type);
}

bool handle_check_class(PyObject *object, PyTypeObject *type)
{
    if (PyType_Check(object) && PyType_IsSubtype((PyTypeObject *)object, type)) return true;
    PyErr_Format(PyExc_TypeError, "%R is no class derived from %R", object, type);
    return false;
}
