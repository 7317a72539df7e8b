/* Counters: 64-bit sums that go up and down. */
#include "fixture.h"

#include <stdint.h>

static metra_counter *new_counter(metra_group *group, const char *name)
{
    metra_counter *counter = NULL;
    CHECK_OK(metra_group_counter(group, name, &counter));
    return counter;
}

static void counter__counts_both_ways(void)
{
    fixture f = open_fixture();
    metra_counter *counter = new_counter(f.group, "events");
    CHECK_INT(metra_counter_count(counter), 0);
    metra_counter_inc(counter, 5);
    metra_counter_dec(counter, 7);
    CHECK_INT(metra_counter_count(counter), -2);
    metra_counter_inc(counter, -1);
    metra_counter_dec(counter, -10);
    CHECK_INT(metra_counter_count(counter), 7);
    metra_counter_free(counter);
    close_fixture(&f);
}

static void counter__wraps_at_64_bits(void)
{
    fixture f = open_fixture();
    metra_counter *counter = new_counter(f.group, "events");
    metra_counter_inc(counter, INT64_MAX);
    metra_counter_inc(counter, 1);
    CHECK_INT(metra_counter_count(counter), INT64_MIN);
    metra_counter_dec(counter, INT64_MIN);
    CHECK_INT(metra_counter_count(counter), 0);
    metra_counter_free(counter);
    close_fixture(&f);
}

static void counter__of_the_same_name_is_the_same_counter(void)
{
    fixture f = open_fixture();
    metra_counter *first = new_counter(f.group, "events");
    metra_counter *second = new_counter(f.group, "events");
    metra_counter *other = new_counter(f.group, "other");
    metra_counter_inc(first, 1);
    metra_counter_free(first);
    metra_counter_inc(second, 2);
    CHECK_INT(metra_counter_count(second), 3);
    CHECK_INT(metra_counter_count(other), 0);
    metra_counter_free(second);
    metra_counter_free(other);
    close_fixture(&f);
}

static void counter__keeps_its_name_from_other_types(void)
{
    fixture f = open_fixture();
    metra_counter *counter = new_counter(f.group, "events");
    metra_meter *meter = (metra_meter *)counter;
    CHECK_STATUS(metra_group_meter(f.group, "events", 60, &meter), METRA_ERROR_NAME_COLLISION);
    CHECK(meter == NULL);
    CHECK_CONTAINS(metra_last_error(), "events");
    CHECK_CONTAINS(metra_last_error(), "counter");
    metra_counter_inc(counter, 1);
    CHECK_INT(metra_counter_count(counter), 1);
    metra_counter_free(counter);
    close_fixture(&f);
}

static void counter__goes_on_counting_after_close(void)
{
    fixture f = open_fixture();
    metra_counter *counter = new_counter(f.group, "events");
    metra_counter_inc(counter, 1);
    CHECK_OK(metra_group_close(f.group));
    metra_counter_inc(counter, 1);
    CHECK_INT(metra_counter_count(counter), 2);
    close_fixture(&f);
    metra_counter_inc(counter, 1);
    CHECK_INT(metra_counter_count(counter), 3);
    metra_counter_free(counter);
}

static void counter__begins_anew_after_unregistering(void)
{
    fixture f = open_fixture();
    metra_counter *old = new_counter(f.group, "events");
    metra_counter_inc(old, 1);
    CHECK_OK(metra_group_unregister(f.group, "events"));
    metra_counter *fresh = new_counter(f.group, "events");
    CHECK_INT(metra_counter_count(fresh), 0);
    CHECK_INT(metra_counter_count(old), 1);
    metra_counter_free(old);
    metra_counter_free(fresh);
    close_fixture(&f);
}

int main(void)
{
    RUN(counter__counts_both_ways);
    RUN(counter__wraps_at_64_bits);
    RUN(counter__of_the_same_name_is_the_same_counter);
    RUN(counter__keeps_its_name_from_other_types);
    RUN(counter__goes_on_counting_after_close);
    RUN(counter__begins_anew_after_unregistering);
    return check_result();
}
