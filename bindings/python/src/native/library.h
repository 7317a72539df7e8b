/* The library: every function of metra.h, found when the module is loaded and not when it is linked, because the copy that
 * is in the process already goes before all others. */
#ifndef METRA_LIBRARY_H
#define METRA_LIBRARY_H

#include "abi.h"

#define METRA_FUNCTIONS(each)                                                                                          \
    each(version) each(hot_path) each(last_error) each(status_name) each(value_set_text)                               \
    each(clock_new) each(clock_advance) each(clock_free)                                                               \
    each(config_new) each(config_set) each(config_load) each(config_set_clock) each(config_set_log)                    \
    each(config_add_reporter) each(config_free)                                                                        \
    each(registry_new) each(registry_default) each(registry_set_default) each(registry_close)                          \
    each(registry_after_fork) each(registry_free) each(registry_root) each(registry_jobmanager)                        \
    each(registry_taskmanager) each(registry_read_gauge) each(registry_reporter_count) each(registry_reporter)         \
    each(registry_losses) each(registry_collect) each(registry_write) each(report_collect)                             \
    each(group_job) each(group_task) each(group_operator) each(group_add_group) each(group_unregister)                 \
    each(group_close) each(group_is_closed) each(group_is_python_enabled) each(group_free) each(group_token)           \
    each(group_from_token)                                                                                             \
    each(group_scope_component_count) each(group_scope_component) each(group_variable_count) each(group_variable_key)  \
    each(group_variable_value) each(group_metric_identifier) each(group_metric_identifier_with)                        \
    each(group_logical_scope)                                                                                          \
    each(group_counter) each(counter_inc) each(counter_dec) each(counter_count) each(counter_free)                     \
    each(group_monotonic_counter) each(monotonic_counter_inc) each(monotonic_counter_count)                            \
    each(monotonic_counter_free)                                                                                       \
    each(group_gauge) each(group_settable_gauge) each(gauge_set_int64) each(gauge_set_double) each(gauge_set_bool)     \
    each(gauge_set_text) each(gauge_unregister) each(gauge_free)                                                       \
    each(group_distribution) each(distribution_update) each(distribution_update_many) each(distribution_read)          \
    each(distribution_free)                                                                                            \
    each(group_meter) each(group_meter_over) each(meter_mark_event) each(meter_count) each(meter_rate)                 \
    each(meter_free)                                                                                                   \
    each(group_histogram) each(histogram_update) each(histogram_update_many) each(histogram_read)                      \
    each(histogram_quantile) each(histogram_free)                                                                      \
    each(counter_cell_acquire) each(counter_cell_release) each(counter_shared_cell)                                    \
    each(monotonic_counter_cell_acquire) each(monotonic_counter_cell_release) each(monotonic_counter_shared_cell)      \
    each(meter_cell_acquire) each(meter_cell_release) each(meter_shared_cell)                                          \
    each(distribution_cell_acquire) each(distribution_cell_release) each(distribution_shared_cell)

/* metra.counter_inc is metra_counter_inc of the library that was loaded, and so on. */
#define METRA_MEMBER(name) __typeof__(metra_##name) *name;
struct metra_library {
    METRA_FUNCTIONS(METRA_MEMBER)
};
#undef METRA_MEMBER
extern struct metra_library metra;

/* load(configured: str | None, own: str | None) -> str: takes the copy that is loaded already, else the configured one,
 * else the package's own, and tells its path. Raises metra.LibraryError where there is none, or one that does not fit. */
PyObject *library_load(PyObject *module, PyObject *args);

#endif
