/* NULL: valid where a metric or a handle to free is, a status elsewhere, never a crash. Every export is here. */
#include "fixture.h"

#define CHECK_NULL(call) CHECK_STATUS(call, METRA_ERROR_NULL_ARGUMENT)

static int no_value(void *userdata, metra_value *value)
{
    (void)userdata;
    (void)value;
    return 0;
}

static void no_visit(void *userdata, const metra_reading *reading)
{
    (void)userdata;
    (void)reading;
}

static int no_write(void *userdata, const char *bytes, size_t len)
{
    (void)userdata;
    (void)bytes;
    (void)len;
    return 0;
}

static void no_log(void *userdata, metra_log_level level, const char *text)
{
    (void)userdata;
    (void)level;
    (void)text;
}

static void null__is_freed_without_harm(void)
{
    metra_clock_free(NULL);
    metra_config_free(NULL);
    metra_registry_free(NULL);
    metra_group_free(NULL);
    metra_counter_free(NULL);
    metra_monotonic_counter_free(NULL);
    metra_gauge_free(NULL);
    metra_distribution_free(NULL);
    metra_meter_free(NULL);
    metra_histogram_free(NULL);
}

static void null__is_a_metric_that_counts_nothing(void)
{
    metra_counter_inc(NULL, 1);
    metra_counter_dec(NULL, 1);
    CHECK_INT(metra_counter_count(NULL), 0);
    metra_monotonic_counter_inc(NULL, 1);
    CHECK_INT(metra_monotonic_counter_count(NULL), 0);
    metra_gauge_set_int64(NULL, 1);
    metra_gauge_set_double(NULL, 1.0);
    metra_gauge_set_bool(NULL, 1);
    metra_gauge_set_text(NULL, "text");
    metra_gauge_set_text(NULL, NULL);
    metra_distribution_update(NULL, 1);
    metra_meter_mark_event(NULL, 1);
    CHECK_INT(metra_meter_count(NULL), 0);
    CHECK_DOUBLE(metra_meter_rate(NULL), 0.0);
    metra_histogram_update(NULL, 1);
    const int64_t values[] = {1, 2};
    metra_distribution_update_many(NULL, values, 2);
    metra_histogram_update_many(NULL, values, 2);
}

static void null__is_no_array_of_values(void)
{
    fixture f = open_fixture();
    metra_distribution *distribution = NULL;
    metra_histogram *histogram = NULL;
    metra_distribution_reading d = {.size = sizeof d};
    metra_histogram_reading h = {.size = sizeof h};
    CHECK_OK(metra_group_distribution(f.group, "distribution", &distribution));
    CHECK_OK(metra_group_histogram(f.group, "histogram", &histogram));
    metra_distribution_update_many(distribution, NULL, 2);
    metra_histogram_update_many(histogram, NULL, 2);
    CHECK_OK(metra_distribution_read(distribution, &d));
    CHECK_OK(metra_histogram_read(histogram, &h));
    CHECK_INT(d.count, 0);
    CHECK_INT(h.count, 0);
    metra_distribution_free(distribution);
    metra_histogram_free(histogram);
    close_fixture(&f);
}

static void null__is_a_cell_that_counts_nothing(void)
{
    fixture f = open_fixture();
    metra_counter *counter = NULL;
    metra_monotonic_counter *monotonic = NULL;
    metra_meter *meter = NULL;
    metra_distribution *distribution = NULL;
    metra_counter_cell *counter_cell = NULL;
    metra_monotonic_counter_cell *monotonic_cell = NULL;
    metra_meter_cell *meter_cell = NULL;
    metra_distribution_cell *distribution_cell = NULL;
    CHECK_OK(metra_group_counter(f.group, "counter", &counter));
    CHECK_OK(metra_group_monotonic_counter(f.group, "monotonic", &monotonic));
    CHECK_OK(metra_group_meter(f.group, "meter", 60, &meter));
    CHECK_OK(metra_group_distribution(f.group, "distribution", &distribution));
    CHECK_NULL(metra_counter_cell_acquire(NULL, METRA_CELL_LAYOUT, &counter_cell));
    CHECK_NULL(metra_counter_cell_acquire(counter, METRA_CELL_LAYOUT, NULL));
    CHECK_NULL(metra_monotonic_counter_cell_acquire(NULL, METRA_CELL_LAYOUT, &monotonic_cell));
    CHECK_NULL(metra_monotonic_counter_cell_acquire(monotonic, METRA_CELL_LAYOUT, NULL));
    CHECK_NULL(metra_meter_cell_acquire(NULL, METRA_CELL_LAYOUT, &meter_cell));
    CHECK_NULL(metra_meter_cell_acquire(meter, METRA_CELL_LAYOUT, NULL));
    CHECK_NULL(metra_distribution_cell_acquire(NULL, METRA_CELL_LAYOUT, &distribution_cell));
    CHECK_NULL(metra_distribution_cell_acquire(distribution, METRA_CELL_LAYOUT, NULL));
    CHECK(counter_cell == NULL && monotonic_cell == NULL && meter_cell == NULL && distribution_cell == NULL);
    CHECK(metra_counter_shared_cell(NULL) == NULL);
    CHECK(metra_monotonic_counter_shared_cell(NULL) == NULL);
    CHECK(metra_meter_shared_cell(NULL) == NULL);
    CHECK(metra_distribution_shared_cell(NULL) == NULL);
    metra_counter_cell_release(NULL);
    metra_monotonic_counter_cell_release(NULL);
    metra_meter_cell_release(NULL);
    metra_distribution_cell_release(NULL);
    metra_counter_cell_inc(NULL, 1);
    metra_monotonic_counter_cell_inc(NULL, 1);
    metra_meter_cell_mark_event(NULL, 1);
    metra_distribution_cell_update(NULL, 1);
    metra_shared_cell_add(NULL, 1);
    CHECK_INT(metra_distribution_shared_cell_update(NULL, 1), 1);
    metra_counter_free(counter);
    metra_monotonic_counter_free(monotonic);
    metra_meter_free(meter);
    metra_distribution_free(distribution);
    close_fixture(&f);
}

static void null__has_no_readings(void)
{
    fixture f = open_fixture();
    metra_distribution *distribution = NULL;
    metra_histogram *histogram = NULL;
    CHECK_OK(metra_group_distribution(f.group, "distribution", &distribution));
    CHECK_OK(metra_group_histogram(f.group, "histogram", &histogram));
    metra_distribution_reading d = {.size = sizeof d, .count = 77};
    metra_histogram_reading h = {.size = sizeof h, .count = 77};
    double quantile = 77.0;
    CHECK_NULL(metra_distribution_read(NULL, &d));
    CHECK_NULL(metra_distribution_read(distribution, NULL));
    CHECK_NULL(metra_histogram_read(NULL, &h));
    CHECK_NULL(metra_histogram_read(histogram, NULL));
    CHECK_NULL(metra_histogram_quantile(NULL, 0.5, &quantile));
    CHECK_NULL(metra_histogram_quantile(histogram, 0.5, NULL));
    CHECK_INT(d.count, 77);
    CHECK_INT(h.count, 77);
    CHECK_DOUBLE(quantile, 77.0);
    metra_distribution_free(distribution);
    metra_histogram_free(histogram);
    close_fixture(&f);
}

static void null__has_no_scope(void)
{
    CHECK_INT(metra_group_is_closed(NULL), 1);
    CHECK_INT(metra_group_is_python_enabled(NULL), 0);
    CHECK_INT(metra_group_token(NULL), 0);
    CHECK_INT(metra_group_scope_component_count(NULL), 0);
    CHECK(metra_group_scope_component(NULL, 0) == NULL);
    CHECK_INT(metra_group_variable_count(NULL), 0);
    CHECK(metra_group_variable_key(NULL, 0) == NULL);
    CHECK(metra_group_variable_value(NULL, 0) == NULL);
    fixture f = open_fixture();
    char text[] = "untouched";
    metra_identity_options options = {.size = sizeof options};
    CHECK_INT(metra_group_metric_identifier(NULL, "m", text, sizeof text), 0);
    CHECK_TEXT(text, "");
    CHECK_INT(metra_group_metric_identifier(f.group, NULL, text, sizeof text), 0);
    CHECK_INT(metra_group_metric_identifier(f.group, "m", NULL, 0), 5);
    CHECK_INT(metra_group_metric_identifier(f.group, "m", NULL, sizeof text), 5);
    CHECK_INT(metra_group_metric_identifier_with(NULL, "m", &options, text, sizeof text), 0);
    CHECK_INT(metra_group_metric_identifier_with(f.group, NULL, &options, text, sizeof text), 0);
    CHECK_INT(metra_group_metric_identifier_with(f.group, "m", NULL, text, sizeof text), 5);
    CHECK_INT(metra_group_logical_scope(NULL, &options, text, sizeof text), 0);
    CHECK_INT(metra_group_logical_scope(f.group, NULL, text, sizeof text), 3);
    CHECK_INT(metra_group_logical_scope(f.group, NULL, NULL, 0), 3);
    close_fixture(&f);
}

static void null__is_no_place_to_register(void)
{
    fixture f = open_fixture();
    metra_counter *existing = NULL;
    CHECK_OK(metra_group_counter(f.group, "existing", &existing));
    metra_counter *counter = existing;
    metra_monotonic_counter *monotonic = NULL;
    metra_gauge *gauge = NULL;
    metra_distribution *distribution = NULL;
    metra_meter *meter = NULL;
    metra_histogram *histogram = NULL;
    CHECK_NULL(metra_group_counter(NULL, "m", &counter));
    CHECK(counter == NULL);
    CHECK_NULL(metra_group_counter(f.group, NULL, &counter));
    CHECK_NULL(metra_group_counter(f.group, "m", NULL));
    CHECK_NULL(metra_group_monotonic_counter(NULL, "m", &monotonic));
    CHECK_NULL(metra_group_monotonic_counter(f.group, NULL, &monotonic));
    CHECK_NULL(metra_group_monotonic_counter(f.group, "m", NULL));
    CHECK_NULL(metra_group_gauge(NULL, "m", no_value, NULL, NULL, &gauge));
    CHECK_NULL(metra_group_gauge(f.group, NULL, no_value, NULL, NULL, &gauge));
    CHECK_NULL(metra_group_gauge(f.group, "m", NULL, NULL, NULL, &gauge));
    CHECK_NULL(metra_group_settable_gauge(NULL, "m", METRA_VALUE_INT64, &gauge));
    CHECK_NULL(metra_group_settable_gauge(f.group, NULL, METRA_VALUE_INT64, &gauge));
    CHECK_NULL(metra_group_settable_gauge(f.group, "m", METRA_VALUE_INT64, NULL));
    CHECK_NULL(metra_gauge_unregister(NULL));
    CHECK_NULL(metra_group_distribution(NULL, "m", &distribution));
    CHECK_NULL(metra_group_distribution(f.group, NULL, &distribution));
    CHECK_NULL(metra_group_distribution(f.group, "m", NULL));
    CHECK_NULL(metra_group_meter(NULL, "m", 60, &meter));
    CHECK_NULL(metra_group_meter(f.group, NULL, 60, &meter));
    CHECK_NULL(metra_group_meter(f.group, "m", 60, NULL));
    CHECK_NULL(metra_group_meter_over(f.group, "m", NULL, 60, &meter));
    CHECK_NULL(metra_group_meter_over(NULL, "m", existing, 60, &meter));
    CHECK_NULL(metra_group_meter_over(f.group, NULL, existing, 60, &meter));
    CHECK_NULL(metra_group_meter_over(f.group, "m", existing, 60, NULL));
    CHECK_NULL(metra_group_histogram(NULL, "m", &histogram));
    CHECK_NULL(metra_group_histogram(f.group, NULL, &histogram));
    CHECK_NULL(metra_group_histogram(f.group, "m", NULL));

    metra_group *group = NULL;
    metra_job_info job = {.size = sizeof job};
    metra_task_info task = {.size = sizeof task};
    metra_operator_info operator = {.size = sizeof operator};
    CHECK_NULL(metra_group_add_group(NULL, "g", NULL, &group));
    CHECK_NULL(metra_group_add_group(f.group, NULL, "value", &group));
    CHECK_NULL(metra_group_add_group(f.group, "g", NULL, NULL));
    CHECK_NULL(metra_group_job(NULL, &job, &group));
    CHECK_NULL(metra_group_job(f.group, NULL, &group));
    CHECK_NULL(metra_group_job(f.group, &job, NULL));
    CHECK_NULL(metra_group_task(NULL, &task, &group));
    CHECK_NULL(metra_group_task(f.group, NULL, &group));
    CHECK_NULL(metra_group_task(f.group, &task, NULL));
    CHECK_NULL(metra_group_operator(NULL, &operator, &group));
    CHECK_NULL(metra_group_operator(f.group, NULL, &group));
    CHECK_NULL(metra_group_operator(f.group, &operator, NULL));
    CHECK_NULL(metra_group_unregister(NULL, "m"));
    CHECK_NULL(metra_group_unregister(f.group, NULL));
    CHECK_NULL(metra_group_close(NULL));
    CHECK_NULL(metra_group_from_token(metra_group_token(f.group), NULL));
    CHECK(group == NULL);

    /* Nothing was half registered: the name is free. */
    CHECK_STATUS(metra_group_unregister(f.group, "m"), METRA_ERROR_NOT_FOUND);
    metra_counter_free(existing);
    close_fixture(&f);
}

static void null__is_no_registry_and_no_root(void)
{
    const setting settings[] = {{"metrics.reporter.page.factory.class", "prometheus"},
                                {"metrics.reporter.page.port", "0"},
                                {NULL, NULL}};
    fixture f = open_fixture_with(settings);
    metra_registry *registry = f.registry;
    metra_group *group = NULL;
    metra_root_info root = {sizeof root, "app", NULL, 0};
    metra_jobmanager_info jobmanager = {.size = sizeof jobmanager};
    metra_taskmanager_info taskmanager = {.size = sizeof taskmanager};
    metra_reporter_info reporter = {.size = sizeof reporter};
    metra_losses losses = {.size = sizeof losses};
    metra_gauge *gauge = NULL;
    metra_value value;
    CHECK_NULL(metra_registry_new(NULL, NULL));
    CHECK_NULL(metra_registry_default(NULL));
    CHECK_NULL(metra_registry_set_default(NULL));
    CHECK_NULL(metra_registry_close(NULL, 0));
    CHECK_NULL(metra_registry_after_fork(NULL, METRA_FORK_KEEP));
    CHECK_NULL(metra_registry_root(NULL, &root, &group));
    CHECK_NULL(metra_registry_root(registry, NULL, &group));
    CHECK_NULL(metra_registry_root(registry, &root, NULL));
    root.name = NULL;
    CHECK_NULL(metra_registry_root(registry, &root, &group));
    root.name = "app";
    root.variables_len = 1;
    CHECK_NULL(metra_registry_root(registry, &root, &group));
    CHECK_NULL(metra_registry_jobmanager(NULL, &jobmanager, &group));
    CHECK_NULL(metra_registry_jobmanager(registry, NULL, &group));
    CHECK_NULL(metra_registry_jobmanager(registry, &jobmanager, NULL));
    CHECK_NULL(metra_registry_taskmanager(NULL, &taskmanager, &group));
    CHECK_NULL(metra_registry_taskmanager(registry, NULL, &group));
    CHECK_NULL(metra_registry_taskmanager(registry, &taskmanager, NULL));
    CHECK(group == NULL);
    CHECK_INT(metra_registry_reporter_count(NULL), 0);
    CHECK_NULL(metra_registry_reporter(NULL, 0, &reporter));
    CHECK_NULL(metra_registry_reporter(registry, 0, NULL));
    CHECK_NULL(metra_registry_losses(NULL, &losses));
    CHECK_NULL(metra_registry_losses(registry, NULL));
    CHECK_OK(metra_group_settable_gauge(f.group, "gauge", METRA_VALUE_INT64, &gauge));
    CHECK_NULL(metra_registry_read_gauge(NULL, gauge, &value));
    CHECK_NULL(metra_registry_read_gauge(registry, NULL, &value));
    CHECK_NULL(metra_registry_read_gauge(registry, gauge, NULL));
    CHECK_NULL(metra_registry_collect(NULL, no_visit, NULL));
    CHECK_NULL(metra_registry_collect(registry, NULL, NULL));
    CHECK_NULL(metra_registry_write(NULL, METRA_FORMAT_PROMETHEUS, no_write, NULL));
    CHECK_NULL(metra_registry_write(registry, METRA_FORMAT_PROMETHEUS, NULL, NULL));
    metra_report_collect(NULL, no_visit, NULL);
    metra_report_collect(NULL, NULL, NULL);
    metra_gauge_free(gauge);
    close_fixture(&f);
}

static void null__is_no_configuration_clock_or_text(void)
{
    metra_clock *clock = NULL;
    metra_config *config = NULL;
    metra_reporter reporter = {.size = sizeof reporter};
    metra_value value = {.type = METRA_VALUE_INT64};
    CHECK_NULL(metra_clock_new(NULL));
    CHECK_NULL(metra_clock_advance(NULL, 1));
    CHECK_OK(metra_clock_new(&clock));
    CHECK_NULL(metra_config_new(NULL));
    CHECK_OK(metra_config_new(&config));
    CHECK_NULL(metra_config_set(NULL, "key", "value"));
    CHECK_NULL(metra_config_set(config, NULL, "value"));
    CHECK_NULL(metra_config_set(config, "key", NULL));
    CHECK_NULL(metra_config_load(NULL, "/dev/null"));
    CHECK_NULL(metra_config_load(config, NULL));
    CHECK_NULL(metra_config_set_clock(NULL, clock));
    CHECK_NULL(metra_config_set_clock(config, NULL));
    CHECK_NULL(metra_config_set_log(NULL, no_log, NULL, NULL));
    CHECK_NULL(metra_config_set_log(config, NULL, NULL, NULL));
    CHECK_NULL(metra_config_add_reporter(NULL, "class", &reporter));
    CHECK_NULL(metra_config_add_reporter(config, NULL, &reporter));
    CHECK_NULL(metra_config_add_reporter(config, "class", NULL));
    metra_value_set_text(NULL, "text");
    metra_value_set_text(&value, NULL);
    CHECK_INT(value.type, METRA_VALUE_TEXT);
    CHECK_TEXT(value.as.text, "");
    metra_value_set_text(&value, "\xff");
    CHECK_TEXT(value.as.text, "");
    metra_config_free(config);
    metra_clock_free(clock);
}

/* A size that says nothing is as bad as NULL. */
static void null__is_no_size(void)
{
    fixture f = open_fixture();
    metra_group *group = NULL;
    metra_root_info root = {0, "app", NULL, 0};
    CHECK_STATUS(metra_registry_root(f.registry, &root, &group), METRA_ERROR_INVALID_ARGUMENT);
    CHECK_CONTAINS(metra_last_error(), "sizeof");
    metra_losses losses = {.size = 0};
    CHECK_STATUS(metra_registry_losses(f.registry, &losses), METRA_ERROR_INVALID_ARGUMENT);
    metra_reporter reporter = {.size = 0};
    metra_config *config = NULL;
    CHECK_OK(metra_config_new(&config));
    CHECK_STATUS(metra_config_add_reporter(config, "class", &reporter), METRA_ERROR_INVALID_ARGUMENT);
    metra_config_free(config);
    metra_identity_options options = {.size = 0};
    CHECK_INT(metra_group_logical_scope(f.group, &options, NULL, 0), 0);
    CHECK(group == NULL);
    close_fixture(&f);
}

static void text_functions__are_never_null(void)
{
    CHECK(metra_version() != NULL);
    CHECK(metra_hot_path() != NULL);
    CHECK(metra_last_error() != NULL);
    CHECK(metra_status_name(12345) != NULL);
}

int main(void)
{
    RUN(null__is_freed_without_harm);
    RUN(null__is_a_metric_that_counts_nothing);
    RUN(null__is_no_array_of_values);
    RUN(null__is_a_cell_that_counts_nothing);
    RUN(null__has_no_readings);
    RUN(null__has_no_scope);
    RUN(null__is_no_place_to_register);
    RUN(null__is_no_registry_and_no_root);
    RUN(null__is_no_configuration_clock_or_text);
    RUN(null__is_no_size);
    RUN(text_functions__are_never_null);
    return check_result();
}
