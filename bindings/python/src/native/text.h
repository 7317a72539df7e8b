/* Text from Python to C and back. */
#ifndef METRA_TEXT_H
#define METRA_TEXT_H

#include "abi.h"

/* UTF-8 that lives as long as `object`. What is no str raises TypeError, U+0000 and lone surrogates ValueError. */
const char *text_from(PyObject *object);

/* A str, or None for NULL. */
PyObject *text_or_none(const char *text);

/* A list of variables made of a dict of str, or of None. */
typedef struct Variables {
    /* Owned: keeps the texts alive. */
    PyObject *items;
    metra_variable *list;
    size_t len;
} Variables;

bool variables_from(PyObject *dict_or_none, Variables *out);
void variables_free(Variables *variables);

/* A dict of str. */
PyObject *variables_to_dict(const metra_variable *list, size_t len);

#endif
