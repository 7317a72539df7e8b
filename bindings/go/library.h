/* The one library of the process, looked for at run time: a program need not be linked to it, and what is missing or of
 * another version is an error and no failed start. */
#ifndef METRA_GO_LIBRARY_H
#define METRA_GO_LIBRARY_H

#include "calls.h"

#pragma GCC visibility push(hidden)

/* Where the address of a function goes; the list ends with NULL. */
typedef struct metra_go_symbol {
    const char *name;
    void **function;
} metra_go_symbol;

extern const metra_go_symbol metra_go_symbols[];

/* A library that was opened, or why none was. The texts are the caller's to free. */
typedef struct metra_go_opened {
    void *library;
    char *path;
    char *version;
    char *failure;
} metra_go_opened;

/* Takes the copy that the process has already, else the one at path_or_null, else what the dynamic linker finds. */
metra_go_opened metra_go_open(const char *soname, const char *path_or_null);

/* Looks up every function; returns the name of one that is missing (static), or NULL. */
const char *metra_go_take(void *library);

void metra_go_close(void *library);

/* Keeps the text of this thread's last error: Go may go on on another thread. */
metra_go_result metra_go_result_of(enum metra_status status);

#pragma GCC visibility pop

#endif
