/*
 * The scenario table through the C ABI: every step of tests/vectors/scenarios.json, as SCENARIOS.md beside it says.
 *
 * test_scenarios <the table>
 */
#include "scenarios/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Says what is wrong with a step, and returns 0. */
static int wrong(const json_t *scenario, const json_t *step, const char *what, const json_t *given)
{
    char *step_text = json_dumps(step, JSON_COMPACT);
    char *given_text = given == NULL ? NULL : json_dumps(given, JSON_COMPACT | JSON_ENCODE_ANY);
    printf("FAILED %s: %s%s: %s\n", json_string_value(json_object_get(scenario, "name")), what,
           given_text == NULL ? "" : given_text, step_text);
    free(given_text);
    free(step_text);
    return 0;
}

/* Whether the status is the expected one, and the message says what it should. */
static int is_expected_status(const json_t *step, int status)
{
    const char *error = step_text(step, "error"), *says = step_text(step, "says");
    if (strcmp(metra_status_name(status), error == NULL ? "METRA_OK" : error) != 0)
        return 0;
    return says == NULL || strstr(metra_last_error(), says) != NULL;
}

/* Compares what a step came to with what it expects, and says where it differs. */
static int judge(const stage *s, const json_t *scenario, const json_t *step, int status, const json_t *given)
{
    const json_t *expected = json_object_get(step, "expect");
    if (s->trouble != NULL)
        return wrong(scenario, step, s->trouble, NULL);
    if (!is_expected_status(step, status)) {
        json_t *failure = json_pack("[ss]", metra_status_name(status), metra_last_error());
        wrong(scenario, step, "came to ", failure);
        json_decref(failure);
        return 0;
    }
    if (expected == NULL && (given == NULL || status != METRA_OK))
        return 1;
    return json_equal(expected, given) || wrong(scenario, step, "gave ", given);
}

static int play_step(stage *s, const json_t *scenario, const json_t *step)
{
    json_t *given = NULL;
    int status = stage_play(s, step, &given);
    int holds = judge(s, scenario, step, status, given);
    json_decref(given);
    return holds;
}

/* Plays one scenario and adds its steps; whether all was as it should be. */
static int play_scenario(const json_t *scenario, size_t *steps)
{
    stage s;
    int holds = judge(&s, scenario, scenario, stage_open(&s, scenario), NULL);
    const json_t *list = json_object_get(scenario, "steps");
    for (size_t i = 0; holds && i < json_array_size(list); i++) {
        ++*steps;
        holds = play_step(&s, scenario, json_array_get(list, i));
    }
    stage_close(&s);
    if (holds && s.trouble != NULL)
        return wrong(scenario, scenario, s.trouble, NULL);
    return holds;
}

/* Plays all scenarios; how many failed. That the table's counts hold is one more. */
static size_t play_table(const json_t *table)
{
    const json_t *scenarios = json_object_get(table, "scenarios");
    size_t failed = 0, steps = 0, count = json_array_size(scenarios);
    for (size_t i = 0; i < count; i++)
        failed += !play_scenario(json_array_get(scenarios, i), &steps);
    printf("%zu scenarios, %zu steps\n", count, steps);
    int64_t counted[] = {step_integer(table, "scenario_count", 0), step_integer(table, "step_count", 0)};
    if (counted[0] == (int64_t)count && counted[1] == (int64_t)steps)
        return failed;
    printf("FAILED the table counts %lld and %lld\n", (long long)counted[0], (long long)counted[1]);
    return failed + 1;
}

int main(int argc, char **argv)
{
    json_error_t error;
    json_t *table = argc == 2 ? json_load_file(argv[1], JSON_REJECT_DUPLICATES, &error) : NULL;
    if (table == NULL) {
        printf("no table: %s\n", argc == 2 ? error.text : "name it");
        return 1;
    }
    size_t failed = play_table(table);
    json_decref(table);
    return failed > 0;
}
