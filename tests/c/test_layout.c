/* Layout: what the public structs look like to programs that were compiled before. */
#include "check.h"

#include <stddef.h>
#include <stdint.h>

#if UINTPTR_MAX != UINT64_MAX
#error "these are the offsets on 64-bit systems"
#endif

#define CHECK_MEMBER(type, member, offset) CHECK_INT(offsetof(type, member), offset)

static void layout__of_values(void)
{
    CHECK_INT(sizeof(metra_value), 16);
    CHECK_MEMBER(metra_value, type, 0);
    CHECK_MEMBER(metra_value, as, 8);
    CHECK_MEMBER(metra_value, as.int64, 8);
    CHECK_MEMBER(metra_value, as.float64, 8);
    CHECK_MEMBER(metra_value, as.boolean, 8);
    CHECK_MEMBER(metra_value, as.text, 8);
    metra_value zero;
    memset(&zero, 0, sizeof zero);
    CHECK_INT(zero.type, METRA_VALUE_INT64);
    CHECK_INT(METRA_VALUE_DOUBLE, 1);
    CHECK_INT(METRA_VALUE_BOOL, 2);
    CHECK_INT(METRA_VALUE_TEXT, 3);
}

static void layout__of_scope_infos(void)
{
    CHECK_INT(sizeof(metra_variable), 16);
    CHECK_MEMBER(metra_variable, key, 0);
    CHECK_MEMBER(metra_variable, value, 8);
    CHECK_INT(sizeof(metra_root_info), 32);
    CHECK_MEMBER(metra_root_info, size, 0);
    CHECK_MEMBER(metra_root_info, name, 8);
    CHECK_MEMBER(metra_root_info, variables, 16);
    CHECK_MEMBER(metra_root_info, variables_len, 24);
    CHECK_INT(sizeof(metra_jobmanager_info), 16);
    CHECK_MEMBER(metra_jobmanager_info, host, 8);
    CHECK_INT(sizeof(metra_taskmanager_info), 24);
    CHECK_MEMBER(metra_taskmanager_info, host, 8);
    CHECK_MEMBER(metra_taskmanager_info, tm_id, 16);
    CHECK_INT(sizeof(metra_job_info), 24);
    CHECK_MEMBER(metra_job_info, job_id, 8);
    CHECK_MEMBER(metra_job_info, job_name, 16);
    CHECK_INT(sizeof(metra_task_info), 40);
    CHECK_MEMBER(metra_task_info, task_id, 8);
    CHECK_MEMBER(metra_task_info, task_name, 16);
    CHECK_MEMBER(metra_task_info, task_attempt_id, 24);
    CHECK_MEMBER(metra_task_info, subtask_index, 32);
    CHECK_MEMBER(metra_task_info, task_attempt_num, 36);
    CHECK_INT(sizeof(metra_operator_info), 56);
    CHECK_MEMBER(metra_operator_info, operator_id, 8);
    CHECK_MEMBER(metra_operator_info, operator_name, 16);
    CHECK_MEMBER(metra_operator_info, task_id, 24);
    CHECK_MEMBER(metra_operator_info, task_name, 32);
    CHECK_MEMBER(metra_operator_info, variables, 40);
    CHECK_MEMBER(metra_operator_info, variables_len, 48);
    CHECK_INT(sizeof(metra_identity_options), 40);
    CHECK_MEMBER(metra_identity_options, reporter_delimiter, 8);
    CHECK_MEMBER(metra_identity_options, logical_delimiter, 16);
    CHECK_MEMBER(metra_identity_options, filter, 24);
    CHECK_MEMBER(metra_identity_options, userdata, 32);
}

static void layout__of_readings(void)
{
    CHECK_INT(sizeof(metra_distribution_reading), 48);
    CHECK_MEMBER(metra_distribution_reading, size, 0);
    CHECK_MEMBER(metra_distribution_reading, count, 8);
    CHECK_MEMBER(metra_distribution_reading, sum, 16);
    CHECK_MEMBER(metra_distribution_reading, min, 24);
    CHECK_MEMBER(metra_distribution_reading, max, 32);
    CHECK_MEMBER(metra_distribution_reading, mean, 40);
    CHECK_INT(sizeof(metra_meter_reading), 24);
    CHECK_MEMBER(metra_meter_reading, count, 8);
    CHECK_MEMBER(metra_meter_reading, rate, 16);
    CHECK_INT(sizeof(metra_histogram_reading), 112);
    CHECK_MEMBER(metra_histogram_reading, count, 8);
    CHECK_MEMBER(metra_histogram_reading, sum, 16);
    CHECK_MEMBER(metra_histogram_reading, window_count, 24);
    CHECK_MEMBER(metra_histogram_reading, min, 32);
    CHECK_MEMBER(metra_histogram_reading, max, 40);
    CHECK_MEMBER(metra_histogram_reading, mean, 48);
    CHECK_MEMBER(metra_histogram_reading, stddev, 56);
    CHECK_MEMBER(metra_histogram_reading, p50, 64);
    CHECK_MEMBER(metra_histogram_reading, p75, 72);
    CHECK_MEMBER(metra_histogram_reading, p95, 80);
    CHECK_MEMBER(metra_histogram_reading, p98, 88);
    CHECK_MEMBER(metra_histogram_reading, p99, 96);
    CHECK_MEMBER(metra_histogram_reading, p999, 104);
    CHECK_MEMBER(metra_reading, size, 0);
    CHECK_MEMBER(metra_reading, metric, 8);
    CHECK_MEMBER(metra_reading, has_value, 16);
    CHECK_MEMBER(metra_reading, as, 24);
}

static void layout__of_metrics_and_reporters(void)
{
    CHECK_INT(sizeof(metra_metric_info), 64);
    CHECK_MEMBER(metra_metric_info, id, 8);
    CHECK_MEMBER(metra_metric_info, type, 16);
    CHECK_MEMBER(metra_metric_info, name, 24);
    CHECK_MEMBER(metra_metric_info, identifier, 32);
    CHECK_MEMBER(metra_metric_info, logical_scope, 40);
    CHECK_MEMBER(metra_metric_info, variables, 48);
    CHECK_MEMBER(metra_metric_info, variables_len, 56);
    CHECK_INT(sizeof(metra_reporter), 56);
    CHECK_MEMBER(metra_reporter, userdata, 8);
    CHECK_MEMBER(metra_reporter, added, 16);
    CHECK_MEMBER(metra_reporter, removed, 24);
    CHECK_MEMBER(metra_reporter, report, 32);
    CHECK_MEMBER(metra_reporter, close, 40);
    CHECK_MEMBER(metra_reporter, drop, 48);
    CHECK_INT(sizeof(metra_reporter_info), 48);
    CHECK_MEMBER(metra_reporter_info, name, 8);
    CHECK_MEMBER(metra_reporter_info, factory_class, 16);
    CHECK_MEMBER(metra_reporter_info, delimiter, 24);
    CHECK_MEMBER(metra_reporter_info, interval_ms, 32);
    CHECK_MEMBER(metra_reporter_info, address, 40);
    CHECK_INT(sizeof(metra_losses), 72);
    CHECK_MEMBER(metra_losses, name_collisions, 8);
    CHECK_MEMBER(metra_losses, limits, 16);
    CHECK_MEMBER(metra_losses, hidden_variables, 24);
    CHECK_MEMBER(metra_losses, equal_identities, 32);
    CHECK_MEMBER(metra_losses, gauge_timeouts, 40);
    CHECK_MEMBER(metra_losses, gauge_failures, 48);
    CHECK_MEMBER(metra_losses, inexpressible_values, 56);
    CHECK_MEMBER(metra_losses, panics, 64);
}

static void layout__of_constants(void)
{
    CHECK_INT(METRA_METRIC_COUNTER, 0);
    CHECK_INT(METRA_METRIC_MONOTONIC_COUNTER, 1);
    CHECK_INT(METRA_METRIC_GAUGE, 2);
    CHECK_INT(METRA_METRIC_DISTRIBUTION, 3);
    CHECK_INT(METRA_METRIC_METER, 4);
    CHECK_INT(METRA_METRIC_HISTOGRAM, 5);
    CHECK_INT(METRA_LOG_ERROR, 0);
    CHECK_INT(METRA_LOG_WARN, 1);
    CHECK_INT(METRA_LOG_INFO, 2);
    CHECK_INT(METRA_FORMAT_PROMETHEUS, 0);
    CHECK_INT(METRA_METER_DEFAULT_TIME_SPAN, 60);
}

static void layout__of_cells(void)
{
    CHECK_INT(METRA_CELL_LAYOUT, 1);
    CHECK_INT(sizeof(metra_counter_cell), 8);
    CHECK_MEMBER(metra_counter_cell, count, 0);
    CHECK_INT(sizeof(metra_monotonic_counter_cell), 8);
    CHECK_MEMBER(metra_monotonic_counter_cell, count, 0);
    CHECK_INT(sizeof(metra_meter_cell), 8);
    CHECK_MEMBER(metra_meter_cell, count, 0);
    CHECK_INT(sizeof(metra_distribution_cell), 128);
    CHECK_MEMBER(metra_distribution_cell, header, 0);
    CHECK_MEMBER(metra_distribution_cell, slots, 8);
    CHECK_MEMBER(metra_distribution_cell, slots[1].sum_low, 40);
    CHECK_MEMBER(metra_distribution_cell, slots[1].sum_high, 48);
    CHECK_MEMBER(metra_distribution_cell, slots[1].below, 56);
    CHECK_MEMBER(metra_distribution_cell, slots[1].above, 64);
    CHECK_MEMBER(metra_distribution_cell, lock, 72);
    CHECK_MEMBER(metra_distribution_cell, reserved, 80);
}

int main(void)
{
    RUN(layout__of_cells);
    RUN(layout__of_values);
    RUN(layout__of_scope_infos);
    RUN(layout__of_readings);
    RUN(layout__of_metrics_and_reporters);
    RUN(layout__of_constants);
    return check_result();
}
