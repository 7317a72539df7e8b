/* Values of gauges. */
#ifndef METRA_VALUE_H
#define METRA_VALUE_H

#include "abi.h"

/* The metra_value_type that a Python object is: bool, int and float as such, str as text, other numbers as floats; -1 with
 * TypeError for anything else. */
int32_t value_type_of(PyObject *object);

/* What became of an answer. */
typedef enum Answer { ANSWER_FAILED = -1, ANSWER_NONE = 0, ANSWER_VALUE = 1 } Answer;

/* Sets a value; None is no value, and an int beyond 64 bits raises OverflowError. */
Answer value_from(PyObject *object, metra_value *out);

PyObject *value_to(const metra_value *value);

#endif
