#include "batch.h"
#include "number.h"

#include <stdlib.h>
#include <string.h>

/* Whether a buffer's items are native signed 64-bit integers. */
static bool is_int64(const Py_buffer *buffer)
{
    if (buffer->itemsize != sizeof(int64_t) || buffer->format == NULL) return false;
    const char *format = buffer->format;
    if (*format == '@' || *format == '=') format++;
    return strcmp(format, "q") == 0 || strcmp(format, "l") == 0;
}

static bool take_buffer(PyObject *object, Batch *out)
{
    if (!PyObject_CheckBuffer(object)) return false;
    if (PyObject_GetBuffer(object, &out->buffer, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT) != 0) {
        PyErr_Clear();
        return false;
    }
    if (!is_int64(&out->buffer)) {
        PyBuffer_Release(&out->buffer);
        return false;
    }
    out->values = out->buffer.buf;
    out->len = (size_t)out->buffer.len / sizeof(int64_t);
    return true;
}

static bool grow(Batch *batch, size_t *capacity)
{
    if (batch->len < *capacity) return true;
    *capacity = *capacity == 0 ? 64 : *capacity * 2;
    int64_t *memory = realloc(batch->memory, *capacity * sizeof *memory);
    if (memory == NULL) {
        PyErr_NoMemory();
        return false;
    }
    batch->memory = memory;
    return true;
}

static bool take_all(PyObject *iterator, Batch *out)
{
    size_t capacity = 0;
    for (PyObject *item; (item = PyIter_Next(iterator)) != NULL;) {
        bool taken = grow(out, &capacity) && number_take(item, &out->memory[out->len]);
        Py_DECREF(item);
        if (!taken) return false;
        out->len++;
    }
    return !PyErr_Occurred();
}

bool batch_take(PyObject *object, Batch *out)
{
    memset(out, 0, sizeof *out);
    if (take_buffer(object, out)) return true;
    PyObject *iterator = PyObject_GetIter(object);
    if (iterator == NULL) return false;
    bool taken = take_all(iterator, out);
    Py_DECREF(iterator);
    out->values = out->memory;
    if (!taken) batch_free(out);
    return taken;
}

void batch_free(Batch *batch)
{
    if (batch->buffer.obj != NULL) PyBuffer_Release(&batch->buffer);
    free(batch->memory);
}
