/* Monotonic counters: sums that only grow. */
#include "fixture.h"

#include <stdint.h>

static metra_monotonic_counter *new_counter(metra_group *group, const char *name)
{
    metra_monotonic_counter *counter = NULL;
    CHECK_OK(metra_group_monotonic_counter(group, name, &counter));
    return counter;
}

static void monotonic_counter__ignores_what_would_lower_it(void)
{
    fixture f = open_fixture();
    metra_monotonic_counter *counter = new_counter(f.group, "requests");
    metra_monotonic_counter_inc(counter, 3);
    metra_monotonic_counter_inc(counter, -1);
    metra_monotonic_counter_inc(counter, INT64_MIN);
    metra_monotonic_counter_inc(counter, 0);
    metra_monotonic_counter_inc(counter, 4);
    CHECK_INT(metra_monotonic_counter_count(counter), 7);
    metra_monotonic_counter_free(counter);
    close_fixture(&f);
}

static void monotonic_counter__of_the_same_name_is_the_same_counter(void)
{
    fixture f = open_fixture();
    metra_monotonic_counter *first = new_counter(f.group, "requests");
    metra_monotonic_counter *second = new_counter(f.group, "requests");
    metra_monotonic_counter_inc(first, 1);
    metra_monotonic_counter_inc(second, 1);
    CHECK_INT(metra_monotonic_counter_count(first), 2);
    metra_monotonic_counter_free(second);
    metra_monotonic_counter_free(first);
    close_fixture(&f);
}

static void monotonic_counter__is_another_type_than_counter(void)
{
    fixture f = open_fixture();
    metra_monotonic_counter *monotonic = new_counter(f.group, "requests");
    metra_counter *counter = NULL;
    CHECK_STATUS(metra_group_counter(f.group, "requests", &counter), METRA_ERROR_NAME_COLLISION);
    CHECK_CONTAINS(metra_last_error(), "monotonic counter");
    CHECK(counter == NULL);
    metra_monotonic_counter_free(monotonic);
    close_fixture(&f);
}

static void monotonic_counter__goes_on_counting_after_close(void)
{
    fixture f = open_fixture();
    metra_monotonic_counter *counter = new_counter(f.group, "requests");
    close_fixture(&f);
    metra_monotonic_counter_inc(counter, 2);
    CHECK_INT(metra_monotonic_counter_count(counter), 2);
    metra_monotonic_counter_free(counter);
}

int main(void)
{
    RUN(monotonic_counter__ignores_what_would_lower_it);
    RUN(monotonic_counter__of_the_same_name_is_the_same_counter);
    RUN(monotonic_counter__is_another_type_than_counter);
    RUN(monotonic_counter__goes_on_counting_after_close);
    return check_result();
}
