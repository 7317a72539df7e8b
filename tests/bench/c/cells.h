/* Updates by the functions that metra.h defines inline: cells that one thread owns, and the one that all share. */
#ifndef CELLS_H
#define CELLS_H

#include "metrics.h"

#include <array>

namespace cells {

/* The cells that the two threads own of one metric. */
template <typename Cell>
using Pair = std::array<Cell *, 2>;

template <typename Metric, typename Cell>
Pair<Cell> acquired(Metric *metric, metra_status (*acquire)(Metric *, uint32_t, Cell **))
{
    Pair<Cell> pair{};
    for (Cell *&cell : pair)
        bench::require(acquire(metric, METRA_CELL_LAYOUT, &cell));
    return pair;
}

/* Adds an operation that updates a metric through its owned cells; metrics count them before they are released. */
template <typename Metric, typename Cell, typename Update>
void add_owned(bench::Rounds &rounds, const char *subject, Metric *metric, Pair<Cell> pair, Update update)
{
    auto make = [pair, update](size_t thread) {
        return [cell = pair[thread], update](uint64_t number) { update(cell, number); };
    };
    rounds.add_for_threads<1>("owned cell", subject, make, metrics::check(metric));
}

inline void add_owned_cells(bench::Rounds &rounds, metrics::Group &group)
{
    auto counter = group.counter();
    add_owned(rounds, "metra counter", counter, acquired(counter, metra_counter_cell_acquire),
              [](metra_counter_cell *cell, uint64_t) { metra_counter_cell_inc(cell, 1); });
    auto meter = group.meter();
    add_owned(rounds, "metra meter", meter, acquired(meter, metra_meter_cell_acquire),
              [](metra_meter_cell *cell, uint64_t) { metra_meter_cell_mark_event(cell, 1); });
    auto distribution = group.distribution();
    add_owned(rounds, "metra distribution", distribution, acquired(distribution, metra_distribution_cell_acquire),
              [](metra_distribution_cell *cell, uint64_t number) {
                  metra_distribution_cell_update(cell, bench::value_of(number));
              });
}

inline void add_shared_cells(bench::Rounds &rounds, metrics::Group &group)
{
    auto counter = group.counter();
    auto count = metra_counter_shared_cell(counter);
    rounds.add("shared cell", "metra counter", [count](uint64_t) { metra_shared_cell_add(count, 1); },
               metrics::check(counter));
    auto distribution = group.distribution();
    auto cell = metra_distribution_shared_cell(distribution);
    auto update = [distribution, cell](uint64_t number) {
        const int64_t value = bench::value_of(number);
        if (!metra_distribution_shared_cell_update(cell, value))
            metra_distribution_update(distribution, value);
    };
    rounds.add("shared cell", "metra distribution", update, metrics::check(distribution));
}

} // namespace cells

#endif
