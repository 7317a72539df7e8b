/* Gauges from registration to drop: callbacks that hang, re-enter, take away themselves or each other. */
#include "fixture.h"

#include <pthread.h>
#include <stdint.h>

/* A gauge that asks what it is told to do, and counts what became of it. */
typedef struct actor {
    const fixture *f;
    /* The group it is registered in, as "actor". */
    metra_group *group;
    /* Its own handle, if somebody needs it. */
    metra_gauge *itself;
    /* Runs inside the callback. */
    void (*act)(struct actor *);
    int calls;
    int drops;
    /* Calls that ended after the drop. */
    int calls_after_drop;
    /* What calls from inside gave. */
    metra_status statuses[4];
    /* Readings that a callback was shown, or its drops as it saw them. */
    int shown;
} actor;

static int run_actor(void *userdata, metra_value *value)
{
    actor *a = userdata;
    a->calls++;
    if (a->act != NULL)
        a->act(a);
    a->calls_after_drop += a->drops > 0;
    value->type = METRA_VALUE_INT64;
    value->as.int64 = 8;
    return 1;
}

static void drop_actor(void *userdata)
{
    ((actor *)userdata)->drops++;
}

/* A fixture in which nothing is slow by accident, with a group of its own for the actor. */
static fixture open_stage(actor *a, void (*act)(actor *), int keeps_handle)
{
    static const setting settings[] = {{"metrics.gauge.timeout", "100 s"}, {NULL, NULL}};
    fixture f = open_fixture_with(settings);
    memset(a, 0, sizeof *a);
    a->act = act;
    CHECK_OK(metra_group_add_group(f.group, "stage", NULL, &a->group));
    CHECK_OK(metra_group_gauge(a->group, "actor", run_actor, a, drop_actor, keeps_handle ? &a->itself : NULL));
    return f;
}

/* Ends a play in which the callback ran just `calls` times. */
static void close_stage(fixture *f, actor *a, int calls)
{
    metra_gauge_free(a->itself);
    metra_group_free(a->group);
    close_fixture(f);
    CHECK_INT(a->calls, calls);
    CHECK_INT(a->drops, 1);
    CHECK_INT(a->calls_after_drop, 0);
}

static void count_shown(void *userdata, const metra_reading *reading)
{
    *(int *)userdata += reading->metric != NULL;
}

static int readings_of(const fixture *f)
{
    int shown = 0;
    CHECK_OK(metra_registry_collect(f->registry, count_shown, &shown));
    return shown;
}

/* --- re-entering ------------------------------------------------------------------------------------------------- */

static int take_bytes(void *userdata, const char *bytes, size_t len)
{
    (void)bytes;
    *(int *)userdata += (int)len;
    return 0;
}

static void read_everything(actor *a)
{
    metra_value value;
    int bytes = 0;
    a->statuses[0] = metra_registry_collect(a->f->registry, count_shown, &a->shown);
    a->statuses[1] = metra_registry_write(a->f->registry, METRA_FORMAT_PROMETHEUS, take_bytes, &bytes);
    a->statuses[2] = metra_registry_read_gauge(a->f->registry, a->itself, &value);
}

static void gauge__that_reads_gets_all_but_gauges(void)
{
    actor a;
    metra_counter *counter = NULL;
    fixture f = open_stage(&a, read_everything, 1);
    a.f = &f;
    CHECK_OK(metra_group_counter(f.group, "counter", &counter));
    CHECK_INT(readings_of(&f), 2);
    CHECK_INT(a.shown, 1);
    for (int i = 0; i < 3; i++)
        CHECK_STATUS(a.statuses[i], METRA_ERROR_BUSY);
    metra_counter_free(counter);
    close_stage(&f, &a, 1);
}

static void register_everything(actor *a)
{
    metra_group *group = NULL;
    metra_counter *counter = NULL;
    metra_meter *meter = NULL;
    a->statuses[0] = metra_group_add_group(a->group, "inside", NULL, &group);
    a->statuses[1] = metra_group_counter(group, "counter", &counter);
    a->statuses[2] = metra_group_meter_over(group, "meter", counter, 5, &meter);
    a->statuses[3] = metra_group_close(group);
    metra_meter_free(meter);
    metra_counter_free(counter);
    metra_group_free(group);
}

static void gauge__may_register_and_close(void)
{
    actor a;
    fixture f = open_stage(&a, register_everything, 0);
    CHECK_INT(readings_of(&f), 1);
    for (int i = 0; i < 4; i++)
        CHECK_STATUS(a.statuses[i], METRA_OK);
    close_stage(&f, &a, 1);
}

/* --- taking itself away ------------------------------------------------------------------------------------------ */

static void unregister_itself(actor *a)
{
    a->statuses[0] = metra_gauge_unregister(a->itself);
    a->statuses[1] = metra_gauge_unregister(a->itself);
}

static void unregister_its_name(actor *a)
{
    a->statuses[0] = metra_group_unregister(a->group, "actor");
}

static void close_its_group(actor *a)
{
    a->statuses[0] = metra_group_close(a->group);
    a->statuses[1] = metra_group_close(a->group);
}

/* Frees the last handles of gauge and group. */
static void unregister_and_free(actor *a)
{
    unregister_itself(a);
    metra_gauge_free(a->itself);
    metra_group_free(a->group);
    a->itself = NULL;
    a->group = NULL;
}

static void check_that_it_goes(void (*act)(actor *))
{
    actor a;
    fixture f = open_stage(&a, act, 1);
    readings_of(&f);
    CHECK_STATUS(a.statuses[0], METRA_OK);
    CHECK_STATUS(a.statuses[1], METRA_OK);
    CHECK_INT(readings_of(&f), 0);
    /* The drop came when the callback had returned, and before anybody who waits for that is let go. */
    CHECK(a.itself == NULL || metra_gauge_unregister(a.itself) == METRA_OK);
    CHECK_INT(a.drops, 1);
    close_stage(&f, &a, 1);
}

static void gauge__may_unregister_itself(void)
{
    check_that_it_goes(unregister_itself);
}

static void gauge__may_unregister_its_name(void)
{
    check_that_it_goes(unregister_its_name);
}

static void gauge__may_close_its_group(void)
{
    check_that_it_goes(close_its_group);
}

static void gauge__may_free_itself(void)
{
    check_that_it_goes(unregister_and_free);
}

/* --- replacing --------------------------------------------------------------------------------------------------- */

static actor *successor;

static void replace_itself(actor *a)
{
    a->statuses[0] = metra_group_gauge(a->group, "actor", run_actor, successor, drop_actor, NULL);
    a->shown = a->drops;
}

static void gauge__may_replace_itself(void)
{
    actor a, next;
    memset(&next, 0, sizeof next);
    successor = &next;
    fixture f = open_stage(&a, replace_itself, 1);
    readings_of(&f);
    CHECK_STATUS(a.statuses[0], METRA_OK);
    CHECK_INT(a.shown, 0);
    CHECK_OK(metra_gauge_unregister(a.itself));
    CHECK_INT(a.drops, 1);
    CHECK_INT(next.drops, 0);
    CHECK_INT(readings_of(&f), 1);
    CHECK_INT(next.calls, 1);
    close_stage(&f, &a, 1);
    CHECK_INT(next.drops, 1);
}

static void replace_by_a_settable_one(actor *a)
{
    a->statuses[0] = metra_group_settable_gauge(a->group, "actor", METRA_VALUE_BOOL, &a->itself);
}

static void gauge__may_replace_itself_by_a_settable_one(void)
{
    actor a;
    fixture f = open_stage(&a, replace_by_a_settable_one, 0);
    readings_of(&f);
    CHECK_STATUS(a.statuses[0], METRA_OK);
    CHECK_INT(readings_of(&f), 1);
    close_stage(&f, &a, 1);
}

/* Two threads register one name over and over; a third reads. */
enum { REPLACEMENTS = 400 };

typedef struct rival {
    pthread_t thread;
    const fixture *f;
    actor actors[REPLACEMENTS];
    int failures;
} rival;

static rival rivals[2];

static void *replace_over_and_over(void *argument)
{
    rival *r = argument;
    for (int i = 0; i < REPLACEMENTS; i++)
        r->failures += metra_group_gauge(r->f->group, "rival", run_actor, &r->actors[i], drop_actor, NULL) != METRA_OK;
    return NULL;
}

static void gauges__replace_each_other_under_readings(void)
{
    static const setting settings[] = {{"metrics.gauge.timeout", "100 s"}, {NULL, NULL}};
    fixture f = open_fixture_with(settings);
    memset(rivals, 0, sizeof rivals);
    for (int i = 0; i < 2; i++) {
        rivals[i].f = &f;
        CHECK_INT(pthread_create(&rivals[i].thread, NULL, replace_over_and_over, &rivals[i]), 0);
    }
    for (int i = 0; i < REPLACEMENTS / 4; i++)
        CHECK(readings_of(&f) <= 1);
    for (int i = 0; i < 2; i++)
        pthread_join(rivals[i].thread, NULL);
    CHECK_INT(readings_of(&f), 1);
    close_fixture(&f);
    for (int i = 0; i < 2; i++) {
        CHECK_INT(rivals[i].failures, 0);
        for (int number = 0; number < REPLACEMENTS; number++) {
            CHECK_INT(rivals[i].actors[number].drops, 1);
            CHECK_INT(rivals[i].actors[number].calls_after_drop, 0);
        }
    }
}

/* --- drops that act ---------------------------------------------------------------------------------------------- */

/* Registers another gauge under the name, closes the group, and frees the handle: all inside drop. */
static void drop_and_act(void *userdata)
{
    actor *a = userdata;
    a->drops++;
    a->statuses[0] = metra_group_gauge(a->group, "actor", run_actor, successor, drop_actor, NULL);
    a->statuses[1] = metra_registry_collect(a->f->registry, count_shown, &a->shown);
    a->statuses[2] = metra_group_close(a->group);
    metra_gauge_free(a->itself);
    a->itself = NULL;
}

static void drop__may_use_metra(void)
{
    actor a, next;
    memset(&next, 0, sizeof next);
    successor = &next;
    fixture f = open_stage(&a, NULL, 0);
    a.f = &f;
    actor acting = a;
    CHECK_OK(metra_group_gauge(a.group, "other", run_actor, &acting, drop_and_act, &acting.itself));
    CHECK_OK(metra_group_unregister(a.group, "other"));
    CHECK_INT(acting.drops, 1);
    for (int i = 0; i < 3; i++)
        CHECK_STATUS(acting.statuses[i], METRA_OK);
    CHECK_INT(a.drops, 1);
    CHECK_INT(next.drops, 1);
    CHECK_INT(next.calls, 1);
    close_stage(&f, &a, 0);
}

int main(void)
{
    RUN(gauge__that_reads_gets_all_but_gauges);
    RUN(gauge__may_register_and_close);
    RUN(gauge__may_unregister_itself);
    RUN(gauge__may_unregister_its_name);
    RUN(gauge__may_close_its_group);
    RUN(gauge__may_free_itself);
    RUN(gauge__may_replace_itself);
    RUN(gauge__may_replace_itself_by_a_settable_one);
    RUN(gauges__replace_each_other_under_readings);
    RUN(drop__may_use_metra);
    return check_result();
}
