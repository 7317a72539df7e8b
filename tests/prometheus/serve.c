/*
 * Serves metrics of every type for a real Prometheus, odd names included, until its standard input ends: so it never
 * outlives the test that started it. Prints where it listens.
 */
#include <metra.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(metra_status status)
{
    if (status == METRA_OK)
        return;
    fprintf(stderr, "%s: %s\n", metra_status_name(status), metra_last_error());
    exit(EXIT_FAILURE);
}

static int answer(void *userdata, metra_value *value)
{
    *value = *(const metra_value *)userdata;
    return 1;
}

static int no_answer(void *userdata, metra_value *value)
{
    (void)userdata;
    (void)value;
    return 0;
}

static void count(metra_group *group, const char *name, int64_t n)
{
    metra_counter *counter = NULL;
    must(metra_group_counter(group, name, &counter));
    metra_counter_inc(counter, n);
    metra_counter_free(counter);
}

static void count_monotonic(metra_group *group, const char *name, int64_t n)
{
    metra_monotonic_counter *counter = NULL;
    must(metra_group_monotonic_counter(group, name, &counter));
    metra_monotonic_counter_inc(counter, n);
    metra_monotonic_counter_free(counter);
}

static void register_gauges(metra_group *group)
{
    static metra_value whole = {.type = METRA_VALUE_INT64, .as = {.int64 = -7}};
    static metra_value real = {.type = METRA_VALUE_DOUBLE, .as = {.float64 = 0.125}};
    static metra_value truth = {.type = METRA_VALUE_BOOL, .as = {.boolean = 1}};
    static metra_value text = {.type = METRA_VALUE_TEXT, .as = {.text = "up \"and\"\\running\nμέτρα"}};
    must(metra_group_gauge(group, "whole", answer, &whole, NULL, NULL));
    must(metra_group_gauge(group, "real", answer, &real, NULL, NULL));
    must(metra_group_gauge(group, "truth", answer, &truth, NULL, NULL));
    must(metra_group_gauge(group, "text", answer, &text, NULL, NULL));
    must(metra_group_gauge(group, "absent", no_answer, NULL, NULL, NULL));
}

static void register_measures(metra_group *group)
{
    metra_distribution *distribution = NULL;
    metra_histogram *histogram = NULL;
    metra_meter *meter = NULL;
    must(metra_group_distribution(group, "distribution", &distribution));
    must(metra_group_histogram(group, "latency", &histogram));
    must(metra_group_meter(group, "meter", 60, &meter));
    for (int64_t value = 1; value <= 100; value++) {
        metra_distribution_update(distribution, value);
        metra_histogram_update(histogram, value);
        metra_meter_mark_event(meter, 3);
    }
    metra_distribution_free(distribution);
    metra_histogram_free(histogram);
    metra_meter_free(meter);
}

/* Names that are no names to Prometheus, and names that become equal: none of them may spoil the page. */
static void register_odd_names(metra_group *group)
{
    static const char *const names[] = {" ", ".", "a b", "a.b", "a-b", "0", "9lives", "\"", "\\", "\n", "{}", "μέτρα", "😀",
                                        "x", "x_count", "x_total", "x_info", "le", "quantile", "__name__", "NaN", "#", ":"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        metra_group *variable = NULL;
        count(group, names[i], (int64_t)i);
        must(metra_group_add_group(group, names[i], names[i], &variable));
        count(variable, names[i], (int64_t)i);
        metra_group_free(variable);
    }
    metra_group *same = NULL;
    must(metra_group_add_group(group, "x", NULL, &same));
    count(same, "count", -1);
    metra_group_free(same);
}

static metra_registry *start(void)
{
    metra_config *config = NULL;
    metra_registry *registry = NULL;
    must(metra_config_new(&config));
    must(metra_config_set(config, "metrics.reporter.page.factory.class", "prometheus"));
    must(metra_config_set(config, "metrics.reporter.page.port", "0"));
    must(metra_config_set(config, "metrics.reporter.page.filterLabelValueCharacters", "false"));
    must(metra_registry_new(config, &registry));
    metra_config_free(config);
    return registry;
}

int main(void)
{
    metra_registry *registry = start();
    metra_group *app = NULL, *odd = NULL, *taskmanager = NULL;
    const metra_variable variables[] = {{"zone", "b"}};
    metra_root_info info = {.size = sizeof info, .name = "app", .variables = variables, .variables_len = 1};
    metra_taskmanager_info taskmanager_info = {.size = sizeof taskmanager_info, .host = "worker", .tm_id = "7"};
    must(metra_registry_root(registry, &info, &app));
    must(metra_registry_taskmanager(registry, &taskmanager_info, &taskmanager));
    must(metra_group_add_group(app, "odd", NULL, &odd));
    count(app, "balance", -42);
    count_monotonic(app, "monotonic", INT64_C(9007199254740993));
    count(taskmanager, "numRecordsIn", 1000);
    register_gauges(app);
    register_measures(app);
    register_odd_names(odd);

    metra_reporter_info reporter = {.size = sizeof reporter};
    must(metra_registry_reporter(registry, 0, &reporter));
    printf("%s\n", reporter.address);
    fflush(stdout);
    while (getchar() != EOF) {
    }
    must(metra_registry_close(registry, 5000));
    metra_group_free(odd);
    metra_group_free(taskmanager);
    metra_group_free(app);
    metra_registry_free(registry);
    return 0;
}
