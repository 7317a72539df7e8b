/* A forked child: values as copied, no threads, no listeners, and what metra_registry_after_fork brings back. */
#include "fixture.h"
#include "http.h"

#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WRITERS = 2, FORKS = 200, HANDLER_FORKS = 500, CHILD_LIMIT_S = 60 };

/* What a child found, as its exit status: 0 if every check held. */
static int child_status(void)
{
    return check_failures == 0 ? 0 : 1;
}

/* Runs `body` in a forked child, which is ended if it hangs, and checks that all its checks held. */
static void in_child(void (*body)(void *), void *argument)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        alarm(CHILD_LIMIT_S);
        check_failures = 0;
        body(argument);
        fflush(stdout);
        _exit(child_status());
    }
    int status = -1;
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK_INT(status, 0);
}

static int seven(void *userdata, metra_value *value)
{
    (void)userdata;
    value->as.int64 = 7;
    return 1;
}

static void count_readings(void *userdata, const metra_reading *reading)
{
    (void)reading;
    ++*(int *)userdata;
}

/* The address of the first reporter; borrowed from the registry handle. */
static const char *address_of(const metra_registry *registry)
{
    metra_reporter_info info = {.size = sizeof info};
    CHECK_OK(metra_registry_reporter(registry, 0, &info));
    return info.address;
}

/* What the system says of this process in the line that `format` reads. */
static int status_of_this_process(const char *format)
{
    char line[256];
    int number = -1;
    FILE *status = fopen("/proc/self/status", "r");
    while (status != NULL && fgets(line, sizeof line, status) != NULL)
        if (sscanf(line, format, &number) == 1)
            break;
    if (status != NULL)
        fclose(status);
    return number;
}

static int threads_of_this_process(void)
{
    return status_of_this_process("Threads: %d");
}

static const setting served[] = {
    {"metrics.reporter.prom.factory.class", "prometheus"},
    {"metrics.reporter.prom.port", "0"},
    {NULL, NULL},
};

/* --- behaviours ----------------------------------------------------------------------------------------------------- */

typedef struct counted {
    fixture f;
    metra_counter *counter;
    metra_meter *meter;
    metra_distribution *distribution;
    metra_histogram *histogram;
} counted;

static counted open_counted(void)
{
    counted c = {open_fixture(), NULL, NULL, NULL, NULL};
    CHECK_OK(metra_group_counter(c.f.group, "counter", &c.counter));
    CHECK_OK(metra_group_meter(c.f.group, "meter", 10, &c.meter));
    CHECK_OK(metra_group_distribution(c.f.group, "distribution", &c.distribution));
    CHECK_OK(metra_group_histogram(c.f.group, "histogram", &c.histogram));
    metra_counter_inc(c.counter, 5);
    metra_meter_mark_event(c.meter, 20);
    metra_distribution_update(c.distribution, 3);
    metra_histogram_update(c.histogram, 9);
    tick(&c.f, 2);
    return c;
}

static void close_counted(counted *c)
{
    metra_counter_free(c->counter);
    metra_meter_free(c->meter);
    metra_distribution_free(c->distribution);
    metra_histogram_free(c->histogram);
    close_fixture(&c->f);
}

static void goes_on(void *argument)
{
    counted *c = argument;
    CHECK_INT(threads_of_this_process(), 1);
    metra_counter_inc(c->counter, 1);
    CHECK_INT(metra_counter_count(c->counter), 6);
    CHECK(metra_meter_rate(c->meter) == 2.0);
    metra_counter *fresh = NULL;
    CHECK_OK(metra_group_counter(c->f.group, "fresh", &fresh));
    CHECK_OK(metra_group_gauge(c->f.group, "gauge", seven, NULL, NULL, NULL));
    int readings = 0;
    CHECK_OK(metra_registry_collect(c->f.registry, count_readings, &readings));
    CHECK_INT(readings, 6);
    CHECK_OK(metra_group_unregister(c->f.group, "gauge"));
    metra_counter_free(fresh);
    close_counted(c);
}

static void fork__child_goes_on_with_values_as_copied(void)
{
    counted c = open_counted();
    in_child(goes_on, &c);
    CHECK_INT(metra_counter_count(c.counter), 5);
    close_counted(&c);
}

static void keeps(void *argument)
{
    counted *c = argument;
    CHECK_OK(metra_registry_after_fork(c->f.registry, METRA_FORK_KEEP));
    CHECK_INT(metra_registry_after_fork(c->f.registry, METRA_FORK_KEEP), METRA_ERROR_BUSY);
    metra_meter_mark_event(c->meter, 10);
    tick(&c->f, 2);
    /* Young, it counts what came before its first sample too. */
    CHECK(metra_meter_rate(c->meter) == 3.0);
    CHECK_INT(metra_meter_count(c->meter), 30);
    close_counted(c);
}

static void zeroes(void *argument)
{
    counted *c = argument;
    CHECK_OK(metra_registry_after_fork(c->f.registry, METRA_FORK_ZERO));
    metra_distribution_reading distribution = {.size = sizeof distribution};
    metra_histogram_reading histogram = {.size = sizeof histogram};
    CHECK_OK(metra_distribution_read(c->distribution, &distribution));
    CHECK_OK(metra_histogram_read(c->histogram, &histogram));
    CHECK_INT(metra_counter_count(c->counter), 0);
    CHECK_INT(metra_meter_count(c->meter), 0);
    CHECK(metra_meter_rate(c->meter) == 0.0);
    CHECK_INT(distribution.count, 0);
    CHECK_INT(distribution.max, 0);
    CHECK_INT(histogram.count, 0);
    CHECK_INT(histogram.sum, 0);
    CHECK_INT(histogram.window_count, 0);
    metra_distribution_update(c->distribution, -4);
    CHECK_OK(metra_distribution_read(c->distribution, &distribution));
    CHECK_INT(distribution.sum, -4);
    CHECK_INT(distribution.max, -4);
    close_counted(c);
}

static void fork__child_ticks_again_with_values_kept_or_zero(void)
{
    counted c = open_counted();
    in_child(keeps, &c);
    in_child(zeroes, &c);
    CHECK_INT(metra_registry_after_fork(c.f.registry, METRA_FORK_KEEP), METRA_ERROR_BUSY);
    CHECK_INT(metra_registry_after_fork(c.f.registry, 2), METRA_ERROR_INVALID_ARGUMENT);
    close_counted(&c);
}

enum { HISTOGRAMS = 100, PAGES_OF_ALL_BUCKETS_KIB = 64 };

static void zeroes_in_place(void *argument)
{
    fixture *f = argument;
    int before = status_of_this_process("VmRSS: %d");
    CHECK_OK(metra_registry_after_fork(f->registry, METRA_FORK_ZERO));
    CHECK(status_of_this_process("VmRSS: %d") - before < HISTOGRAMS * PAGES_OF_ALL_BUCKETS_KIB / 4);
}

static void fork__histograms_zeroed_in_a_child_take_no_memory_that_they_never_used(void)
{
    fixture f = open_fixture();
    for (int i = 0; i < HISTOGRAMS; i++) {
        char name[16];
        metra_histogram *histogram = NULL;
        snprintf(name, sizeof name, "h%d", i);
        CHECK_OK(metra_group_histogram(f.group, name, &histogram));
        metra_histogram_update(histogram, i);
        metra_histogram_free(histogram);
    }
    in_child(zeroes_in_place, &f);
    close_fixture(&f);
}

typedef struct served_at {
    fixture f;
    char address[64];
} served_at;

static void serves_itself(void *argument)
{
    served_at *parents = argument;
    fixture *f = &parents->f;
    CHECK_INT(metra_registry_reporter_count(f->registry), 0);
    CHECK_OK(metra_registry_after_fork(f->registry, METRA_FORK_KEEP));
    const char *own = address_of(f->registry);
    CHECK(strcmp(own, parents->address) != 0);
    char *page = http_exchange(own, "GET /metrics HTTP/1.0\r\n\r\n");
    CHECK(strstr(page, "\napp_served 2\n") != NULL);
    free(page);
    CHECK_OK(metra_registry_close(f->registry, CLOSE_MS));
}

static void fork__child_serves_at_its_own_address(void)
{
    served_at s = {.f = open_fixture_with(served)};
    metra_counter *counter = NULL;
    CHECK_OK(metra_group_counter(s.f.group, "served", &counter));
    metra_counter_inc(counter, 2);
    snprintf(s.address, sizeof s.address, "%s", address_of(s.f.registry));
    in_child(serves_itself, &s);
    char *page = http_exchange(s.address, "GET /metrics HTTP/1.0\r\n\r\n");
    CHECK(strstr(page, "\napp_served 2\n") != NULL);
    free(page);
    metra_counter_free(counter);
    close_fixture(&s.f);
}

static void fork__child_does_not_hold_the_parents_port(void)
{
    fixture f = open_fixture_with(served);
    char address[64];
    snprintf(address, sizeof address, "%s", address_of(f.registry));
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        pause();
        _exit(0);
    }
    CHECK_OK(metra_registry_close(f.registry, CLOSE_MS));
    CHECK_INT(http_connect(address), -1);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    close_fixture(&f);
}

/* --- forks while everything is in use ------------------------------------------------------------------------------- */

typedef struct busy {
    fixture f;
    metra_counter *counter;
    metra_distribution *distribution;
    metra_histogram *histogram;
    int stop;
} busy;

static void *update(void *argument)
{
    busy *b = argument;
    for (int64_t n = 0; !__atomic_load_n(&b->stop, __ATOMIC_RELAXED); n++) {
        metra_counter_inc(b->counter, 1);
        metra_distribution_update(b->distribution, 7);
        metra_histogram_update(b->histogram, n);
    }
    return NULL;
}

static void *register_and_close(void *argument)
{
    busy *b = argument;
    while (!__atomic_load_n(&b->stop, __ATOMIC_RELAXED)) {
        metra_group *group = NULL;
        metra_meter *meter = NULL;
        if (metra_group_add_group(b->f.group, "comes", "and goes", &group) == METRA_OK
            && metra_group_meter(group, "meter", 60, &meter) == METRA_OK
            && metra_group_gauge(group, "gauge", seven, NULL, NULL, NULL) == METRA_OK)
            metra_meter_mark_event(meter, (int64_t)metra_group_token(group));
        metra_meter_free(meter);
        if (metra_group_close(group) != METRA_OK)
            break;
        metra_group_free(group);
    }
    return NULL;
}

static void *scrape(void *argument)
{
    busy *b = argument;
    while (!__atomic_load_n(&b->stop, __ATOMIC_RELAXED))
        free(http_exchange(address_of(b->f.registry), "GET /metrics HTTP/1.0\r\n\r\n"));
    return NULL;
}

static void uses_everything(void *argument)
{
    busy *b = argument;
    metra_distribution_reading reading = {.size = sizeof reading};
    metra_counter *counter = NULL;
    metra_group *group = NULL;
    int readings = 0;
    metra_counter_inc(b->counter, 1);
    metra_distribution_update(b->distribution, 7);
    metra_histogram_update(b->histogram, 1 << 20);
    CHECK_OK(metra_distribution_read(b->distribution, &reading));
    CHECK_INT(reading.sum, reading.count * 7);
    CHECK_OK(metra_group_add_group(b->f.group, "child", NULL, &group));
    CHECK_OK(metra_group_counter(group, "counter", &counter));
    CHECK(metra_group_token(group) != 0);
    CHECK_OK(metra_registry_collect(b->f.registry, count_readings, &readings));
    CHECK(readings >= 4);
    CHECK_OK(metra_registry_after_fork(b->f.registry, METRA_FORK_KEEP));
    free(http_exchange(address_of(b->f.registry), "GET /metrics HTTP/1.0\r\n\r\n"));
    CHECK_OK(metra_registry_close(b->f.registry, CLOSE_MS));
}

static void fork__child_is_whole_while_others_update_register_and_scrape(void)
{
    static busy b;
    pthread_t threads[WRITERS + 2];
    b.f = open_fixture_with(served);
    CHECK_OK(metra_group_counter(b.f.group, "counter", &b.counter));
    CHECK_OK(metra_group_distribution(b.f.group, "distribution", &b.distribution));
    CHECK_OK(metra_group_histogram(b.f.group, "histogram", &b.histogram));
    for (int i = 0; i < WRITERS; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, update, &b), 0);
    CHECK_INT(pthread_create(&threads[WRITERS], NULL, register_and_close, &b), 0);
    CHECK_INT(pthread_create(&threads[WRITERS + 1], NULL, scrape, &b), 0);
    for (int i = 0; i < FORKS && check_failures == 0; i++)
        in_child(uses_everything, &b);
    __atomic_store_n(&b.stop, 1, __ATOMIC_RELAXED);
    for (int i = 0; i < WRITERS + 2; i++)
        pthread_join(threads[i], NULL);
    metra_counter_free(b.counter);
    metra_distribution_free(b.distribution);
    metra_histogram_free(b.histogram);
    close_fixture(&b.f);
}

/* A signal handler that forks in the midst of an update: the child finishes the update when the handler returns. */
static struct {
    metra_distribution *distribution;
    metra_histogram *histogram;
    volatile sig_atomic_t is_child;
    volatile sig_atomic_t children;
    volatile sig_atomic_t wrong;
} interrupted;

static void update_interrupted(void)
{
    metra_distribution_update(interrupted.distribution, 7);
    metra_histogram_update(interrupted.histogram, 7);
}

static void fork_and_update(int number)
{
    (void)number;
    if (interrupted.is_child || interrupted.children == HANDLER_FORKS)
        return;
    interrupted.children++;
    const pid_t child = fork();
    if (child == 0) {
        interrupted.is_child = 1;
        update_interrupted();
        return;
    }
    int status = -1;
    waitpid(child, &status, 0);
    interrupted.wrong += status != 0;
}

static int is_of_sevens(void)
{
    metra_distribution_reading d = {.size = sizeof d};
    metra_histogram_reading h = {.size = sizeof h};
    return metra_distribution_read(interrupted.distribution, &d) == METRA_OK && d.sum == 7 * d.count && d.min == 7 &&
           d.max == 7 && metra_histogram_read(interrupted.histogram, &h) == METRA_OK && h.sum == 7 * h.count;
}

static void fork__inside_a_signal_handler_leaves_the_update_whole(void)
{
    const struct itimerval often = {{0, 700}, {0, 700}}, never = {{0, 0}, {0, 0}};
    struct sigaction action;
    fixture f = open_fixture();
    CHECK_OK(metra_group_distribution(f.group, "distribution", &interrupted.distribution));
    CHECK_OK(metra_group_histogram(f.group, "histogram", &interrupted.histogram));
    memset(&action, 0, sizeof action);
    action.sa_handler = fork_and_update;
    CHECK_INT(sigaction(SIGALRM, &action, NULL), 0);
    CHECK_INT(setitimer(ITIMER_REAL, &often, NULL), 0);
    while (interrupted.children < HANDLER_FORKS) {
        update_interrupted();
        /* The child leaves with its first whole update after the one that was interrupted. */
        if (interrupted.is_child)
            _exit(!is_of_sevens());
    }
    CHECK_INT(setitimer(ITIMER_REAL, &never, NULL), 0);
    CHECK_INT(interrupted.wrong, 0);
    CHECK(is_of_sevens());
    metra_distribution_free(interrupted.distribution);
    metra_histogram_free(interrupted.histogram);
    close_fixture(&f);
}

int main(void)
{
    RUN(fork__child_goes_on_with_values_as_copied);
    RUN(fork__child_ticks_again_with_values_kept_or_zero);
    RUN(fork__histograms_zeroed_in_a_child_take_no_memory_that_they_never_used);
    RUN(fork__child_serves_at_its_own_address);
    RUN(fork__child_does_not_hold_the_parents_port);
    RUN(fork__child_is_whole_while_others_update_register_and_scrape);
    RUN(fork__inside_a_signal_handler_leaves_the_update_whole);
    return check_result();
}
