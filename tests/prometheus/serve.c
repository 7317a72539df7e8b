/*
 * Serves metrics of every type for a real Prometheus, odd names included, until its standard input ends: so it never
 * outlives the test that started it. Prints where it listens. Arguments are keys of its reporter with their values.
 */
#include <float.h>
#include <math.h>
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

/* Values at the ends of what there is. */
static void register_extremes(metra_group *group)
{
    static metra_value wholes[] = {
        {.type = METRA_VALUE_INT64, .as = {.int64 = INT64_MIN}},
        {.type = METRA_VALUE_INT64, .as = {.int64 = INT64_MAX}},
    };
    static const double reals[] = {NAN, INFINITY, -INFINITY, DBL_MAX, 5e-324, -0.0};
    static metra_value values[sizeof reals / sizeof *reals];
    must(metra_group_gauge(group, "lowest", answer, &wholes[0], NULL, NULL));
    must(metra_group_gauge(group, "highest", answer, &wholes[1], NULL, NULL));
    for (size_t i = 0; i < sizeof reals / sizeof *reals; i++) {
        const char name[] = {'v', (char)('0' + i), 0};
        values[i].type = METRA_VALUE_DOUBLE;
        values[i].as.float64 = reals[i];
        must(metra_group_gauge(group, name, answer, &values[i], NULL, NULL));
    }
}

/* What OpenMetrics' types forbid: values below zero, names that a type keeps free. And a help full of escapes. */
static void register_misfits(metra_group *group)
{
    metra_distribution *distribution = NULL;
    metra_histogram *histogram = NULL;
    must(metra_group_distribution(group, "change", &distribution));
    must(metra_group_histogram(group, "drift", &histogram));
    for (int64_t value = -50; value <= 20; value++) {
        metra_distribution_update(distribution, value);
        metra_histogram_update(histogram, value);
    }
    metra_distribution_free(distribution);
    metra_histogram_free(histogram);
    count(group, "latency_created", 5);
    count(group, "monotonic", 6);
    count(group, "with \"quotes\", a \\ and\na line", 8);
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

static metra_registry *start(int keys_len, char **keys)
{
    metra_config *config = NULL;
    metra_registry *registry = NULL;
    must(metra_config_new(&config));
    must(metra_config_set(config, "metrics.reporter.page.factory.class", "prometheus"));
    must(metra_config_set(config, "metrics.reporter.page.port", "0"));
    must(metra_config_set(config, "metrics.reporter.page.filterLabelValueCharacters", "false"));
    for (int i = 0; i + 1 < keys_len; i += 2) {
        char key[100];
        snprintf(key, sizeof key, "metrics.reporter.page.%s", keys[i]);
        must(metra_config_set(config, key, keys[i + 1]));
    }
    must(metra_registry_new(config, &registry));
    metra_config_free(config);
    return registry;
}

int main(int argc, char **argv)
{
    metra_registry *registry = start(argc - 1, argv + 1);
    metra_group *app = NULL, *odd = NULL, *extremes = NULL, *misfits = NULL, *taskmanager = NULL;
    const metra_variable variables[] = {{"zone", "b"}};
    metra_root_info info = {.size = sizeof info, .name = "app", .variables = variables, .variables_len = 1};
    metra_taskmanager_info taskmanager_info = {.size = sizeof taskmanager_info, .host = "worker", .tm_id = "7"};
    must(metra_registry_root(registry, &info, &app));
    must(metra_registry_taskmanager(registry, &taskmanager_info, &taskmanager));
    must(metra_group_add_group(app, "odd", NULL, &odd));
    must(metra_group_add_group(app, "extremes", NULL, &extremes));
    must(metra_group_add_group(app, "misfits", NULL, &misfits));
    count(app, "balance", -42);
    count_monotonic(app, "monotonic", INT64_C(9007199254740993));
    count(taskmanager, "numRecordsIn", 1000);
    register_gauges(app);
    register_measures(app);
    register_odd_names(odd);
    register_extremes(extremes);
    register_measures(misfits);
    register_misfits(misfits);
    count_monotonic(misfits, "monotonic_total", 7);

    metra_reporter_info reporter = {.size = sizeof reporter};
    must(metra_registry_reporter(registry, 0, &reporter));
    printf("%s\n", reporter.address);
    fflush(stdout);
    while (getchar() != EOF) {
    }
    must(metra_registry_close(registry, 5000));
    metra_group_free(odd);
    metra_group_free(extremes);
    metra_group_free(misfits);
    metra_group_free(taskmanager);
    metra_group_free(app);
    metra_registry_free(registry);
    return 0;
}
