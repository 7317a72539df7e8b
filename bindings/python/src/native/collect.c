/* Reading a registry from outside. */
#include "gate.h"
#include "handle.h"
#include "library.h"
#include "reading.h"
#include "status.h"
#include "types.h"
#include "value.h"

PyObject *registry_collect(PyObject *self, PyObject *unused)
{
    (void)unused;
    Collection collection = {PyList_New(0), false};
    if (collection.list == NULL) return NULL;
    metra_registry *registry = handle_pointer(self);
    metra_status status;
    WITHOUT_GIL(status = metra.registry_collect(registry, collection_visit, &collection));
    if (status != METRA_OK && !collection.has_failed) {
        status_raise(status);
        collection.has_failed = true;
    }
    return collection_result(&collection);
}

/* A page on its way to Python. */
typedef struct Page {
    PyObject *write;
    bool has_failed;
    const char *bytes;
    size_t len;
} Page;

static void write_in_python(void *argument)
{
    Page *page = argument;
    PyObject *result = PyObject_CallFunction(page->write, "y#", page->bytes, (Py_ssize_t)page->len);
    page->has_failed = result == NULL;
    Py_XDECREF(result);
}

static int write_page(void *userdata, const char *bytes, size_t len)
{
    Page *page = userdata;
    page->bytes = bytes;
    page->len = len;
    return !gate_run(gate_epoch(), write_in_python, page) || page->has_failed;
}

PyObject *registry_write(PyObject *self, PyObject *args)
{
    int format;
    Page page = {0};
    if (!PyArg_ParseTuple(args, "Oi:write", &page.write, &format)) return NULL;
    metra_registry *registry = handle_pointer(self);
    metra_status status;
    WITHOUT_GIL(status = metra.registry_write(registry, format, write_page, &page));
    return page.has_failed ? NULL : status_result(status);
}

PyObject *registry_read_gauge(PyObject *self, PyObject *args)
{
    PyObject *gauge;
    if (!PyArg_ParseTuple(args, "O!:read_gauge", types.gauge, &gauge)) return NULL;
    metra_registry *registry = handle_pointer(self);
    metra_gauge *pointer = handle_pointer(gauge);
    if (pointer == NULL) Py_RETURN_NONE;
    metra_value value = {0};
    metra_status status;
    WITHOUT_GIL(status = metra.registry_read_gauge(registry, pointer, &value));
    if (status == METRA_OK) return value_to(&value);
    if (status == METRA_ERROR_NOT_FOUND) Py_RETURN_NONE;
    status_raise(status);
    return NULL;
}
