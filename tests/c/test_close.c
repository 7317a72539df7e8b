/* Closing a registry: with a deadline and a last report, again, from several threads, from inside its own callbacks. */
#include "fixture.h"
#include "http.h"
#include "process.h"

#include <pthread.h>
#include <semaphore.h>

/* A reporter of the host. What it was told is only looked at when it is over, or waits at the gate. */
typedef struct reporter {
    const fixture *f;
    /* Runs inside report, if there is one. */
    void (*act)(struct reporter *);
    /* Where report waits if it is told to. */
    sem_t leave;
    int waits;
    metra_status status;
    int64_t last_count;
    int added, reports, closes, drops;
    /* Calls that came after close. */
    int late;
} reporter;

static void on_added(void *userdata, const metra_reporter_info *self, const metra_metric_info *metric)
{
    reporter *r = userdata;
    r->late += r->closes > 0;
    r->added += self != NULL && metric != NULL;
}

static void keep_count(void *userdata, const metra_reading *reading)
{
    if (reading->metric->type == METRA_METRIC_COUNTER)
        *(int64_t *)userdata = reading->as.count;
}

static void on_report(void *userdata, const metra_reporter_info *self, const metra_report *report)
{
    reporter *r = userdata;
    (void)self;
    r->late += r->closes > 0;
    r->reports++;
    metra_report_collect(report, keep_count, &r->last_count);
    if (r->act != NULL)
        r->act(r);
    while (r->waits && sem_wait(&r->leave) != 0) {
    }
}

static void on_close(void *userdata, const metra_reporter_info *self)
{
    reporter *r = userdata;
    (void)self;
    r->closes++;
}

static void on_drop(void *userdata)
{
    reporter *r = userdata;
    r->late += r->closes == 0;
    __atomic_fetch_add(&r->drops, 1, __ATOMIC_RELEASE);
}

static const setting reporting[] = {{"metrics.reporter.a.factory.class", "test.Reporter"},
                                    {"metrics.reporter.a.interval", "10 s"},
                                    {NULL, NULL}};

static fixture open_reported(reporter *r)
{
    metra_clock *clock;
    metra_config *config = new_config(reporting, &clock);
    metra_reporter functions = {sizeof functions, r, on_added, NULL, on_report, on_close, on_drop};
    memset(r, 0, sizeof *r);
    sem_init(&r->leave, 0, 0);
    CHECK_OK(metra_config_add_reporter(config, "test.Reporter", &functions));
    return open_configured(config, clock);
}

static void free_fixture(fixture *f)
{
    metra_group_free(f->group);
    metra_registry_free(f->registry);
    metra_clock_free(f->clock);
}

/* Waits for the userdata to be given back. */
static void check_dropped(reporter *r)
{
    for (int i = 0; i < 15000 && __atomic_load_n(&r->drops, __ATOMIC_ACQUIRE) == 0; i++)
        process_pause();
    CHECK_INT(r->drops, 1);
    CHECK_INT(r->late, 0);
}

static metra_counter *count_to(const fixture *f, int64_t n)
{
    metra_counter *counter = NULL;
    CHECK_OK(metra_group_counter(f->group, "events", &counter));
    metra_counter_inc(counter, n);
    return counter;
}

static void close__brings_a_last_report_once(void)
{
    reporter r;
    fixture f = open_reported(&r);
    metra_counter *counter = count_to(&f, 3);
    CHECK_OK(metra_registry_close(f.registry, CLOSE_MS));
    CHECK_INT(r.reports, 1);
    CHECK_INT(r.last_count, 3);
    CHECK_INT(r.closes, 1);
    metra_counter_inc(counter, 1);
    CHECK_OK(metra_registry_close(f.registry, CLOSE_MS));
    CHECK_OK(metra_registry_close(f.registry, 0));
    CHECK_OK(metra_clock_advance(f.clock, 60000));
    metra_counter_free(counter);
    free_fixture(&f);
    CHECK_INT(r.reports, 1);
    CHECK_INT(r.closes, 1);
    check_dropped(&r);
}

static void close__does_not_wait_longer_than_told(void)
{
    reporter r;
    fixture f = open_reported(&r);
    metra_counter *counter = count_to(&f, 3);
    r.waits = 1;
    CHECK_STATUS(metra_registry_close(f.registry, 20), METRA_ERROR_TIMEOUT);
    CHECK_CONTAINS(metra_last_error(), "a");
    CHECK(metra_group_is_closed(f.group));
    CHECK_STATUS(metra_registry_close(f.registry, 0), METRA_ERROR_TIMEOUT);
    CHECK_INT(r.drops, 0);
    sem_post(&r.leave);
    CHECK_OK(metra_registry_close(f.registry, CLOSE_MS));
    CHECK_INT(r.reports, 1);
    CHECK_INT(r.closes, 1);
    metra_counter_free(counter);
    free_fixture(&f);
    check_dropped(&r);
}

/* Freed without close there is no last report, and nobody waits for the reporter. */
static void free__brings_no_report_and_does_not_wait(void)
{
    reporter r;
    fixture f = open_reported(&r);
    metra_counter_free(count_to(&f, 3));
    free_fixture(&f);
    check_dropped(&r);
    CHECK_INT(r.reports, 0);
    CHECK_INT(r.closes, 1);
    CHECK_INT(process_threads_down_to(1), 1);
}

static void close_registry(reporter *r)
{
    r->status = metra_registry_close(r->f->registry, CLOSE_MS);
}

static void close__inside_a_report_does_not_wait(void)
{
    reporter r;
    fixture f = open_reported(&r);
    r.f = &f;
    r.act = close_registry;
    r.status = METRA_ERROR_PANIC;
    CHECK_OK(metra_clock_advance(f.clock, 10000));
    CHECK_STATUS(r.status, METRA_OK);
    CHECK(metra_group_is_closed(f.group));
    CHECK_OK(metra_registry_close(f.registry, CLOSE_MS));
    CHECK_INT(process_threads_down_to(1), 1);
    CHECK_INT(r.closes, 1);
    free_fixture(&f);
    check_dropped(&r);
}

static void free_registry(reporter *r)
{
    metra_registry_free(r->f->registry);
}

static void free__of_the_last_handle_inside_a_report_ends_everything(void)
{
    reporter r;
    fixture f = open_reported(&r);
    r.f = &f;
    r.act = free_registry;
    CHECK_OK(metra_clock_advance(f.clock, 10000));
    check_dropped(&r);
    CHECK_INT(r.reports, 1);
    CHECK_INT(process_threads_down_to(1), 1);
    CHECK(metra_group_is_closed(f.group));
    f.registry = NULL;
    free_fixture(&f);
}

/* --- inside gauges and readings ---------------------------------------------------------------------------------- */

typedef struct insider {
    fixture f;
    metra_status status;
    int drops;
} insider;

static int close_from_inside(void *userdata, metra_value *value)
{
    insider *i = userdata;
    i->status = metra_registry_close(i->f.registry, CLOSE_MS);
    value->as.int64 = 1;
    return 1;
}

static int free_from_inside(void *userdata, metra_value *value)
{
    insider *i = userdata;
    metra_registry_free(i->f.registry);
    i->f.registry = NULL;
    value->as.int64 = 1;
    return 1;
}

static void count_insider_drop(void *userdata)
{
    __atomic_fetch_add(&((insider *)userdata)->drops, 1, __ATOMIC_RELEASE);
}

/* A registry with a page, whose gauge does this; a patient one, so that nothing ends because time is over. */
static insider *open_insider(metra_gauge_fn act)
{
    static const setting settings[] = {{"metrics.reporter.page.factory.class", "prometheus"},
                                       {"metrics.reporter.page.port", "0"},
                                       {"metrics.gauge.timeout", "100 s"},
                                       {NULL, NULL}};
    static insider i;
    memset(&i, 0, sizeof i);
    i.f = open_fixture_with(settings);
    i.status = METRA_ERROR_PANIC;
    CHECK_OK(metra_group_gauge(i.f.group, "gauge", act, &i, count_insider_drop, NULL));
    return &i;
}

static void scrape(const insider *i)
{
    metra_reporter_info info = {.size = sizeof info};
    char address[64];
    CHECK_OK(metra_registry_reporter(i->f.registry, 0, &info));
    snprintf(address, sizeof address, "%s", info.address);
    /* The answer may be cut off: the server is told to stop while it is made. */
    free(http_get(address, "/"));
}

static void check_ended(insider *i)
{
    CHECK_INT(process_threads_down_to(1), 1);
    CHECK_INT(i->drops, 1);
    CHECK(metra_group_is_closed(i->f.group));
    free_fixture(&i->f);
}

static void close__inside_a_gauge_does_not_wait(void)
{
    insider *i = open_insider(close_from_inside);
    scrape(i);
    CHECK_OK(metra_registry_close(i->f.registry, CLOSE_MS));
    CHECK_STATUS(i->status, METRA_OK);
    check_ended(i);
}

static void free__of_the_last_handle_inside_a_gauge_ends_everything(void)
{
    insider *i = open_insider(free_from_inside);
    scrape(i);
    check_ended(i);
}

static void close_on_sight(void *userdata, const metra_reading *reading)
{
    insider *i = userdata;
    (void)reading;
    i->status = metra_registry_close(i->f.registry, CLOSE_MS);
}

static int answer_one(void *userdata, metra_value *value)
{
    (void)userdata;
    value->as.int64 = 1;
    return 1;
}

static void close__inside_a_reading_ends_everything(void)
{
    insider *i = open_insider(answer_one);
    CHECK_OK(metra_registry_collect(i->f.registry, close_on_sight, i));
    CHECK_STATUS(i->status, METRA_OK);
    check_ended(i);
}

/* --- from several threads, and with others at work ---------------------------------------------------------------- */

static void *close_too(void *argument)
{
    fixture *f = argument;
    return metra_registry_close(f->registry, CLOSE_MS) == METRA_OK ? argument : NULL;
}

static void close__from_several_threads_is_one_close(void)
{
    enum { CLOSERS = 6 };
    reporter r;
    pthread_t closers[CLOSERS];
    fixture f = open_reported(&r);
    metra_counter *counter = count_to(&f, 7);
    for (int i = 0; i < CLOSERS; i++)
        CHECK_INT(pthread_create(&closers[i], NULL, close_too, &f), 0);
    for (int i = 0; i < CLOSERS; i++) {
        void *outcome = NULL;
        pthread_join(closers[i], &outcome);
        CHECK(outcome == &f);
    }
    CHECK_INT(r.reports, 1);
    CHECK_INT(r.last_count, 7);
    CHECK_INT(r.closes, 1);
    metra_counter_free(counter);
    free_fixture(&f);
    check_dropped(&r);
}

/* Clients that wait, that have half a request under way, or that do not take their answer do not hold it up. */
static void close__does_not_wait_for_clients(void)
{
    static const char *const said[] = {"", "GET / HTT", "GET / HTTP/1.1\r\nHost: test\r\n\r\n"};
    enum { CLIENTS = 3 };
    int clients[CLIENTS];
    insider *i = open_insider(answer_one);
    metra_reporter_info info = {.size = sizeof info};
    CHECK_OK(metra_registry_reporter(i->f.registry, 0, &info));
    for (int number = 0; number < CLIENTS; number++) {
        clients[number] = http_connect(info.address);
        CHECK(clients[number] >= 0);
        CHECK(send(clients[number], said[number], strlen(said[number]), MSG_NOSIGNAL) >= 0);
    }
    CHECK_OK(metra_registry_close(i->f.registry, CLOSE_MS));
    CHECK_INT(process_threads_down_to(1), 1);
    for (int number = 0; number < CLIENTS; number++)
        close(clients[number]);
    check_ended(i);
}

int main(void)
{
    alarm(STUCK_S);
    RUN(close__brings_a_last_report_once);
    RUN(close__does_not_wait_longer_than_told);
    RUN(free__brings_no_report_and_does_not_wait);
    RUN(close__inside_a_report_does_not_wait);
    RUN(free__of_the_last_handle_inside_a_report_ends_everything);
    RUN(close__inside_a_gauge_does_not_wait);
    RUN(free__of_the_last_handle_inside_a_gauge_ends_everything);
    RUN(close__inside_a_reading_ends_everything);
    RUN(close__from_several_threads_is_one_close);
    RUN(close__does_not_wait_for_clients);
    return check_result();
}
