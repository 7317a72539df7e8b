/* Gauges whose callbacks do not return: however they are taken away meanwhile, they are dropped once, at their end. */
#include "fixture.h"

#include <semaphore.h>

/* A callback that says when it runs and returns when it may. */
typedef struct gate {
    sem_t entered;
    sem_t leave;
    sem_t dropped;
    /* From now on nobody waits. */
    int is_open;
    int drops;
    int is_inside;
    int dropped_inside;
} gate;

static void pass(sem_t *semaphore)
{
    while (sem_wait(semaphore) != 0) {
    }
}

static void open_gate(gate *g)
{
    memset(g, 0, sizeof *g);
    sem_init(&g->entered, 0, 0);
    sem_init(&g->leave, 0, 0);
    sem_init(&g->dropped, 0, 0);
}

static int wait_at_gate(void *userdata, metra_value *value)
{
    gate *g = userdata;
    g->is_inside = 1;
    sem_post(&g->entered);
    if (!__atomic_load_n(&g->is_open, __ATOMIC_ACQUIRE))
        pass(&g->leave);
    g->is_inside = 0;
    value->as.int64 = 5;
    return 1;
}

static void drop_gate(void *userdata)
{
    gate *g = userdata;
    g->drops++;
    g->dropped_inside += g->is_inside;
    sem_post(&g->dropped);
}

static int answer_one(void *userdata, metra_value *value)
{
    (void)userdata;
    value->as.int64 = 1;
    return 1;
}

static const setting hasty[] = {{"metrics.gauge.timeout", "20 ms"}, {NULL, NULL}};

/* What takes a gauge away that hangs. */
typedef metra_status (*taker)(const fixture *f, metra_group *group, metra_gauge *gauge);

static metra_status by_handle(const fixture *f, metra_group *group, metra_gauge *gauge)
{
    (void)f;
    (void)group;
    return metra_gauge_unregister(gauge);
}

static metra_status by_name(const fixture *f, metra_group *group, metra_gauge *gauge)
{
    (void)f;
    (void)gauge;
    return metra_group_unregister(group, "gauge");
}

static metra_status by_group(const fixture *f, metra_group *group, metra_gauge *gauge)
{
    (void)f;
    (void)gauge;
    return metra_group_close(group);
}

static metra_status by_parent(const fixture *f, metra_group *group, metra_gauge *gauge)
{
    (void)group;
    (void)gauge;
    return metra_group_close(f->group);
}

static metra_status by_registry(const fixture *f, metra_group *group, metra_gauge *gauge)
{
    (void)group;
    (void)gauge;
    return metra_registry_close(f->registry, 20);
}

static metra_status by_a_successor(const fixture *f, metra_group *group, metra_gauge *gauge)
{
    (void)f;
    (void)gauge;
    return metra_group_gauge(group, "gauge", answer_one, NULL, NULL, NULL);
}

/* Reads until the callback hangs in one of the registry's threads. */
static void hang(const fixture *f, metra_gauge *gauge, gate *g)
{
    metra_value value;
    do
        CHECK_STATUS(metra_registry_read_gauge(f->registry, gauge, &value), METRA_ERROR_NOT_FOUND);
    while (sem_trywait(&g->entered) != 0);
}

static void check_way(taker take_away, metra_status while_hanging)
{
    gate g;
    open_gate(&g);
    fixture f = open_fixture_with(hasty);
    metra_group *group = NULL;
    metra_gauge *gauge = NULL;
    CHECK_OK(metra_group_add_group(f.group, "group", NULL, &group));
    CHECK_OK(metra_group_gauge(group, "gauge", wait_at_gate, &g, drop_gate, &gauge));
    hang(&f, gauge, &g);

    CHECK_STATUS(take_away(&f, group, gauge), while_hanging);
    CHECK_STATUS(take_away(&f, group, gauge), while_hanging);
    CHECK_INT(g.drops, 0);
    sem_post(&g.leave);
    pass(&g.dropped);
    CHECK_INT(g.drops, 1);
    CHECK_INT(g.dropped_inside, 0);
    CHECK_OK(metra_gauge_unregister(gauge));
    metra_gauge_free(gauge);
    metra_group_free(group);
    close_fixture(&f);
    CHECK_INT(g.drops, 1);
}

static void hanging_gauge__unregistered_by_its_handle_is_dropped_at_its_end(void)
{
    check_way(by_handle, METRA_ERROR_TIMEOUT);
}

static void hanging_gauge__unregistered_by_its_name_is_dropped_at_its_end(void)
{
    check_way(by_name, METRA_ERROR_TIMEOUT);
}

static void hanging_gauge__closed_with_its_group_is_dropped_at_its_end(void)
{
    check_way(by_group, METRA_ERROR_TIMEOUT);
}

static void hanging_gauge__closed_with_an_outer_group_is_dropped_at_its_end(void)
{
    check_way(by_parent, METRA_ERROR_TIMEOUT);
}

static void hanging_gauge__closed_with_its_registry_is_dropped_at_its_end(void)
{
    check_way(by_registry, METRA_ERROR_TIMEOUT);
}

/* Who replaces it does not wait for it. */
static void hanging_gauge__replaced_is_dropped_at_its_end(void)
{
    check_way(by_a_successor, METRA_OK);
}

/* Nothing of the registry is left but the thread that hangs. */
static void hanging_gauge__outlives_every_handle(void)
{
    /* Its thread is not waited for. */
    static gate g;
    open_gate(&g);
    fixture f = open_fixture_with(hasty);
    metra_gauge *gauge = NULL;
    CHECK_OK(metra_group_gauge(f.group, "gauge", wait_at_gate, &g, drop_gate, &gauge));
    hang(&f, gauge, &g);
    metra_gauge_free(gauge);
    metra_group_free(f.group);
    metra_registry_free(f.registry);
    metra_clock_free(f.clock);
    CHECK_INT(g.drops, 0);
    sem_post(&g.leave);
    pass(&g.dropped);
    CHECK_INT(g.drops, 1);
    CHECK_INT(g.dropped_inside, 0);
}

static void see_counter(void *userdata, const metra_reading *reading)
{
    if (reading->metric->type == METRA_METRIC_COUNTER)
        *(int64_t *)userdata += reading->as.count;
}

static void count_values(void *userdata, const metra_reading *reading)
{
    *(int *)userdata += reading->metric->type == METRA_METRIC_GAUGE && reading->has_value;
}

/* More hang than the registry has threads for: all else goes on being read, and gauges again once they return. */
static void hanging_gauges__are_survived_in_any_number(void)
{
    enum { HANGING = 7 };
    gate gates[HANGING];
    fixture f = open_fixture_with(hasty);
    metra_counter *counter = NULL;
    CHECK_OK(metra_group_counter(f.group, "counter", &counter));
    metra_counter_inc(counter, 3);
    for (int i = 0; i < HANGING; i++) {
        const char name[] = {(char)('a' + i), '\0'};
        open_gate(&gates[i]);
        CHECK_OK(metra_group_gauge(f.group, name, wait_at_gate, &gates[i], drop_gate, NULL));
    }
    for (int i = 0; i < 2 * HANGING; i++) {
        int64_t count = 0;
        CHECK_OK(metra_registry_collect(f.registry, see_counter, &count));
        CHECK_INT(count, 3);
    }
    metra_losses losses = {.size = sizeof losses};
    CHECK_OK(metra_registry_losses(f.registry, &losses));
    CHECK(losses.gauge_timeouts >= 2 * HANGING);
    CHECK_INT(losses.gauge_failures, 0);

    for (int i = 0; i < HANGING; i++) {
        __atomic_store_n(&gates[i].is_open, 1, __ATOMIC_RELEASE);
        sem_post(&gates[i].leave);
    }
    int values = 0;
    while (values < HANGING) {
        values = 0;
        CHECK_OK(metra_registry_collect(f.registry, count_values, &values));
    }
    metra_counter_free(counter);
    close_fixture(&f);
    for (int i = 0; i < HANGING; i++)
        CHECK_INT(gates[i].drops, 1);
}

int main(void)
{
    RUN(hanging_gauge__unregistered_by_its_handle_is_dropped_at_its_end);
    RUN(hanging_gauge__unregistered_by_its_name_is_dropped_at_its_end);
    RUN(hanging_gauge__closed_with_its_group_is_dropped_at_its_end);
    RUN(hanging_gauge__closed_with_an_outer_group_is_dropped_at_its_end);
    RUN(hanging_gauge__closed_with_its_registry_is_dropped_at_its_end);
    RUN(hanging_gauge__replaced_is_dropped_at_its_end);
    RUN(hanging_gauge__outlives_every_handle);
    RUN(hanging_gauges__are_survived_in_any_number);
    return check_result();
}
