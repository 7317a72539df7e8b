/* What the reporters of a registry were told, a line for each call, by the reporters' names. */
#ifndef JOURNAL_H
#define JOURNAL_H

#include <metra.h>

#include <jansson.h>
#include <pthread.h>

typedef struct journal {
    /* Reporters write from threads of their own. */
    pthread_mutex_t lock;
    /* Lists of lines by name. */
    json_t *lines;
} journal;

void journal_open(journal *j);
void journal_close(journal *j);

/* A class of reporters that write into the journal, which outlives them. */
metra_reporter journal_reporter(journal *j);

/* The lines of one reporter since they were last taken; a new reference. */
json_t *journal_take(journal *j, const char *reporter);

#endif
