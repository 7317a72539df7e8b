/* Distributions: count, sum, minimum, maximum and mean of all values for life. */
#include "fixture.h"

#include <stdint.h>

static metra_distribution *new_distribution(metra_group *group, const char *name)
{
    metra_distribution *distribution = NULL;
    CHECK_OK(metra_group_distribution(group, name, &distribution));
    return distribution;
}

static metra_distribution_reading read(const metra_distribution *distribution)
{
    metra_distribution_reading reading;
    memset(&reading, 0xAA, sizeof reading);
    reading.size = sizeof reading;
    CHECK_OK(metra_distribution_read(distribution, &reading));
    return reading;
}

static void distribution__without_values_reads_zero(void)
{
    fixture f = open_fixture();
    metra_distribution *distribution = new_distribution(f.group, "bytes");
    metra_distribution_reading reading = read(distribution);
    CHECK_INT(reading.count, 0);
    CHECK_INT(reading.sum, 0);
    CHECK_INT(reading.min, 0);
    CHECK_INT(reading.max, 0);
    CHECK_DOUBLE(reading.mean, 0.0);
    metra_distribution_free(distribution);
    close_fixture(&f);
}

static void distribution__tells_count_sum_min_max_and_mean(void)
{
    const int64_t values[] = {7, -3, 100, 0, 1};
    fixture f = open_fixture();
    metra_distribution *distribution = new_distribution(f.group, "bytes");
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        metra_distribution_update(distribution, values[i]);
    metra_distribution_reading reading = read(distribution);
    CHECK_INT(reading.count, 5);
    CHECK_INT(reading.sum, 105);
    CHECK_INT(reading.min, -3);
    CHECK_INT(reading.max, 100);
    CHECK_DOUBLE(reading.mean, 21.0);
    metra_distribution_free(distribution);
    close_fixture(&f);
}

static void distribution__sum_stops_at_64_bits_and_mean_stays_exact(void)
{
    fixture f = open_fixture();
    metra_distribution *distribution = new_distribution(f.group, "bytes");
    metra_distribution_update(distribution, INT64_MAX);
    metra_distribution_update(distribution, INT64_MAX);
    metra_distribution_reading reading = read(distribution);
    CHECK_INT(reading.sum, INT64_MAX);
    CHECK_DOUBLE(reading.mean, (double)INT64_MAX);
    for (int i = 0; i < 4; i++)
        metra_distribution_update(distribution, INT64_MIN);
    reading = read(distribution);
    CHECK_INT(reading.sum, INT64_MIN);
    CHECK_INT(reading.min, INT64_MIN);
    CHECK_INT(reading.max, INT64_MAX);
    metra_distribution_free(distribution);
    close_fixture(&f);
}

static void distribution__goes_on_after_close(void)
{
    fixture f = open_fixture();
    metra_distribution *distribution = new_distribution(f.group, "bytes");
    metra_distribution_update(distribution, 1);
    close_fixture(&f);
    metra_distribution_update(distribution, 2);
    CHECK_INT(read(distribution).sum, 3);
    metra_distribution_free(distribution);
}

/* A program compiled against a header with fewer fields gets those fields and nothing behind them. */
static void distribution__fills_no_more_than_the_caller_has(void)
{
    fixture f = open_fixture();
    metra_distribution *distribution = new_distribution(f.group, "bytes");
    metra_distribution_update(distribution, 9);
    metra_distribution_reading reading;
    memset(&reading, 0x55, sizeof reading);
    reading.size = offsetof(metra_distribution_reading, min);
    const int64_t untouched = reading.min;
    CHECK_OK(metra_distribution_read(distribution, &reading));
    CHECK_INT(reading.count, 1);
    CHECK_INT(reading.sum, 9);
    CHECK_INT(reading.min, untouched);
    metra_distribution_free(distribution);
    close_fixture(&f);
}

int main(void)
{
    RUN(distribution__without_values_reads_zero);
    RUN(distribution__tells_count_sum_min_max_and_mean);
    RUN(distribution__sum_stops_at_64_bits_and_mean_stays_exact);
    RUN(distribution__goes_on_after_close);
    RUN(distribution__fills_no_more_than_the_caller_has);
    return check_result();
}
