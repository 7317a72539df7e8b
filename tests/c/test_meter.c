/* Meters: events, and how many of them there were per second, as of the last tick. */
#include "fixture.h"

#include <stdint.h>

static metra_meter *new_meter(metra_group *group, const char *name, int64_t time_span_in_seconds)
{
    metra_meter *meter = NULL;
    CHECK_OK(metra_group_meter(group, name, time_span_in_seconds, &meter));
    return meter;
}

static void meter__counts_at_once_and_rates_by_tick(void)
{
    fixture f = open_fixture();
    metra_meter *meter = new_meter(f.group, "events", METRA_METER_DEFAULT_TIME_SPAN);
    metra_meter_mark_event(meter, 120);
    CHECK_INT(metra_meter_count(meter), 120);
    CHECK_DOUBLE(metra_meter_rate(meter), 0.0);
    tick(&f, 2);
    CHECK_DOUBLE(metra_meter_rate(meter), 2.0);
    metra_meter_free(meter);
    close_fixture(&f);
}

static void meter__forgets_what_is_older_than_its_span(void)
{
    fixture f = open_fixture();
    metra_meter *meter = new_meter(f.group, "events", 10);
    tick(&f, 1);
    metra_meter_mark_event(meter, 50);
    tick(&f, 1);
    CHECK_DOUBLE(metra_meter_rate(meter), 5.0);
    tick(&f, 1);
    CHECK_DOUBLE(metra_meter_rate(meter), 5.0);
    tick(&f, 1);
    CHECK_DOUBLE(metra_meter_rate(meter), 0.0);
    CHECK_INT(metra_meter_count(meter), 50);
    metra_meter_free(meter);
    close_fixture(&f);
}

static void meter__over_a_counter_shares_its_count(void)
{
    fixture f = open_fixture();
    metra_counter *counter = NULL;
    metra_meter *meter = NULL;
    CHECK_OK(metra_group_counter(f.group, "records", &counter));
    CHECK_OK(metra_group_meter_over(f.group, "recordsPerSecond", counter, 5, &meter));
    tick(&f, 1);
    metra_counter_inc(counter, 20);
    metra_meter_mark_event(meter, 5);
    tick(&f, 1);
    CHECK_INT(metra_counter_count(counter), 25);
    CHECK_INT(metra_meter_count(meter), 25);
    CHECK_DOUBLE(metra_meter_rate(meter), 5.0);
    metra_counter_dec(counter, 10);
    tick(&f, 1);
    CHECK_DOUBLE(metra_meter_rate(meter), -2.0);
    metra_counter_free(counter);
    metra_meter_mark_event(meter, 1);
    CHECK_INT(metra_meter_count(meter), 16);
    metra_meter_free(meter);
    close_fixture(&f);
}

static void meter__of_the_same_name_has_the_same_span(void)
{
    fixture f = open_fixture();
    metra_meter *first = new_meter(f.group, "events", 60);
    metra_meter *second = new_meter(f.group, "events", 60);
    metra_meter_mark_event(first, 1);
    CHECK_INT(metra_meter_count(second), 1);
    metra_meter *third = NULL;
    CHECK_STATUS(metra_group_meter(f.group, "events", 30, &third), METRA_ERROR_NAME_COLLISION);
    CHECK_CONTAINS(metra_last_error(), "60 s");
    CHECK(third == NULL);
    metra_meter_free(first);
    metra_meter_free(second);
    close_fixture(&f);
}

/* As Flink cuts spans: below 10 s everything acts as 5 s, zero and negative spans included. */
static void meter__takes_small_spans_and_refuses_endless_ones(void)
{
    const struct {
        const char *name;
        int64_t span;
    } small[] = {{"zero", 0}, {"negative", -7}, {"nine", 9}, {"least", INT64_MIN}};
    const int64_t endless[] = {(int64_t)1 << 31, (int64_t)1 << 32, INT64_MAX};
    fixture f = open_fixture();
    for (size_t i = 0; i < sizeof small / sizeof *small; i++) {
        metra_meter *meter = new_meter(f.group, small[i].name, small[i].span);
        metra_meter_mark_event(meter, 10);
        tick(&f, 2);
        CHECK_DOUBLE(metra_meter_rate(meter), 2.0);
        metra_meter_free(meter);
    }
    for (size_t i = 0; i < sizeof endless / sizeof *endless; i++) {
        metra_meter *meter = NULL;
        CHECK_STATUS(metra_group_meter(f.group, "endless", endless[i], &meter), METRA_ERROR_INVALID_ARGUMENT);
        CHECK_CONTAINS(metra_last_error(), "2147483647");
        CHECK(meter == NULL);
    }
    metra_counter *free_name = NULL;
    CHECK_OK(metra_group_counter(f.group, "endless", &free_name));
    metra_counter_free(free_name);
    close_fixture(&f);
}

static void meter__counts_after_close_but_rates_no_more(void)
{
    fixture f = open_fixture();
    metra_meter *meter = new_meter(f.group, "events", 5);
    tick(&f, 1);
    metra_meter_mark_event(meter, 5);
    tick(&f, 1);
    CHECK_DOUBLE(metra_meter_rate(meter), 1.0);
    close_fixture(&f);
    metra_meter_mark_event(meter, 5);
    CHECK_INT(metra_meter_count(meter), 10);
    CHECK_DOUBLE(metra_meter_rate(meter), 1.0);
    metra_meter_free(meter);
}

int main(void)
{
    RUN(meter__counts_at_once_and_rates_by_tick);
    RUN(meter__forgets_what_is_older_than_its_span);
    RUN(meter__over_a_counter_shares_its_count);
    RUN(meter__of_the_same_name_has_the_same_span);
    RUN(meter__takes_small_spans_and_refuses_endless_ones);
    RUN(meter__counts_after_close_but_rates_no_more);
    return check_result();
}
