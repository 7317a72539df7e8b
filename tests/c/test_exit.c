/* Processes that end without closing their registry: quietly, at once, and without a last report. */
#include "fixture.h"
#include "process.h"

#include <pthread.h>
#include <semaphore.h>

/* Where a child leaves a byte for every report; the parent reads them when it is gone. */
static int reports[2];

/* The child's registry; reachable, so that nothing counts as leaked. */
static fixture f;
static sem_t never, hangs;

static void write_report(void *userdata, const metra_reporter_info *self, const metra_report *report)
{
    (void)userdata;
    (void)self;
    (void)report;
    CHECK_INT(write(reports[1], "r", 1), 1);
}

static int answer_one(void *userdata, metra_value *value)
{
    (void)userdata;
    value->as.int64 = 1;
    return 1;
}

static int hang(void *userdata, metra_value *value)
{
    (void)userdata;
    (void)value;
    sem_post(&hangs);
    while (sem_wait(&never) != 0) {
    }
    return 0;
}

static int leave_the_process(void *userdata, metra_value *value)
{
    (void)userdata;
    (void)value;
    exit(0);
}

static void ignore(void *userdata, const metra_reading *reading)
{
    (void)userdata;
    (void)reading;
}

/* A registry with every thread there can be, and a gauge of this kind; meters tick by real time. */
static void open_busy(metra_gauge_fn gauge)
{
    metra_config *config = NULL;
    metra_reporter reporter = {.size = sizeof reporter, .report = write_report};
    metra_meter *meter = NULL;
    CHECK_OK(metra_config_new(&config));
    CHECK_OK(metra_config_add_reporter(config, "test.Reporter", &reporter));
    CHECK_OK(metra_config_set(config, "metrics.reporter.host.factory.class", "test.Reporter"));
    CHECK_OK(metra_config_set(config, "metrics.reporter.host.interval", "1 h"));
    CHECK_OK(metra_config_set(config, "metrics.reporter.page.factory.class", "prometheus"));
    CHECK_OK(metra_config_set(config, "metrics.reporter.page.port", "0"));
    CHECK_OK(metra_config_set(config, "metrics.gauge.timeout", "20 ms"));
    f = open_configured(config, NULL);
    CHECK_OK(metra_group_meter(f.group, "meter", 60, &meter));
    metra_meter_free(meter);
    CHECK_OK(metra_group_gauge(f.group, "gauge", gauge, NULL, NULL, NULL));
    sem_init(&never, 0, 0);
    sem_init(&hangs, 0, 0);
    CHECK_OK(metra_registry_collect(f.registry, ignore, NULL));
}

/* Runs a child that ends itself; how many reports it made. */
static int reports_of(void (*behaviour)(void), const char *name)
{
    char bytes[16];
    CHECK_INT(pipe(reports), 0);
    process_check_child(behaviour, name, __FILE__, __LINE__);
    close(reports[1]);
    const ssize_t count = read(reports[0], bytes, sizeof bytes);
    close(reports[0]);
    return (int)count;
}

static void leave(void)
{
    open_busy(answer_one);
    CHECK(process_threads() >= 4);
    exit(check_failures != 0);
}

static void exit__without_close_is_quiet(void)
{
    CHECK_INT(reports_of(leave, "leave"), 0);
}

static void leave_a_hanging_gauge(void)
{
    open_busy(hang);
    /* On a slow machine the time of a reading may pass before the callback runs. */
    while (sem_trywait(&hangs) != 0)
        CHECK_OK(metra_registry_collect(f.registry, ignore, NULL));
    exit(check_failures != 0);
}

static void exit__does_not_wait_for_a_hanging_gauge(void)
{
    CHECK_INT(reports_of(leave_a_hanging_gauge, "leave_a_hanging_gauge"), 0);
}

static void leave_from_a_gauge(void)
{
    open_busy(leave_the_process);
    for (;;)
        CHECK_OK(metra_registry_collect(f.registry, ignore, NULL));
}

static void exit__may_come_from_a_gauge(void)
{
    CHECK_INT(reports_of(leave_from_a_gauge, "leave_from_a_gauge"), 0);
}

/* Updates, registers and closes for as long as the process lives; valgrind, one thread at a time, needs the pauses. */
static void *work_for_ever(void *argument)
{
    (void)argument;
    for (int i = 1;; i++) {
        if (i % 50 == 0)
            process_pause();
        metra_group *group = NULL;
        metra_counter *counter = NULL;
        if (metra_group_add_group(f.group, "work", NULL, &group) == METRA_OK &&
            metra_group_counter(group, "counter", &counter) == METRA_OK)
            metra_counter_inc(counter, 1);
        metra_counter_free(counter);
        metra_status status = metra_group_close(group);
        (void)status;
        metra_group_free(group);
    }
    return NULL;
}

static void leave_others_at_work(void)
{
    pthread_t thread;
    open_busy(answer_one);
    for (int i = 0; i < 2; i++)
        CHECK_INT(pthread_create(&thread, NULL, work_for_ever, NULL), 0);
    for (int i = 0; i < 20; i++)
        CHECK_OK(metra_registry_collect(f.registry, ignore, NULL));
    exit(check_failures != 0);
}

static void exit__may_come_while_others_work(void)
{
    CHECK_INT(reports_of(leave_others_at_work, "leave_others_at_work"), 0);
}

static void close_at_exit(void)
{
    if (metra_registry_close(f.registry, CLOSE_MS) != METRA_OK || process_threads() != 1)
        _exit(3);
    metra_group_free(f.group);
    metra_registry_free(f.registry);
}

static void leave_orderly(void)
{
    open_busy(answer_one);
    CHECK_INT(atexit(close_at_exit), 0);
    exit(check_failures != 0);
}

/* A host that wants a last report may ask for it as late as this. */
static void exit__handlers_may_close(void)
{
    CHECK_INT(reports_of(leave_orderly, "leave_orderly"), 1);
}

int main(void)
{
    RUN(exit__without_close_is_quiet);
    RUN(exit__does_not_wait_for_a_hanging_gauge);
    RUN(exit__may_come_from_a_gauge);
    RUN(exit__may_come_while_others_work);
    RUN(exit__handlers_may_close);
    return check_result();
}
