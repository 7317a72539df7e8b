/* Python objects that metra calls, from any of its threads. */
#ifndef METRA_CALLBACK_H
#define METRA_CALLBACK_H

#include "abi.h"

/* The userdata of a callback. */
typedef struct Callback {
    /* Owned, and given back by callback_drop. */
    PyObject *object;
    unsigned long epoch;
    /* Whether an exception was reported; read and written with the GIL held. */
    bool is_reported;
} Callback;

/* A callback that owns a reference to `object`, or NULL with MemoryError. */
Callback *callback_new(PyObject *object);

/* The same for something that can be called; others raise TypeError. */
Callback *callback_new_callable(PyObject *object);

/* A metra_drop_fn: lets go of the object, and leaves it alone if its interpreter is gone. */
void callback_drop(void *callback);

/* Takes the exception that is set: the first one goes to sys.unraisablehook, a gauge that fails ten times a second is not
 * to fill a log. */
void callback_failed(Callback *callback);

#endif
