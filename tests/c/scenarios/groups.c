/* Steps that ask for groups and end them. */
#include "stage.h"

#include <stdlib.h>

static int keep_group(stage *s, const json_t *step, int status, metra_group *group)
{
    thing made = {.kind = GROUP, .handle = group};
    return stage_keep(s, step, status, made);
}

int play_root(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    metra_group *group = NULL;
    step_variables variables = step_pairs(step, "variables");
    metra_root_info info = {.size = sizeof info,
                            .name = step_text(step, "name"),
                            .variables = variables.list,
                            .variables_len = variables.len};
    int status = metra_registry_root(s->registry, &info, &group);
    free(variables.list);
    return keep_group(s, step, status, group);
}

int play_taskmanager(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    metra_group *group = NULL;
    metra_taskmanager_info info = {
        .size = sizeof info, .host = step_text(step, "host"), .tm_id = step_text(step, "tm_id")};
    int status = metra_registry_taskmanager(s->registry, &info, &group);
    return keep_group(s, step, status, group);
}

int play_jobmanager(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    metra_group *group = NULL;
    metra_jobmanager_info info = {.size = sizeof info, .host = step_text(step, "host")};
    int status = metra_registry_jobmanager(s->registry, &info, &group);
    return keep_group(s, step, status, group);
}

int play_job(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    metra_group *group = NULL;
    metra_job_info info = {
        .size = sizeof info, .job_id = step_text(step, "job_id"), .job_name = step_text(step, "job_name")};
    int status = metra_group_job(stage_group(s, step), &info, &group);
    return keep_group(s, step, status, group);
}

int play_task(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    metra_group *group = NULL;
    metra_task_info info = {.size = sizeof info,
                            .task_id = step_text(step, "task_id"),
                            .task_name = step_text(step, "task_name"),
                            .task_attempt_id = step_text(step, "task_attempt_id"),
                            .subtask_index = (int32_t)step_integer(step, "subtask_index", 0),
                            .task_attempt_num = (int32_t)step_integer(step, "task_attempt_num", 0)};
    int status = metra_group_task(stage_group(s, step), &info, &group);
    return keep_group(s, step, status, group);
}

int play_operator(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    metra_group *group = NULL;
    step_variables variables = step_pairs(step, "variables");
    metra_operator_info info = {.size = sizeof info,
                                .operator_id = step_text(step, "operator_id"),
                                .operator_name = step_text(step, "operator_name"),
                                .task_id = step_text(step, "task_id"),
                                .task_name = step_text(step, "task_name"),
                                .variables = variables.list,
                                .variables_len = variables.len};
    int status = metra_group_operator(stage_group(s, step), &info, &group);
    free(variables.list);
    return keep_group(s, step, status, group);
}

int play_add_group(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    metra_group *group = NULL;
    int status =
        metra_group_add_group(stage_group(s, step), step_text(step, "name"), step_text(step, "value"), &group);
    return keep_group(s, step, status, group);
}

int play_token(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    thing made = {.kind = TOKEN, .token = metra_group_token(stage_group(s, step))};
    return stage_keep(s, step, METRA_OK, made);
}

int play_from_token(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    metra_group *group = NULL;
    int status = metra_group_from_token(stage_thing(s, step, "token")->token, &group);
    return keep_group(s, step, status, group);
}

/* How long a registry may take to close. */
enum { CLOSE_MS = 10000 };

int play_close(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    if (json_object_get(step, "group") == NULL)
        return metra_registry_close(s->registry, CLOSE_MS);
    return metra_group_close(stage_group(s, step));
}

int play_is_closed(stage *s, const json_t *step, json_t **gives)
{
    *gives = json_boolean(metra_group_is_closed(stage_group(s, step)));
    return METRA_OK;
}

int play_unregister(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    if (json_object_get(step, "metric") == NULL)
        return metra_group_unregister(stage_group(s, step), step_text(step, "name"));
    thing *gauge = stage_thing(s, step, "metric");
    return metra_gauge_unregister(gauge->kind == GAUGE ? gauge->handle : NULL);
}
