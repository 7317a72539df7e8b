/* A registry on a clock that stands still, with one group: what most behaviours begin with. */
#ifndef FIXTURE_H
#define FIXTURE_H

#include "check.h"

typedef struct fixture {
    metra_clock *clock;
    metra_registry *registry;
    /* The plain root "app". */
    metra_group *group;
} fixture;

/* One entry of a configuration; a list of them ends with {NULL, NULL}. */
typedef struct setting {
    const char *key;
    const char *value;
} setting;

/* Milliseconds between two ticks, which move meters and histograms on. */
enum { TICK_MS = 5000 };

/* How long a registry may take to close before a test calls it stuck. */
enum { CLOSE_MS = 10000 };

/* A configuration of these settings on a manual clock; both owned. */
static inline metra_config *new_config(const setting *settings, metra_clock **clock_out)
{
    metra_config *config = NULL;
    *clock_out = NULL;
    CHECK_OK(metra_clock_new(clock_out));
    CHECK_OK(metra_config_new(&config));
    CHECK_OK(metra_config_set_clock(config, *clock_out));
    for (; settings != NULL && settings->key != NULL; settings++)
        CHECK_OK(metra_config_set(config, settings->key, settings->value));
    return config;
}

/* The plain root `name` without variables; owned. */
static inline metra_group *new_root(metra_registry *registry, const char *name)
{
    metra_root_info info = {sizeof info, name, NULL, 0};
    metra_group *group = NULL;
    CHECK_OK(metra_registry_root(registry, &info, &group));
    return group;
}

/* Starts a registry from a configuration, which is freed. */
static inline fixture open_configured(metra_config *config, metra_clock *clock)
{
    fixture f = {clock, NULL, NULL};
    CHECK_OK(metra_registry_new(config, &f.registry));
    metra_config_free(config);
    f.group = new_root(f.registry, "app");
    return f;
}

static inline fixture open_fixture_with(const setting *settings)
{
    metra_clock *clock;
    metra_config *config = new_config(settings, &clock);
    return open_configured(config, clock);
}

static inline fixture open_fixture(void)
{
    return open_fixture_with(NULL);
}

static inline void close_fixture(fixture *f)
{
    CHECK_OK(metra_registry_close(f->registry, CLOSE_MS));
    metra_group_free(f->group);
    metra_registry_free(f->registry);
    metra_clock_free(f->clock);
}

/* Lets `count` ticks go by. A metric is known to the tick from the first one after its registration. */
static inline void tick(const fixture *f, int count)
{
    CHECK_OK(metra_clock_advance(f->clock, (uint64_t)count * TICK_MS));
}

/* Delivers what reporters have not been told yet, without letting time go by. */
static inline void deliver(const fixture *f)
{
    CHECK_OK(metra_clock_advance(f->clock, 0));
}

#endif
