#include "table.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void print_gauge(const metra_value *value)
{
    switch (value->type) {
    case METRA_VALUE_INT64:
        printf("%lld", (long long)value->as.int64);
        break;
    case METRA_VALUE_DOUBLE:
        printf("%.1f", value->as.float64);
        break;
    case METRA_VALUE_BOOL:
        printf("%s", value->as.boolean ? "true" : "false");
        break;
    case METRA_VALUE_TEXT:
        printf("%s", value->as.text);
        break;
    }
}

static void print_value(const metra_reading *reading)
{
    switch (reading->metric->type) {
    case METRA_METRIC_COUNTER:
    case METRA_METRIC_MONOTONIC_COUNTER:
        printf("%lld", (long long)reading->as.count);
        break;
    case METRA_METRIC_GAUGE:
        if (reading->has_value)
            print_gauge(&reading->as.gauge);
        break;
    case METRA_METRIC_DISTRIBUTION:
        printf("mean %.1f, max %lld", reading->as.distribution.mean, (long long)reading->as.distribution.max);
        break;
    case METRA_METRIC_METER:
        printf("%lld events, %.1f/s", (long long)reading->as.meter.count, reading->as.meter.rate);
        break;
    case METRA_METRIC_HISTOGRAM:
        printf("median %.0f, p99 %.0f", reading->as.histogram.p50, reading->as.histogram.p99);
        break;
    }
}

/* Called by metra_registry_collect for every metric. */
static void print_row(void *userdata, const metra_reading *reading)
{
    int *rows = userdata;
    printf("  %-56s  ", reading->metric->identifier);
    print_value(reading);
    printf("\n");
    ++*rows;
}

/* Goes back over the last table and erases it; long lines are cut by the terminal, so that rows stay rows. */
static void begin_over(int rows)
{
    if (rows > 0)
        printf("\033[%dA\033[J", rows);
    printf("\033[?7l");
}

void table_show(metra_registry *registry)
{
    static int rows;
    const int is_terminal = isatty(STDOUT_FILENO);
    if (is_terminal)
        begin_over(rows);
    else if (rows > 0)
        printf("\n");
    rows = 0;
    if (metra_registry_collect(registry, print_row, &rows) != METRA_OK)
        fprintf(stderr, "not read: %s\n", metra_last_error());
    if (is_terminal)
        printf("\033[?7h");
    fflush(stdout);
}
