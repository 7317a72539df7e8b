/* Steps that register metrics and update them. */
#include "stage.h"

int play_counter(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    metra_counter *counter = NULL;
    int status = metra_group_counter(stage_group(s, step), step_text(step, "name"), &counter);
    thing made = {.kind = COUNTER, .handle = counter};
    return stage_keep(s, step, status, made);
}

int play_monotonic_counter(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    metra_monotonic_counter *counter = NULL;
    int status = metra_group_monotonic_counter(stage_group(s, step), step_text(step, "name"), &counter);
    thing made = {.kind = MONOTONIC_COUNTER, .handle = counter};
    return stage_keep(s, step, status, made);
}

int play_distribution(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    metra_distribution *distribution = NULL;
    int status = metra_group_distribution(stage_group(s, step), step_text(step, "name"), &distribution);
    thing made = {.kind = DISTRIBUTION, .handle = distribution};
    return stage_keep(s, step, status, made);
}

int play_meter(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    metra_group *group = stage_group(s, step);
    const char *name = step_text(step, "name");
    int64_t span = step_integer(step, "time_span_in_seconds", METRA_METER_DEFAULT_TIME_SPAN);
    metra_meter *meter = NULL;
    int status;
    if (json_object_get(step, "over") == NULL) {
        status = metra_group_meter(group, name, span, &meter);
    } else {
        const thing *over = stage_thing(s, step, "over");
        const metra_counter *counter = over->kind == COUNTER ? over->handle : NULL;
        status = metra_group_meter_over(group, name, counter, span, &meter);
    }
    thing made = {.kind = METER, .handle = meter};
    return stage_keep(s, step, status, made);
}

int play_histogram(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    metra_histogram *histogram = NULL;
    int status = metra_group_histogram(stage_group(s, step), step_text(step, "name"), &histogram);
    thing made = {.kind = HISTOGRAM, .handle = histogram};
    return stage_keep(s, step, status, made);
}

int play_inc(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    const thing *metric = stage_thing(s, step, "metric");
    int64_t by = step_integer(step, "by", 0);
    if (metric->kind == COUNTER)
        metra_counter_inc(metric->handle, by);
    else if (metric->kind == MONOTONIC_COUNTER)
        metra_monotonic_counter_inc(metric->handle, by);
    else
        s->trouble = "no counter";
    return METRA_OK;
}

int play_dec(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    const thing *metric = stage_thing(s, step, "metric");
    if (metric->kind == COUNTER)
        metra_counter_dec(metric->handle, step_integer(step, "by", 0));
    else
        s->trouble = "no counter";
    return METRA_OK;
}

int play_update(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    const thing *metric = stage_thing(s, step, "metric");
    int64_t value = step_integer(step, "value", 0);
    if (metric->kind == DISTRIBUTION)
        metra_distribution_update(metric->handle, value);
    else if (metric->kind == HISTOGRAM)
        metra_histogram_update(metric->handle, value);
    else
        s->trouble = "nothing that values are added to";
    return METRA_OK;
}

int play_update_many(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    const thing *metric = stage_thing(s, step, "metric");
    const json_t *list = json_object_get(step, "values");
    int64_t values[16];
    size_t count = json_array_size(list);
    if (count > sizeof values / sizeof *values) {
        s->trouble = "too many values";
        return METRA_OK;
    }
    for (size_t i = 0; i < count; i++)
        values[i] = json_integer_value(json_array_get(list, i));
    if (metric->kind == DISTRIBUTION)
        metra_distribution_update_many(metric->handle, values, count);
    else if (metric->kind == HISTOGRAM)
        metra_histogram_update_many(metric->handle, values, count);
    else
        s->trouble = "nothing that values are added to";
    return METRA_OK;
}

int play_mark_event(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    const thing *metric = stage_thing(s, step, "metric");
    if (metric->kind == METER)
        metra_meter_mark_event(metric->handle, step_integer(step, "by", 0));
    else
        s->trouble = "no meter";
    return METRA_OK;
}
