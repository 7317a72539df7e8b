/* What else goes on in the process of a guest: signals, another registry, another locale. */
#include "fixture.h"
#include "http.h"
#include "process.h"

#include <locale.h>
#include <pthread.h>
#include <signal.h>

static const setting served[] = {{"metrics.reporter.page.factory.class", "prometheus"},
                                 {"metrics.reporter.page.port", "0"},
                                 {NULL, NULL}};

static const char *address_of(const fixture *f)
{
    metra_reporter_info info = {.size = sizeof info};
    CHECK_OK(metra_registry_reporter(f->registry, 0, &info));
    return info.address;
}

static metra_counter *new_counter(metra_group *group, const char *name)
{
    metra_counter *counter = NULL;
    CHECK_OK(metra_group_counter(group, name, &counter));
    return counter;
}

/* --- signals ----------------------------------------------------------------------------------------------------- */

/* Makes the page longer than what a connection holds under way. */
static void register_many(const fixture *f)
{
    char name[200];
    memset(name, 'x', sizeof name);
    for (int i = 0; i < 20000; i++) {
        snprintf(name + 180, sizeof name - 180, "%d", i);
        metra_counter_free(new_counter(f->group, name));
    }
}

/* Asks for the page, takes its beginning, and leaves: the server finds out by writing. */
static void begin_to_scrape(const char *address)
{
    static const char request[] = "GET / HTTP/1.1\r\nHost: test\r\n\r\n";
    char beginning[256];
    int connection = http_connect(address);
    CHECK(send(connection, request, sizeof request - 1, MSG_NOSIGNAL) > 0);
    CHECK(recv(connection, beginning, sizeof beginning, 0) > 0);
    /* What comes after this half has ended, into a connection that is gone, is EPIPE and not ECONNRESET. */
    CHECK_INT(shutdown(connection, SHUT_WR), 0);
    process_pause();
    close(connection);
}

static void be_left_by_scrapers(void)
{
    signal(SIGPIPE, SIG_DFL);
    fixture f = open_fixture_with(served);
    register_many(&f);
    for (int i = 0; i < 20; i++)
        begin_to_scrape(address_of(&f));
    char *answer = http_exchange(address_of(&f), "HEAD / HTTP/1.0\r\n\r\n");
    CHECK_CONTAINS(answer, " 200 ");
    free(answer);
    close_fixture(&f);
}

static void host__is_not_killed_by_a_scraper_that_hangs_up(void)
{
    IN_A_CHILD(be_left_by_scrapers);
}

/* What the handler updates, as the rest of the program does. */
static struct {
    metra_counter *counter;
    metra_monotonic_counter *monotonic;
    metra_gauge *gauge;
    metra_distribution *distribution;
    metra_meter *meter;
    metra_histogram *histogram;
} shared;

static volatile sig_atomic_t handled;

static void update_shared(void)
{
    metra_counter_inc(shared.counter, 1);
    metra_monotonic_counter_inc(shared.monotonic, 1);
    metra_gauge_set_int64(shared.gauge, 9);
    metra_distribution_update(shared.distribution, 4);
    metra_meter_mark_event(shared.meter, 1);
    metra_histogram_update(shared.histogram, 4);
}

static void handle(int number)
{
    (void)number;
    update_shared();
    handled++;
}

/* Interrupts one thread again and again. */
typedef struct storm {
    pthread_t target;
    pthread_t sender;
    int over;
} storm;

static void *send_signals(void *argument)
{
    storm *s = argument;
    while (!__atomic_load_n(&s->over, __ATOMIC_ACQUIRE)) {
        pthread_kill(s->target, SIGUSR1);
        const struct timespec moment = {0, 20000};
        nanosleep(&moment, NULL);
    }
    return NULL;
}

/* The handler is set without SA_RESTART: system calls are really interrupted. */
static void start_storm(storm *s)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handle;
    CHECK_INT(sigaction(SIGUSR1, &action, NULL), 0);
    s->target = pthread_self();
    s->over = 0;
    handled = 0;
    CHECK_INT(pthread_create(&s->sender, NULL, send_signals, s), 0);
}

static void end_storm(storm *s)
{
    __atomic_store_n(&s->over, 1, __ATOMIC_RELEASE);
    pthread_join(s->sender, NULL);
    signal(SIGUSR1, SIG_DFL);
}

static fixture open_shared(const setting *settings)
{
    fixture f = open_fixture_with(settings);
    shared.counter = new_counter(f.group, "counter");
    CHECK_OK(metra_group_monotonic_counter(f.group, "monotonic", &shared.monotonic));
    CHECK_OK(metra_group_settable_gauge(f.group, "gauge", METRA_VALUE_INT64, &shared.gauge));
    CHECK_OK(metra_group_distribution(f.group, "distribution", &shared.distribution));
    CHECK_OK(metra_group_meter(f.group, "meter", 5, &shared.meter));
    CHECK_OK(metra_group_histogram(f.group, "histogram", &shared.histogram));
    return f;
}

static void close_shared(fixture *f)
{
    metra_counter_free(shared.counter);
    metra_monotonic_counter_free(shared.monotonic);
    metra_gauge_free(shared.gauge);
    metra_distribution_free(shared.distribution);
    metra_meter_free(shared.meter);
    metra_histogram_free(shared.histogram);
    close_fixture(f);
}

static void update_from_a_handler(void)
{
    storm s;
    long long updates = 0;
    fixture f = open_shared(NULL);
    start_storm(&s);
    while (handled < 300 || updates < 100000) {
        update_shared();
        updates++;
    }
    end_storm(&s);
    updates += handled;
    metra_distribution_reading distribution = {.size = sizeof distribution};
    metra_histogram_reading histogram = {.size = sizeof histogram};
    CHECK_OK(metra_distribution_read(shared.distribution, &distribution));
    CHECK_OK(metra_histogram_read(shared.histogram, &histogram));
    CHECK_INT(metra_counter_count(shared.counter), updates);
    CHECK_INT(metra_monotonic_counter_count(shared.monotonic), updates);
    CHECK_INT(metra_meter_count(shared.meter), updates);
    CHECK_INT(distribution.count, updates);
    CHECK_INT(distribution.sum, 4 * updates);
    CHECK_INT(histogram.count, updates);
    close_shared(&f);
}

/* In a child, which is ended if the handler waits for what it interrupted. */
static void host__may_update_in_a_signal_handler(void)
{
    IN_A_CHILD(update_from_a_handler);
}

static int answer_slowly(void *userdata, metra_value *value)
{
    (void)userdata;
    process_pause();
    value->as.int64 = 1;
    return 1;
}

static void count_shown(void *userdata, const metra_reading *reading)
{
    *(int *)userdata += reading->has_value != 0;
}

static void be_interrupted(void)
{
    static const setting patient[] = {{"metrics.reporter.page.factory.class", "prometheus"},
                                      {"metrics.reporter.page.port", "0"},
                                      {"metrics.gauge.timeout", "100 s"},
                                      {NULL, NULL}};
    storm s;
    fixture kept = open_shared(NULL);
    start_storm(&s);
    for (int i = 0; i < 20 || handled < 100; i++) {
        int shown = 0;
        fixture f = open_fixture_with(patient);
        metra_gauge *gauge = NULL;
        CHECK_OK(metra_group_gauge(f.group, "gauge", answer_slowly, NULL, NULL, &gauge));
        CHECK_OK(metra_registry_collect(f.registry, count_shown, &shown));
        CHECK_INT(shown, 1);
        CHECK_OK(metra_gauge_unregister(gauge));
        metra_gauge_free(gauge);
        close_fixture(&f);
    }
    end_storm(&s);
    close_shared(&kept);
}

static void host__may_be_interrupted_anywhere(void)
{
    IN_A_CHILD(be_interrupted);
}

/* --- two registries ---------------------------------------------------------------------------------------------- */

/* A gauge of one registry that takes one of the other away. */
static int unregister_other(void *userdata, metra_value *value)
{
    value->as.int64 = metra_gauge_unregister(userdata);
    return 1;
}

static void host__may_have_two_registries(void)
{
    fixture first = open_fixture_with(served), second = open_fixture_with(served);
    metra_counter *one = new_counter(first.group, "events"), *two = new_counter(second.group, "events");
    CHECK(strcmp(address_of(&first), address_of(&second)) != 0);
    CHECK(metra_group_token(first.group) != metra_group_token(second.group));
    metra_counter_inc(one, 1);
    metra_counter_inc(two, 2);

    metra_gauge *victim = NULL, *killer = NULL;
    metra_value value;
    CHECK_OK(metra_group_gauge(first.group, "victim", answer_slowly, NULL, NULL, &victim));
    CHECK_OK(metra_group_gauge(second.group, "killer", unregister_other, victim, NULL, &killer));
    CHECK_OK(metra_registry_read_gauge(second.registry, killer, &value));
    CHECK_INT(value.as.int64, METRA_OK);
    CHECK_STATUS(metra_registry_read_gauge(first.registry, victim, &value), METRA_ERROR_NOT_FOUND);
    CHECK_OK(metra_gauge_unregister(killer));
    metra_gauge_free(killer);
    metra_gauge_free(victim);

    close_fixture(&first);
    char *page = http_get(address_of(&second), "/");
    CHECK_CONTAINS(http_body(page), "app_events 2\n");
    free(page);
    CHECK_INT(metra_counter_count(one), 1);
    CHECK(!metra_group_is_closed(second.group));
    metra_counter_free(one);
    metra_counter_free(two);
    close_fixture(&second);
}

/* --- locale ------------------------------------------------------------------------------------------------------ */

static int append(void *userdata, const char *bytes, size_t len)
{
    strncat(userdata, bytes, len);
    return 0;
}

static void host__with_a_decimal_comma_reports_points(void)
{
    static char page[65536];
    char shown[16];
    CHECK(setlocale(LC_NUMERIC, "comma") != NULL);
    snprintf(shown, sizeof shown, "%.1f", 0.5);
    CHECK_TEXT(shown, "0,5");
    static const setting settings[] = {{"metrics.gauge.timeout", "1 s"}, {NULL, NULL}};
    fixture f = open_shared(settings);
    metra_gauge *ratio = NULL;
    CHECK_OK(metra_group_settable_gauge(f.group, "ratio", METRA_VALUE_DOUBLE, &ratio));
    metra_gauge_set_double(ratio, 1234567.25);
    tick(&f, 1);
    update_shared();
    tick(&f, 1);
    page[0] = '\0';
    CHECK_OK(metra_registry_write(f.registry, METRA_FORMAT_PROMETHEUS, append, page));
    CHECK_CONTAINS(page, "app_ratio 1234567.25\n");
    CHECK_CONTAINS(page, "app_meter 0.2\n");
    CHECK_CONTAINS(page, "app_histogram{quantile=\"0.999\"}");
    CHECK(strstr(page, ",") == NULL);
    metra_gauge_free(ratio);
    close_shared(&f);
    setlocale(LC_NUMERIC, "C");
}

int main(void)
{
    RUN(host__is_not_killed_by_a_scraper_that_hangs_up);
    RUN(host__may_update_in_a_signal_handler);
    RUN(host__may_be_interrupted_anywhere);
    RUN(host__may_have_two_registries);
    RUN(host__with_a_decimal_comma_reports_points);
    return check_result();
}
