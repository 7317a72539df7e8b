// Updates as a C++ program writes them, in the order of hot_path.c.
#include <metra.hpp>

struct metrics {
    metra::counter counter;
    metra::monotonic_counter monotonic;
    metra::gauge gauge;
    metra::distribution distribution;
    metra::meter meter;
    metra::histogram histogram;
    metra::counter_cell counter_cell;
    metra::monotonic_counter_cell monotonic_cell;
    metra::meter_cell meter_cell;
    metra::distribution_cell distribution_cell;
    metra::shared_cell shared;
};

extern "C" {
void counter_one(metrics &m) { m.counter.inc(); }
void counter_inc(metrics &m, std::int64_t n) { m.counter.inc(n); }
void counter_dec(metrics &m, std::int64_t n) { m.counter.dec(n); }
void monotonic_inc(metrics &m, std::int64_t n) { m.monotonic.inc(n); }
void gauge_int64(metrics &m, std::int64_t n) { m.gauge.set(n); }
void gauge_double(metrics &m, double n) { m.gauge.set(n); }
void gauge_true(metrics &m) { m.gauge.set(true); }
void distribution_update(metrics &m, std::int64_t n) { m.distribution.update(n); }
void meter_mark(metrics &m, std::int64_t n) { m.meter.mark_event(n); }
void histogram_update(metrics &m, std::int64_t n) { m.histogram.update(n); }
void distribution_many(metrics &m, const std::int64_t *n, std::size_t k) { m.distribution.update_many(n, k); }
void histogram_many(metrics &m, const std::int64_t *n, std::size_t k) { m.histogram.update_many(n, k); }
void counter_cell_inc(metrics &m, std::int64_t n) { m.counter_cell.inc(n); }
void monotonic_cell_inc(metrics &m, std::int64_t n) { m.monotonic_cell.inc(n); }
void meter_cell_mark(metrics &m, std::int64_t n) { m.meter_cell.mark_event(n); }
void distribution_cell_update(metrics &m, std::int64_t n) { m.distribution_cell.update(n); }
void shared_add(metrics &m, std::int64_t n) { m.shared.add(n); }

void all_in_a_loop(metrics &m, std::int64_t n)
{
    for (std::int64_t i = 0; i < n; ++i) {
        m.counter.inc(i);
        m.distribution.update(i);
        m.meter.mark_event();
        m.counter_cell.inc(i);
    }
}
}
