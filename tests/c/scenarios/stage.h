/* What one scenario plays on: a registry on a manual clock, and everything its steps have named. */
#ifndef STAGE_H
#define STAGE_H

#include "journal.h"
#include "step.h"

typedef enum thing_kind {
    NOTHING,
    GROUP,
    TOKEN,
    COUNTER,
    MONOTONIC_COUNTER,
    GAUGE,
    DISTRIBUTION,
    METER,
    HISTOGRAM,
    COUNTER_CELL,
    MONOTONIC_COUNTER_CELL,
    METER_CELL,
    DISTRIBUTION_CELL,
    /* Shared cells are borrowed from their metrics. */
    SHARED_WORD,
    SHARED_DISTRIBUTION,
} thing_kind;

/* What a step can name. */
typedef struct thing {
    /* Borrowed from the table. */
    const char *name;
    thing_kind kind;
    /* Owned, but for shared cells; of a token NULL. */
    void *handle;
    /* The metric that a shared cell is part of, borrowed; else NULL. */
    void *of;
    uint64_t token;
} thing;

/* The function of a gauge: what it answers, how often it was asked, and how often it was dropped. */
typedef struct script {
    const char *name;
    const json_t *answers;
    size_t asked;
    int drops;
} script;

/* How many things, and gauges with functions, a scenario may name. */
enum { STAGE_THINGS = 64, STAGE_SCRIPTS = 16 };

typedef struct stage {
    metra_clock *clock;
    metra_registry *registry;
    thing things[STAGE_THINGS];
    size_t things_len;
    script scripts[STAGE_SCRIPTS];
    size_t scripts_len;
    journal journal;
    /* What keeps a step from being played at all, a name that nothing has for instance; static, or NULL. */
    const char *trouble;
} stage;

/* Opens a registry of the scenario's configuration; the stage is to be closed also if that is refused. */
int stage_open(stage *s, const json_t *scenario);

/* Closes the registry and frees everything; in trouble if that takes too long, or a gauge was not dropped once. */
void stage_close(stage *s);

/* Plays a step: its status, and in `gives` what it has to say, a new reference, if anything. */
int stage_play(stage *s, const json_t *step, json_t **gives);

/* Gives what a step made the name it wants, if the step succeeded; the status. */
int stage_keep(stage *s, const json_t *step, int status, thing made);

/* The thing that a field of the step names; one of kind NOTHING, and trouble, if there is none. */
thing *stage_thing(stage *s, const json_t *step, const char *field);

/* Releases an owned cell; 0 for anything else. */
int thing_release(const thing *cell);

/* The group that the step is about; borrowed. */
metra_group *stage_group(stage *s, const json_t *step);

/* The function of the gauge of that name, or NULL. */
script *stage_script(stage *s, const char *name);

/* --- the verbs, as stage_play ------------------------------------------------------------------------------------- */

typedef int verb_fn(stage *s, const json_t *step, json_t **gives);

/* groups.c */
verb_fn play_root, play_taskmanager, play_jobmanager, play_job, play_task, play_operator, play_add_group, play_token,
    play_from_token, play_close, play_is_closed, play_unregister;

/* spelling.c */
verb_fn play_identifier, play_logical_scope, play_scope_components, play_variables;

/* metrics.c */
verb_fn play_counter, play_monotonic_counter, play_distribution, play_meter, play_histogram, play_inc, play_dec,
    play_update, play_update_many, play_mark_event;

/* cells.c */
verb_fn play_cell_acquire, play_cell_shared, play_cell_write, play_cell_release;

/* gauges.c */
verb_fn play_gauge, play_settable_gauge, play_set, play_dropped;

/* readings.c */
verb_fn play_read, play_page, play_collect;

/* stage.c */
verb_fn play_advance, play_told;

#endif
