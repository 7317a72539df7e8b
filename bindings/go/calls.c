/* Generated from include/metra.h by internal/generate: go generate. */
#include "library.h"

struct metra_go_functions metra_go_functions;

const metra_go_symbol metra_go_symbols[] = {
    {"metra_version", (void **)&metra_go_functions.metra_version},
    {"metra_hot_path", (void **)&metra_go_functions.metra_hot_path},
    {"metra_last_error", (void **)&metra_go_functions.metra_last_error},
    {"metra_status_name", (void **)&metra_go_functions.metra_status_name},
    {"metra_value_set_text", (void **)&metra_go_functions.metra_value_set_text},
    {"metra_clock_new", (void **)&metra_go_functions.metra_clock_new},
    {"metra_clock_advance", (void **)&metra_go_functions.metra_clock_advance},
    {"metra_clock_free", (void **)&metra_go_functions.metra_clock_free},
    {"metra_config_new", (void **)&metra_go_functions.metra_config_new},
    {"metra_config_set", (void **)&metra_go_functions.metra_config_set},
    {"metra_config_load", (void **)&metra_go_functions.metra_config_load},
    {"metra_config_set_clock", (void **)&metra_go_functions.metra_config_set_clock},
    {"metra_config_set_log", (void **)&metra_go_functions.metra_config_set_log},
    {"metra_config_add_reporter", (void **)&metra_go_functions.metra_config_add_reporter},
    {"metra_config_free", (void **)&metra_go_functions.metra_config_free},
    {"metra_registry_new", (void **)&metra_go_functions.metra_registry_new},
    {"metra_registry_default", (void **)&metra_go_functions.metra_registry_default},
    {"metra_registry_set_default", (void **)&metra_go_functions.metra_registry_set_default},
    {"metra_registry_close", (void **)&metra_go_functions.metra_registry_close},
    {"metra_registry_after_fork", (void **)&metra_go_functions.metra_registry_after_fork},
    {"metra_registry_free", (void **)&metra_go_functions.metra_registry_free},
    {"metra_registry_root", (void **)&metra_go_functions.metra_registry_root},
    {"metra_registry_jobmanager", (void **)&metra_go_functions.metra_registry_jobmanager},
    {"metra_registry_taskmanager", (void **)&metra_go_functions.metra_registry_taskmanager},
    {"metra_registry_read_gauge", (void **)&metra_go_functions.metra_registry_read_gauge},
    {"metra_registry_reporter_count", (void **)&metra_go_functions.metra_registry_reporter_count},
    {"metra_registry_reporter", (void **)&metra_go_functions.metra_registry_reporter},
    {"metra_registry_losses", (void **)&metra_go_functions.metra_registry_losses},
    {"metra_group_job", (void **)&metra_go_functions.metra_group_job},
    {"metra_group_task", (void **)&metra_go_functions.metra_group_task},
    {"metra_group_operator", (void **)&metra_go_functions.metra_group_operator},
    {"metra_group_add_group", (void **)&metra_go_functions.metra_group_add_group},
    {"metra_group_unregister", (void **)&metra_go_functions.metra_group_unregister},
    {"metra_group_close", (void **)&metra_go_functions.metra_group_close},
    {"metra_group_is_closed", (void **)&metra_go_functions.metra_group_is_closed},
    {"metra_group_is_python_enabled", (void **)&metra_go_functions.metra_group_is_python_enabled},
    {"metra_group_free", (void **)&metra_go_functions.metra_group_free},
    {"metra_group_token", (void **)&metra_go_functions.metra_group_token},
    {"metra_group_from_token", (void **)&metra_go_functions.metra_group_from_token},
    {"metra_group_scope_component_count", (void **)&metra_go_functions.metra_group_scope_component_count},
    {"metra_group_scope_component", (void **)&metra_go_functions.metra_group_scope_component},
    {"metra_group_variable_count", (void **)&metra_go_functions.metra_group_variable_count},
    {"metra_group_variable_key", (void **)&metra_go_functions.metra_group_variable_key},
    {"metra_group_variable_value", (void **)&metra_go_functions.metra_group_variable_value},
    {"metra_group_metric_identifier", (void **)&metra_go_functions.metra_group_metric_identifier},
    {"metra_group_metric_identifier_with", (void **)&metra_go_functions.metra_group_metric_identifier_with},
    {"metra_group_logical_scope", (void **)&metra_go_functions.metra_group_logical_scope},
    {"metra_group_counter", (void **)&metra_go_functions.metra_group_counter},
    {"metra_counter_inc", (void **)&metra_go_functions.metra_counter_inc},
    {"metra_counter_dec", (void **)&metra_go_functions.metra_counter_dec},
    {"metra_counter_count", (void **)&metra_go_functions.metra_counter_count},
    {"metra_counter_free", (void **)&metra_go_functions.metra_counter_free},
    {"metra_group_monotonic_counter", (void **)&metra_go_functions.metra_group_monotonic_counter},
    {"metra_monotonic_counter_inc", (void **)&metra_go_functions.metra_monotonic_counter_inc},
    {"metra_monotonic_counter_count", (void **)&metra_go_functions.metra_monotonic_counter_count},
    {"metra_monotonic_counter_free", (void **)&metra_go_functions.metra_monotonic_counter_free},
    {"metra_group_gauge", (void **)&metra_go_functions.metra_group_gauge},
    {"metra_group_settable_gauge", (void **)&metra_go_functions.metra_group_settable_gauge},
    {"metra_gauge_set_int64", (void **)&metra_go_functions.metra_gauge_set_int64},
    {"metra_gauge_set_double", (void **)&metra_go_functions.metra_gauge_set_double},
    {"metra_gauge_set_bool", (void **)&metra_go_functions.metra_gauge_set_bool},
    {"metra_gauge_set_text", (void **)&metra_go_functions.metra_gauge_set_text},
    {"metra_gauge_unregister", (void **)&metra_go_functions.metra_gauge_unregister},
    {"metra_gauge_free", (void **)&metra_go_functions.metra_gauge_free},
    {"metra_group_distribution", (void **)&metra_go_functions.metra_group_distribution},
    {"metra_distribution_update", (void **)&metra_go_functions.metra_distribution_update},
    {"metra_distribution_update_many", (void **)&metra_go_functions.metra_distribution_update_many},
    {"metra_distribution_read", (void **)&metra_go_functions.metra_distribution_read},
    {"metra_distribution_free", (void **)&metra_go_functions.metra_distribution_free},
    {"metra_group_meter", (void **)&metra_go_functions.metra_group_meter},
    {"metra_group_meter_over", (void **)&metra_go_functions.metra_group_meter_over},
    {"metra_meter_mark_event", (void **)&metra_go_functions.metra_meter_mark_event},
    {"metra_meter_count", (void **)&metra_go_functions.metra_meter_count},
    {"metra_meter_rate", (void **)&metra_go_functions.metra_meter_rate},
    {"metra_meter_free", (void **)&metra_go_functions.metra_meter_free},
    {"metra_group_histogram", (void **)&metra_go_functions.metra_group_histogram},
    {"metra_histogram_update", (void **)&metra_go_functions.metra_histogram_update},
    {"metra_histogram_update_many", (void **)&metra_go_functions.metra_histogram_update_many},
    {"metra_histogram_read", (void **)&metra_go_functions.metra_histogram_read},
    {"metra_histogram_quantile", (void **)&metra_go_functions.metra_histogram_quantile},
    {"metra_histogram_free", (void **)&metra_go_functions.metra_histogram_free},
    {"metra_counter_cell_acquire", (void **)&metra_go_functions.metra_counter_cell_acquire},
    {"metra_counter_cell_release", (void **)&metra_go_functions.metra_counter_cell_release},
    {"metra_monotonic_counter_cell_acquire", (void **)&metra_go_functions.metra_monotonic_counter_cell_acquire},
    {"metra_monotonic_counter_cell_release", (void **)&metra_go_functions.metra_monotonic_counter_cell_release},
    {"metra_meter_cell_acquire", (void **)&metra_go_functions.metra_meter_cell_acquire},
    {"metra_meter_cell_release", (void **)&metra_go_functions.metra_meter_cell_release},
    {"metra_distribution_cell_acquire", (void **)&metra_go_functions.metra_distribution_cell_acquire},
    {"metra_distribution_cell_release", (void **)&metra_go_functions.metra_distribution_cell_release},
    {"metra_counter_shared_cell", (void **)&metra_go_functions.metra_counter_shared_cell},
    {"metra_monotonic_counter_shared_cell", (void **)&metra_go_functions.metra_monotonic_counter_shared_cell},
    {"metra_meter_shared_cell", (void **)&metra_go_functions.metra_meter_shared_cell},
    {"metra_distribution_shared_cell", (void **)&metra_go_functions.metra_distribution_shared_cell},
    {"metra_registry_collect", (void **)&metra_go_functions.metra_registry_collect},
    {"metra_registry_write", (void **)&metra_go_functions.metra_registry_write},
    {"metra_report_collect", (void **)&metra_go_functions.metra_report_collect},
    {NULL, NULL},
};

const char *metra_go_version(void)
{
    return metra_go_functions.metra_version();
}

const char *metra_go_hot_path(void)
{
    return metra_go_functions.metra_hot_path();
}

const char *metra_go_last_error(void)
{
    return metra_go_functions.metra_last_error();
}

const char *metra_go_status_name(int32_t status)
{
    return metra_go_functions.metra_status_name(status);
}

void metra_go_value_set_text(struct metra_value *value_or_null, const char *text_or_null)
{
    metra_go_functions.metra_value_set_text(value_or_null, text_or_null);
}

metra_go_result metra_go_clock_new(struct metra_clock **out)
{
    return metra_go_result_of(metra_go_functions.metra_clock_new(out));
}

metra_go_result metra_go_clock_advance(struct metra_clock *clock, uint64_t ms)
{
    return metra_go_result_of(metra_go_functions.metra_clock_advance(clock, ms));
}

void metra_go_clock_free(struct metra_clock *clock_or_null)
{
    metra_go_functions.metra_clock_free(clock_or_null);
}

metra_go_result metra_go_config_new(struct metra_config **out)
{
    return metra_go_result_of(metra_go_functions.metra_config_new(out));
}

metra_go_result metra_go_config_set(struct metra_config *config, const char *key, const char *value)
{
    return metra_go_result_of(metra_go_functions.metra_config_set(config, key, value));
}

metra_go_result metra_go_config_load(struct metra_config *config, const char *path)
{
    return metra_go_result_of(metra_go_functions.metra_config_load(config, path));
}

metra_go_result metra_go_config_set_clock(struct metra_config *config, const struct metra_clock *clock)
{
    return metra_go_result_of(metra_go_functions.metra_config_set_clock(config, clock));
}

metra_go_result metra_go_config_set_log(struct metra_config *config, metra_log_fn log, void *userdata, metra_drop_fn drop_or_null)
{
    return metra_go_result_of(metra_go_functions.metra_config_set_log(config, log, userdata, drop_or_null));
}

metra_go_result metra_go_config_add_reporter(struct metra_config *config, const char *factory_class, const struct metra_reporter *reporter)
{
    return metra_go_result_of(metra_go_functions.metra_config_add_reporter(config, factory_class, reporter));
}

void metra_go_config_free(struct metra_config *config_or_null)
{
    metra_go_functions.metra_config_free(config_or_null);
}

metra_go_result metra_go_registry_new(const struct metra_config *config_or_null, struct metra_registry **out)
{
    return metra_go_result_of(metra_go_functions.metra_registry_new(config_or_null, out));
}

metra_go_result metra_go_registry_default(struct metra_registry **out)
{
    return metra_go_result_of(metra_go_functions.metra_registry_default(out));
}

metra_go_result metra_go_registry_set_default(struct metra_registry *registry)
{
    return metra_go_result_of(metra_go_functions.metra_registry_set_default(registry));
}

metra_go_result metra_go_registry_close(struct metra_registry *registry, uint32_t deadline_ms)
{
    return metra_go_result_of(metra_go_functions.metra_registry_close(registry, deadline_ms));
}

metra_go_result metra_go_registry_after_fork(struct metra_registry *registry, int32_t mode)
{
    return metra_go_result_of(metra_go_functions.metra_registry_after_fork(registry, mode));
}

void metra_go_registry_free(struct metra_registry *registry_or_null)
{
    metra_go_functions.metra_registry_free(registry_or_null);
}

metra_go_result metra_go_registry_root(struct metra_registry *registry, const struct metra_root_info *info, struct metra_group **out)
{
    return metra_go_result_of(metra_go_functions.metra_registry_root(registry, info, out));
}

metra_go_result metra_go_registry_jobmanager(struct metra_registry *registry, const struct metra_jobmanager_info *info, struct metra_group **out)
{
    return metra_go_result_of(metra_go_functions.metra_registry_jobmanager(registry, info, out));
}

metra_go_result metra_go_registry_taskmanager(struct metra_registry *registry, const struct metra_taskmanager_info *info, struct metra_group **out)
{
    return metra_go_result_of(metra_go_functions.metra_registry_taskmanager(registry, info, out));
}

metra_go_result metra_go_registry_read_gauge(struct metra_registry *registry, const struct metra_gauge *gauge, struct metra_value *out)
{
    return metra_go_result_of(metra_go_functions.metra_registry_read_gauge(registry, gauge, out));
}

size_t metra_go_registry_reporter_count(const struct metra_registry *registry_or_null)
{
    return metra_go_functions.metra_registry_reporter_count(registry_or_null);
}

metra_go_result metra_go_registry_reporter(const struct metra_registry *registry, size_t index, struct metra_reporter_info *out)
{
    return metra_go_result_of(metra_go_functions.metra_registry_reporter(registry, index, out));
}

metra_go_result metra_go_registry_losses(const struct metra_registry *registry, struct metra_losses *out)
{
    return metra_go_result_of(metra_go_functions.metra_registry_losses(registry, out));
}

metra_go_result metra_go_group_job(struct metra_group *parent, const struct metra_job_info *info, struct metra_group **out)
{
    return metra_go_result_of(metra_go_functions.metra_group_job(parent, info, out));
}

metra_go_result metra_go_group_task(struct metra_group *parent, const struct metra_task_info *info, struct metra_group **out)
{
    return metra_go_result_of(metra_go_functions.metra_group_task(parent, info, out));
}

metra_go_result metra_go_group_operator(struct metra_group *parent, const struct metra_operator_info *info, struct metra_group **out)
{
    return metra_go_result_of(metra_go_functions.metra_group_operator(parent, info, out));
}

metra_go_result metra_go_group_add_group(struct metra_group *group, const char *key, const char *value_or_null, struct metra_group **out)
{
    return metra_go_result_of(metra_go_functions.metra_group_add_group(group, key, value_or_null, out));
}

metra_go_result metra_go_group_unregister(struct metra_group *group, const char *name)
{
    return metra_go_result_of(metra_go_functions.metra_group_unregister(group, name));
}

metra_go_result metra_go_group_close(struct metra_group *group)
{
    return metra_go_result_of(metra_go_functions.metra_group_close(group));
}

int32_t metra_go_group_is_closed(const struct metra_group *group_or_null)
{
    return metra_go_functions.metra_group_is_closed(group_or_null);
}

int32_t metra_go_group_is_python_enabled(const struct metra_group *group_or_null)
{
    return metra_go_functions.metra_group_is_python_enabled(group_or_null);
}

void metra_go_group_free(struct metra_group *group_or_null)
{
    metra_go_functions.metra_group_free(group_or_null);
}

uint64_t metra_go_group_token(const struct metra_group *group_or_null)
{
    return metra_go_functions.metra_group_token(group_or_null);
}

metra_go_result metra_go_group_from_token(uint64_t token, struct metra_group **out)
{
    return metra_go_result_of(metra_go_functions.metra_group_from_token(token, out));
}

size_t metra_go_group_scope_component_count(const struct metra_group *group_or_null)
{
    return metra_go_functions.metra_group_scope_component_count(group_or_null);
}

const char *metra_go_group_scope_component(const struct metra_group *group_or_null, size_t index)
{
    return metra_go_functions.metra_group_scope_component(group_or_null, index);
}

size_t metra_go_group_variable_count(const struct metra_group *group_or_null)
{
    return metra_go_functions.metra_group_variable_count(group_or_null);
}

const char *metra_go_group_variable_key(const struct metra_group *group_or_null, size_t index)
{
    return metra_go_functions.metra_group_variable_key(group_or_null, index);
}

const char *metra_go_group_variable_value(const struct metra_group *group_or_null, size_t index)
{
    return metra_go_functions.metra_group_variable_value(group_or_null, index);
}

size_t metra_go_group_metric_identifier(const struct metra_group *group_or_null, const char *name_or_null, char *buf, size_t cap)
{
    return metra_go_functions.metra_group_metric_identifier(group_or_null, name_or_null, buf, cap);
}

size_t metra_go_group_metric_identifier_with(const struct metra_group *group_or_null, const char *name_or_null, const struct metra_identity_options *options_or_null, char *buf, size_t cap)
{
    return metra_go_functions.metra_group_metric_identifier_with(group_or_null, name_or_null, options_or_null, buf, cap);
}

size_t metra_go_group_logical_scope(const struct metra_group *group_or_null, const struct metra_identity_options *options_or_null, char *buf, size_t cap)
{
    return metra_go_functions.metra_group_logical_scope(group_or_null, options_or_null, buf, cap);
}

metra_go_result metra_go_group_counter(struct metra_group *group, const char *name, struct metra_counter **out)
{
    return metra_go_result_of(metra_go_functions.metra_group_counter(group, name, out));
}

void metra_go_counter_inc(struct metra_counter *counter_or_null, int64_t n)
{
    metra_go_functions.metra_counter_inc(counter_or_null, n);
}

void metra_go_counter_dec(struct metra_counter *counter_or_null, int64_t n)
{
    metra_go_functions.metra_counter_dec(counter_or_null, n);
}

int64_t metra_go_counter_count(const struct metra_counter *counter_or_null)
{
    return metra_go_functions.metra_counter_count(counter_or_null);
}

void metra_go_counter_free(struct metra_counter *counter_or_null)
{
    metra_go_functions.metra_counter_free(counter_or_null);
}

metra_go_result metra_go_group_monotonic_counter(struct metra_group *group, const char *name, struct metra_monotonic_counter **out)
{
    return metra_go_result_of(metra_go_functions.metra_group_monotonic_counter(group, name, out));
}

void metra_go_monotonic_counter_inc(struct metra_monotonic_counter *monotonic_counter_or_null, int64_t n)
{
    metra_go_functions.metra_monotonic_counter_inc(monotonic_counter_or_null, n);
}

int64_t metra_go_monotonic_counter_count(const struct metra_monotonic_counter *monotonic_counter_or_null)
{
    return metra_go_functions.metra_monotonic_counter_count(monotonic_counter_or_null);
}

void metra_go_monotonic_counter_free(struct metra_monotonic_counter *monotonic_counter_or_null)
{
    metra_go_functions.metra_monotonic_counter_free(monotonic_counter_or_null);
}

metra_go_result metra_go_group_gauge(struct metra_group *group, const char *name, metra_gauge_fn function, void *userdata, metra_drop_fn drop_or_null, struct metra_gauge **out_or_null)
{
    return metra_go_result_of(metra_go_functions.metra_group_gauge(group, name, function, userdata, drop_or_null, out_or_null));
}

metra_go_result metra_go_group_settable_gauge(struct metra_group *group, const char *name, int32_t value_type, struct metra_gauge **out)
{
    return metra_go_result_of(metra_go_functions.metra_group_settable_gauge(group, name, value_type, out));
}

void metra_go_gauge_set_int64(struct metra_gauge *gauge_or_null, int64_t value)
{
    metra_go_functions.metra_gauge_set_int64(gauge_or_null, value);
}

void metra_go_gauge_set_double(struct metra_gauge *gauge_or_null, double value)
{
    metra_go_functions.metra_gauge_set_double(gauge_or_null, value);
}

void metra_go_gauge_set_bool(struct metra_gauge *gauge_or_null, int32_t value)
{
    metra_go_functions.metra_gauge_set_bool(gauge_or_null, value);
}

void metra_go_gauge_set_text(struct metra_gauge *gauge_or_null, const char *text_or_null)
{
    metra_go_functions.metra_gauge_set_text(gauge_or_null, text_or_null);
}

metra_go_result metra_go_gauge_unregister(struct metra_gauge *gauge)
{
    return metra_go_result_of(metra_go_functions.metra_gauge_unregister(gauge));
}

void metra_go_gauge_free(struct metra_gauge *gauge_or_null)
{
    metra_go_functions.metra_gauge_free(gauge_or_null);
}

metra_go_result metra_go_group_distribution(struct metra_group *group, const char *name, struct metra_distribution **out)
{
    return metra_go_result_of(metra_go_functions.metra_group_distribution(group, name, out));
}

void metra_go_distribution_update(struct metra_distribution *distribution_or_null, int64_t value)
{
    metra_go_functions.metra_distribution_update(distribution_or_null, value);
}

void metra_go_distribution_update_many(struct metra_distribution *distribution_or_null, const int64_t *values_or_null, size_t count)
{
    metra_go_functions.metra_distribution_update_many(distribution_or_null, values_or_null, count);
}

metra_go_result metra_go_distribution_read(const struct metra_distribution *distribution, struct metra_distribution_reading *out)
{
    return metra_go_result_of(metra_go_functions.metra_distribution_read(distribution, out));
}

void metra_go_distribution_free(struct metra_distribution *distribution_or_null)
{
    metra_go_functions.metra_distribution_free(distribution_or_null);
}

metra_go_result metra_go_group_meter(struct metra_group *group, const char *name, int64_t time_span_in_seconds, struct metra_meter **out)
{
    return metra_go_result_of(metra_go_functions.metra_group_meter(group, name, time_span_in_seconds, out));
}

metra_go_result metra_go_group_meter_over(struct metra_group *group, const char *name, const struct metra_counter *counter, int64_t time_span_in_seconds, struct metra_meter **out)
{
    return metra_go_result_of(metra_go_functions.metra_group_meter_over(group, name, counter, time_span_in_seconds, out));
}

void metra_go_meter_mark_event(struct metra_meter *meter_or_null, int64_t n)
{
    metra_go_functions.metra_meter_mark_event(meter_or_null, n);
}

int64_t metra_go_meter_count(const struct metra_meter *meter_or_null)
{
    return metra_go_functions.metra_meter_count(meter_or_null);
}

double metra_go_meter_rate(const struct metra_meter *meter_or_null)
{
    return metra_go_functions.metra_meter_rate(meter_or_null);
}

void metra_go_meter_free(struct metra_meter *meter_or_null)
{
    metra_go_functions.metra_meter_free(meter_or_null);
}

metra_go_result metra_go_group_histogram(struct metra_group *group, const char *name, struct metra_histogram **out)
{
    return metra_go_result_of(metra_go_functions.metra_group_histogram(group, name, out));
}

void metra_go_histogram_update(struct metra_histogram *histogram_or_null, int64_t value)
{
    metra_go_functions.metra_histogram_update(histogram_or_null, value);
}

void metra_go_histogram_update_many(struct metra_histogram *histogram_or_null, const int64_t *values_or_null, size_t count)
{
    metra_go_functions.metra_histogram_update_many(histogram_or_null, values_or_null, count);
}

metra_go_result metra_go_histogram_read(const struct metra_histogram *histogram, struct metra_histogram_reading *out)
{
    return metra_go_result_of(metra_go_functions.metra_histogram_read(histogram, out));
}

metra_go_result metra_go_histogram_quantile(const struct metra_histogram *histogram, double q, double *out)
{
    return metra_go_result_of(metra_go_functions.metra_histogram_quantile(histogram, q, out));
}

void metra_go_histogram_free(struct metra_histogram *histogram_or_null)
{
    metra_go_functions.metra_histogram_free(histogram_or_null);
}

metra_go_result metra_go_counter_cell_acquire(struct metra_counter *counter, uint32_t layout, struct metra_counter_cell **out)
{
    return metra_go_result_of(metra_go_functions.metra_counter_cell_acquire(counter, layout, out));
}

void metra_go_counter_cell_release(struct metra_counter_cell *cell_or_null)
{
    metra_go_functions.metra_counter_cell_release(cell_or_null);
}

metra_go_result metra_go_monotonic_counter_cell_acquire(struct metra_monotonic_counter *monotonic_counter, uint32_t layout, struct metra_monotonic_counter_cell **out)
{
    return metra_go_result_of(metra_go_functions.metra_monotonic_counter_cell_acquire(monotonic_counter, layout, out));
}

void metra_go_monotonic_counter_cell_release(struct metra_monotonic_counter_cell *cell_or_null)
{
    metra_go_functions.metra_monotonic_counter_cell_release(cell_or_null);
}

metra_go_result metra_go_meter_cell_acquire(struct metra_meter *meter, uint32_t layout, struct metra_meter_cell **out)
{
    return metra_go_result_of(metra_go_functions.metra_meter_cell_acquire(meter, layout, out));
}

void metra_go_meter_cell_release(struct metra_meter_cell *cell_or_null)
{
    metra_go_functions.metra_meter_cell_release(cell_or_null);
}

metra_go_result metra_go_distribution_cell_acquire(struct metra_distribution *distribution, uint32_t layout, struct metra_distribution_cell **out)
{
    return metra_go_result_of(metra_go_functions.metra_distribution_cell_acquire(distribution, layout, out));
}

void metra_go_distribution_cell_release(struct metra_distribution_cell *cell_or_null)
{
    metra_go_functions.metra_distribution_cell_release(cell_or_null);
}

int64_t *metra_go_counter_shared_cell(struct metra_counter *counter_or_null)
{
    return metra_go_functions.metra_counter_shared_cell(counter_or_null);
}

int64_t *metra_go_monotonic_counter_shared_cell(struct metra_monotonic_counter *monotonic_counter_or_null)
{
    return metra_go_functions.metra_monotonic_counter_shared_cell(monotonic_counter_or_null);
}

int64_t *metra_go_meter_shared_cell(struct metra_meter *meter_or_null)
{
    return metra_go_functions.metra_meter_shared_cell(meter_or_null);
}

struct metra_distribution_cell *metra_go_distribution_shared_cell(struct metra_distribution *distribution_or_null)
{
    return metra_go_functions.metra_distribution_shared_cell(distribution_or_null);
}

metra_go_result metra_go_registry_collect(struct metra_registry *registry, metra_collect_fn visit, void *userdata)
{
    return metra_go_result_of(metra_go_functions.metra_registry_collect(registry, visit, userdata));
}

metra_go_result metra_go_registry_write(struct metra_registry *registry, int32_t format, metra_write_fn write, void *userdata)
{
    return metra_go_result_of(metra_go_functions.metra_registry_write(registry, format, write, userdata));
}

void metra_go_report_collect(const struct metra_report *report_or_null, metra_collect_fn visit_or_null, void *userdata)
{
    metra_go_functions.metra_report_collect(report_or_null, visit_or_null, userdata);
}
