/* Statuses: each one provoked, each with a text that helps. */
#include "fixture.h"

#include <semaphore.h>

/* Provokes one status in an open registry. */
typedef int (*provoke_fn)(const fixture *f);

static int provoke_null_argument(const fixture *f)
{
    metra_counter *counter = NULL;
    return metra_group_counter(f->group, NULL, &counter);
}

static int provoke_invalid_utf8(const fixture *f)
{
    metra_counter *counter = NULL;
    return metra_group_counter(f->group, "caf\xe9", &counter);
}

static int provoke_invalid_argument(const fixture *f)
{
    metra_meter *meter = NULL;
    return metra_group_meter(f->group, "events", (int64_t)1 << 32, &meter);
}

static int provoke_name_collision(const fixture *f)
{
    metra_counter *counter = NULL;
    metra_histogram *histogram = NULL;
    CHECK_OK(metra_group_counter(f->group, "events", &counter));
    metra_counter_free(counter);
    return metra_group_histogram(f->group, "events", &histogram);
}

static int provoke_closed(const fixture *f)
{
    metra_counter *counter = NULL;
    CHECK_OK(metra_group_close(f->group));
    return metra_group_counter(f->group, "events", &counter);
}

static int provoke_limit(const fixture *f)
{
    metra_counter *counter = NULL;
    for (int i = 0; i < 3; i++) {
        char name[] = {(char)('a' + i), '\0'};
        CHECK_OK(metra_group_counter(f->group, name, &counter));
        metra_counter_free(counter);
    }
    return metra_group_counter(f->group, "d", &counter);
}

/* Says that wait_to_leave runs, and lets it return. */
static sem_t entered, leave;

static int wait_to_leave(void *userdata, metra_value *value)
{
    (void)userdata;
    (void)value;
    sem_post(&entered);
    while (sem_wait(&leave) != 0) {
    }
    return 0;
}

static int provoke_timeout(const fixture *f)
{
    metra_gauge *gauge = NULL;
    metra_value value;
    CHECK_OK(metra_group_gauge(f->group, "slow", wait_to_leave, NULL, NULL, &gauge));
    do
        CHECK_STATUS(metra_registry_read_gauge(f->registry, gauge, &value), METRA_ERROR_NOT_FOUND);
    while (sem_trywait(&entered) != 0);
    int status = metra_gauge_unregister(gauge);
    metra_gauge_free(gauge);
    return status;
}

static int provoke_config(const fixture *f)
{
    (void)f;
    metra_config *config = NULL;
    CHECK_OK(metra_config_new(&config));
    int status = metra_config_set(config, "metrics.gauge.timeout", "soon");
    metra_config_free(config);
    return status;
}

static int provoke_io(const fixture *f)
{
    (void)f;
    metra_config *config = NULL;
    CHECK_OK(metra_config_new(&config));
    int status = metra_config_load(config, "/nonexistent/flink.yaml");
    metra_config_free(config);
    return status;
}

static int provoke_not_found(const fixture *f)
{
    return metra_group_unregister(f->group, "absent");
}

static int provoke_busy(const fixture *f)
{
    metra_registry *registry = NULL;
    CHECK_OK(metra_registry_set_default(f->registry));
    CHECK_OK(metra_registry_new(NULL, &registry));
    int status = metra_registry_set_default(registry);
    metra_registry_free(registry);
    return status;
}

/*
 * METRA_ERROR_UNSUPPORTED belongs to builds without a feature, METRA_ERROR_PANIC to defects: in a correct library of
 * the default build no call gives them.
 */
static const struct {
    const char *name;
    int status;
    /* NULL where there is no way to provoke it. */
    provoke_fn provoke;
    /* What its text must name. */
    const char *named;
} statuses[] = {
    {"METRA_OK", 0, NULL, NULL},
    {"METRA_ERROR_NULL_ARGUMENT", 1, provoke_null_argument, "name is NULL"},
    {"METRA_ERROR_INVALID_UTF8", 2, provoke_invalid_utf8, "after 3 bytes"},
    {"METRA_ERROR_INVALID_ARGUMENT", 3, provoke_invalid_argument, "4294967296"},
    {"METRA_ERROR_NAME_COLLISION", 4, provoke_name_collision, "'events' is a counter"},
    {"METRA_ERROR_CLOSED", 5, provoke_closed, "group is closed"},
    {"METRA_ERROR_LIMIT", 6, provoke_limit, "metrics.limit of 3"},
    {"METRA_ERROR_TIMEOUT", 7, provoke_timeout, "still running"},
    {"METRA_ERROR_CONFIG", 8, provoke_config, "metrics.gauge.timeout: 'soon'"},
    {"METRA_ERROR_IO", 9, provoke_io, "/nonexistent/flink.yaml"},
    {"METRA_ERROR_NOT_FOUND", 10, provoke_not_found, "'absent'"},
    {"METRA_ERROR_BUSY", 11, provoke_busy, "default registry"},
    {"METRA_ERROR_UNSUPPORTED", 12, NULL, NULL},
    {"METRA_ERROR_PANIC", 13, NULL, NULL},
};

/* One line, lower case, no full stop: what a program can put into a line of its own. */
static void check_style(const char *text)
{
    size_t length = strlen(text);
    CHECK(length > 0);
    CHECK(strchr(text, '\n') == NULL);
    CHECK(text[0] < 'A' || text[0] > 'Z');
    CHECK(length > 0 && text[length - 1] != '.');
}

static void status__is_given_with_a_text_that_helps(void)
{
    const setting settings[] = {{"metrics.limit", "3"}, {"metrics.gauge.timeout", "20 ms"}, {NULL, NULL}};
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        if (statuses[i].provoke == NULL)
            continue;
        sem_init(&entered, 0, 0);
        sem_init(&leave, 0, 0);
        fixture f = open_fixture_with(settings);
        CHECK_STATUS(statuses[i].provoke(&f), statuses[i].status);
        CHECK_CONTAINS(metra_last_error(), statuses[i].named);
        check_style(metra_last_error());
        sem_post(&leave);
        close_fixture(&f);
    }
}

static void status__numbers_and_names_are_pinned(void)
{
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        CHECK_INT(statuses[i].status, i);
        CHECK_TEXT(metra_status_name(statuses[i].status), statuses[i].name);
    }
    const int32_t unknown[] = {-1, 14, INT32_MIN, INT32_MAX};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        CHECK_TEXT(metra_status_name(unknown[i]), "METRA_ERROR_UNKNOWN");
}

static void last_error__is_gone_after_a_success(void)
{
    fixture f = open_fixture();
    CHECK_TEXT(metra_last_error(), "");
    CHECK_STATUS(metra_group_unregister(f.group, "absent"), METRA_ERROR_NOT_FOUND);
    metra_counter_inc(NULL, 1);
    CHECK_CONTAINS(metra_last_error(), "absent");
    CHECK_OK(metra_clock_advance(f.clock, 0));
    CHECK_TEXT(metra_last_error(), "");
    close_fixture(&f);
}

static void version__of_header_and_library_agree(void)
{
    char version[32];
    snprintf(version, sizeof version, "%d.%d.%d", METRA_VERSION_MAJOR, METRA_VERSION_MINOR, METRA_VERSION_PATCH);
    CHECK_TEXT(metra_version(), version);
    CHECK(strlen(metra_hot_path()) > 0);
}

int main(void)
{
    RUN(status__is_given_with_a_text_that_helps);
    RUN(status__numbers_and_names_are_pinned);
    RUN(last_error__is_gone_after_a_success);
    RUN(version__of_header_and_library_agree);
    return check_result();
}
