#include "step.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *step_text(const json_t *step, const char *field)
{
    return json_string_value(json_object_get(step, field));
}

int64_t step_integer(const json_t *step, const char *field, int64_t otherwise)
{
    const json_t *value = json_object_get(step, field);
    return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

step_variables step_pairs(const json_t *step, const char *field)
{
    json_t *pairs = json_object_get(step, field);
    step_variables variables = {malloc((json_object_size(pairs) + 1) * sizeof(metra_variable)), 0};
    const char *key;
    json_t *value;
    json_object_foreach(pairs, key, value) {
        metra_variable variable = {key, json_string_value(value)};
        variables.list[variables.len++] = variable;
    }
    return variables;
}

int step_double(const json_t *value, double *out)
{
    const struct {
        const char *word;
        double number;
    } words[] = {{"NaN", NAN}, {"Infinity", INFINITY}, {"-Infinity", -INFINITY}};
    if (json_is_real(value)) {
        *out = json_real_value(value);
        return 1;
    }
    for (size_t i = 0; json_is_string(value) && i < sizeof words / sizeof *words; i++) {
        if (strcmp(json_string_value(value), words[i].word) == 0) {
            *out = words[i].number;
            return 1;
        }
    }
    return 0;
}

json_t *step_from_double(double number)
{
    if (isnan(number))
        return json_string("NaN");
    if (isinf(number))
        return json_string(number > 0 ? "Infinity" : "-Infinity");
    return json_real(number);
}
