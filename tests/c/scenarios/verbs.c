/* The verbs of the table, and the fields that each has. */
#include "stage.h"

#include <string.h>

static const struct {
    const char *name;
    verb_fn *play;
    const char *fields;
} verbs[] = {
    {"root", play_root, "name variables as"},
    {"taskmanager", play_taskmanager, "host tm_id as"},
    {"jobmanager", play_jobmanager, "host as"},
    {"job", play_job, "group job_id job_name as"},
    {"task", play_task, "group task_id task_name task_attempt_id subtask_index task_attempt_num as"},
    {"operator", play_operator, "group operator_id operator_name task_id task_name variables as"},
    {"add_group", play_add_group, "group name value as"},
    {"token", play_token, "group as"},
    {"from_token", play_from_token, "token as"},
    {"close", play_close, "group"},
    {"is_closed", play_is_closed, "group expect"},
    {"unregister", play_unregister, "group name metric"},
    {"identifier", play_identifier, "group name delimiter replace expect"},
    {"logical_scope", play_logical_scope, "group delimiter logical_delimiter replace expect"},
    {"scope_components", play_scope_components, "group expect"},
    {"variables", play_variables, "group expect"},
    {"counter", play_counter, "group name as"},
    {"monotonic_counter", play_monotonic_counter, "group name as"},
    {"gauge", play_gauge, "group name answers as"},
    {"settable_gauge", play_settable_gauge, "group name type as"},
    {"distribution", play_distribution, "group name as"},
    {"meter", play_meter, "group name time_span_in_seconds over as"},
    {"histogram", play_histogram, "group name as"},
    {"dropped", play_dropped, "metric expect"},
    {"inc", play_inc, "metric by"},
    {"dec", play_dec, "metric by"},
    {"set", play_set, "metric value"},
    {"update", play_update, "metric value"},
    {"update_many", play_update_many, "metric values"},
    {"mark_event", play_mark_event, "metric by"},
    {"cell_acquire", play_cell_acquire, "metric as"},
    {"cell_shared", play_cell_shared, "metric as"},
    {"cell_write", play_cell_write, "cell value"},
    {"cell_release", play_cell_release, "cell"},
    {"read", play_read, "metric expect"},
    {"page", play_page, "expect"},
    {"collect", play_collect, "expect"},
    {"told", play_told, "reporter expect"},
    {"advance", play_advance, "ms"},
};

/* Whether a word is one of those that spaces separate. */
static int is_among(const char *word, const char *words)
{
    size_t length = strlen(word);
    for (const char *at = words; (at = strstr(at, word)) != NULL; at++) {
        int begins = at == words || at[-1] == ' ';
        if (begins && (at[length] == ' ' || at[length] == '\0'))
            return 1;
    }
    return 0;
}

static int has_only(const json_t *step, const char *fields)
{
    const char *field;
    json_t *value;
    json_object_foreach((json_t *)step, field, value) {
        if (!is_among(field, "do error says") && !is_among(field, fields))
            return 0;
    }
    return 1;
}

int stage_play(stage *s, const json_t *step, json_t **gives)
{
    const char *name = step_text(step, "do");
    for (size_t i = 0; name != NULL && i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(verbs[i].name, name) != 0)
            continue;
        if (!has_only(step, verbs[i].fields))
            s->trouble = "a field that the verb does not have";
        return verbs[i].play(s, step, gives);
    }
    s->trouble = "unknown verb";
    return METRA_OK;
}
