/* Configuration: Flink's keys and values; what bad ones get. */
#include "fixture.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static metra_config *empty_config(void)
{
    metra_config *config = NULL;
    CHECK_OK(metra_config_new(&config));
    return config;
}

/* The path of a file with this content; to be unlinked and freed. */
static char *write_file(const char *content)
{
    char *path = strdup("/tmp/metra-test-config-XXXXXX");
    int file = mkstemp(path);
    CHECK(file >= 0);
    CHECK(write(file, content, strlen(content)) == (ssize_t)strlen(content));
    close(file);
    return path;
}

static int load(metra_config *config, const char *content)
{
    char *path = write_file(content);
    int status = metra_config_load(config, path);
    if (status != METRA_OK)
        CHECK_CONTAINS(metra_last_error(), path);
    unlink(path);
    free(path);
    return status;
}

/* The status of starting a registry, which is closed at once. */
static int try_registry(const metra_config *config)
{
    metra_registry *registry = NULL;
    int status = metra_registry_new(config, &registry);
    CHECK((registry != NULL) == (status == METRA_OK));
    metra_registry_free(registry);
    return status;
}

static void config__names_key_value_and_what_would_be_right(void)
{
    const struct {
        const char *key;
        const char *value;
        const char *right;
    } bad[] = {
        {"metrics.scope.tm", "*.x", "<host>"},
        {"metrics.scope.jm", ".", "<host>"},
        {"metrics.limit", "many", "whole number"},
        {"metrics.gauge.timeout", "soon", "10 s"},
        {"metrics.gauge.timeout", "0 s", "1 ms"},
        {"metrics.histogram.window", "-5 s", "10 s"},
        {"metrics.reporter.p.interval", "5 parsecs", "10 s"},
        {"metrics.reporter.p.filter.includes", "*:*:timer", "counter"},
        {"metrics.reporter.p.scope.variables.additional", "a:b:c", ":"},
        {"metrics.system-resource", "perhaps", "true"},
        {"rest.port", "8081-8090", "8081"},
    };
    metra_config *config = empty_config();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_STATUS(metra_config_set(config, bad[i].key, bad[i].value), METRA_ERROR_CONFIG);
        CHECK_CONTAINS(metra_last_error(), bad[i].key);
        CHECK_CONTAINS(metra_last_error(), bad[i].value);
        CHECK_CONTAINS(metra_last_error(), bad[i].right);
        CHECK(strchr(metra_last_error(), '\n') == NULL);
    }
    CHECK_STATUS(try_registry(config), METRA_OK);
    metra_config_free(config);
}

static void config__refuses_a_reporters_own_bad_values_at_start(void)
{
    const char *ports[] = {"", "abc", "65536", "9260-9250", "-1", "0,9249"};
    for (size_t i = 0; i < sizeof ports / sizeof *ports; i++) {
        metra_config *config = empty_config();
        CHECK_OK(metra_config_set(config, "metrics.reporter.page.factory.class", "prometheus"));
        int set = metra_config_set(config, "metrics.reporter.page.port", ports[i]);
        CHECK_STATUS(set == METRA_OK ? try_registry(config) : set, METRA_ERROR_CONFIG);
        CHECK_CONTAINS(metra_last_error(), "metrics.reporter.page.port");
        CHECK_CONTAINS(metra_last_error(), "9250-9260");
        metra_config_free(config);
    }
}

static void config__ignores_what_is_not_its_own(void)
{
    metra_config *config = empty_config();
    CHECK_OK(metra_config_set(config, "taskmanager.memory.process.size", "1728m"));
    CHECK_OK(metra_config_set(config, "", ""));
    CHECK_OK(metra_config_set(config, "metrics.reporter.x.anything", "\n"));
    CHECK_STATUS(try_registry(config), METRA_OK);
    metra_config_free(config);
}

static void config__loads_nested_flat_and_mixed_files(void)
{
    metra_config *config = empty_config();
    CHECK_STATUS(load(config, "# a whole Flink file\n"
                              "jobmanager:\n"
                              "  rpc:\n"
                              "    port: 6123\n"
                              "metrics.scope.delimiter: '|'\n"
                              "metrics:\n"
                              "  scope:\n"
                              "    tm: <host>.tm\n"
                              "    tm-job: '*.<job_name>'\n"),
                 METRA_OK);
    metra_registry *registry = NULL;
    CHECK_OK(metra_registry_new(config, &registry));
    metra_taskmanager_info info = {.size = sizeof info, .host = "worker", .tm_id = "1"};
    metra_group *taskmanager = NULL;
    CHECK_OK(metra_registry_taskmanager(registry, &info, &taskmanager));
    char identifier[64];
    metra_group_metric_identifier(taskmanager, "m", identifier, sizeof identifier);
    CHECK_TEXT(identifier, "worker|tm|m");
    metra_group_free(taskmanager);
    metra_registry_free(registry);
    metra_config_free(config);
}

static void config__says_where_a_file_is_wrong_and_takes_nothing_of_it(void)
{
    const struct {
        const char *content;
        const char *place;
    } bad[] = {
        {"metrics.limit: 1\nmetrics:\n  gauge:\n    timeout: soon\n", "line 4, column 5"},
        {"metrics.limit: 1\nb: [1, 2\nc: 3\n", "line 3"},
        {"metrics.limit: 1\nb: \"open\n", "line"},
        {"- a\n- b\n", "line 1"},
        {"just text\n", "line 1"},
    };
    metra_config *config = empty_config();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_STATUS(load(config, bad[i].content), METRA_ERROR_CONFIG);
        CHECK_CONTAINS(metra_last_error(), bad[i].place);
        CHECK_CONTAINS(metra_last_error(), "column");
    }
    CHECK_STATUS(load(config, "key: \xff\n"), METRA_ERROR_CONFIG);
    CHECK_CONTAINS(metra_last_error(), "UTF-8");

    metra_registry *registry = NULL;
    CHECK_OK(metra_registry_new(config, &registry));
    metra_group *group = new_root(registry, "app");
    metra_counter *first = NULL, *second = NULL;
    CHECK_OK(metra_group_counter(group, "first", &first));
    CHECK_OK(metra_group_counter(group, "second", &second));
    metra_counter_free(first);
    metra_counter_free(second);
    metra_group_free(group);
    metra_registry_free(registry);
    metra_config_free(config);
}

static void config__says_which_file_cannot_be_read(void)
{
    metra_config *config = empty_config();
    CHECK_STATUS(metra_config_load(config, "/nonexistent/flink.yaml"), METRA_ERROR_IO);
    CHECK_CONTAINS(metra_last_error(), "/nonexistent/flink.yaml");
    CHECK_STATUS(metra_config_load(config, "/tmp"), METRA_ERROR_IO);
    CHECK_STATUS(metra_config_load(config, ""), METRA_ERROR_IO);
    metra_config_free(config);
}

static void config__is_copied_by_a_registry(void)
{
    metra_config *config = empty_config();
    CHECK_OK(metra_config_set(config, "metrics.scope.delimiter", "/"));
    metra_registry *registry = NULL;
    CHECK_OK(metra_registry_new(config, &registry));
    CHECK_OK(metra_config_set(config, "metrics.scope.delimiter", "-"));
    metra_group *group = new_root(registry, "app");
    metra_config_free(config);
    char identifier[16];
    metra_group_metric_identifier(group, "m", identifier, sizeof identifier);
    CHECK_TEXT(identifier, "app/m");
    metra_group_free(group);
    metra_registry_free(registry);
}

static void config__keeps_the_old_value_when_the_new_one_is_bad(void)
{
    const setting settings[] = {{"metrics.group.limit", "1"}, {NULL, NULL}};
    metra_clock *clock;
    metra_config *config = new_config(settings, &clock);
    CHECK_STATUS(metra_config_set(config, "metrics.group.limit", "none"), METRA_ERROR_CONFIG);
    fixture f = open_configured(config, clock);
    metra_counter *first = NULL, *second = NULL;
    CHECK_OK(metra_group_counter(f.group, "first", &first));
    CHECK_STATUS(metra_group_counter(f.group, "second", &second), METRA_ERROR_LIMIT);
    metra_counter_free(first);
    close_fixture(&f);
}

static void config__two_reporters_of_one_name_are_one_or_refused(void)
{
    metra_config *config = empty_config();
    CHECK_OK(metra_config_set(config, "metrics.reporter.page.factory.class", "org.example.Nobody"));
    CHECK_OK(metra_config_set(config, "metrics.reporter.page.factory.class", "prometheus"));
    CHECK_OK(metra_config_set(config, "metrics.reporter.page.port", "0"));
    metra_registry *registry = NULL;
    CHECK_OK(metra_registry_new(config, &registry));
    CHECK_INT(metra_registry_reporter_count(registry), 1);
    metra_registry_free(registry);
    CHECK_STATUS(load(config, "metrics.reporter.page.factory.class: prometheus\n"
                              "metrics.reporter.page.factory.class: prometheus\n"),
                 METRA_ERROR_CONFIG);
    CHECK_CONTAINS(metra_last_error(), "line 2");
    metra_config_free(config);
}

int main(void)
{
    RUN(config__names_key_value_and_what_would_be_right);
    RUN(config__refuses_a_reporters_own_bad_values_at_start);
    RUN(config__ignores_what_is_not_its_own);
    RUN(config__loads_nested_flat_and_mixed_files);
    RUN(config__says_where_a_file_is_wrong_and_takes_nothing_of_it);
    RUN(config__says_which_file_cannot_be_read);
    RUN(config__is_copied_by_a_registry);
    RUN(config__keeps_the_old_value_when_the_new_one_is_bad);
    RUN(config__two_reporters_of_one_name_are_one_or_refused);
    return check_result();
}
