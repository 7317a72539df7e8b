/* A host without descriptors: what needs one says so, what needs none goes on, and the page comes back with them. */
#include "fixture.h"
#include "http.h"
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>

static const setting served[] = {{"metrics.reporter.page.factory.class", "prometheus"},
                                 {"metrics.reporter.page.port", "0"},
                                 {NULL, NULL}};

static const char *address_of(const fixture *f)
{
    metra_reporter_info info = {.size = sizeof info};
    CHECK_OK(metra_registry_reporter(f->registry, 0, &info));
    return info.address;
}

static int answer_one(void *userdata, metra_value *value)
{
    (void)userdata;
    value->as.int64 = 1;
    return 1;
}

static void count_shown(void *userdata, const metra_reading *reading)
{
    *(int *)userdata += reading->has_value != 0;
}

static void limit_descriptors(rlim_t limit)
{
    struct rlimit limits;
    CHECK_INT(getrlimit(RLIMIT_NOFILE, &limits), 0);
    limits.rlim_cur = limit;
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &limits), 0);
}

/* Asks over a connection that stays open; whether there was an answer. */
static int is_answered(int connection)
{
    static const char request[] = "HEAD / HTTP/1.1\r\nHost: test\r\n\r\n";
    char answer[1024] = "";
    size_t length = 0;
    if (send(connection, request, sizeof request - 1, MSG_NOSIGNAL) < 0)
        return 0;
    while (length < sizeof answer - 1 && strstr(answer, "\r\n\r\n") == NULL) {
        ssize_t got = recv(connection, answer + length, sizeof answer - 1 - length, 0);
        if (got <= 0)
            return 0;
        length += (size_t)got;
        answer[length] = '\0';
    }
    return strstr(answer, " 200 ") != NULL;
}

/* What needs a descriptor says so, and what needs none goes on. */
static void work_without_descriptors(const fixture *f)
{
    metra_clock *clock = NULL;
    metra_config *config = new_config(served, &clock);
    metra_registry *registry = NULL;
    int shown = 0;
    CHECK_STATUS(metra_registry_new(config, &registry), METRA_ERROR_IO);
    CHECK(registry == NULL);
    CHECK_STATUS(metra_config_load(config, "/dev/null"), METRA_ERROR_IO);
    CHECK_OK(metra_registry_new(NULL, &registry));
    CHECK_OK(metra_registry_close(registry, CLOSE_MS));
    metra_registry_free(registry);
    metra_config_free(config);
    metra_clock_free(clock);

    metra_counter *counter = NULL;
    CHECK_OK(metra_group_counter(f->group, "late", &counter));
    metra_counter_inc(counter, 1);
    metra_counter_free(counter);
    CHECK_OK(metra_group_gauge(f->group, "gauge", answer_one, NULL, NULL, NULL));
    CHECK_OK(metra_registry_collect(f->registry, count_shown, &shown));
    CHECK_INT(shown, 2);
}

/* Processor time that this process takes, in milliseconds, while nothing is to be done. */
static long idle_cost_ms(void)
{
    const struct timespec while_idle = {1, 0};
    const clock_t before = clock();
    nanosleep(&while_idle, NULL);
    return (long)((clock() - before) / (CLOCKS_PER_SEC / 1000));
}

static void run_out_of_descriptors(void)
{
    enum { LIMIT = 64 };
    int taken[LIMIT], count = 0;
    fixture f = open_fixture_with(served);
    int early = http_connect(address_of(&f));
    int late = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in place = http_place(address_of(&f));
    CHECK(is_answered(early));
    limit_descriptors(LIMIT);
    while (count < LIMIT && (taken[count] = open("/dev/null", O_RDONLY)) >= 0)
        count++;
    CHECK(count < LIMIT && errno == EMFILE);

    CHECK_INT(connect(late, (struct sockaddr *)&place, sizeof place), 0);
    CHECK(is_answered(early));
    work_without_descriptors(&f);
    /* A client that cannot be let in does not keep the server busy. */
    CHECK(idle_cost_ms() < 500);
    while (count > 0)
        close(taken[--count]);
    CHECK(is_answered(late));
    close(early);
    close(late);
    close_fixture(&f);
}

static void descriptors__may_run_out(void)
{
    IN_A_CHILD(run_out_of_descriptors);
}

/* Below what the server waits for, poll(2) refuses. */
static void lower_the_limit(void)
{
    enum { CLIENTS = 3 };
    int clients[CLIENTS];
    struct rlimit before;
    fixture f = open_fixture_with(served);
    CHECK_INT(getrlimit(RLIMIT_NOFILE, &before), 0);
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = http_connect(address_of(&f));
        CHECK(is_answered(clients[i]));
    }
    limit_descriptors(2);
    for (int i = 0; i < CLIENTS; i++)
        CHECK(!is_answered(clients[i]) || i == 0);
    limit_descriptors(before.rlim_cur);
    for (int i = 0; i < CLIENTS; i++)
        close(clients[i]);
    char *page = http_get(address_of(&f), "/");
    CHECK_CONTAINS(page, " 200 ");
    free(page);
    close_fixture(&f);
}

static void descriptors__may_become_fewer_than_there_are_clients(void)
{
    IN_A_CHILD(lower_the_limit);
}

int main(void)
{
    RUN(descriptors__may_run_out);
    RUN(descriptors__may_become_fewer_than_there_are_clients);
    return check_result();
}
