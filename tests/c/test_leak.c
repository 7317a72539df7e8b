/*
 * A million groups with a counter each, added and closed while two threads update and one scrapes: memory, threads and
 * descriptors are at the end what they were after the first hundred thousand. METRA_TEST_GROUPS=<n> takes n instead.
 */
#include "fixture.h"
#include "http.h"
#include "process.h"

#include <pthread.h>

enum { NOISE_KIB = 512 };

enum { GROUPS = 1000000, WARM_UP_PART = 10, UPDATERS = 2 };

static const setting served[] = {{"metrics.reporter.page.factory.class", "prometheus"},
                                 {"metrics.reporter.page.port", "0"},
                                 {NULL, NULL}};

/* What all threads share. */
typedef struct site {
    fixture f;
    char address[64];
    pthread_mutex_t lock;
    /* The counter of the group of the moment; its handle is freed under the lock. */
    metra_counter *counter;
    int over;
    int updates;
    int scrapes;
    int bad_scrapes;
} site;

static int is_over(site *s)
{
    return __atomic_load_n(&s->over, __ATOMIC_ACQUIRE);
}

static void *update(void *argument)
{
    site *s = argument;
    while (!is_over(s)) {
        pthread_mutex_lock(&s->lock);
        for (int i = 0; i < 10; i++)
            metra_counter_inc(s->counter, 1);
        pthread_mutex_unlock(&s->lock);
        __atomic_fetch_add(&s->updates, 1, __ATOMIC_RELAXED);
    }
    return NULL;
}

static void *scrape(void *argument)
{
    site *s = argument;
    while (!is_over(s)) {
        char *page = http_get(s->address, "/metrics");
        s->bad_scrapes += strstr(page, "app_lasting 1\n") == NULL;
        free(page);
        __atomic_fetch_add(&s->scrapes, 1, __ATOMIC_RELAXED);
        process_pause();
    }
    return NULL;
}

/* One group of a name that was never there, with a counter; updated, closed, and updated a while longer. */
static int come_and_go(site *s, int number)
{
    char name[32];
    metra_group *group = NULL;
    metra_counter *counter = NULL;
    snprintf(name, sizeof name, "group-%d", number);
    int failures = metra_group_add_group(s->f.group, number % 2 == 0 ? "key" : name, name, &group) != METRA_OK;
    failures += metra_group_counter(group, name, &counter) != METRA_OK;
    pthread_mutex_lock(&s->lock);
    metra_counter_free(s->counter);
    s->counter = counter;
    pthread_mutex_unlock(&s->lock);
    failures += metra_group_close(group) != METRA_OK;
    metra_group_free(group);
    return failures;
}

/* Resident memory in KiB. */
static long resident_kib(void)
{
    char line[256];
    long kib = 0;
    FILE *file = fopen("/proc/self/status", "r");
    CHECK(file != NULL);
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        sscanf(line, "VmRSS: %ld kB", &kib);
    if (file != NULL)
        fclose(file);
    CHECK(kib > 0);
    return kib;
}

static int group_count(void)
{
    const char *wanted = getenv("METRA_TEST_GROUPS");
    return wanted == NULL ? GROUPS : atoi(wanted);
}

static void groups__come_and_go_without_a_trace(void)
{
    static site s;
    pthread_t threads[UPDATERS + 1];
    metra_counter *lasting = NULL;
    metra_reporter_info info = {.size = sizeof info};
    s.f = open_fixture_with(served);
    pthread_mutex_init(&s.lock, NULL);
    CHECK_OK(metra_registry_reporter(s.f.registry, 0, &info));
    snprintf(s.address, sizeof s.address, "%s", info.address);
    CHECK_OK(metra_group_counter(s.f.group, "lasting", &lasting));
    metra_counter_inc(lasting, 1);
    for (int i = 0; i < UPDATERS + 1; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, i < UPDATERS ? update : scrape, &s), 0);

    const int groups = group_count();
    int failures = 0, thread_count = 0;
    long before = 0;
    for (int i = 0; i < groups; i++) {
        failures += come_and_go(&s, i);
        if (i == groups / WARM_UP_PART) {
            before = resident_kib();
            thread_count = process_threads();
        }
    }
    const long after = resident_kib();
    CHECK_INT(process_threads(), thread_count);
    __atomic_store_n(&s.over, 1, __ATOMIC_RELEASE);
    for (int i = 0; i < UPDATERS + 1; i++)
        pthread_join(threads[i], NULL);
    printf("%d groups, %d scrapes, %d updates: %ld KiB, then %ld KiB\n", groups, s.scrapes, s.updates, before, after);
    CHECK_INT(failures, 0);
    CHECK_INT(s.bad_scrapes, 0);
    CHECK(s.scrapes > 10 && s.updates > 1000);
    /* A twentieth, or what malloc's arenas differ by from run to run: half a byte for each group. */
    CHECK(after <= before + (before / 20 > NOISE_KIB ? before / 20 : NOISE_KIB));
    metra_counter_free(s.counter);
    metra_counter_free(lasting);
    close_fixture(&s.f);
}

static void process__is_afterwards_what_it_was(void)
{
    const int descriptors = process_descriptors();
    groups__come_and_go_without_a_trace();
    CHECK_INT(process_threads_down_to(1), 1);
    CHECK_INT(process_descriptors(), descriptors);
}

int main(void)
{
    RUN(process__is_afterwards_what_it_was);
    return check_result();
}
