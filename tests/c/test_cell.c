/* Cells: owned ones that one thread writes, and shared ones that foreign writers write. */
#include "fixture.h"

#include <stdint.h>

static int64_t count_of(const metra_distribution *distribution)
{
    metra_distribution_reading reading = {.size = sizeof reading};
    CHECK_OK(metra_distribution_read(distribution, &reading));
    return reading.count;
}

static void cell__of_a_counter_counts_with_the_rest(void)
{
    fixture f = open_fixture();
    metra_counter *counter = NULL;
    metra_counter_cell *one = NULL, *two = NULL;
    CHECK_OK(metra_group_counter(f.group, "hits", &counter));
    CHECK_OK(metra_counter_cell_acquire(counter, METRA_CELL_LAYOUT, &one));
    CHECK_OK(metra_counter_cell_acquire(counter, METRA_CELL_LAYOUT, &two));
    CHECK(one != two);
    metra_counter_cell_inc(one, 5);
    metra_counter_cell_inc(two, -20);
    metra_counter_inc(counter, 300);
    metra_shared_cell_add(metra_counter_shared_cell(counter), 4000);
    CHECK_INT(metra_counter_count(counter), 4285);
    metra_counter_cell_release(one);
    metra_counter_cell_release(two);
    CHECK_INT(metra_counter_count(counter), 4285);
    metra_counter_free(counter);
    close_fixture(&f);
}

static void cell__of_a_counter_wraps(void)
{
    fixture f = open_fixture();
    metra_counter *counter = NULL;
    metra_counter_cell *cell = NULL;
    CHECK_OK(metra_group_counter(f.group, "hits", &counter));
    CHECK_OK(metra_counter_cell_acquire(counter, METRA_CELL_LAYOUT, &cell));
    metra_counter_cell_inc(cell, INT64_MAX);
    metra_counter_cell_inc(cell, 1);
    CHECK_INT(metra_counter_count(counter), INT64_MIN);
    metra_counter_cell_release(cell);
    metra_counter_free(counter);
    close_fixture(&f);
}

static void cell__of_a_monotonic_counter_ignores_what_would_lower_it(void)
{
    fixture f = open_fixture();
    metra_monotonic_counter *counter = NULL;
    metra_monotonic_counter_cell *cell = NULL;
    CHECK_OK(metra_group_monotonic_counter(f.group, "bytes", &counter));
    CHECK_OK(metra_monotonic_counter_cell_acquire(counter, METRA_CELL_LAYOUT, &cell));
    metra_monotonic_counter_cell_inc(cell, 7);
    metra_monotonic_counter_cell_inc(cell, -3);
    metra_monotonic_counter_cell_inc(cell, 0);
    metra_shared_cell_add(metra_monotonic_counter_shared_cell(counter), 10);
    CHECK_INT(metra_monotonic_counter_count(counter), 17);
    metra_monotonic_counter_cell_release(cell);
    metra_monotonic_counter_free(counter);
    close_fixture(&f);
}

static void cell__of_a_meter_counts_for_its_rate(void)
{
    fixture f = open_fixture();
    metra_meter *meter = NULL;
    metra_meter_cell *cell = NULL;
    CHECK_OK(metra_group_meter(f.group, "events", 5, &meter));
    CHECK_OK(metra_meter_cell_acquire(meter, METRA_CELL_LAYOUT, &cell));
    CHECK_OK(metra_clock_advance(f.clock, TICK_MS));
    metra_meter_cell_mark_event(cell, 40);
    metra_shared_cell_add(metra_meter_shared_cell(meter), 10);
    CHECK_OK(metra_clock_advance(f.clock, TICK_MS));
    CHECK_INT(metra_meter_count(meter), 50);
    CHECK_DOUBLE(metra_meter_rate(meter), 10.0);
    metra_meter_cell_release(cell);
    metra_meter_free(meter);
    close_fixture(&f);
}

static void cell__of_a_meter_over_a_counter_is_the_counters(void)
{
    fixture f = open_fixture();
    metra_counter *counter = NULL;
    metra_meter *meter = NULL;
    metra_meter_cell *cell = NULL;
    CHECK_OK(metra_group_counter(f.group, "hits", &counter));
    CHECK_OK(metra_group_meter_over(f.group, "rate", counter, 60, &meter));
    CHECK(metra_meter_shared_cell(meter) == metra_counter_shared_cell(counter));
    CHECK_OK(metra_meter_cell_acquire(meter, METRA_CELL_LAYOUT, &cell));
    metra_meter_cell_mark_event(cell, 3);
    CHECK_INT(metra_counter_count(counter), 3);
    metra_meter_cell_release(cell);
    metra_meter_free(meter);
    metra_counter_free(counter);
    close_fixture(&f);
}

static void cell__of_a_distribution_adds_as_the_library_does(void)
{
    const int64_t values[] = {0, -1, 1, INT64_MIN, INT64_MAX, INT64_MAX, 7, -300, INT64_MIN};
    fixture f = open_fixture();
    metra_distribution *called = NULL, *written = NULL;
    metra_distribution_cell *cell = NULL;
    CHECK_OK(metra_group_distribution(f.group, "called", &called));
    CHECK_OK(metra_group_distribution(f.group, "written", &written));
    CHECK_OK(metra_distribution_cell_acquire(written, METRA_CELL_LAYOUT, &cell));
    metra_distribution_cell *shared = metra_distribution_shared_cell(written);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        metra_distribution_update(called, values[i]);
        if (i % 2 == 0)
            metra_distribution_cell_update(cell, values[i]);
        else
            CHECK_INT(metra_distribution_shared_cell_update(shared, values[i]), 1);
        metra_distribution_reading one = {.size = sizeof one}, two = {.size = sizeof two};
        CHECK_OK(metra_distribution_read(called, &one));
        CHECK_OK(metra_distribution_read(written, &two));
        CHECK_INT(one.count, two.count);
        CHECK_INT(one.sum, two.sum);
        CHECK_INT(one.min, two.min);
        CHECK_INT(one.max, two.max);
        CHECK_DOUBLE(one.mean, two.mean);
    }
    metra_distribution_cell_release(cell);
    metra_distribution_free(called);
    metra_distribution_free(written);
    close_fixture(&f);
}

static void cell__that_is_busy_says_so_and_the_call_goes_elsewhere(void)
{
    fixture f = open_fixture();
    metra_distribution *distribution = NULL;
    CHECK_OK(metra_group_distribution(f.group, "bytes", &distribution));
    metra_distribution_cell *shared = metra_distribution_shared_cell(distribution);
    shared->lock = UINT64_MAX;
    CHECK_INT(metra_distribution_shared_cell_update(shared, 5), 0);
    metra_distribution_update(distribution, 5);
    CHECK_INT(count_of(distribution), 1);
    shared->lock = 0;
    CHECK_INT(metra_distribution_shared_cell_update(shared, 5), 1);
    CHECK_INT(count_of(distribution), 2);
    metra_distribution_free(distribution);
    close_fixture(&f);
}

static void cell__that_was_released_goes_on_with_its_next_owner(void)
{
    fixture f = open_fixture();
    metra_counter *counter = NULL;
    metra_counter_cell *first = NULL, *next = NULL, *other = NULL;
    CHECK_OK(metra_group_counter(f.group, "hits", &counter));
    CHECK_OK(metra_counter_cell_acquire(counter, METRA_CELL_LAYOUT, &first));
    metra_counter_cell_inc(first, 2);
    metra_counter_cell_release(first);
    CHECK_OK(metra_counter_cell_acquire(counter, METRA_CELL_LAYOUT, &next));
    CHECK(next == first);
    CHECK_OK(metra_counter_cell_acquire(counter, METRA_CELL_LAYOUT, &other));
    CHECK(other != next);
    metra_counter_cell_inc(next, 40);
    CHECK_INT(metra_counter_count(counter), 42);
    metra_counter_cell_release(next);
    metra_counter_cell_release(other);
    metra_counter_free(counter);
    close_fixture(&f);
}

static void cell__outlives_the_handle_the_group_and_the_registry(void)
{
    fixture f = open_fixture();
    metra_distribution *distribution = NULL;
    metra_distribution_cell *cell = NULL;
    CHECK_OK(metra_group_distribution(f.group, "bytes", &distribution));
    CHECK_OK(metra_distribution_cell_acquire(distribution, METRA_CELL_LAYOUT, &cell));
    metra_distribution_free(distribution);
    metra_distribution_cell_update(cell, 1);
    close_fixture(&f);
    metra_distribution_cell_update(cell, 2);
    metra_distribution_cell_release(cell);
}

static void cell__of_another_layout_is_refused(void)
{
    fixture f = open_fixture();
    metra_counter *counter = NULL;
    CHECK_OK(metra_group_counter(f.group, "hits", &counter));
    metra_counter_cell untouched, *cell = &untouched;
    CHECK_STATUS(metra_counter_cell_acquire(counter, METRA_CELL_LAYOUT + 1, &cell), METRA_ERROR_INVALID_ARGUMENT);
    CHECK(cell == NULL);
    CHECK_TEXT(metra_last_error(), "layout 2 is unknown; right would be 1");
    metra_counter_free(counter);
    close_fixture(&f);
}

int main(void)
{
    RUN(cell__of_a_counter_counts_with_the_rest);
    RUN(cell__of_a_counter_wraps);
    RUN(cell__of_a_monotonic_counter_ignores_what_would_lower_it);
    RUN(cell__of_a_meter_counts_for_its_rate);
    RUN(cell__of_a_meter_over_a_counter_is_the_counters);
    RUN(cell__of_a_distribution_adds_as_the_library_does);
    RUN(cell__that_is_busy_says_so_and_the_call_goes_elsewhere);
    RUN(cell__that_was_released_goes_on_with_its_next_owner);
    RUN(cell__outlives_the_handle_the_group_and_the_registry);
    RUN(cell__of_another_layout_is_refused);
    return check_result();
}
