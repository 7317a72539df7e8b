/* The guest: what a process notices of metra is what it asked for. */
#include "fixture.h"
#include "http.h"

#include <dirent.h>
#include <signal.h>
#include <stdint.h>
#include <sys/wait.h>

/* How many entries a directory of /proc has. */
static int entries(const char *path)
{
    int count = 0;
    DIR *directory = opendir(path);
    CHECK(directory != NULL);
    while (directory != NULL && readdir(directory) != NULL)
        count++;
    closedir(directory);
    return count - 2;
}

static int threads(void)
{
    return entries("/proc/self/task");
}

static void process__with_ten_counters_has_one_thread(void)
{
    const int descriptors = entries("/proc/self/fd");
    metra_registry *registry = NULL;
    CHECK_OK(metra_registry_new(NULL, &registry));
    metra_group *group = new_root(registry, "app");
    for (int i = 0; i < 10; i++) {
        char name[] = {(char)('a' + i), '\0'};
        metra_counter *counter = NULL;
        CHECK_OK(metra_group_counter(group, name, &counter));
        metra_counter_inc(counter, 1);
        metra_counter_free(counter);
    }
    CHECK_INT(threads(), 1);
    CHECK_INT(entries("/proc/self/fd"), descriptors);
    metra_group_free(group);
    CHECK_OK(metra_registry_close(registry, CLOSE_MS));
    metra_registry_free(registry);
}

static int answer(void *userdata, metra_value *value)
{
    (void)userdata;
    value->as.int64 = 1;
    return 1;
}

static void ignore(void *userdata, const metra_reading *reading)
{
    (void)userdata;
    (void)reading;
}

static const setting served[] = {{"metrics.reporter.page.factory.class", "prometheus"},
                                 {"metrics.reporter.page.port", "0"},
                                 {NULL, NULL}};

/* A registry with everything that needs a thread, each thread started. */
static fixture open_busy(void)
{
    fixture f = open_fixture_with(served);
    metra_meter *meter = NULL;
    CHECK_OK(metra_group_meter(f.group, "meter", 60, &meter));
    metra_meter_free(meter);
    CHECK_OK(metra_group_gauge(f.group, "gauge", answer, NULL, NULL, NULL));
    CHECK_OK(metra_registry_collect(f.registry, ignore, NULL));
    return f;
}

static void process__has_no_thread_left_after_close(void)
{
    const int descriptors = entries("/proc/self/fd");
    fixture f = open_busy();
    CHECK_INT(threads(), 4);
    close_fixture(&f);
    CHECK_INT(threads(), 1);
    CHECK_INT(entries("/proc/self/fd"), descriptors);
}

/* The mask of blocked signals of one thread, as /proc tells it. */
static uint64_t blocked_signals(const char *thread)
{
    char path[64], line[256];
    unsigned long long mask = 0;
    snprintf(path, sizeof path, "/proc/self/task/%.20s/status", thread);
    FILE *file = fopen(path, "r");
    CHECK(file != NULL);
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        sscanf(line, "SigBlk: %llx", &mask);
    if (file != NULL)
        fclose(file);
    return mask;
}

static void process__gets_its_signals_itself(void)
{
    fixture f = open_busy();
    char own[32];
    snprintf(own, sizeof own, "%d", (int)getpid());
    DIR *directory = opendir("/proc/self/task");
    CHECK(directory != NULL);
    struct dirent *entry;
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        const uint64_t mask = blocked_signals(entry->d_name);
        const int is_own = strcmp(entry->d_name, own) == 0;
        const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGALRM, SIGUSR1, SIGCHLD, SIGPROF};
        for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
            CHECK_INT((mask >> (signals[i] - 1)) & 1, is_own ? 0 : 1);
    }
    closedir(directory);
    close_fixture(&f);
}

static void process__keeps_its_signal_handlers(void)
{
    enum { SIGNALS = 32 };
    struct sigaction before[SIGNALS], after;
    for (int number = 1; number < SIGNALS; number++)
        CHECK_INT(sigaction(number, NULL, &before[number]), 0);
    fixture f = open_busy();
    for (int number = 1; number < SIGNALS; number++) {
        CHECK_INT(sigaction(number, NULL, &after), 0);
        CHECK(after.sa_handler == before[number].sa_handler);
    }
    close_fixture(&f);
}

/* A client that goes away in the middle of an answer must not kill the host. */
static void process__survives_a_client_that_hangs_up(void)
{
    fixture f = open_busy();
    metra_reporter_info info = {.size = sizeof info};
    CHECK_OK(metra_registry_reporter(f.registry, 0, &info));
    for (int i = 0; i < 20; i++) {
        int connection = http_connect(info.address);
        const char request[] = "GET / HTTP/1.1\r\nHost: test\r\n\r\nGET / HTTP/1.1\r\nHost: test\r\n\r\n";
        const struct linger reset = {1, 0};
        CHECK(send(connection, request, sizeof request - 1, MSG_NOSIGNAL) > 0);
        setsockopt(connection, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        close(connection);
    }
    char *page = http_get(info.address, "/");
    CHECK_CONTAINS(page, "app_gauge 1\n");
    free(page);
    close_fixture(&f);
}

static void child_of_a_fork(const fixture *f, metra_counter *counter)
{
    CHECK_INT(threads(), 1);
    metra_counter_inc(counter, 1);
    CHECK_INT(metra_counter_count(counter), 3);
    metra_counter *late = NULL;
    CHECK_OK(metra_group_counter(f->group, "late", &late));
    metra_counter_inc(late, 1);
    CHECK_INT(metra_counter_count(late), 1);
    metra_counter_free(late);
    /* The parent's threads are no concern of the child: nothing is waited for. */
    CHECK_OK(metra_registry_close(f->registry, CLOSE_MS));
}

/* The child has the values as copied and goes on counting for itself; the parent does not notice. */
static void process__may_fork(void)
{
    fixture f = open_busy();
    metra_counter *counter = NULL;
    CHECK_OK(metra_group_counter(f.group, "events", &counter));
    metra_counter_inc(counter, 2);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        int before = check_failures;
        child_of_a_fork(&f, counter);
        fflush(stdout);
        /* Ends as another program: what threads held that are not there any more would count as leaked. */
        execl("/bin/sh", "sh", "-c", check_failures == before ? "exit 0" : "exit 1", (char *)NULL);
        _exit(2);
    }
    int status = -1;
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK_INT(metra_counter_count(counter), 2);
    metra_counter_free(counter);
    close_fixture(&f);
}

int main(void)
{
    RUN(process__with_ten_counters_has_one_thread);
    RUN(process__has_no_thread_left_after_close);
    RUN(process__gets_its_signals_itself);
    RUN(process__keeps_its_signal_handlers);
    RUN(process__survives_a_client_that_hangs_up);
    RUN(process__may_fork);
    return check_result();
}
