/* Updates as a C program writes them: test_hot_path.py compares what becomes of them with hot_path.cpp. */
#include <metra.h>

/* A program's metrics, where C++ has objects. */
typedef struct metrics {
    metra_counter *counter;
    metra_monotonic_counter *monotonic;
    metra_gauge *gauge;
    metra_distribution *distribution;
    metra_meter *meter;
    metra_histogram *histogram;
    metra_counter_cell *counter_cell;
    metra_monotonic_counter_cell *monotonic_cell;
    metra_meter_cell *meter_cell;
    metra_distribution_cell *distribution_cell;
    int64_t *shared;
} metrics;

void counter_one(metrics *m) { metra_counter_inc(m->counter, 1); }
void counter_inc(metrics *m, int64_t n) { metra_counter_inc(m->counter, n); }
void counter_dec(metrics *m, int64_t n) { metra_counter_dec(m->counter, n); }
void monotonic_inc(metrics *m, int64_t n) { metra_monotonic_counter_inc(m->monotonic, n); }
void gauge_int64(metrics *m, int64_t n) { metra_gauge_set_int64(m->gauge, n); }
void gauge_double(metrics *m, double n) { metra_gauge_set_double(m->gauge, n); }
void gauge_true(metrics *m) { metra_gauge_set_bool(m->gauge, 1); }
void distribution_update(metrics *m, int64_t n) { metra_distribution_update(m->distribution, n); }
void meter_mark(metrics *m, int64_t n) { metra_meter_mark_event(m->meter, n); }
void histogram_update(metrics *m, int64_t n) { metra_histogram_update(m->histogram, n); }
void distribution_many(metrics *m, const int64_t *n, size_t k)
{
    metra_distribution_update_many(m->distribution, n, k);
}
void histogram_many(metrics *m, const int64_t *n, size_t k)
{
    metra_histogram_update_many(m->histogram, n, k);
}
void counter_cell_inc(metrics *m, int64_t n) { metra_counter_cell_inc(m->counter_cell, n); }
void monotonic_cell_inc(metrics *m, int64_t n) { metra_monotonic_counter_cell_inc(m->monotonic_cell, n); }
void meter_cell_mark(metrics *m, int64_t n) { metra_meter_cell_mark_event(m->meter_cell, n); }
void distribution_cell_update(metrics *m, int64_t n) { metra_distribution_cell_update(m->distribution_cell, n); }
void shared_add(metrics *m, int64_t n) { metra_shared_cell_add(m->shared, n); }

void all_in_a_loop(metrics *m, int64_t n)
{
    for (int64_t i = 0; i < n; ++i) {
        metra_counter_inc(m->counter, i);
        metra_distribution_update(m->distribution, i);
        metra_meter_mark_event(m->meter, 1);
        metra_counter_cell_inc(m->counter_cell, i);
    }
}
