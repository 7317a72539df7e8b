/* Gauges: values that somebody else knows, or that somebody sets. */
#include "fixture.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>

/* What one gauge answers, and what became of it. */
typedef struct answer {
    metra_value value;
    /* NULL, or the text to answer with. */
    const char *text;
    int has_value;
    int calls;
    int drops;
    pthread_t thread;
} answer;

static int give_answer(void *userdata, metra_value *value)
{
    answer *a = userdata;
    a->calls++;
    a->thread = pthread_self();
    if (a->text != NULL)
        metra_value_set_text(value, a->text);
    else
        *value = a->value;
    return a->has_value;
}

static void count_drop(void *userdata)
{
    ((answer *)userdata)->drops++;
}

static answer int64_answer(int64_t n)
{
    answer a;
    memset(&a, 0, sizeof a);
    a.value.type = METRA_VALUE_INT64;
    a.value.as.int64 = n;
    a.has_value = 1;
    return a;
}

static metra_gauge *new_gauge(metra_group *group, const char *name, answer *a)
{
    metra_gauge *gauge = NULL;
    CHECK_OK(metra_group_gauge(group, name, give_answer, a, count_drop, &gauge));
    return gauge;
}

static metra_value ask(const fixture *f, metra_gauge *gauge)
{
    metra_value value;
    memset(&value, 0xAA, sizeof value);
    CHECK_OK(metra_registry_read_gauge(f->registry, gauge, &value));
    return value;
}

/* Waits for another thread's call. */
static void wait_for(sem_t *semaphore)
{
    while (sem_wait(semaphore) != 0) {
    }
}

static void gauge__answers_with_each_type(void)
{
    fixture f = open_fixture();
    answer a = int64_answer(INT64_MIN);
    metra_gauge *gauge = new_gauge(f.group, "queue", &a);
    CHECK_INT(ask(&f, gauge).as.int64, INT64_MIN);

    a.value.type = METRA_VALUE_DOUBLE;
    a.value.as.float64 = 0.1;
    CHECK_INT(ask(&f, gauge).type, METRA_VALUE_DOUBLE);
    CHECK_DOUBLE(ask(&f, gauge).as.float64, 0.1);

    a.value.type = METRA_VALUE_BOOL;
    a.value.as.boolean = 17;
    CHECK_INT(ask(&f, gauge).type, METRA_VALUE_BOOL);
    CHECK_INT(ask(&f, gauge).as.boolean, 1);

    a.text = "μέτρα";
    CHECK_INT(ask(&f, gauge).type, METRA_VALUE_TEXT);
    CHECK_TEXT(ask(&f, gauge).as.text, "μέτρα");
    CHECK(!pthread_equal(a.thread, pthread_self()));
    metra_gauge_free(gauge);
    close_fixture(&f);
    CHECK_INT(a.drops, 1);
}

static int leave_preset(void *userdata, metra_value *value)
{
    (void)userdata;
    return value->type == METRA_VALUE_INT64 && value->as.int64 == 0;
}

static void gauge__value_arrives_as_int64_zero(void)
{
    fixture f = open_fixture();
    metra_gauge *gauge = NULL;
    CHECK_OK(metra_group_gauge(f.group, "queue", leave_preset, NULL, NULL, &gauge));
    metra_value value = ask(&f, gauge);
    CHECK_INT(value.type, METRA_VALUE_INT64);
    CHECK_INT(value.as.int64, 0);
    metra_gauge_free(gauge);
    close_fixture(&f);
}

static void gauge__may_have_no_value_now(void)
{
    fixture f = open_fixture();
    answer a = int64_answer(1);
    a.has_value = 0;
    metra_gauge *gauge = new_gauge(f.group, "queue", &a);
    metra_value value;
    CHECK_STATUS(metra_registry_read_gauge(f.registry, gauge, &value), METRA_ERROR_NOT_FOUND);
    a.has_value = 1;
    CHECK_INT(ask(&f, gauge).as.int64, 1);

    a.value.type = 99;
    CHECK_STATUS(metra_registry_read_gauge(f.registry, gauge, &value), METRA_ERROR_NOT_FOUND);
    metra_gauge_free(gauge);
    close_fixture(&f);
}

static void gauge__is_replaced_by_the_next_of_its_name(void)
{
    fixture f = open_fixture();
    answer first = int64_answer(1), second = int64_answer(2);
    metra_gauge *gauge = new_gauge(f.group, "queue", &first);
    metra_gauge *replacement = new_gauge(f.group, "queue", &second);
    CHECK_INT(first.drops, 1);
    CHECK_INT(second.drops, 0);
    CHECK_INT(ask(&f, replacement).as.int64, 2);
    metra_value value;
    CHECK_STATUS(metra_registry_read_gauge(f.registry, gauge, &value), METRA_ERROR_NOT_FOUND);
    CHECK_OK(metra_gauge_unregister(gauge));
    CHECK_INT(ask(&f, replacement).as.int64, 2);
    metra_gauge_free(gauge);
    metra_gauge_free(replacement);
    close_fixture(&f);
    CHECK_INT(first.drops, 1);
    CHECK_INT(second.drops, 1);
    CHECK_INT(first.calls, 0);
}

static void gauge__drops_once_however_it_goes(void)
{
    fixture f = open_fixture();
    metra_group *child = NULL;
    CHECK_OK(metra_group_add_group(f.group, "child", NULL, &child));
    answer itself = int64_answer(1), by_name = int64_answer(2), by_group = int64_answer(3), kept = int64_answer(4);
    metra_gauge *gauge = new_gauge(f.group, "itself", &itself);
    CHECK_OK(metra_group_gauge(f.group, "byName", give_answer, &by_name, count_drop, NULL));
    CHECK_OK(metra_group_gauge(child, "byGroup", give_answer, &by_group, count_drop, NULL));
    CHECK_OK(metra_group_gauge(f.group, "kept", give_answer, &kept, count_drop, NULL));

    CHECK_OK(metra_gauge_unregister(gauge));
    CHECK_INT(itself.drops, 1);
    CHECK_OK(metra_gauge_unregister(gauge));
    metra_gauge_free(gauge);
    CHECK_OK(metra_group_unregister(f.group, "byName"));
    CHECK_INT(by_name.drops, 1);
    CHECK_OK(metra_group_close(child));
    CHECK_INT(by_group.drops, 1);
    metra_group_free(child);
    CHECK_INT(kept.drops, 0);
    close_fixture(&f);

    CHECK_INT(itself.drops + by_name.drops + by_group.drops + kept.drops, 4);
}

static void gauge__drops_when_registration_fails(void)
{
    fixture f = open_fixture();
    metra_counter *taken = NULL;
    CHECK_OK(metra_group_counter(f.group, "taken", &taken));
    answer a = int64_answer(1);
    metra_gauge *gauge = (metra_gauge *)taken;
    CHECK_STATUS(metra_group_gauge(f.group, "taken", give_answer, &a, count_drop, &gauge), METRA_ERROR_NAME_COLLISION);
    CHECK(gauge == NULL);
    CHECK_INT(a.drops, 1);
    CHECK_STATUS(metra_group_gauge(f.group, NULL, give_answer, &a, count_drop, NULL), METRA_ERROR_NULL_ARGUMENT);
    CHECK_STATUS(metra_group_gauge(NULL, "queue", give_answer, &a, count_drop, NULL), METRA_ERROR_NULL_ARGUMENT);
    CHECK_STATUS(metra_group_gauge(f.group, "queue", NULL, &a, count_drop, NULL), METRA_ERROR_NULL_ARGUMENT);
    CHECK_STATUS(metra_group_gauge(f.group, "", give_answer, &a, count_drop, NULL), METRA_ERROR_INVALID_ARGUMENT);
    CHECK_OK(metra_group_close(f.group));
    CHECK_STATUS(metra_group_gauge(f.group, "queue", give_answer, &a, count_drop, NULL), METRA_ERROR_CLOSED);
    CHECK_INT(a.drops, 6);
    CHECK_INT(a.calls, 0);
    metra_counter_free(taken);
    close_fixture(&f);
}

/* Frees every handle while the callback goes on being asked. */
static void gauge__needs_no_handle(void)
{
    fixture f = open_fixture();
    answer a = int64_answer(1);
    metra_gauge_free(new_gauge(f.group, "queue", &a));
    CHECK_INT(a.drops, 0);
    close_fixture(&f);
    CHECK_INT(a.drops, 1);
}

/* A callback that says when it runs and returns when it may. */
typedef struct gate {
    sem_t entered;
    sem_t leave;
    int drops;
} gate;

static int wait_at_gate(void *userdata, metra_value *value)
{
    gate *g = userdata;
    sem_post(&g->entered);
    wait_for(&g->leave);
    value->as.int64 = 5;
    return 1;
}

static void count_gate_drop(void *userdata)
{
    ((gate *)userdata)->drops++;
}

static void gauge__that_hangs_is_left_out_and_waited_for(void)
{
    const setting settings[] = {{"metrics.gauge.timeout", "20 ms"}, {NULL, NULL}};
    fixture f = open_fixture_with(settings);
    gate g = {.drops = 0};
    sem_init(&g.entered, 0, 0);
    sem_init(&g.leave, 0, 0);
    answer a = int64_answer(1);
    metra_gauge *hanging = NULL;
    CHECK_OK(metra_group_gauge(f.group, "hanging", wait_at_gate, &g, count_gate_drop, &hanging));
    metra_gauge *healthy = new_gauge(f.group, "healthy", &a);

    /* On a slow machine the timeout may pass before the callback runs, or before the healthy one could answer. */
    metra_value value;
    do
        CHECK_STATUS(metra_registry_read_gauge(f.registry, hanging, &value), METRA_ERROR_NOT_FOUND);
    while (sem_trywait(&g.entered) != 0);
    while (metra_registry_read_gauge(f.registry, healthy, &value) == METRA_ERROR_NOT_FOUND) {
    }
    CHECK_INT(value.as.int64, 1);
    metra_losses losses = {.size = sizeof losses};
    CHECK_OK(metra_registry_losses(f.registry, &losses));
    CHECK(losses.gauge_timeouts > 0);

    CHECK_STATUS(metra_gauge_unregister(hanging), METRA_ERROR_TIMEOUT);
    CHECK_CONTAINS(metra_last_error(), "still running");
    CHECK_STATUS(metra_gauge_unregister(hanging), METRA_ERROR_TIMEOUT);
    CHECK_INT(g.drops, 0);
    sem_post(&g.leave);
    while (metra_gauge_unregister(hanging) == METRA_ERROR_TIMEOUT) {
    }
    CHECK_INT(g.drops, 1);

    metra_gauge_free(hanging);
    metra_gauge_free(healthy);
    close_fixture(&f);
    CHECK_INT(g.drops, 1);
}

/* What a callback may do to its own registry. */
typedef struct insider {
    const fixture *f;
    metra_gauge *itself;
    int read_status;
    int unregister_status;
    int drops;
} insider;

static int act_from_inside(void *userdata, metra_value *value)
{
    insider *i = userdata;
    i->read_status = metra_registry_read_gauge(i->f->registry, i->itself, value);
    i->unregister_status = metra_gauge_unregister(i->itself);
    value->type = METRA_VALUE_INT64;
    value->as.int64 = 8;
    return 1;
}

static void count_insider_drop(void *userdata)
{
    ((insider *)userdata)->drops++;
}

static void gauge__may_unregister_itself_but_not_read(void)
{
    fixture f = open_fixture();
    insider i = {&f, NULL, -1, -1, 0};
    CHECK_OK(metra_group_gauge(f.group, "inside", act_from_inside, &i, count_insider_drop, &i.itself));
    CHECK_INT(ask(&f, i.itself).as.int64, 8);
    CHECK_STATUS(i.read_status, METRA_ERROR_BUSY);
    CHECK_STATUS(i.unregister_status, METRA_OK);
    CHECK_OK(metra_gauge_unregister(i.itself));
    CHECK_INT(i.drops, 1);
    metra_gauge_free(i.itself);
    close_fixture(&f);
}

static void settable_gauge__holds_what_was_set(void)
{
    fixture f = open_fixture();
    metra_gauge *count = NULL, *ratio = NULL, *flag = NULL, *state = NULL;
    CHECK_OK(metra_group_settable_gauge(f.group, "count", METRA_VALUE_INT64, &count));
    CHECK_OK(metra_group_settable_gauge(f.group, "ratio", METRA_VALUE_DOUBLE, &ratio));
    CHECK_OK(metra_group_settable_gauge(f.group, "flag", METRA_VALUE_BOOL, &flag));
    CHECK_OK(metra_group_settable_gauge(f.group, "state", METRA_VALUE_TEXT, &state));
    CHECK_INT(ask(&f, count).as.int64, 0);
    CHECK_TEXT(ask(&f, state).as.text, "");

    metra_gauge_set_int64(count, INT64_MAX);
    metra_gauge_set_double(ratio, -0.5);
    metra_gauge_set_bool(flag, 2);
    metra_gauge_set_text(state, "running");
    CHECK_INT(ask(&f, count).as.int64, INT64_MAX);
    CHECK_DOUBLE(ask(&f, ratio).as.float64, -0.5);
    CHECK_INT(ask(&f, flag).as.boolean, 1);
    CHECK_TEXT(ask(&f, state).as.text, "running");

    metra_gauge_set_double(count, 2.9);
    metra_gauge_set_int64(ratio, 3);
    CHECK_INT(ask(&f, count).as.int64, 2);
    CHECK_DOUBLE(ask(&f, ratio).as.float64, 3.0);
    metra_gauge_set_text(count, "many");
    metra_gauge_set_int64(state, 1);
    metra_gauge_set_text(state, "\xff");
    CHECK_INT(ask(&f, count).as.int64, 2);
    CHECK_TEXT(ask(&f, state).as.text, "running");

    metra_gauge_free(count);
    metra_gauge_free(ratio);
    metra_gauge_free(flag);
    metra_gauge_free(state);
    close_fixture(&f);
}

static void settable_gauge__of_the_same_name_and_type_is_the_same(void)
{
    fixture f = open_fixture();
    metra_gauge *first = NULL, *second = NULL, *third = NULL;
    CHECK_OK(metra_group_settable_gauge(f.group, "level", METRA_VALUE_INT64, &first));
    metra_gauge_set_int64(first, 4);
    CHECK_OK(metra_group_settable_gauge(f.group, "level", METRA_VALUE_INT64, &second));
    CHECK_INT(ask(&f, second).as.int64, 4);
    CHECK_STATUS(metra_group_settable_gauge(f.group, "level", 99, &third), METRA_ERROR_INVALID_ARGUMENT);
    CHECK(third == NULL);
    metra_gauge_free(first);
    metra_gauge_free(second);
    close_fixture(&f);
}

int main(void)
{
    RUN(gauge__answers_with_each_type);
    RUN(gauge__value_arrives_as_int64_zero);
    RUN(gauge__may_have_no_value_now);
    RUN(gauge__is_replaced_by_the_next_of_its_name);
    RUN(gauge__drops_once_however_it_goes);
    RUN(gauge__drops_when_registration_fails);
    RUN(gauge__needs_no_handle);
    RUN(gauge__that_hangs_is_left_out_and_waited_for);
    RUN(gauge__may_unregister_itself_but_not_read);
    RUN(settable_gauge__holds_what_was_set);
    RUN(settable_gauge__of_the_same_name_and_type_is_the_same);
    return check_result();
}
