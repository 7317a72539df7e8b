/* What every file of the extension begins with: CPython's stable ABI as of 3.11, and metra's. */
#ifndef METRA_ABI_H
#define METRA_ABI_H

#define PY_SSIZE_T_CLEAN
#ifndef Py_LIMITED_API
#define Py_LIMITED_API 0x030B0000
#endif
#include <Python.h>
#include <metra.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef Py_GIL_DISABLED
#error "metra needs a Python with a GIL: its handles are closed and used under it"
#endif

/* Runs `statement`, which calls metra and may wait there, while other Python threads run. */
#define WITHOUT_GIL(statement)                                                                                         \
    do {                                                                                                               \
        PyThreadState *thread = PyEval_SaveThread();                                                                   \
        statement;                                                                                                     \
        PyEval_RestoreThread(thread);                                                                                  \
    } while (0)

#endif
