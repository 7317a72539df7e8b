/* Steps that ask a group how it is spelled. */
#include "stage.h"

#include <stdlib.h>
#include <string.h>

/* How many bytes the UTF-8 character that begins here has. */
static size_t character_length(const char *text)
{
    size_t length = 1;
    while ((text[length] & 0xc0) == 0x80)
        length++;
    return length;
}

/* Writes at `at` what fits, as snprintf does, and says where the text ends. */
static size_t append(char *buf, size_t cap, size_t at, const char *text)
{
    for (; *text != '\0'; text++, at++)
        if (at + 1 < cap)
            buf[at] = *text;
    if (cap > 0)
        buf[at < cap ? at : cap - 1] = '\0';
    return at;
}

/* The character filter of a step: each character that is a key of the object becomes its value. */
static size_t replace(void *userdata, const char *text, char *buf, size_t cap)
{
    size_t at = append(buf, cap, 0, "");
    for (size_t length; *text != '\0'; text += length) {
        char character[8] = "";
        length = character_length(text);
        memcpy(character, text, length);
        const char *known = step_text(userdata, character);
        at = append(buf, cap, at, known != NULL ? known : character);
    }
    return at;
}

static metra_identity_options options_of(const json_t *step)
{
    json_t *pairs = json_object_get(step, "replace");
    metra_identity_options options = {.size = sizeof options,
                                      .reporter_delimiter = step_text(step, "delimiter"),
                                      .logical_delimiter = step_text(step, "logical_delimiter"),
                                      .filter = pairs != NULL ? replace : NULL,
                                      .userdata = pairs};
    return options;
}

int play_identifier(stage *s, const json_t *step, json_t **gives)
{
    metra_identity_options options = options_of(step);
    const metra_group *group = stage_group(s, step);
    const char *name = step_text(step, "name");
    size_t length = metra_group_metric_identifier_with(group, name, &options, NULL, 0);
    char *text = malloc(length + 1);
    metra_group_metric_identifier_with(group, name, &options, text, length + 1);
    *gives = json_string(text);
    free(text);
    return METRA_OK;
}

int play_logical_scope(stage *s, const json_t *step, json_t **gives)
{
    metra_identity_options options = options_of(step);
    const metra_group *group = stage_group(s, step);
    size_t length = metra_group_logical_scope(group, &options, NULL, 0);
    char *text = malloc(length + 1);
    metra_group_logical_scope(group, &options, text, length + 1);
    *gives = json_string(text);
    free(text);
    return METRA_OK;
}

int play_scope_components(stage *s, const json_t *step, json_t **gives)
{
    const metra_group *group = stage_group(s, step);
    *gives = json_array();
    for (size_t i = 0; i < metra_group_scope_component_count(group); i++)
        json_array_append_new(*gives, json_string(metra_group_scope_component(group, i)));
    return METRA_OK;
}

int play_variables(stage *s, const json_t *step, json_t **gives)
{
    const metra_group *group = stage_group(s, step);
    *gives = json_object();
    for (size_t i = 0; i < metra_group_variable_count(group); i++)
        json_object_set_new(*gives, metra_group_variable_key(group, i),
                            json_string(metra_group_variable_value(group, i)));
    return METRA_OK;
}
