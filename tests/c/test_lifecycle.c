/* Lives and deaths of handles: freed in any order, used after their group or registry closed, closed under load. */
#include "fixture.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

/* One handle of every type, of one registry. */
enum { REGISTRY, CLOCK, CONFIG, ROOT, CHILD, COUNTER, MONOTONIC, GAUGE, SETTABLE, DISTRIBUTION, METER, HISTOGRAM, HANDLES };

typedef struct everything {
    metra_registry *registry;
    metra_clock *clock;
    metra_config *config;
    metra_group *root;
    metra_group *child;
    metra_counter *counter;
    metra_monotonic_counter *monotonic;
    metra_gauge *gauge;
    metra_gauge *settable;
    metra_distribution *distribution;
    metra_meter *meter;
    metra_histogram *histogram;
    int64_t updates;
    int drops;
} everything;

static int answer_seven(void *userdata, metra_value *value)
{
    (void)userdata;
    value->as.int64 = 7;
    return 1;
}

static void count_drop(void *userdata)
{
    ++*(int *)userdata;
}

static void open_everything(everything *e)
{
    memset(e, 0, sizeof *e);
    e->config = new_config(NULL, &e->clock);
    CHECK_OK(metra_registry_new(e->config, &e->registry));
    e->root = new_root(e->registry, "app");
    CHECK_OK(metra_group_add_group(e->root, "key", "value", &e->child));
    CHECK_OK(metra_group_counter(e->child, "counter", &e->counter));
    CHECK_OK(metra_group_monotonic_counter(e->child, "monotonic", &e->monotonic));
    CHECK_OK(metra_group_gauge(e->child, "gauge", answer_seven, &e->drops, count_drop, &e->gauge));
    CHECK_OK(metra_group_settable_gauge(e->child, "settable", METRA_VALUE_TEXT, &e->settable));
    CHECK_OK(metra_group_distribution(e->child, "distribution", &e->distribution));
    CHECK_OK(metra_group_meter(e->child, "meter", 5, &e->meter));
    CHECK_OK(metra_group_histogram(e->child, "histogram", &e->histogram));
}

/* Updates every metric whose handle is left, and checks that each still counts. */
static void update_everything(everything *e)
{
    e->updates++;
    metra_counter_inc(e->counter, 1);
    metra_monotonic_counter_inc(e->monotonic, 1);
    metra_gauge_set_text(e->settable, "text");
    metra_distribution_update(e->distribution, 5);
    metra_meter_mark_event(e->meter, 1);
    metra_histogram_update(e->histogram, 5);
    CHECK(e->counter == NULL || metra_counter_count(e->counter) == e->updates);
    CHECK(e->monotonic == NULL || metra_monotonic_counter_count(e->monotonic) == e->updates);
    CHECK(e->meter == NULL || metra_meter_count(e->meter) == e->updates);
    metra_distribution_reading distribution = {.size = sizeof distribution};
    metra_histogram_reading histogram = {.size = sizeof histogram};
    if (e->distribution != NULL) {
        CHECK_OK(metra_distribution_read(e->distribution, &distribution));
        CHECK_INT(distribution.count, e->updates);
    }
    if (e->histogram != NULL) {
        CHECK_OK(metra_histogram_read(e->histogram, &histogram));
        CHECK_INT(histogram.count, e->updates);
    }
}

/* Uses the registry and groups whose handles are left. */
static void look_at_everything(everything *e)
{
    metra_value value;
    if (e->registry != NULL && e->settable != NULL) {
        CHECK_OK(metra_registry_read_gauge(e->registry, e->settable, &value));
        CHECK_TEXT(value.as.text, "text");
    }
    CHECK(e->root == NULL || strcmp(metra_group_scope_component(e->root, 0), "app") == 0);
    CHECK(e->child == NULL || strcmp(metra_group_variable_value(e->child, 0), "value") == 0);
    CHECK(e->clock == NULL || metra_clock_advance(e->clock, TICK_MS) == METRA_OK);
}

#define FREE_HANDLE(type, member)                                              \
    do {                                                                       \
        metra_##type##_free(e->member);                                        \
        e->member = NULL;                                                      \
    } while (0)

static void free_handle(everything *e, int which)
{
    switch (which) {
    case REGISTRY:
        FREE_HANDLE(registry, registry);
        break;
    case CLOCK:
        FREE_HANDLE(clock, clock);
        break;
    case CONFIG:
        FREE_HANDLE(config, config);
        break;
    case ROOT:
        FREE_HANDLE(group, root);
        break;
    case CHILD:
        FREE_HANDLE(group, child);
        break;
    case COUNTER:
        FREE_HANDLE(counter, counter);
        break;
    case MONOTONIC:
        FREE_HANDLE(monotonic_counter, monotonic);
        break;
    case GAUGE:
        FREE_HANDLE(gauge, gauge);
        break;
    case SETTABLE:
        FREE_HANDLE(gauge, settable);
        break;
    case DISTRIBUTION:
        FREE_HANDLE(distribution, distribution);
        break;
    case METER:
        FREE_HANDLE(meter, meter);
        break;
    default:
        FREE_HANDLE(histogram, histogram);
        break;
    }
}

/* Puts the numbers below HANDLES into an order that only depends on `seed`. */
static void shuffle(int *order, uint32_t seed)
{
    for (int i = 0; i < HANDLES; i++)
        order[i] = i;
    for (int i = HANDLES - 1; i > 0; i--) {
        seed = seed * 1664525u + 1013904223u;
        const int other = (int)((seed >> 8) % (uint32_t)(i + 1)), kept = order[i];
        order[i] = order[other];
        order[other] = kept;
    }
}

/* Every handle works until it is freed itself; with the last one the callback's userdata is gone, once. */
static void handles__are_freed_in_any_order(void)
{
    for (uint32_t seed = 0; seed < 120; seed++) {
        everything e;
        int order[HANDLES];
        open_everything(&e);
        shuffle(order, seed);
        /* Closed before the first handle is freed, somewhere in between, or never. */
        const int close_at = (int)(seed % 3) * (HANDLES / 2);
        for (int i = 0; i < HANDLES; i++) {
            update_everything(&e);
            if (i == close_at && e.registry != NULL)
                CHECK_OK(metra_registry_close(e.registry, CLOSE_MS));
            look_at_everything(&e);
            free_handle(&e, order[i]);
        }
        CHECK_INT(e.drops, 1);
    }
}

/* Everything that registers says that it is too late; everything that updates goes on, for nobody. */
static void check_closed(everything *e)
{
    metra_group *group = NULL;
    metra_counter *counter = NULL;
    metra_meter *meter = NULL;
    int drops = 0;
    CHECK(metra_group_is_closed(e->child));
    CHECK_INT(metra_group_token(e->child), 0);
    CHECK_STATUS(metra_group_add_group(e->child, "late", NULL, &group), METRA_ERROR_CLOSED);
    CHECK_STATUS(metra_group_counter(e->child, "counter", &counter), METRA_ERROR_CLOSED);
    CHECK_STATUS(metra_group_meter_over(e->child, "late", e->counter, 5, &meter), METRA_ERROR_CLOSED);
    CHECK_STATUS(metra_group_gauge(e->child, "late", answer_seven, &drops, count_drop, NULL), METRA_ERROR_CLOSED);
    CHECK_STATUS(metra_group_unregister(e->child, "counter"), METRA_ERROR_CLOSED);
    CHECK(group == NULL && counter == NULL && meter == NULL);
    CHECK_INT(drops, 1);
    CHECK_OK(metra_group_close(e->child));
    CHECK_OK(metra_gauge_unregister(e->gauge));
    CHECK_INT(e->drops, 1);
    metra_value value;
    CHECK_STATUS(metra_registry_read_gauge(e->registry, e->gauge, &value), METRA_ERROR_NOT_FOUND);
    for (int i = 0; i < 100; i++)
        update_everything(e);
    look_at_everything(e);
}

static void count_shown(void *userdata, const metra_reading *reading)
{
    *(int *)userdata += reading->metric != NULL;
}

static int count_shown_in(everything *e)
{
    int shown = 0;
    CHECK_OK(metra_registry_collect(e->registry, count_shown, &shown));
    return shown;
}

static void free_everything(everything *e)
{
    for (int i = 0; i < HANDLES; i++)
        free_handle(e, i);
    CHECK_INT(e->drops, 1);
}

static void handles__are_usable_after_their_group_closed(void)
{
    everything e;
    open_everything(&e);
    CHECK_INT(count_shown_in(&e), 7);
    CHECK_OK(metra_group_close(e.child));
    CHECK_INT(count_shown_in(&e), 0);
    check_closed(&e);
    CHECK_INT(count_shown_in(&e), 0);
    free_everything(&e);
}

static void handles__are_usable_after_their_registry_closed(void)
{
    everything e;
    open_everything(&e);
    CHECK_OK(metra_registry_close(e.registry, CLOSE_MS));
    check_closed(&e);
    CHECK_INT(count_shown_in(&e), 0);
    free_everything(&e);
}

/* What a closed metric counts is not what the next metric of its name, or of its memory, begins with. */
static void metric__begins_at_zero_while_the_old_one_is_still_updated(void)
{
    everything e;
    open_everything(&e);
    update_everything(&e);
    CHECK_OK(metra_group_close(e.child));
    for (int i = 0; i < 50; i++) {
        metra_group *group = NULL;
        metra_counter *counter = NULL;
        metra_distribution *distribution = NULL;
        metra_distribution_reading reading = {.size = sizeof reading};
        update_everything(&e);
        CHECK_OK(metra_group_add_group(e.root, "key", "value", &group));
        CHECK_OK(metra_group_counter(group, "counter", &counter));
        CHECK_OK(metra_group_distribution(group, "distribution", &distribution));
        update_everything(&e);
        CHECK_INT(metra_counter_count(counter), 0);
        CHECK_OK(metra_distribution_read(distribution, &reading));
        CHECK_INT(reading.count, 0);
        metra_counter_inc(counter, 1);
        metra_distribution_update(distribution, 1);
        metra_counter_free(counter);
        metra_distribution_free(distribution);
        CHECK_OK(metra_group_close(group));
        metra_group_free(group);
    }
    free_everything(&e);
}

static int ended_well;

/* What a runtime does with what belonged to a thread: by now everything that is local to the thread is gone. */
static void use_at_the_end(void *userdata)
{
    everything *e = userdata;
    metra_counter *counter = NULL, *refused = NULL;
    metra_value value = {.type = METRA_VALUE_INT64};
    update_everything(e);
    ended_well += metra_group_counter(e->child, "late", &counter) == METRA_OK;
    ended_well += metra_group_counter(e->child, "", &refused) == METRA_ERROR_INVALID_ARGUMENT;
    ended_well += strcmp(metra_last_error(), "") == 0;
    metra_value_set_text(&value, "text");
    ended_well += value.type == METRA_VALUE_TEXT && strcmp(value.as.text, "") == 0;
    ended_well += metra_registry_close(e->registry, CLOSE_MS) == METRA_OK;
    metra_counter_free(counter);
    free_everything(e);
}

/* Uses metra in ways that leave something with the thread, and leaves the rest to its end. */
static void *begin_and_end(void *argument)
{
    metra_counter *counter = NULL;
    metra_value value;
    pthread_key_t key = *(pthread_key_t *)argument;
    static everything e;
    open_everything(&e);
    CHECK_STATUS(metra_group_counter(e.child, "", &counter), METRA_ERROR_INVALID_ARGUMENT);
    metra_value_set_text(&value, "text");
    CHECK_INT(pthread_setspecific(key, &e), 0);
    return NULL;
}

static void thread__may_use_metra_at_its_very_end(void)
{
    pthread_key_t key;
    pthread_t thread;
    ended_well = 0;
    CHECK_INT(pthread_key_create(&key, use_at_the_end), 0);
    CHECK_INT(pthread_create(&thread, NULL, begin_and_end, &key), 0);
    pthread_join(thread, NULL);
    pthread_key_delete(key);
    CHECK_INT(ended_well, 5);
}

int main(void)
{
    RUN(handles__are_freed_in_any_order);
    RUN(handles__are_usable_after_their_group_closed);
    RUN(handles__are_usable_after_their_registry_closed);
    RUN(metric__begins_at_zero_while_the_old_one_is_still_updated);
    RUN(thread__may_use_metra_at_its_very_end);
    return check_result();
}
