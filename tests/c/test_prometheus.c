/* The Prometheus reporter: a page on a port of its own. */
#include "fixture.h"
#include "http.h"

#define REPORTER "metrics.reporter.page."

static const setting any_port[] = {
    {REPORTER "factory.class", "prometheus"}, {REPORTER "port", "0"}, {NULL, NULL}};

/* Where the only reporter listens; borrowed from the registry. */
static const char *address_of(const fixture *f)
{
    metra_reporter_info info = {.size = sizeof info};
    CHECK_INT(metra_registry_reporter_count(f->registry), 1);
    CHECK_OK(metra_registry_reporter(f->registry, 0, &info));
    CHECK(info.address != NULL);
    return info.address;
}

static void prometheus__serves_the_page_on_loopback(void)
{
    fixture f = open_fixture_with(any_port);
    const char *address = address_of(&f);
    CHECK(strncmp(address, "127.0.0.1:", 10) == 0);
    metra_counter *counter = NULL;
    CHECK_OK(metra_group_counter(f.group, "events", &counter));
    metra_counter_inc(counter, 42);
    char *answer = http_get(address, "/metrics");
    CHECK(strncmp(answer, "HTTP/1.1 200", 12) == 0);
    CHECK_CONTAINS(answer, "text/plain; version=0.0.4; charset=utf-8");
    CHECK_CONTAINS(http_body(answer), "# HELP app_events events (scope: app)\n");
    CHECK_CONTAINS(http_body(answer), "# TYPE app_events gauge\n");
    CHECK_CONTAINS(http_body(answer), "app_events 42\n");
    free(answer);
    CHECK_OK(metra_group_unregister(f.group, "events"));
    answer = http_get(address, "/metrics");
    CHECK(strstr(http_body(answer), "app_events") == NULL);
    free(answer);
    metra_counter_free(counter);
    close_fixture(&f);
}

static void prometheus__prefixes_flinks_names_and_shows_variables_as_labels(void)
{
    fixture f = open_fixture_with(any_port);
    metra_taskmanager_info info = {.size = sizeof info, .host = "worker-1", .tm_id = "tm.7"};
    metra_group *taskmanager = NULL;
    metra_counter *counter = NULL;
    CHECK_OK(metra_registry_taskmanager(f.registry, &info, &taskmanager));
    CHECK_OK(metra_group_counter(taskmanager, "num-events", &counter));
    char *answer = http_get(address_of(&f), "/");
    CHECK_CONTAINS(http_body(answer), "flink_taskmanager_num_events{");
    CHECK_CONTAINS(http_body(answer), "host=\"worker_1\"");
    CHECK_CONTAINS(http_body(answer), "tm_id=\"tm_7\"");
    free(answer);
    metra_counter_free(counter);
    metra_group_free(taskmanager);
    close_fixture(&f);
}

static void prometheus__takes_the_next_port_of_its_range(void)
{
    fixture first = open_fixture_with(any_port);
    int port = atoi(strrchr(address_of(&first), ':') + 1);
    char ports[32];
    snprintf(ports, sizeof ports, "%d,1-1,%d-65535", port, port == 65535 ? 1024 : port);
    const setting settings[] = {{REPORTER "factory.class", "prometheus"}, {REPORTER "port", ports}, {NULL, NULL}};
    fixture second = open_fixture_with(settings);
    CHECK(atoi(strrchr(address_of(&second), ':') + 1) != port);
    close_fixture(&second);
    close_fixture(&first);
}

static void prometheus__says_which_port_is_in_use(void)
{
    fixture f = open_fixture_with(any_port);
    const char *port = strrchr(address_of(&f), ':') + 1;
    const setting settings[] = {{REPORTER "factory.class", "prometheus"}, {REPORTER "port", port}, {NULL, NULL}};
    metra_clock *clock;
    metra_config *config = new_config(settings, &clock);
    metra_registry *registry = NULL;
    CHECK_STATUS(metra_registry_new(config, &registry), METRA_ERROR_IO);
    CHECK_CONTAINS(metra_last_error(), port);
    CHECK(registry == NULL);
    metra_config_free(config);
    metra_clock_free(clock);
    close_fixture(&f);
}

static void prometheus__gives_its_port_back_at_close(void)
{
    fixture f = open_fixture_with(any_port);
    char address[32];
    snprintf(address, sizeof address, "%s", address_of(&f));
    int connection = http_connect(address);
    CHECK(connection >= 0);
    close(connection);
    close_fixture(&f);
    CHECK_INT(http_connect(address), -1);
}

static void prometheus__keeps_samples_by_name_if_asked(void)
{
    fixture f = open_fixture_with(any_port);
    metra_counter *wanted = NULL, *other = NULL;
    CHECK_OK(metra_group_counter(f.group, "wanted", &wanted));
    CHECK_OK(metra_group_counter(f.group, "other", &other));
    char *answer = http_get(address_of(&f), "/metrics?name%5B%5D=app_wanted");
    CHECK_CONTAINS(http_body(answer), "app_wanted 0\n");
    CHECK(strstr(http_body(answer), "app_other") == NULL);
    free(answer);
    metra_counter_free(wanted);
    metra_counter_free(other);
    close_fixture(&f);
}

static void prometheus__answers_head_without_a_body_and_nonsense_with_400(void)
{
    fixture f = open_fixture_with(any_port);
    const char *address = address_of(&f);
    char *answer = http_exchange(address, "HEAD / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
    CHECK(strncmp(answer, "HTTP/1.1 200", 12) == 0);
    CHECK_TEXT(http_body(answer), "");
    free(answer);
    answer = http_exchange(address, "nonsense\r\n\r\n");
    CHECK(strncmp(answer, "HTTP/1.1 400", 12) == 0);
    free(answer);
    close_fixture(&f);
}

static void prometheus__two_reporters_have_a_page_each(void)
{
    const setting settings[] = {{"metrics.reporter.few.factory.class", "prometheus"},
                                {"metrics.reporter.few.port", "0"},
                                {"metrics.reporter.few.filter.includes", "*:few*"},
                                {"metrics.reporter.flink.factory.class",
                                 "org.apache.flink.metrics.prometheus.PrometheusReporterFactory"},
                                {"metrics.reporter.flink.port", "0"},
                                {NULL, NULL}};
    fixture f = open_fixture_with(settings);
    metra_counter *few = NULL, *many = NULL;
    CHECK_OK(metra_group_counter(f.group, "few", &few));
    CHECK_OK(metra_group_counter(f.group, "many", &many));
    CHECK_INT(metra_registry_reporter_count(f.registry), 2);
    for (size_t i = 0; i < 2; i++) {
        metra_reporter_info info = {.size = sizeof info};
        CHECK_OK(metra_registry_reporter(f.registry, i, &info));
        char *answer = http_get(info.address, "/");
        CHECK_CONTAINS(http_body(answer), "app_few 0\n");
        CHECK_INT(strstr(http_body(answer), "app_many") != NULL, i);
        free(answer);
    }
    metra_counter_free(few);
    metra_counter_free(many);
    close_fixture(&f);
}

static int slow(void *userdata, metra_value *value)
{
    (void)value;
    char byte;
    return read(*(int *)userdata, &byte, 1) == 1;
}

/* The page does not wait for a gauge that hangs longer than metrics.gauge.timeout. */
static void prometheus__answers_although_a_gauge_hangs(void)
{
    const setting settings[] = {{REPORTER "factory.class", "prometheus"},
                                {REPORTER "port", "0"},
                                {"metrics.gauge.timeout", "20 ms"},
                                {NULL, NULL}};
    int line[2];
    CHECK_INT(pipe(line), 0);
    fixture f = open_fixture_with(settings);
    metra_counter *counter = NULL;
    CHECK_OK(metra_group_counter(f.group, "healthy", &counter));
    CHECK_OK(metra_group_gauge(f.group, "hanging", slow, &line[0], NULL, NULL));
    char *answer = http_get(address_of(&f), "/");
    CHECK_CONTAINS(http_body(answer), "app_healthy 0\n");
    CHECK(strstr(http_body(answer), "app_hanging") == NULL);
    free(answer);
    close(line[1]);
    metra_counter_free(counter);
    close_fixture(&f);
    close(line[0]);
}

int main(void)
{
    RUN(prometheus__serves_the_page_on_loopback);
    RUN(prometheus__prefixes_flinks_names_and_shows_variables_as_labels);
    RUN(prometheus__takes_the_next_port_of_its_range);
    RUN(prometheus__says_which_port_is_in_use);
    RUN(prometheus__gives_its_port_back_at_close);
    RUN(prometheus__keeps_samples_by_name_if_asked);
    RUN(prometheus__answers_head_without_a_body_and_nonsense_with_400);
    RUN(prometheus__two_reporters_have_a_page_each);
    RUN(prometheus__answers_although_a_gauge_hangs);
    return check_result();
}
