#include "foreign.h"

#include "../../metra.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>

static void *library;

const char *foreign_open(const char *path)
{
    if (library == NULL)
        library = dlopen("libmetra.so.0", RTLD_NOW | RTLD_NOLOAD);
    if (library == NULL)
        library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    return library == NULL ? dlerror() : NULL;
}

/* The function of that name, as one of the type of the header's. */
#define FOUND(name, pointer)                          \
    __typeof__(&name) pointer = NULL;                 \
    do {                                              \
        void *symbol = dlsym(library, #name);         \
        if (symbol == NULL)                           \
            return dlerror();                         \
        memcpy(&pointer, &symbol, sizeof symbol);     \
    } while (0)

struct work {
    metra_counter *counter;
    __typeof__(&metra_counter_inc) inc;
    int64_t times;
};

static void *count(void *argument)
{
    const struct work *work = argument;
    for (int64_t i = 0; i < work->times; i++)
        work->inc(work->counter, 1);
    return NULL;
}

const char *foreign_count(uint64_t token, int64_t times)
{
    FOUND(metra_group_from_token, from_token);
    FOUND(metra_group_counter, counter);
    FOUND(metra_counter_inc, inc);
    FOUND(metra_counter_free, free_counter);
    FOUND(metra_group_free, free_group);
    metra_group *group = NULL;
    struct work work = {NULL, inc, times};
    pthread_t threads[2];
    if (from_token(token, &group) != METRA_OK)
        return "no group of this token";
    if (counter(group, "shared", &work.counter) != METRA_OK)
        return "no counter";
    for (int i = 0; i < 2; i++)
        if (pthread_create(&threads[i], NULL, count, &work) != 0)
            return "no thread";
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    free_counter(work.counter);
    free_group(group);
    return NULL;
}

const char *foreign_group(uint64_t token, uint64_t *token_out)
{
    FOUND(metra_group_from_token, from_token);
    FOUND(metra_group_add_group, add_group);
    FOUND(metra_group_counter, counter);
    FOUND(metra_counter_inc, inc);
    FOUND(metra_counter_free, free_counter);
    FOUND(metra_group_token, token_of);
    FOUND(metra_group_free, free_group);
    metra_group *group = NULL, *made = NULL;
    metra_counter *metric = NULL;
    if (from_token(token, &group) != METRA_OK || add_group(group, "c", NULL, &made) != METRA_OK ||
        counter(made, "made", &metric) != METRA_OK)
        return "no group with a counter";
    inc(metric, 7);
    *token_out = token_of(made);
    free_counter(metric);
    free_group(made);
    free_group(group);
    return NULL;
}
