/* The fields of one step of a scenario. A field of another type counts as absent. */
#ifndef STEP_H
#define STEP_H

#include <metra.h>

#include <jansson.h>

/* A text, or NULL where there is none; borrowed from the table. */
const char *step_text(const json_t *step, const char *field);

/* A whole number, or the default where there is none. */
int64_t step_integer(const json_t *step, const char *field, int64_t otherwise);

/* An object of texts as variables. Their strings are borrowed from the table, the list itself is to be freed. */
typedef struct step_variables {
    metra_variable *list;
    size_t len;
} step_variables;
step_variables step_pairs(const json_t *step, const char *field);

/* The double that a number of the table, or one of its three words for what JSON has no number for, means.
   Returns 0 if it means none. */
int step_double(const json_t *value, double *out);

/* A double as the table writes it; a new reference. */
json_t *step_from_double(double number);

#endif
