/* Python objects that own one handle of metra's. */
#ifndef METRA_HANDLE_H
#define METRA_HANDLE_H

#include "abi.h"

typedef struct Handle {
    PyObject_HEAD
    /* Owned; NULL is a metric, or a group, that counts for nobody. It never changes once Python code has the object, so no
     * use of it needs a lock. */
    void *pointer;
} Handle;

static inline void *handle_pointer(PyObject *self)
{
    return ((Handle *)self)->pointer;
}

/* An object of a type that begins with Handle, which owns nothing yet. */
PyObject *handle_new(PyTypeObject *type);

/* Gives the object the pointer that a call came to; or frees it and raises why there is none. */
PyObject *handle_finish(PyObject *self, void *pointer, metra_status status);

/* Ends an object whose pointer was freed. */
void handle_dealloc(PyObject *self);

/* Whether `object` is `type` or a class derived from it; raises TypeError. */
bool handle_check_class(PyObject *object, PyTypeObject *type);

#endif
