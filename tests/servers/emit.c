/*
 * Metrics of every type with known values, for reporters and the servers that they push to.
 *
 * The argument is a configuration file. Prints `ready` once everything is registered and counted, then obeys commands, one
 * a line: `inc <n>` adds n to what grows, `quit` closes the registry and prints how that went. The end of its input
 * means quit, so it never outlives the test that started it. What metra logs goes to standard error.
 *
 * emit.py says what servers are to be asked for.
 */
#include <inttypes.h>
#include <math.h>
#include <metra.h>
#include <stdio.h>
#include <stdlib.h>

enum { CLOSE_MS = 5000 };

/* What `inc` adds to, in both places. */
typedef struct growing {
    metra_monotonic_counter *orders;
    metra_counter *stock;
} growing;

static void must(metra_status status)
{
    if (status == METRA_OK)
        return;
    fprintf(stderr, "%s: %s\n", metra_status_name(status), metra_last_error());
    exit(EXIT_FAILURE);
}

static void print_log(void *userdata, metra_log_level level, const char *text)
{
    static const char *const names[] = {"ERROR", "WARN", "INFO"};
    fprintf(userdata, "%s %s\n", names[level], text);
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

static growing register_counters(metra_group *group)
{
    growing handles = {NULL, NULL};
    must(metra_group_monotonic_counter(group, "orders", &handles.orders));
    must(metra_group_counter(group, "stock", &handles.stock));
    metra_monotonic_counter_inc(handles.orders, 1000);
    metra_counter_inc(handles.stock, 40);
    count(group, "balance", -7);
    return handles;
}

static void register_gauges(metra_group *group)
{
    static struct {
        const char *name;
        metra_value value;
    } gauges[] = {
        {"queue", {.type = METRA_VALUE_INT64, .as = {.int64 = 3}}},
        {"debt", {.type = METRA_VALUE_INT64, .as = {.int64 = -3}}},
        {"largest", {.type = METRA_VALUE_INT64, .as = {.int64 = INT64_MAX}}},
        {"share", {.type = METRA_VALUE_DOUBLE, .as = {.float64 = 0.1}}},
        {"temperature", {.type = METRA_VALUE_DOUBLE, .as = {.float64 = -12.5}}},
        {"turnover", {.type = METRA_VALUE_DOUBLE, .as = {.float64 = 12345678.9}}},
        {"tiny", {.type = METRA_VALUE_DOUBLE, .as = {.float64 = 1e-7}}},
        {"lost", {.type = METRA_VALUE_DOUBLE, .as = {.float64 = NAN}}},
        {"endless", {.type = METRA_VALUE_DOUBLE, .as = {.float64 = INFINITY}}},
        {"open", {.type = METRA_VALUE_BOOL, .as = {.boolean = 1}}},
        {"shut", {.type = METRA_VALUE_BOOL, .as = {.boolean = 0}}},
        {"state", {.type = METRA_VALUE_TEXT, .as = {.text = "ready, \"set\" = \\μ"}}},
    };
    for (size_t i = 0; i < sizeof gauges / sizeof *gauges; i++)
        must(metra_group_gauge(group, gauges[i].name, answer, &gauges[i].value, NULL, NULL));
    must(metra_group_gauge(group, "absent", no_answer, NULL, NULL, NULL));
}

static void register_measures(metra_group *group)
{
    metra_distribution *basket = NULL;
    metra_meter *visits = NULL;
    metra_histogram *latency = NULL;
    must(metra_group_distribution(group, "basket", &basket));
    must(metra_group_meter(group, "visits", METRA_METER_DEFAULT_TIME_SPAN, &visits));
    must(metra_group_histogram(group, "latency", &latency));
    metra_distribution_update(basket, -5);
    metra_distribution_update(basket, 10);
    metra_distribution_update(basket, 25);
    for (int64_t value = 1; value <= 100; value++) {
        metra_meter_mark_event(visits, 3);
        metra_histogram_update(latency, value);
    }
    metra_distribution_free(basket);
    metra_meter_free(visits);
    metra_histogram_free(latency);
}

/* Values of a variable, and names, that mean something to one protocol or another. Each counts a number of its own. */
static void register_odd_texts(metra_group *group)
{
    static const char *const texts[] = {
        "a b,c=d:e\"f", "ends in \\", "two\nlines", "x:1|g\ny:2|c|#z:3,w", ";~t=u", "{k=\"v\"}/#@%", " blank ",
        "tab\tand\r", "μέτρα 😀",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        metra_group *customer = NULL;
        must(metra_group_add_group(group, "customer", texts[i], &customer));
        count(customer, "seen", 100 + (int64_t)i);
        count(group, texts[i], 200 + (int64_t)i);
        metra_group_free(customer);
    }
}

static growing register_all(metra_group *group)
{
    metra_group *odd = NULL;
    growing handles = register_counters(group);
    register_gauges(group);
    register_measures(group);
    must(metra_group_add_group(group, "odd", NULL, &odd));
    register_odd_texts(odd);
    metra_group_free(odd);
    return handles;
}

static void increase(const growing *handles, int64_t n)
{
    metra_monotonic_counter_inc(handles->orders, n);
    metra_counter_inc(handles->stock, n);
}

static void free_growing(const growing *handles)
{
    metra_monotonic_counter_free(handles->orders);
    metra_counter_free(handles->stock);
}

/* The plain root "shop". */
static growing register_shop(metra_registry *registry)
{
    const metra_variable variables[] = {{"zone", "b"}};
    const metra_root_info info = {.size = sizeof info, .name = "shop", .variables = variables, .variables_len = 1};
    metra_group *shop = NULL;
    must(metra_registry_root(registry, &info, &shop));
    growing handles = register_all(shop);
    metra_group_free(shop);
    return handles;
}

/* An operator of a Flink job. */
static growing register_operator(metra_registry *registry)
{
    const metra_taskmanager_info at = {.size = sizeof at, .host = "worker.one", .tm_id = "tm 7"};
    const metra_job_info of = {.size = sizeof of, .job_id = "0b", .job_name = "Word, count"};
    const metra_task_info in = {.size = sizeof in, .task_id = "7a", .task_name = "Source: words -> \"split\"",
                                .task_attempt_id = "e1_7a_3_0", .subtask_index = 3};
    const metra_operator_info info = {.size = sizeof info, .operator_id = "9c", .operator_name = "sum=\\"};
    metra_group *taskmanager = NULL, *job = NULL, *task = NULL, *operator = NULL;
    must(metra_registry_taskmanager(registry, &at, &taskmanager));
    must(metra_group_job(taskmanager, &of, &job));
    must(metra_group_task(job, &in, &task));
    must(metra_group_operator(task, &info, &operator));
    growing handles = register_all(operator);
    metra_group_free(operator);
    metra_group_free(task);
    metra_group_free(job);
    metra_group_free(taskmanager);
    return handles;
}

static metra_registry *start(const char *path)
{
    metra_config *config = NULL;
    metra_registry *registry = NULL;
    must(metra_config_new(&config));
    must(metra_config_set_log(config, print_log, stderr, NULL));
    must(metra_config_load(config, path));
    must(metra_registry_new(config, &registry));
    metra_config_free(config);
    return registry;
}

static void say(const char *text)
{
    printf("%s\n", text);
    fflush(stdout);
}

static void obey(const growing *shop, const growing *operator)
{
    char line[100];
    int64_t n;
    while (fgets(line, sizeof line, stdin) != NULL && sscanf(line, "inc %" SCNd64, &n) == 1) {
        increase(shop, n);
        increase(operator, n);
        say("increased");
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: emit <configuration file>\n");
        return EXIT_FAILURE;
    }
    metra_registry *registry = start(argv[1]);
    const growing shop = register_shop(registry);
    const growing operator = register_operator(registry);
    say("ready");
    obey(&shop, &operator);
    say(metra_status_name(metra_registry_close(registry, CLOSE_MS)));
    free_growing(&shop);
    free_growing(&operator);
    metra_registry_free(registry);
    return 0;
}
