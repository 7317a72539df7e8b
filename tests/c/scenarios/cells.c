/* Steps that write metrics through cells. */
#include "stage.h"

int play_cell_acquire(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    const thing *metric = stage_thing(s, step, "metric");
    union {
        metra_counter_cell *counter;
        metra_monotonic_counter_cell *monotonic_counter;
        metra_meter_cell *meter;
        metra_distribution_cell *distribution;
    } cell;
    int status;
    switch (metric->kind) {
    case COUNTER:
        status = metra_counter_cell_acquire(metric->handle, METRA_CELL_LAYOUT, &cell.counter);
        return stage_keep(s, step, status, (thing){.kind = COUNTER_CELL, .handle = cell.counter});
    case MONOTONIC_COUNTER:
        status = metra_monotonic_counter_cell_acquire(metric->handle, METRA_CELL_LAYOUT, &cell.monotonic_counter);
        return stage_keep(s, step, status, (thing){.kind = MONOTONIC_COUNTER_CELL, .handle = cell.monotonic_counter});
    case METER:
        status = metra_meter_cell_acquire(metric->handle, METRA_CELL_LAYOUT, &cell.meter);
        return stage_keep(s, step, status, (thing){.kind = METER_CELL, .handle = cell.meter});
    case DISTRIBUTION:
        status = metra_distribution_cell_acquire(metric->handle, METRA_CELL_LAYOUT, &cell.distribution);
        return stage_keep(s, step, status, (thing){.kind = DISTRIBUTION_CELL, .handle = cell.distribution});
    default:
        s->trouble = "nothing that has cells";
        return METRA_OK;
    }
}

int play_cell_shared(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    const thing *metric = stage_thing(s, step, "metric");
    thing cell = {.of = metric->handle};
    switch (metric->kind) {
    case COUNTER:
        cell.kind = SHARED_WORD;
        cell.handle = metra_counter_shared_cell(metric->handle);
        break;
    case MONOTONIC_COUNTER:
        cell.kind = SHARED_WORD;
        cell.handle = metra_monotonic_counter_shared_cell(metric->handle);
        break;
    case METER:
        cell.kind = SHARED_WORD;
        cell.handle = metra_meter_shared_cell(metric->handle);
        break;
    case DISTRIBUTION:
        cell.kind = SHARED_DISTRIBUTION;
        cell.handle = metra_distribution_shared_cell(metric->handle);
        break;
    default:
        s->trouble = "nothing that has cells";
        break;
    }
    return stage_keep(s, step, METRA_OK, cell);
}

int play_cell_write(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    const thing *cell = stage_thing(s, step, "cell");
    int64_t value = step_integer(step, "value", 0);
    switch (cell->kind) {
    case COUNTER_CELL:
        metra_counter_cell_inc(cell->handle, value);
        break;
    case MONOTONIC_COUNTER_CELL:
        metra_monotonic_counter_cell_inc(cell->handle, value);
        break;
    case METER_CELL:
        metra_meter_cell_mark_event(cell->handle, value);
        break;
    case DISTRIBUTION_CELL:
        metra_distribution_cell_update(cell->handle, value);
        break;
    case SHARED_WORD:
        metra_shared_cell_add(cell->handle, value);
        break;
    case SHARED_DISTRIBUTION:
        if (!metra_distribution_shared_cell_update(cell->handle, value))
            metra_distribution_update(cell->of, value);
        break;
    default:
        s->trouble = "no cell";
        break;
    }
    return METRA_OK;
}

int play_cell_release(stage *s, const json_t *step, json_t **gives)
{
    (void)gives;
    thing *cell = stage_thing(s, step, "cell");
    if (!thing_release(cell))
        s->trouble = "no owned cell";
    cell->kind = NOTHING;
    return METRA_OK;
}

int thing_release(const thing *cell)
{
    switch (cell->kind) {
    case COUNTER_CELL:
        metra_counter_cell_release(cell->handle);
        return 1;
    case MONOTONIC_COUNTER_CELL:
        metra_monotonic_counter_cell_release(cell->handle);
        return 1;
    case METER_CELL:
        metra_meter_cell_release(cell->handle);
        return 1;
    case DISTRIBUTION_CELL:
        metra_distribution_cell_release(cell->handle);
        return 1;
    default:
        return 0;
    }
}
