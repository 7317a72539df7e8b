/* Many threads at once: nothing is lost, nothing is torn, nothing hangs. Invariants only, no schedules. */
#include "fixture.h"

#include <pthread.h>
#include <stdint.h>

enum { THREADS = 8, ROUNDS = 2000 };

/* What the threads of one behaviour share. */
typedef struct arena {
    fixture f;
    metra_counter *counter;
    metra_monotonic_counter *monotonic;
    metra_distribution *distribution;
    metra_meter *meter;
    metra_histogram *histogram;
} arena;

/* One thread: who it is, and how much it found wrong. */
typedef struct worker {
    pthread_t thread;
    arena *shared;
    int number;
    int wrong;
} worker;

static int run_workers(arena *shared, void *(*body)(void *))
{
    worker workers[THREADS];
    int wrong = 0;
    for (int i = 0; i < THREADS; i++) {
        workers[i].shared = shared;
        workers[i].number = i;
        workers[i].wrong = 0;
        CHECK_INT(pthread_create(&workers[i].thread, NULL, body, &workers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
        wrong += workers[i].wrong;
    }
    return wrong;
}

static arena open_arena(void)
{
    arena a;
    memset(&a, 0, sizeof a);
    a.f = open_fixture();
    CHECK_OK(metra_group_counter(a.f.group, "counter", &a.counter));
    CHECK_OK(metra_group_monotonic_counter(a.f.group, "monotonic", &a.monotonic));
    CHECK_OK(metra_group_distribution(a.f.group, "distribution", &a.distribution));
    CHECK_OK(metra_group_meter(a.f.group, "meter", 5, &a.meter));
    CHECK_OK(metra_group_histogram(a.f.group, "histogram", &a.histogram));
    return a;
}

static void close_arena(arena *a)
{
    metra_counter_free(a->counter);
    metra_monotonic_counter_free(a->monotonic);
    metra_distribution_free(a->distribution);
    metra_meter_free(a->meter);
    metra_histogram_free(a->histogram);
    close_fixture(&a->f);
}

static void *update_all(void *argument)
{
    worker *w = argument;
    arena *a = w->shared;
    for (int i = 0; i < ROUNDS; i++) {
        metra_counter_inc(a->counter, 3);
        metra_counter_dec(a->counter, 1);
        metra_monotonic_counter_inc(a->monotonic, 1);
        metra_distribution_update(a->distribution, w->number);
        metra_meter_mark_event(a->meter, 1);
        metra_histogram_update(a->histogram, w->number);
    }
    return NULL;
}

static void threads__updates_are_all_counted(void)
{
    arena a = open_arena();
    CHECK_INT(run_workers(&a, update_all), 0);
    const int64_t updates = (int64_t)THREADS * ROUNDS;
    const int64_t sum = (int64_t)ROUNDS * THREADS * (THREADS - 1) / 2;
    CHECK_INT(metra_counter_count(a.counter), 2 * updates);
    CHECK_INT(metra_monotonic_counter_count(a.monotonic), updates);
    CHECK_INT(metra_meter_count(a.meter), updates);
    metra_distribution_reading distribution = {.size = sizeof distribution};
    CHECK_OK(metra_distribution_read(a.distribution, &distribution));
    CHECK_INT(distribution.count, updates);
    CHECK_INT(distribution.sum, sum);
    CHECK_INT(distribution.min, 0);
    CHECK_INT(distribution.max, THREADS - 1);
    metra_histogram_reading histogram = {.size = sizeof histogram};
    CHECK_OK(metra_histogram_read(a.histogram, &histogram));
    CHECK_INT(histogram.count, updates);
    CHECK_INT(histogram.sum, sum);
    CHECK_INT(histogram.max, THREADS - 1);
    close_arena(&a);
}

static int is_whole(const metra_distribution_reading *d)
{
    if (d->count == 0)
        return d->sum == 0 && d->min == 0 && d->max == 0;
    return (double)d->min <= d->mean && d->mean <= (double)d->max && d->sum >= d->count * d->min &&
           d->sum <= d->count * d->max;
}

/* Half of the threads write the values 5 and 9, the others read: no reading mixes two states. */
static void *write_or_read(void *argument)
{
    worker *w = argument;
    metra_distribution_reading reading = {.size = sizeof reading};
    int64_t last_count = 0;
    for (int i = 0; i < ROUNDS; i++) {
        if (w->number % 2 == 0) {
            metra_distribution_update(w->shared->distribution, i % 2 == 0 ? 5 : 9);
            continue;
        }
        if (metra_distribution_read(w->shared->distribution, &reading) != METRA_OK || !is_whole(&reading))
            w->wrong++;
        w->wrong += reading.count < last_count;
        last_count = reading.count;
    }
    return NULL;
}

static void threads__readings_are_never_torn(void)
{
    arena a = open_arena();
    CHECK_INT(run_workers(&a, write_or_read), 0);
    close_arena(&a);
}

static void *register_the_same(void *argument)
{
    worker *w = argument;
    for (int i = 0; i < ROUNDS / 10; i++) {
        metra_group *group = NULL;
        metra_counter *counter = NULL;
        char name[32];
        snprintf(name, sizeof name, "group-%d", i);
        w->wrong += metra_group_add_group(w->shared->f.group, "name", name, &group) != METRA_OK;
        w->wrong += metra_group_counter(group, "hits", &counter) != METRA_OK;
        metra_counter_inc(counter, 1);
        metra_counter_free(counter);
        metra_group_free(group);
    }
    return NULL;
}

static void sum_counters(void *userdata, const metra_reading *reading)
{
    if (strcmp(reading->metric->name, "hits") == 0)
        *(int64_t *)userdata += reading->as.count;
}

static void threads__registering_one_name_is_one_metric(void)
{
    arena a = open_arena();
    CHECK_INT(run_workers(&a, register_the_same), 0);
    int64_t sum = 0;
    CHECK_OK(metra_registry_collect(a.f.registry, sum_counters, &sum));
    CHECK_INT(sum, (int64_t)THREADS * (ROUNDS / 10));
    close_arena(&a);
}

static void count_readings(void *userdata, const metra_reading *reading)
{
    *(int *)userdata += reading->metric->name != NULL;
}

static int answer_one(void *userdata, metra_value *value)
{
    (void)userdata;
    value->as.int64 = 1;
    return 1;
}

/* Every thread does something else to one tree. */
static void *register_read_and_close(void *argument)
{
    worker *w = argument;
    const fixture *f = &w->shared->f;
    for (int i = 0; i < ROUNDS / 20; i++) {
        metra_group *group = NULL;
        metra_counter *counter = NULL;
        int seen = 0;
        w->wrong += metra_group_add_group(f->group, "busy", NULL, &group) != METRA_OK;
        int status = metra_group_counter(group, "hits", &counter);
        w->wrong += status != METRA_OK && status != METRA_ERROR_CLOSED;
        metra_counter_inc(counter, 1);
        if (w->number == 0)
            w->wrong += metra_group_close(group) != METRA_OK;
        if (w->number == 1)
            w->wrong += metra_registry_collect(f->registry, count_readings, &seen) != METRA_OK;
        if (w->number == 2) {
            status = metra_group_gauge(group, "gauge", answer_one, NULL, NULL, NULL);
            w->wrong += status != METRA_OK && status != METRA_ERROR_CLOSED;
        }
        metra_group_free(group);
        metra_counter_free(counter);
    }
    return NULL;
}

static void threads__registering_reading_and_closing_go_together(void)
{
    arena a = open_arena();
    CHECK_INT(run_workers(&a, register_read_and_close), 0);
    close_arena(&a);
}

static void *close_registry(void *argument)
{
    worker *w = argument;
    if (w->number == 0)
        w->wrong += metra_registry_close(w->shared->f.registry, CLOSE_MS) != METRA_OK;
    else
        update_all(argument);
    return NULL;
}

static void threads__updates_survive_a_close(void)
{
    arena a = open_arena();
    CHECK_INT(run_workers(&a, close_registry), 0);
    CHECK_INT(metra_monotonic_counter_count(a.monotonic), (int64_t)(THREADS - 1) * ROUNDS);
    close_arena(&a);
}

static void *fail_differently(void *argument)
{
    worker *w = argument;
    char name[32];
    snprintf(name, sizeof name, "'absent-%d'", w->number);
    for (int i = 0; i < ROUNDS / 10; i++) {
        char plain[32];
        snprintf(plain, sizeof plain, "absent-%d", w->number);
        w->wrong += metra_group_unregister(w->shared->f.group, plain) != METRA_ERROR_NOT_FOUND;
        w->wrong += strstr(metra_last_error(), name) == NULL;
    }
    return NULL;
}

static void threads__have_a_last_error_each(void)
{
    arena a = open_arena();
    CHECK_INT(run_workers(&a, fail_differently), 0);
    close_arena(&a);
}

int main(void)
{
    RUN(threads__updates_are_all_counted);
    RUN(threads__readings_are_never_torn);
    RUN(threads__registering_one_name_is_one_metric);
    RUN(threads__registering_reading_and_closing_go_together);
    RUN(threads__updates_survive_a_close);
    RUN(threads__have_a_last_error_each);
    return check_result();
}
