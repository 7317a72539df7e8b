/* Histograms: all values in buckets, read over a window of time. */
#include "fixture.h"

#include <stdint.h>

static metra_histogram *new_histogram(metra_group *group, const char *name)
{
    metra_histogram *histogram = NULL;
    CHECK_OK(metra_group_histogram(group, name, &histogram));
    return histogram;
}

static metra_histogram_reading read(const metra_histogram *histogram)
{
    metra_histogram_reading reading;
    memset(&reading, 0xAA, sizeof reading);
    reading.size = sizeof reading;
    CHECK_OK(metra_histogram_read(histogram, &reading));
    return reading;
}

static void histogram__without_values_has_no_statistics(void)
{
    fixture f = open_fixture();
    metra_histogram *histogram = new_histogram(f.group, "latency");
    metra_histogram_reading reading = read(histogram);
    CHECK_INT(reading.count, 0);
    CHECK_INT(reading.sum, 0);
    CHECK_INT(reading.window_count, 0);
    CHECK_INT(reading.min, 0);
    CHECK_INT(reading.max, 0);
    CHECK_DOUBLE(reading.mean, NAN);
    CHECK_DOUBLE(reading.stddev, NAN);
    CHECK_DOUBLE(reading.p50, NAN);
    CHECK_DOUBLE(reading.p999, NAN);
    metra_histogram_free(histogram);
    close_fixture(&f);
}

static void histogram__tells_small_values_exactly(void)
{
    fixture f = open_fixture();
    metra_histogram *histogram = new_histogram(f.group, "latency");
    for (int64_t value = 1; value <= 100; value++)
        metra_histogram_update(histogram, value);
    metra_histogram_reading reading = read(histogram);
    CHECK_INT(reading.count, 100);
    CHECK_INT(reading.sum, 5050);
    CHECK_INT(reading.window_count, 100);
    CHECK_INT(reading.min, 1);
    CHECK_INT(reading.max, 100);
    CHECK_NEAR(reading.mean, 50.5, 1e-12);
    CHECK_NEAR(reading.stddev, 29.011491975882016, 1e-12);
    CHECK_NEAR(reading.p50, 50.5, 1e-12);
    CHECK_NEAR(reading.p75, 75.75, 1e-12);
    CHECK_NEAR(reading.p95, 95.95, 1e-12);
    CHECK_NEAR(reading.p98, 98.98, 1e-12);
    CHECK_NEAR(reading.p99, 99.99, 1e-12);
    CHECK_NEAR(reading.p999, 100.0, 1e-12);
    metra_histogram_free(histogram);
    close_fixture(&f);
}

static void histogram__tells_large_values_within_one_percent(void)
{
    fixture f = open_fixture();
    metra_histogram *histogram = new_histogram(f.group, "latency");
    for (int64_t value = 1; value <= 1000; value++)
        metra_histogram_update(histogram, value * 1000003);
    metra_histogram_reading reading = read(histogram);
    CHECK_INT(reading.sum, INT64_C(500500) * 1000003);
    CHECK_NEAR((double)reading.min, 1000003.0, 0.01);
    CHECK_NEAR((double)reading.max, 1000003000.0, 0.01);
    CHECK_NEAR(reading.p50, 500.5 * 1000003, 0.01);
    CHECK_NEAR(reading.p99, 990.99 * 1000003, 0.01);
    CHECK((double)reading.min <= reading.mean && reading.mean <= (double)reading.max);
    metra_histogram_free(histogram);
    close_fixture(&f);
}

static void histogram__answers_any_quantile_that_is_one(void)
{
    fixture f = open_fixture();
    metra_histogram *histogram = new_histogram(f.group, "latency");
    for (int64_t value = 1; value <= 9; value++)
        metra_histogram_update(histogram, value);
    const double quantiles[][2] = {{0.1, 1.0}, {0.25, 2.5}, {0.5, 5.0}, {0.9, 9.0}, {1.0, 9.0}};
    for (size_t i = 0; i < sizeof quantiles / sizeof *quantiles; i++) {
        double value = -1.0;
        CHECK_OK(metra_histogram_quantile(histogram, quantiles[i][0], &value));
        CHECK_DOUBLE(value, quantiles[i][1]);
    }
    const double wrong[] = {0.0, -0.5, 1.0000001, NAN, INFINITY};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        double value = -1.0;
        CHECK_STATUS(metra_histogram_quantile(histogram, wrong[i], &value), METRA_ERROR_INVALID_ARGUMENT);
        CHECK_CONTAINS(metra_last_error(), "above 0 and at most 1");
        CHECK_DOUBLE(value, -1.0);
    }
    metra_histogram_free(histogram);
    close_fixture(&f);
}

static void histogram__window_moves_on_and_count_and_sum_stay(void)
{
    const setting settings[] = {{"metrics.histogram.window", "10 s"}, {NULL, NULL}};
    fixture f = open_fixture_with(settings);
    metra_histogram *histogram = new_histogram(f.group, "latency");
    metra_histogram_update(histogram, 5);
    tick(&f, 10);
    CHECK_INT(read(histogram).window_count, 0);
    CHECK_DOUBLE(read(histogram).p50, NAN);
    metra_histogram_update(histogram, 7);
    metra_histogram_reading reading = read(histogram);
    CHECK_INT(reading.count, 2);
    CHECK_INT(reading.sum, 12);
    CHECK_INT(reading.window_count, 1);
    CHECK_INT(reading.min, 7);
    metra_histogram_free(histogram);
    close_fixture(&f);
}

static void histogram__takes_every_64_bit_value(void)
{
    const int64_t values[] = {INT64_MIN, -1, 0, 1, INT64_MAX};
    fixture f = open_fixture();
    metra_histogram *histogram = new_histogram(f.group, "latency");
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        metra_histogram_update(histogram, values[i]);
    metra_histogram_reading reading = read(histogram);
    CHECK_INT(reading.count, 5);
    CHECK_INT(reading.sum, -1);
    CHECK_NEAR((double)reading.min, (double)INT64_MIN, 0.01);
    CHECK_NEAR((double)reading.max, (double)INT64_MAX, 0.01);
    CHECK_DOUBLE(reading.p50, 0.0);
    metra_histogram_free(histogram);
    close_fixture(&f);
}

int main(void)
{
    RUN(histogram__without_values_has_no_statistics);
    RUN(histogram__tells_small_values_exactly);
    RUN(histogram__tells_large_values_within_one_percent);
    RUN(histogram__answers_any_quantile_that_is_one);
    RUN(histogram__window_moves_on_and_count_and_sum_stay);
    RUN(histogram__takes_every_64_bit_value);
    return check_result();
}
