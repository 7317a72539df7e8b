/*
 * Exact totals whatever happens to the writers: more threads than processors, signals whose handlers update as well, and
 * cells of all kinds on the same metrics, while other metrics come and go on the same memory. The argument is how many
 * rounds each writer makes, in thousands.
 */
#include "fixture.h"

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/time.h>

enum { WRITERS = 8, BATCH = 16, SIGNAL_EVERY_US = 200 };

/* Every value that is added. The totals tell how many there were, in four ways. */
enum { VALUE = 7 };

static long rounds = 1000 * 1000;

static fixture f;
static metra_counter *counter;
static metra_monotonic_counter *monotonic;
static metra_meter *meter;
static metra_distribution *distribution;
static metra_histogram *histogram;

static sig_atomic_t writers_left;

/* What signal handlers added. */
static int64_t from_handlers;

static void update_from_handler(int number)
{
    (void)number;
    metra_counter_inc(counter, 1);
    metra_monotonic_counter_inc(monotonic, 1);
    metra_meter_mark_event(meter, 1);
    metra_distribution_update(distribution, VALUE);
    metra_histogram_update(histogram, VALUE);
    __atomic_fetch_add(&from_handlers, 1, __ATOMIC_RELAXED);
}

/* --- writers -------------------------------------------------------------------------------------------------------- */

static void by_calls(long count)
{
    for (long i = 0; i < count; i++) {
        metra_counter_inc(counter, 1);
        metra_monotonic_counter_inc(monotonic, 1);
        metra_meter_mark_event(meter, 1);
        metra_distribution_update(distribution, VALUE);
        metra_histogram_update(histogram, VALUE);
    }
}

static void by_shared_cells(long count)
{
    int64_t *const counted = metra_counter_shared_cell(counter);
    int64_t *const grown = metra_monotonic_counter_shared_cell(monotonic);
    int64_t *const marked = metra_meter_shared_cell(meter);
    metra_distribution_cell *const added = metra_distribution_shared_cell(distribution);
    for (long i = 0; i < count; i++) {
        metra_shared_cell_add(counted, 1);
        metra_shared_cell_add(grown, 1);
        metra_shared_cell_add(marked, 1);
        if (!metra_distribution_shared_cell_update(added, VALUE))
            metra_distribution_update(distribution, VALUE);
        metra_histogram_update(histogram, VALUE);
    }
}

static int by_owned_cells(long count)
{
    metra_counter_cell *counted = NULL;
    metra_monotonic_counter_cell *grown = NULL;
    metra_meter_cell *marked = NULL;
    metra_distribution_cell *added = NULL;
    int failed = metra_counter_cell_acquire(counter, METRA_CELL_LAYOUT, &counted) != METRA_OK ||
                 metra_monotonic_counter_cell_acquire(monotonic, METRA_CELL_LAYOUT, &grown) != METRA_OK ||
                 metra_meter_cell_acquire(meter, METRA_CELL_LAYOUT, &marked) != METRA_OK ||
                 metra_distribution_cell_acquire(distribution, METRA_CELL_LAYOUT, &added) != METRA_OK;
    for (long i = 0; i < count; i++) {
        metra_counter_cell_inc(counted, 1);
        metra_monotonic_counter_cell_inc(grown, 1);
        metra_meter_cell_mark_event(marked, 1);
        metra_distribution_cell_update(added, VALUE);
        metra_histogram_update(histogram, VALUE);
    }
    metra_counter_cell_release(counted);
    metra_monotonic_counter_cell_release(grown);
    metra_meter_cell_release(marked);
    metra_distribution_cell_release(added);
    return failed;
}

static void by_batches(long count)
{
    int64_t values[BATCH];
    for (int i = 0; i < BATCH; i++)
        values[i] = VALUE;
    for (long done = 0; done < count; done += BATCH) {
        const size_t size = (size_t)(count - done < BATCH ? count - done : BATCH);
        metra_counter_inc(counter, (int64_t)size);
        metra_monotonic_counter_inc(monotonic, (int64_t)size);
        metra_meter_mark_event(meter, (int64_t)size);
        metra_distribution_update_many(distribution, values, size);
        metra_histogram_update_many(histogram, values, size);
    }
}

/* In turns, so that owned cells go from thread to thread. */
static void *write_all(void *argument)
{
    intptr_t *failed = argument;
    enum { TURNS = 20 };
    for (int turn = 0; turn < TURNS; turn++) {
        const long count = rounds / TURNS;
        by_calls(count / 4);
        by_shared_cells(count / 4);
        *failed += by_owned_cells(count / 4);
        by_batches(count - 3 * (count / 4));
    }
    __atomic_fetch_sub(&writers_left, 1, __ATOMIC_RELEASE);
    return NULL;
}

/* --- whoever looks on ----------------------------------------------------------------------------------------------- */

static int is_over(void)
{
    return __atomic_load_n(&writers_left, __ATOMIC_ACQUIRE) == 0;
}

static int is_coherent(const metra_distribution_reading *d)
{
    return d->sum == VALUE * d->count && (d->count == 0 || (d->min == VALUE && d->max == VALUE && d->mean == VALUE));
}

/* Reads all the time. */
static void *read_all(void *argument)
{
    intptr_t *wrong = argument;
    metra_distribution_reading d = {.size = sizeof d};
    metra_histogram_reading h = {.size = sizeof h};
    int64_t last_count = 0, last_bytes = 0;
    while (!is_over()) {
        *wrong += metra_distribution_read(distribution, &d) != METRA_OK || !is_coherent(&d) || d.count < last_count;
        last_count = d.count;
        const int64_t bytes = metra_monotonic_counter_count(monotonic);
        *wrong += bytes < last_bytes;
        last_bytes = bytes;
        *wrong += metra_histogram_read(histogram, &h) != METRA_OK || h.sum > VALUE * h.count;
    }
    return NULL;
}

/* Registers metrics, counts, and unregisters them: their memory goes round. Each begins at nothing and loses nothing. */
static void *come_and_go(void *argument)
{
    intptr_t *wrong = argument;
    char name[32];
    snprintf(name, sizeof name, "of-%p", argument);
    while (!is_over()) {
        metra_group *group = NULL;
        metra_counter *short_lived = NULL;
        metra_distribution *values = NULL;
        metra_distribution_reading d = {.size = sizeof d};
        *wrong += metra_group_add_group(f.group, name, NULL, &group) != METRA_OK;
        *wrong += metra_group_counter(group, "counter", &short_lived) != METRA_OK;
        *wrong += metra_group_distribution(group, "distribution", &values) != METRA_OK;
        *wrong += metra_counter_count(short_lived) != 0;
        for (int i = 0; i < 100; i++) {
            metra_counter_inc(short_lived, 1);
            metra_shared_cell_add(metra_counter_shared_cell(short_lived), 1);
            metra_distribution_update(values, VALUE);
        }
        *wrong += metra_counter_count(short_lived) != 200;
        *wrong += metra_distribution_read(values, &d) != METRA_OK || d.count != 100 || !is_coherent(&d);
        *wrong += metra_group_close(group) != METRA_OK;
        metra_counter_inc(short_lived, 1);
        *wrong += metra_counter_count(short_lived) != 201;
        metra_counter_free(short_lived);
        metra_distribution_free(values);
        metra_group_free(group);
    }
    return NULL;
}

/* --- the behaviour -------------------------------------------------------------------------------------------------- */

static void ring(int every_us)
{
    struct sigaction action;
    const struct itimerval interval = {{0, every_us}, {0, every_us}};
    memset(&action, 0, sizeof action);
    action.sa_handler = update_from_handler;
    action.sa_flags = SA_RESTART;
    CHECK_INT(sigaction(SIGALRM, &action, NULL), 0);
    CHECK_INT(setitimer(ITIMER_REAL, &interval, NULL), 0);
}

static void check_totals(int64_t all)
{
    metra_distribution_reading d = {.size = sizeof d};
    metra_histogram_reading h = {.size = sizeof h};
    CHECK_INT(metra_counter_count(counter), all);
    CHECK_INT(metra_monotonic_counter_count(monotonic), all);
    CHECK_INT(metra_meter_count(meter), all);
    CHECK_OK(metra_distribution_read(distribution, &d));
    CHECK_INT(d.count, all);
    CHECK(is_coherent(&d));
    CHECK_OK(metra_histogram_read(histogram, &h));
    CHECK_INT(h.count, all);
    CHECK_INT(h.sum, VALUE * all);
    CHECK_INT(h.window_count, all);
}

static void stress__loses_nothing(void)
{
    pthread_t threads[WRITERS + 3];
    intptr_t wrong[WRITERS + 3] = {0};
    f = open_fixture();
    CHECK_OK(metra_group_counter(f.group, "counter", &counter));
    CHECK_OK(metra_group_monotonic_counter(f.group, "monotonic", &monotonic));
    CHECK_OK(metra_group_meter(f.group, "meter", 60, &meter));
    CHECK_OK(metra_group_distribution(f.group, "distribution", &distribution));
    CHECK_OK(metra_group_histogram(f.group, "histogram", &histogram));
    writers_left = WRITERS;
    ring(SIGNAL_EVERY_US);
    for (int i = 0; i < WRITERS + 3; i++) {
        void *(*body)(void *) = i < WRITERS ? write_all : i == WRITERS ? read_all : come_and_go;
        CHECK_INT(pthread_create(&threads[i], NULL, body, &wrong[i]), 0);
    }
    for (int i = 0; i < WRITERS + 3; i++) {
        pthread_join(threads[i], NULL);
        CHECK_INT(wrong[i], 0);
    }
    ring(0);
    const int64_t all = (int64_t)WRITERS * (rounds / 20) * 20 + from_handlers;
    printf("       %s: %lld updates, %lld of them by handlers\n", metra_hot_path(), (long long)all, (long long)from_handlers);
    check_totals(all);
    CHECK(from_handlers > 0);
    metra_counter_free(counter);
    metra_monotonic_counter_free(monotonic);
    metra_meter_free(meter);
    metra_distribution_free(distribution);
    metra_histogram_free(histogram);
    close_fixture(&f);
}

int main(int argc, char **argv)
{
    if (argc == 2)
        rounds = atol(argv[1]) * 1000;
    RUN(stress__loses_nothing);
    return check_result();
}
