/*
 * The host of test_fire.py: serves a page of many counters while a thread goes on counting. Prints where it listens;
 * for every line of its standard input it prints how much was counted, and at its end it closes its registry.
 */
#include <metra.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { COUNTERS = 5000, CLOSE_MS = 10000 };

static int over;

static void must(metra_status status)
{
    if (status == METRA_OK)
        return;
    fprintf(stderr, "%s: %s\n", metra_status_name(status), metra_last_error());
    exit(EXIT_FAILURE);
}

static void *count(void *argument)
{
    while (!__atomic_load_n(&over, __ATOMIC_ACQUIRE))
        metra_counter_inc(argument, 1);
    return NULL;
}

static int answer(void *userdata, metra_value *value)
{
    (void)userdata;
    value->as.int64 = 1;
    return 1;
}

static metra_registry *start(void)
{
    metra_config *config = NULL;
    metra_registry *registry = NULL;
    must(metra_config_new(&config));
    must(metra_config_set(config, "metrics.reporter.page.factory.class", "prometheus"));
    must(metra_config_set(config, "metrics.reporter.page.port", "0"));
    must(metra_registry_new(config, &registry));
    metra_config_free(config);
    return registry;
}

static metra_counter *register_all(metra_group *app)
{
    metra_counter *counter = NULL;
    char name[64];
    for (int i = 0; i < COUNTERS; i++) {
        snprintf(name, sizeof name, "counter_with_a_name_of_ordinary_length_%d", i);
        must(metra_group_counter(app, name, &counter));
        metra_counter_free(counter);
    }
    must(metra_group_gauge(app, "gauge", answer, NULL, NULL, NULL));
    must(metra_group_counter(app, "counted", &counter));
    return counter;
}

int main(void)
{
    metra_registry *registry = start();
    metra_root_info info = {.size = sizeof info, .name = "app"};
    metra_reporter_info reporter = {.size = sizeof reporter};
    metra_group *app = NULL;
    pthread_t thread;
    must(metra_registry_root(registry, &info, &app));
    metra_counter *counter = register_all(app);
    must(metra_registry_reporter(registry, 0, &reporter));
    if (pthread_create(&thread, NULL, count, counter) != 0)
        return EXIT_FAILURE;
    printf("%s\n", reporter.address);
    fflush(stdout);
    for (int byte = getchar(); byte != EOF; byte = getchar()) {
        printf("%lld\n", (long long)metra_counter_count(counter));
        fflush(stdout);
    }
    __atomic_store_n(&over, 1, __ATOMIC_RELEASE);
    pthread_join(thread, NULL);
    must(metra_registry_close(registry, CLOSE_MS));
    metra_counter_free(counter);
    metra_group_free(app);
    metra_registry_free(registry);
    return EXIT_SUCCESS;
}
