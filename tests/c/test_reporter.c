/* Reporters of the host: what they are told, in which order, and by which view. */
#include "fixture.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>

/* What a reporter was told, one line per call. Written by the reporter's thread, read while the clock stands still. */
typedef struct journal {
    char text[8192];
    pthread_t thread;
    int drops;
} journal;

static void note(journal *j, const char *format, ...)
{
    size_t length = strlen(j->text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(j->text + length, sizeof j->text - length, format, arguments);
    va_end(arguments);
    j->thread = pthread_self();
}

static void on_added(void *userdata, const metra_reporter_info *self, const metra_metric_info *metric)
{
    note(userdata, "%s added %s in %s", self->name, metric->identifier, metric->logical_scope);
    for (size_t i = 0; i < metric->variables_len; i++)
        note(userdata, " %s=%s", metric->variables[i].key, metric->variables[i].value);
    note(userdata, "\n");
}

static void on_removed(void *userdata, const metra_reporter_info *self, const metra_metric_info *metric)
{
    note(userdata, "%s removed %s\n", self->name, metric->identifier);
}

static void note_reading(void *userdata, const metra_reading *reading)
{
    const metra_metric_info *metric = reading->metric;
    switch (metric->type) {
    case METRA_METRIC_COUNTER:
    case METRA_METRIC_MONOTONIC_COUNTER:
        note(userdata, " %s=%lld", metric->name, (long long)reading->as.count);
        break;
    case METRA_METRIC_METER:
        note(userdata, " %s=%g/s", metric->name, reading->as.meter.rate);
        break;
    default:
        note(userdata, " %s", metric->name);
    }
}

static void on_report(void *userdata, const metra_reporter_info *self, const metra_report *report)
{
    note(userdata, "%s reported", self->name);
    metra_report_collect(report, note_reading, userdata);
    note(userdata, "\n");
}

static void on_close(void *userdata, const metra_reporter_info *self)
{
    note(userdata, "%s closed\n", self->name);
}

static void on_drop(void *userdata)
{
    ((journal *)userdata)->drops++;
}

static metra_reporter writer_to(journal *j)
{
    metra_reporter reporter = {sizeof reporter, j, on_added, on_removed, on_report, on_close, on_drop};
    return reporter;
}

/* A fixture whose configuration may name the class "test.Journal", which writes to `j`. */
static fixture open_with_journal(const setting *settings, journal *j)
{
    metra_clock *clock;
    metra_config *config = new_config(settings, &clock);
    metra_reporter reporter = writer_to(j);
    CHECK_OK(metra_config_add_reporter(config, "test.Journal", &reporter));
    return open_configured(config, clock);
}

/* The journal says just this, and begins anew. */
static void check_journal(journal *j, const char *expected)
{
    CHECK_TEXT(j->text, expected);
    j->text[0] = '\0';
}

static metra_counter *new_counter(metra_group *group, const char *name)
{
    metra_counter *counter = NULL;
    CHECK_OK(metra_group_counter(group, name, &counter));
    return counter;
}

static void reporter__is_told_everything_in_order(void)
{
    const setting settings[] = {{"metrics.reporter.a.factory.class", "test.Journal"},
                                {"metrics.reporter.a.interval", "10 s"},
                                {NULL, NULL}};
    journal j = {.drops = 0};
    fixture f = open_with_journal(settings, &j);
    metra_counter *counter = new_counter(f.group, "events");
    deliver(&f);
    check_journal(&j, "a added app.events in app\n");
    CHECK(!pthread_equal(j.thread, pthread_self()));

    metra_counter_inc(counter, 3);
    CHECK_OK(metra_clock_advance(f.clock, 9999));
    check_journal(&j, "");
    CHECK_OK(metra_clock_advance(f.clock, 1));
    check_journal(&j, "a reported events=3\n");
    CHECK_OK(metra_clock_advance(f.clock, 20000));
    check_journal(&j, "a reported events=3\na reported events=3\n");

    CHECK_OK(metra_group_unregister(f.group, "events"));
    metra_counter_free(new_counter(f.group, "others"));
    deliver(&f);
    check_journal(&j, "a removed app.events\na added app.others in app\n");
    metra_counter_free(counter);
    CHECK_INT(j.drops, 0);
    close_fixture(&f);
    check_journal(&j, "a reported others=0\na closed\n");
    CHECK_INT(j.drops, 1);
}

static void reporter__is_not_told_what_came_and_went(void)
{
    const setting settings[] = {{"metrics.reporter.a.factory.class", "test.Journal"}, {NULL, NULL}};
    journal j = {.drops = 0};
    fixture f = open_with_journal(settings, &j);
    deliver(&f);
    metra_counter_free(new_counter(f.group, "first"));
    deliver(&f);
    CHECK_OK(metra_group_close(f.group));
    deliver(&f);
    check_journal(&j, "a added app.first in app\na removed app.first\n");
    close_fixture(&f);
}

static void reporter__sees_the_registry_by_its_own_view(void)
{
    const setting settings[] = {{"metrics.reporter.a.factory.class", "test.Journal"},
                                {"metrics.reporter.a.scope.delimiter", "-"},
                                {"metrics.reporter.a.scope.variables.excludes", "host;none"},
                                {"metrics.reporter.a.scope.variables.additional", "env:test,zone:x"},
                                {"metrics.reporter.a.filter.includes", "*:kept-*:counter"},
                                {"metrics.reporter.a.filter.excludes", "*:*-not"},
                                {NULL, NULL}};
    journal j = {.drops = 0};
    fixture f = open_with_journal(settings, &j);
    metra_group *host = NULL, *zone = NULL;
    CHECK_OK(metra_group_add_group(f.group, "host", "h", &host));
    CHECK_OK(metra_group_add_group(host, "zone", "z", &zone));
    metra_counter_free(new_counter(zone, "kept-yes"));
    metra_counter_free(new_counter(zone, "kept-not"));
    metra_counter_free(new_counter(zone, "lost"));
    deliver(&f);
    check_journal(&j, "a added app-host-h-zone-z-kept_yes in app-host-zone <env>=test <zone>=x\n");
    metra_group_free(zone);
    metra_group_free(host);
    close_fixture(&f);
}

static void reporters__of_one_class_are_told_apart_by_name(void)
{
    const setting settings[] = {{"metrics.reporter.b.factory.class", "test.Journal"},
                                {"metrics.reporter.b.interval", "60 s"},
                                {"metrics.reporter.b.scope.delimiter", "/"},
                                {"metrics.reporter.a.factory.class", "test.Journal"},
                                {"metrics.reporter.other.factory.class", "nobody.HasThisClass"},
                                {NULL, NULL}};
    journal j = {.drops = 0};
    fixture f = open_with_journal(settings, &j);
    CHECK_INT(metra_registry_reporter_count(f.registry), 2);
    metra_reporter_info info = {.size = sizeof info};
    CHECK_OK(metra_registry_reporter(f.registry, 0, &info));
    CHECK_TEXT(info.name, "a");
    CHECK_TEXT(info.factory_class, "test.Journal");
    CHECK_TEXT(info.delimiter, ".");
    CHECK_INT(info.interval_ms, 10000);
    CHECK(info.address == NULL);
    CHECK_OK(metra_registry_reporter(f.registry, 1, &info));
    CHECK_TEXT(info.name, "b");
    CHECK_TEXT(info.delimiter, "/");
    CHECK_INT(info.interval_ms, 60000);
    CHECK_STATUS(metra_registry_reporter(f.registry, 2, &info), METRA_ERROR_NOT_FOUND);

    metra_counter_free(new_counter(f.group, "events"));
    deliver(&f);
    CHECK_CONTAINS(j.text, "a added app.events in app\n");
    CHECK_CONTAINS(j.text, "b added app/events in app\n");
    close_fixture(&f);
    CHECK_INT(j.drops, 1);
}

static void reporters__only_those_named_start(void)
{
    const setting settings[] = {{"metrics.reporters", "b , c"},
                                {"metrics.reporter.a.factory.class", "test.Journal"},
                                {"metrics.reporter.b.factory.class", "test.Journal"},
                                {NULL, NULL}};
    journal j = {.drops = 0};
    fixture f = open_with_journal(settings, &j);
    metra_reporter_info info = {.size = sizeof info};
    CHECK_INT(metra_registry_reporter_count(f.registry), 1);
    CHECK_OK(metra_registry_reporter(f.registry, 0, &info));
    CHECK_TEXT(info.name, "b");
    close_fixture(&f);
}

static void reporter__without_functions_is_harmless(void)
{
    const setting settings[] = {{"metrics.reporter.a.factory.class", "test.Silent"}, {NULL, NULL}};
    metra_clock *clock;
    metra_config *config = new_config(settings, &clock);
    metra_reporter silent = {.size = sizeof silent};
    CHECK_OK(metra_config_add_reporter(config, "test.Silent", &silent));
    fixture f = open_configured(config, clock);
    metra_counter_free(new_counter(f.group, "events"));
    CHECK_OK(metra_clock_advance(f.clock, 60000));
    close_fixture(&f);
}

static void reporter__with_an_interval_of_zero_is_refused(void)
{
    const setting settings[] = {{"metrics.reporter.a.factory.class", "test.Journal"},
                                {"metrics.reporter.a.interval", "0 s"},
                                {NULL, NULL}};
    journal j = {.drops = 0};
    metra_clock *clock;
    metra_config *config = new_config(settings, &clock);
    metra_reporter reporter = writer_to(&j);
    CHECK_OK(metra_config_add_reporter(config, "test.Journal", &reporter));
    metra_registry *registry = NULL;
    CHECK_STATUS(metra_registry_new(config, &registry), METRA_ERROR_CONFIG);
    CHECK_CONTAINS(metra_last_error(), "metrics.reporter.a.interval");
    CHECK(registry == NULL);
    metra_config_free(config);
    CHECK_INT(j.drops, 1);
    metra_clock_free(clock);
}

static void reporter__is_dropped_when_it_is_not_taken(void)
{
    journal j = {.drops = 0};
    metra_reporter reporter = writer_to(&j);
    metra_config *config = NULL;
    CHECK_OK(metra_config_new(&config));
    CHECK_STATUS(metra_config_add_reporter(NULL, "test.Journal", &reporter), METRA_ERROR_NULL_ARGUMENT);
    CHECK_INT(j.drops, 1);
    CHECK_STATUS(metra_config_add_reporter(config, NULL, &reporter), METRA_ERROR_NULL_ARGUMENT);
    CHECK_INT(j.drops, 2);
    CHECK_STATUS(metra_config_add_reporter(config, "\xff", &reporter), METRA_ERROR_INVALID_UTF8);
    CHECK_INT(j.drops, 3);
    CHECK_OK(metra_config_add_reporter(config, "test.Journal", &reporter));
    CHECK_INT(j.drops, 3);
    CHECK_OK(metra_config_add_reporter(config, "test.Journal", &reporter));
    CHECK_INT(j.drops, 4);
    metra_config_free(config);
    CHECK_INT(j.drops, 5);
}

int main(void)
{
    RUN(reporter__is_told_everything_in_order);
    RUN(reporter__is_not_told_what_came_and_went);
    RUN(reporter__sees_the_registry_by_its_own_view);
    RUN(reporters__of_one_class_are_told_apart_by_name);
    RUN(reporters__only_those_named_start);
    RUN(reporter__without_functions_is_harmless);
    RUN(reporter__with_an_interval_of_zero_is_refused);
    RUN(reporter__is_dropped_when_it_is_not_taken);
    return check_result();
}
