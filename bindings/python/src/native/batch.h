/* Many whole numbers at once. */
#ifndef METRA_BATCH_H
#define METRA_BATCH_H

#include "abi.h"

typedef struct Batch {
    const int64_t *values;
    size_t len;
    /* What the values live in: a Python object's buffer, or memory of the batch's own. */
    Py_buffer buffer;
    int64_t *memory;
} Batch;

/* Takes a contiguous buffer of 64-bit integers as it is, and any other iterable value by value: all of them or, with an
 * exception, none. */
bool batch_take(PyObject *object, Batch *out);
void batch_free(Batch *batch);

#endif
