/* Subtrees that close while others update, register and read below them. */
#include "fixture.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

enum { UPDATERS = 2, REGISTRARS = 2, READERS = 1, WORKERS = UPDATERS + REGISTRARS + READERS, CLOSES = 150 };

/* Gauges of one registrar: far more than there will be. */
enum { GAUGES = 1 << 16 };

/* A gauge's userdata; never freed before the end, so that a call after its drop is seen. */
typedef struct life {
    int drops;
} life;

/* What all workers share. */
typedef struct site {
    fixture f;
    int over;
    /* Calls of callbacks after their drop, and unexpected statuses. */
    int wrong;
} site;

typedef struct worker {
    pthread_t thread;
    site *shared;
    life *lives;
    int used;
    int rounds;
} worker;

static int is_over(site *s)
{
    return __atomic_load_n(&s->over, __ATOMIC_ACQUIRE);
}

static void expect(site *s, int holds)
{
    if (!holds)
        __atomic_fetch_add(&s->wrong, 1, __ATOMIC_RELAXED);
}

static int answer_unless_dropped(void *userdata, metra_value *value)
{
    life *l = userdata;
    value->as.int64 = __atomic_load_n(&l->drops, __ATOMIC_ACQUIRE) == 0 ? 1 : -1;
    return 1;
}

static void drop_life(void *userdata)
{
    __atomic_fetch_add(&((life *)userdata)->drops, 1, __ATOMIC_RELEASE);
}

static int is_open_or_closed(metra_status status)
{
    return status == METRA_OK || status == METRA_ERROR_CLOSED;
}

/* The group "busy" of the moment, or below it; NULL if it closed just now. */
static metra_group *take_leaf(site *s)
{
    metra_group *busy = NULL, *leaf = NULL;
    expect(s, metra_group_add_group(s->f.group, "busy", NULL, &busy) == METRA_OK);
    expect(s, is_open_or_closed(metra_group_add_group(busy, "leaf", "value", &leaf)));
    metra_group_free(busy);
    return leaf;
}

/* Updates metrics long after their group is closed, too. */
static void *update(void *argument)
{
    worker *w = argument;
    while (!is_over(w->shared)) {
        metra_group *leaf = take_leaf(w->shared);
        metra_counter *counter = NULL;
        metra_distribution *distribution = NULL;
        metra_histogram *histogram = NULL;
        if (leaf != NULL) {
            expect(w->shared, is_open_or_closed(metra_group_counter(leaf, "counter", &counter)));
            expect(w->shared, is_open_or_closed(metra_group_distribution(leaf, "distribution", &distribution)));
            expect(w->shared, is_open_or_closed(metra_group_histogram(leaf, "histogram", &histogram)));
        }
        metra_group_free(leaf);
        for (int i = 0; i < 200; i++) {
            metra_counter_inc(counter, 1);
            metra_distribution_update(distribution, i);
            metra_histogram_update(histogram, i);
        }
        expect(w->shared, counter == NULL || metra_counter_count(counter) >= 200);
        metra_counter_free(counter);
        metra_distribution_free(distribution);
        metra_histogram_free(histogram);
        __atomic_fetch_add(&w->rounds, 1, __ATOMIC_RELAXED);
    }
    return NULL;
}

/* Registers gauges that replace each other, with handles and without, and unregisters some. */
static void *register_gauges(void *argument)
{
    worker *w = argument;
    while (!is_over(w->shared) && w->used < GAUGES) {
        metra_group *leaf = take_leaf(w->shared);
        metra_gauge *gauge = NULL;
        if (leaf == NULL)
            continue;
        life *l = &w->lives[w->used++];
        metra_status status =
            metra_group_gauge(leaf, "gauge", answer_unless_dropped, l, drop_life, w->used % 2 == 0 ? &gauge : NULL);
        expect(w->shared, is_open_or_closed(status));
        /* Whoever replaced it, or closed its group, at the same time may still be dropping it. */
        if (gauge != NULL && w->used % 4 == 0)
            expect(w->shared, metra_gauge_unregister(gauge) == METRA_OK);
        metra_gauge_free(gauge);
        metra_group_free(leaf);
        __atomic_fetch_add(&w->rounds, 1, __ATOMIC_RELAXED);
    }
    return NULL;
}

static void look_for_the_dropped(void *userdata, const metra_reading *reading)
{
    const int is_gauge = reading->metric->type == METRA_METRIC_GAUGE;
    expect(userdata, !is_gauge || !reading->has_value || reading->as.gauge.as.int64 == 1);
}

static int ignore_bytes(void *userdata, const char *bytes, size_t len)
{
    (void)userdata;
    (void)bytes;
    (void)len;
    return 0;
}

static void *read_all(void *argument)
{
    worker *w = argument;
    site *s = w->shared;
    while (!is_over(s)) {
        expect(s, metra_registry_collect(s->f.registry, look_for_the_dropped, s) == METRA_OK);
        expect(s, metra_registry_write(s->f.registry, METRA_FORMAT_PROMETHEUS, ignore_bytes, NULL) == METRA_OK);
        __atomic_fetch_add(&w->rounds, 1, __ATOMIC_RELAXED);
    }
    return NULL;
}

static void start_workers(site *s, worker *workers)
{
    for (int i = 0; i < WORKERS; i++) {
        worker w = {.shared = s};
        workers[i] = w;
        void *(*body)(void *) = i < UPDATERS ? update : i < UPDATERS + REGISTRARS ? register_gauges : read_all;
        if (body == register_gauges)
            workers[i].lives = calloc(GAUGES, sizeof(life));
        CHECK_INT(pthread_create(&workers[i].thread, NULL, body, &workers[i]), 0);
    }
}

/* Every gauge that was ever given to metra was dropped just once. */
static void finish_workers(site *s, worker *workers)
{
    __atomic_store_n(&s->over, 1, __ATOMIC_RELEASE);
    for (int i = 0; i < WORKERS; i++)
        pthread_join(workers[i].thread, NULL);
    metra_group *busy = NULL;
    CHECK_OK(metra_group_add_group(s->f.group, "busy", NULL, &busy));
    CHECK_OK(metra_group_close(busy));
    metra_group_free(busy);
    for (int i = 0; i < WORKERS; i++) {
        int not_once = 0;
        for (int number = 0; number < workers[i].used; number++)
            not_once += workers[i].lives[number].drops != 1;
        CHECK_INT(not_once, 0);
        free(workers[i].lives);
    }
    CHECK_INT(s->wrong, 0);
}

/* Whether a worker never came to anything yet. */
static int is_anybody_waiting(worker *workers)
{
    int waiting = 0;
    for (int i = 0; i < WORKERS; i++)
        waiting += __atomic_load_n(&workers[i].rounds, __ATOMIC_RELAXED) < 3;
    return waiting > 0;
}

static void subtree__closes_under_load(void)
{
    site s;
    worker workers[WORKERS];
    memset(&s, 0, sizeof s);
    const setting settings[] = {{"metrics.gauge.timeout", "60 s"}, {NULL, NULL}};
    s.f = open_fixture_with(settings);
    start_workers(&s, workers);
    for (int i = 0; i < CLOSES || is_anybody_waiting(workers); i++) {
        metra_group *busy = NULL;
        CHECK_OK(metra_group_add_group(s.f.group, "busy", NULL, &busy));
        CHECK_OK(metra_group_close(busy));
        CHECK(metra_group_is_closed(busy));
        CHECK_OK(metra_group_close(busy));
        metra_group_free(busy);
        const struct timespec moment = {0, 1000000};
        nanosleep(&moment, NULL);
    }
    finish_workers(&s, workers);
    close_fixture(&s.f);
}

int main(void)
{
    RUN(subtree__closes_under_load);
    return check_result();
}
