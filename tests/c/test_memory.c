/* A process that the system gives no more addresses: registering says so, and what is there goes on. */
#include "fixture.h"

#include <sys/resource.h>

enum { ROOM = 64 << 20, MORE_THAN_FIT = 10000 };

/* The addresses this process has, in bytes. */
static rlim_t addresses(void)
{
    long long kib = 0;
    char line[256];
    FILE *status = fopen("/proc/self/status", "r");
    CHECK(status != NULL);
    while (status != NULL && fgets(line, sizeof line, status) != NULL)
        if (sscanf(line, "VmSize: %lld kB", &kib) == 1)
            break;
    if (status != NULL)
        fclose(status);
    return (rlim_t)kib * 1024;
}

/* Gives the limit that was there before. */
static struct rlimit limit_addresses(rlim_t most)
{
    struct rlimit before = {0, 0};
    CHECK_INT(getrlimit(RLIMIT_AS, &before), 0);
    const struct rlimit now = {most, before.rlim_max};
    CHECK_INT(setrlimit(RLIMIT_AS, &now), 0);
    return before;
}

static metra_status register_histogram(const fixture *f, int number, metra_histogram **out)
{
    char name[16];
    snprintf(name, sizeof name, "h%d", number);
    return metra_group_histogram(f->group, name, out);
}

static void memory__registration_that_finds_none_is_refused_and_the_rest_goes_on(void)
{
    fixture f = open_fixture();
    metra_counter *counter = NULL;
    metra_histogram *histogram = NULL;
    CHECK_OK(metra_group_counter(f.group, "counter", &counter));
    const struct rlimit before = limit_addresses(addresses() + ROOM);
    metra_status status = METRA_OK;
    int registered = 0;
    while (status == METRA_OK && registered < MORE_THAN_FIT) {
        metra_histogram_free(histogram);
        status = register_histogram(&f, registered, &histogram);
        registered += status == METRA_OK;
    }
    CHECK_INT(status, METRA_ERROR_LIMIT);
    CHECK(strstr(metra_last_error(), "memory") != NULL);
    CHECK(histogram == NULL);
    metra_histogram_update(histogram, 1);
    metra_counter_inc(counter, 5);
    CHECK_INT(metra_counter_count(counter), 5);
    CHECK_OK(metra_group_unregister(f.group, "h0"));
    CHECK_OK(register_histogram(&f, 0, &histogram));
    metra_histogram_free(histogram);
    CHECK_INT(setrlimit(RLIMIT_AS, &before), 0);
    CHECK_OK(register_histogram(&f, registered, &histogram));
    metra_histogram_free(histogram);
    metra_counter_free(counter);
    close_fixture(&f);
}

int main(void)
{
    RUN(memory__registration_that_finds_none_is_refused_and_the_rest_goes_on);
    return check_result();
}
