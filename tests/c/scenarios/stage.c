#include "stage.h"

#include <string.h>

/* How long a registry may take to close before it counts as stuck. */
enum { CLOSE_MS = 10000 };

static int configure(metra_config *config, const json_t *scenario)
{
    const char *key;
    json_t *value;
    int status = METRA_OK;
    json_object_foreach(json_object_get(scenario, "config"), key, value) {
        if (status == METRA_OK)
            status = metra_config_set(config, key, json_string_value(value));
    }
    return status;
}

int stage_open(stage *s, const json_t *scenario)
{
    memset(s, 0, sizeof *s);
    journal_open(&s->journal);
    metra_config *config = NULL;
    metra_reporter reporter = journal_reporter(&s->journal);
    int status = metra_clock_new(&s->clock);
    if (status == METRA_OK)
        status = metra_config_new(&config);
    if (status == METRA_OK)
        status = metra_config_set_clock(config, s->clock);
    if (status == METRA_OK)
        status = metra_config_add_reporter(config, "scenario", &reporter);
    if (status == METRA_OK)
        status = configure(config, scenario);
    if (status == METRA_OK)
        status = metra_registry_new(config, &s->registry);
    metra_config_free(config);
    return status;
}

static void free_thing(const thing *t)
{
    switch (t->kind) {
    case GROUP:
        metra_group_free(t->handle);
        break;
    case COUNTER:
        metra_counter_free(t->handle);
        break;
    case MONOTONIC_COUNTER:
        metra_monotonic_counter_free(t->handle);
        break;
    case GAUGE:
        metra_gauge_free(t->handle);
        break;
    case DISTRIBUTION:
        metra_distribution_free(t->handle);
        break;
    case METER:
        metra_meter_free(t->handle);
        break;
    case HISTOGRAM:
        metra_histogram_free(t->handle);
        break;
    default:
        thing_release(t);
        break;
    }
}

void stage_close(stage *s)
{
    if (s->registry != NULL && metra_registry_close(s->registry, CLOSE_MS) != METRA_OK)
        s->trouble = "the registry did not close";
    for (size_t i = 0; i < s->things_len; i++)
        free_thing(&s->things[i]);
    metra_registry_free(s->registry);
    metra_clock_free(s->clock);
    for (size_t i = 0; i < s->scripts_len; i++)
        if (s->scripts[i].drops != 1)
            s->trouble = "a gauge was not dropped exactly once";
    journal_close(&s->journal);
}

int stage_keep(stage *s, const json_t *step, int status, thing made)
{
    if (status != METRA_OK) {
        if (made.handle != NULL)
            s->trouble = "it failed and gave a handle";
        return status;
    }
    made.name = step_text(step, "as");
    if (made.name == NULL || s->things_len == STAGE_THINGS) {
        s->trouble = "no 'as', or too many of them";
        free_thing(&made);
        return status;
    }
    s->things[s->things_len++] = made;
    return status;
}

thing *stage_thing(stage *s, const json_t *step, const char *field)
{
    static thing nothing;
    const char *name = step_text(step, field);
    for (size_t i = 0; name != NULL && i < s->things_len; i++)
        if (strcmp(s->things[i].name, name) == 0)
            return &s->things[i];
    s->trouble = "it names nothing that is there";
    return &nothing;
}

metra_group *stage_group(stage *s, const json_t *step)
{
    const thing *group = stage_thing(s, step, "group");
    return group->kind == GROUP ? group->handle : NULL;
}

script *stage_script(stage *s, const char *name)
{
    for (size_t i = 0; name != NULL && i < s->scripts_len; i++)
        if (strcmp(s->scripts[i].name, name) == 0)
            return &s->scripts[i];
    return NULL;
}

int play_advance(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    return metra_clock_advance(s->clock, (uint64_t)step_integer(step, "ms", 0));
}

int play_told(stage *s, const json_t *step, json_t **gives)
{
    int status = metra_clock_advance(s->clock, 0);
    *gives = journal_take(&s->journal, step_text(step, "reporter"));
    return status;
}
