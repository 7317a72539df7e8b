/*
 * A language as the host sees it: something that is started, plays its part, and is ended.
 *
 * The host's main thread alone calls all of these. What they give is one line, borrowed until the next call of the same
 * language: an answer, or "error: " and why.
 */
#ifndef LANGUAGE_H
#define LANGUAGE_H

#include <stdint.h>

typedef struct language {
    const char *name;
    /* Starts the language; `place` is where its part is. */
    const char *(*start)(const char *place);
    /* Plays a verb of the part. */
    const char *(*play)(const char *verb, uint64_t token);
    /* Ends the language with whatever its part left behind. */
    const char *(*end)(void);
} language;

extern const language c_language, python_language, java_language;

/* What one line can be long. */
enum { LINE = 1024 };

#endif
