/* A part of a program that is written in C and has found the library by itself. Functions return NULL, or what is wrong. */
#ifndef METRA_FOREIGN_H
#define METRA_FOREIGN_H

#include <stdint.h>

/* Opens the library at this path, as another language of the process would. */
const char *foreign_open(const char *path);

/* Adds 1 to the counter "shared" of the token's group, so many times from each of two threads. */
const char *foreign_count(uint64_t token, int64_t times);

/* Takes the token of a group "c" that is made below the token's group, with a counter "made" that counts 7. */
const char *foreign_group(uint64_t token, uint64_t *token_out);

#endif
