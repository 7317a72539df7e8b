#include "word_count.h"

#include <string.h>

static double seconds_between(struct timespec from, struct timespec to)
{
    return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

static struct timespec now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time;
}

/* A gauge is asked whenever somebody reads, on a thread of metra's: it must only look at what never changes. */
static int seconds_open(void *userdata, metra_value *value)
{
    const word_count *udf = userdata;
    value->type = METRA_VALUE_DOUBLE;
    value->as.float64 = seconds_between(udf->opened, now());
    return 1;
}

/* The counter of lines of one kind: the kind becomes a label of Prometheus, a part of the name for others. */
static metra_status count_lines(metra_group *group, const char *kind, metra_counter **out)
{
    metra_group *lines = NULL;
    metra_status status = metra_group_add_group(group, "kind", kind, &lines);
    if (status == METRA_OK)
        status = metra_group_counter(lines, "lines", out);
    metra_group_free(lines);
    return status;
}

/* A meter over a counter: one update serves both. */
static metra_status measure_words(metra_group *group, metra_meter **out)
{
    metra_counter *words = NULL;
    metra_status status = metra_group_counter(group, "words", &words);
    if (status == METRA_OK)
        status = metra_group_meter_over(group, "wordsPerSecond", words, METRA_METER_DEFAULT_TIME_SPAN, out);
    metra_counter_free(words);
    return status;
}

metra_status word_count_open(word_count *udf, metra_group *group)
{
    memset(udf, 0, sizeof *udf);
    udf->opened = now();
    metra_status status = count_lines(group, "blank", &udf->blank_lines);
    if (status == METRA_OK)
        status = count_lines(group, "text", &udf->text_lines);
    if (status == METRA_OK)
        status = measure_words(group, &udf->words_per_second);
    if (status == METRA_OK)
        status = metra_group_distribution(group, "lineLength", &udf->line_length);
    if (status == METRA_OK)
        status = metra_group_histogram(group, "evalTimeNs", &udf->eval_time_ns);
    if (status == METRA_OK)
        status = metra_group_settable_gauge(group, "longestWord", METRA_VALUE_TEXT, &udf->longest_word);
    if (status == METRA_OK)
        status = metra_group_gauge(group, "secondsOpen", seconds_open, udf, NULL, NULL);
    return status;
}

static void remember_if_longest(word_count *udf, const char *word, size_t length)
{
    char copy[64];
    if (length <= udf->longest || length >= sizeof copy)
        return;
    memcpy(copy, word, length);
    copy[length] = '\0';
    udf->longest = length;
    metra_gauge_set_text(udf->longest_word, copy);
}

/* Counts the words of a line: what stands between blanks. */
static int64_t count_words(word_count *udf, const char *line)
{
    static const char blanks[] = " \t\r\v\f";
    int64_t words = 0;
    for (const char *word = line + strspn(line, blanks); *word != '\0'; word += strspn(word, blanks)) {
        size_t length = strcspn(word, blanks);
        remember_if_longest(udf, word, length);
        word += length;
        words++;
    }
    return words;
}

void word_count_eval(word_count *udf, const char *line)
{
    struct timespec start = now();
    int64_t words = count_words(udf, line);
    metra_counter_inc(words == 0 ? udf->blank_lines : udf->text_lines, 1);
    metra_meter_mark_event(udf->words_per_second, words);
    metra_distribution_update(udf->line_length, (int64_t)strlen(line));
    metra_histogram_update(udf->eval_time_ns, (int64_t)(seconds_between(start, now()) * 1e9));
}

void word_count_close(word_count *udf)
{
    metra_counter_free(udf->blank_lines);
    metra_counter_free(udf->text_lines);
    metra_meter_free(udf->words_per_second);
    metra_distribution_free(udf->line_length);
    metra_histogram_free(udf->eval_time_ns);
    metra_gauge_free(udf->longest_word);
}
