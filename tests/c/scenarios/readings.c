/* Steps that read, and how readings look in the table. */
#include "stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *of_value(const metra_value *value)
{
    switch (value->type) {
    case METRA_VALUE_INT64:
        return json_integer(value->as.int64);
    case METRA_VALUE_DOUBLE:
        return step_from_double(value->as.float64);
    case METRA_VALUE_BOOL:
        return json_boolean(value->as.boolean);
    default:
        return json_string(value->as.text);
    }
}

static json_t *of_distribution(const metra_distribution_reading *reading)
{
    return json_pack("{sI sI sI sI so}", "count", (json_int_t)reading->count, "sum", (json_int_t)reading->sum, "min",
                     (json_int_t)reading->min, "max", (json_int_t)reading->max, "mean",
                     step_from_double(reading->mean));
}

static json_t *of_meter(int64_t count, double rate)
{
    return json_pack("{sI so}", "count", (json_int_t)count, "rate", step_from_double(rate));
}

static json_t *of_histogram(const metra_histogram_reading *reading)
{
    const struct {
        const char *name;
        double value;
    } doubles[] = {{"mean", reading->mean}, {"stddev", reading->stddev}, {"p50", reading->p50},
                   {"p75", reading->p75},   {"p95", reading->p95},       {"p98", reading->p98},
                   {"p99", reading->p99},   {"p999", reading->p999}};
    json_t *object = json_pack("{sI sI sI sI sI}", "count", (json_int_t)reading->count, "sum", (json_int_t)reading->sum,
                               "window_count", (json_int_t)reading->window_count, "min", (json_int_t)reading->min,
                               "max", (json_int_t)reading->max);
    for (size_t i = 0; i < sizeof doubles / sizeof *doubles; i++)
        json_object_set_new(object, doubles[i].name, step_from_double(doubles[i].value));
    return object;
}

static int read_gauge(stage *s, const metra_gauge *gauge, json_t **gives)
{
    metra_value value;
    int status = metra_registry_read_gauge(s->registry, gauge, &value);
    if (status == METRA_ERROR_NOT_FOUND) {
        *gives = json_null();
        return METRA_OK;
    }
    if (status == METRA_OK)
        *gives = of_value(&value);
    return status;
}

static int read_distribution(const metra_distribution *distribution, json_t **gives)
{
    metra_distribution_reading reading = {.size = sizeof reading};
    int status = metra_distribution_read(distribution, &reading);
    *gives = of_distribution(&reading);
    return status;
}

static int read_histogram(const metra_histogram *histogram, json_t **gives)
{
    metra_histogram_reading reading = {.size = sizeof reading};
    int status = metra_histogram_read(histogram, &reading);
    *gives = of_histogram(&reading);
    return status;
}

int play_read(stage *s, const json_t *step, json_t **gives)
{
    const thing *metric = stage_thing(s, step, "metric");
    switch (metric->kind) {
    case COUNTER:
        *gives = json_integer(metra_counter_count(metric->handle));
        return METRA_OK;
    case MONOTONIC_COUNTER:
        *gives = json_integer(metra_monotonic_counter_count(metric->handle));
        return METRA_OK;
    case METER:
        *gives = of_meter(metra_meter_count(metric->handle), metra_meter_rate(metric->handle));
        return METRA_OK;
    case GAUGE:
        return read_gauge(s, metric->handle, gives);
    case DISTRIBUTION:
        return read_distribution(metric->handle, gives);
    case HISTOGRAM:
        return read_histogram(metric->handle, gives);
    default:
        s->trouble = "no metric";
        return METRA_OK;
    }
}

static int write_bytes(void *userdata, const char *bytes, size_t len)
{
    return fwrite(bytes, 1, len, userdata) != len;
}

/* The page as its lines, each of which ends with a line feed. */
int play_page(stage *s, const json_t *step, json_t **gives)
{
    (void)step;
    char *text = NULL;
    size_t len = 0;
    FILE *page = open_memstream(&text, &len);
    int status = metra_registry_write(s->registry, METRA_FORMAT_PROMETHEUS, write_bytes, page);
    fclose(page);
    const char *line = text;
    *gives = json_array();
    for (const char *end; (end = strchr(line, '\n')) != NULL; line = end + 1)
        json_array_append_new(*gives, json_stringn(line, (size_t)(end - line)));
    if (*line != '\0')
        s->trouble = "the page does not end with a line feed";
    free(text);
    return status;
}

static json_t *of_reading(const metra_reading *reading)
{
    switch (reading->metric->type) {
    case METRA_METRIC_GAUGE:
        return reading->has_value ? of_value(&reading->as.gauge) : json_null();
    case METRA_METRIC_DISTRIBUTION:
        return of_distribution(&reading->as.distribution);
    case METRA_METRIC_METER:
        return of_meter(reading->as.meter.count, reading->as.meter.rate);
    case METRA_METRIC_HISTOGRAM:
        return of_histogram(&reading->as.histogram);
    default:
        return json_integer(reading->as.count);
    }
}

/* Adds a metric with what it says to the list. */
static void visit(void *userdata, const metra_reading *reading)
{
    static const char *const types[] = {"counter", "monotonic_counter", "gauge", "distribution", "meter", "histogram"};
    const metra_metric_info *metric = reading->metric;
    json_t *variables = json_object();
    for (size_t i = 0; i < metric->variables_len; i++)
        json_object_set_new(variables, metric->variables[i].key, json_string(metric->variables[i].value));
    json_array_append_new(userdata, json_pack("{ss ss ss ss so so}", "type", types[metric->type], "name", metric->name,
                                              "identifier", metric->identifier, "logical_scope",
                                              metric->logical_scope, "variables", variables, "value",
                                              of_reading(reading)));
}

int play_collect(stage *s, const json_t *step, json_t **gives)
{
    (void)step;
    *gives = json_array();
    return metra_registry_collect(s->registry, visit, *gives);
}
