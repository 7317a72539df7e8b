/* Steps about gauges: those that are asked, and those that are set. */
#include "stage.h"

#include <string.h>

/* Gives the next answer of its script, the last one for ever. */
static int answer(void *userdata, metra_value *value)
{
    script *self = userdata;
    size_t last = json_array_size(self->answers) - 1;
    const json_t *next = json_array_get(self->answers, self->asked < last ? self->asked : last);
    self->asked++;
    if (step_double(next, &value->as.float64)) {
        value->type = METRA_VALUE_DOUBLE;
    } else if (json_is_integer(next)) {
        value->as.int64 = json_integer_value(next);
    } else if (json_is_boolean(next)) {
        value->type = METRA_VALUE_BOOL;
        value->as.boolean = json_is_true(next);
    } else if (json_is_string(next)) {
        metra_value_set_text(value, json_string_value(next));
    } else {
        return 0;
    }
    return 1;
}

static void drop(void *userdata)
{
    script *self = userdata;
    self->drops++;
}

int play_gauge(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    if (step_text(step, "as") == NULL || s->scripts_len == STAGE_SCRIPTS) {
        s->trouble = "no 'as', or too many gauges";
        return METRA_OK;
    }
    script *self = &s->scripts[s->scripts_len++];
    self->name = step_text(step, "as");
    self->answers = json_object_get(step, "answers");
    metra_gauge *gauge = NULL;
    int status = metra_group_gauge(stage_group(s, step), step_text(step, "name"), answer, self, drop, &gauge);
    thing made = {.kind = GAUGE, .handle = gauge};
    return stage_keep(s, step, status, made);
}

/* One of metra_value_type, or a number that is none. */
static int32_t type_named(const char *name)
{
    static const char *const names[] = {"int64", "double", "bool", "text"};
    int32_t type = METRA_VALUE_INT64;
    while (type <= METRA_VALUE_TEXT && (name == NULL || strcmp(names[type], name) != 0))
        type++;
    return type;
}

int play_settable_gauge(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    metra_gauge *gauge = NULL;
    int32_t type = type_named(step_text(step, "type"));
    int status = metra_group_settable_gauge(stage_group(s, step), step_text(step, "name"), type, &gauge);
    thing made = {.kind = GAUGE, .handle = gauge};
    return stage_keep(s, step, status, made);
}

int play_set(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    const thing *gauge = stage_thing(s, step, "metric");
    const json_t *value = json_object_get(step, "value");
    double number;
    if (gauge->kind != GAUGE)
        s->trouble = "no gauge";
    else if (step_double(value, &number))
        metra_gauge_set_double(gauge->handle, number);
    else if (json_is_integer(value))
        metra_gauge_set_int64(gauge->handle, json_integer_value(value));
    else if (json_is_boolean(value))
        metra_gauge_set_bool(gauge->handle, json_is_true(value));
    else
        metra_gauge_set_text(gauge->handle, json_string_value(value));
    return METRA_OK;
}

int play_dropped(stage *s, const json_t *step, json_t **gives)
{
    const script *self = stage_script(s, step_text(step, "metric"));
    if (self == NULL)
        s->trouble = "no gauge with a function";
    else
        *gives = json_boolean(self->drops);
    return METRA_OK;
}
