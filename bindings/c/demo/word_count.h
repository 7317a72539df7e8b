/* A user-defined function as PyFlink shows it: it registers its metrics when opened, and updates them per line. */
#ifndef WORD_COUNT_H
#define WORD_COUNT_H

#include <metra.h>
#include <time.h>

/* Counts lines and words of text. All members belong to the thread that evaluates. */
typedef struct word_count {
    metra_counter *blank_lines;
    metra_counter *text_lines;
    metra_meter *words_per_second;
    metra_distribution *line_length;
    metra_histogram *eval_time_ns;
    metra_gauge *longest_word;
    size_t longest;
    struct timespec opened;
} word_count;

/*
 * Registers the function's metrics in `group`, which stays the caller's. The function must stay where it is until the
 * group is closed: a gauge looks into it. METRA_OK, or the first status that is not.
 */
metra_status word_count_open(word_count *udf, metra_group *group);

/* Counts one line, without its line break. */
void word_count_eval(word_count *udf, const char *line);

/* Frees the handles. The metrics stay with the group. */
void word_count_close(word_count *udf);

#endif
