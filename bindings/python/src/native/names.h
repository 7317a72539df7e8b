/* What the extension uses of the package's Python modules. */
#ifndef METRA_NAMES_H
#define METRA_NAMES_H

#include "abi.h"

struct names {
    /* metra.errors */
    PyObject *error_of, *library_error;
    /* metra.readings */
    PyObject *metric_type, *metric, *reading, *distribution, *meter, *histogram, *reporter_info, *losses;
};
extern struct names names;

bool names_import(void);

#endif
