/* Statuses as exceptions. */
#ifndef METRA_STATUS_H
#define METRA_STATUS_H

#include "abi.h"

/* Raises what a failed call left in metra_last_error; nothing of metra's may be called on this thread in between. */
void status_raise(metra_status status);

/* None, or NULL with an exception. */
PyObject *status_result(metra_status status);

#endif
