/* The log: where a registry says what it survived, each complaint once. */
#include "fixture.h"

#include <pthread.h>

/* Lines as they came. Threads of metra write too, hence the lock. */
typedef struct lines {
    pthread_mutex_t lock;
    char text[4096];
    int drops;
} lines;

static void write_line(void *userdata, metra_log_level level, const char *text)
{
    static const char *const levels[] = {"error", "warn", "info"};
    lines *l = userdata;
    pthread_mutex_lock(&l->lock);
    size_t length = strlen(l->text);
    snprintf(l->text + length, sizeof l->text - length, "%s: %s\n", levels[level], text);
    pthread_mutex_unlock(&l->lock);
}

static void count_drop(void *userdata)
{
    ((lines *)userdata)->drops++;
}

static fixture open_with_log(const setting *settings, lines *l)
{
    metra_clock *clock;
    metra_config *config = new_config(settings, &clock);
    CHECK_OK(metra_config_set_log(config, write_line, l, count_drop));
    return open_configured(config, clock);
}

static int occurrences(const char *text, const char *part)
{
    int count = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part))
        count++;
    return count;
}

static void log__says_each_complaint_once(void)
{
    lines l = {.lock = PTHREAD_MUTEX_INITIALIZER};
    fixture f = open_with_log(NULL, &l);
    metra_counter *counter = NULL;
    metra_meter *meter = NULL;
    CHECK_OK(metra_group_counter(f.group, "taken", &counter));
    for (int i = 0; i < 3; i++)
        CHECK_STATUS(metra_group_meter(f.group, "taken", 60, &meter), METRA_ERROR_NAME_COLLISION);
    CHECK_INT(occurrences(l.text, "warn: 'taken'"), 1);
    metra_losses losses = {.size = sizeof losses};
    CHECK_OK(metra_registry_losses(f.registry, &losses));
    CHECK_INT(losses.name_collisions, 3);
    metra_counter_free(counter);
    close_fixture(&f);
    CHECK_INT(l.drops, 1);
}

static void log__says_what_starts_and_what_is_left_out(void)
{
    const setting settings[] = {{"metrics.reporters", "page,absent,unknown"},
                                {"metrics.reporter.page.factory.class", "prometheus"},
                                {"metrics.reporter.page.port", "0"},
                                {"metrics.reporter.unknown.factory.class", "org.example.Nobody"},
                                {NULL, NULL}};
    lines l = {.lock = PTHREAD_MUTEX_INITIALIZER};
    fixture f = open_with_log(settings, &l);
    CHECK_CONTAINS(l.text, "info: reporter page started");
    CHECK_CONTAINS(l.text, "org.example.Nobody");
    CHECK_CONTAINS(l.text, "'absent'");
    CHECK_INT(occurrences(l.text, "error: "), 0);
    close_fixture(&f);
}

static void log__replaced_is_dropped_and_so_is_one_refused(void)
{
    lines first = {.drops = 0}, second = {.drops = 0};
    metra_config *config = NULL;
    CHECK_OK(metra_config_new(&config));
    CHECK_OK(metra_config_set_log(config, write_line, &first, count_drop));
    CHECK_OK(metra_config_set_log(config, write_line, &second, count_drop));
    CHECK_INT(first.drops, 1);
    CHECK_STATUS(metra_config_set_log(config, NULL, &first, count_drop), METRA_ERROR_NULL_ARGUMENT);
    CHECK_INT(first.drops, 2);
    CHECK_STATUS(metra_config_set_log(NULL, write_line, &first, count_drop), METRA_ERROR_NULL_ARGUMENT);
    CHECK_INT(first.drops, 3);
    CHECK_INT(second.drops, 0);
    metra_config_free(config);
    CHECK_INT(second.drops, 1);
}

static void log__outlives_the_configuration_with_its_registries(void)
{
    lines l = {.lock = PTHREAD_MUTEX_INITIALIZER};
    fixture first = open_with_log(NULL, &l);
    CHECK_INT(l.drops, 0);
    close_fixture(&first);
    CHECK_INT(l.drops, 1);
}

int main(void)
{
    RUN(log__says_each_complaint_once);
    RUN(log__says_what_starts_and_what_is_left_out);
    RUN(log__replaced_is_dropped_and_so_is_one_refused);
    RUN(log__outlives_the_configuration_with_its_registries);
    return check_result();
}
