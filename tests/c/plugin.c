/* A plugin with a static copy of metra. The host takes `plugin_functions` with dlsym. */
#include "plugin.h"

#include <metra.h>
#include <stddef.h>

/* A registry in which something is registered. */
typedef struct session {
    metra_registry *registry;
    metra_group *group;
    metra_counter *counter;
} session;

static session started, begun;

static metra_group *new_root(metra_registry *from)
{
    metra_root_info info = {sizeof info, "plugin", NULL, 0};
    metra_group *root = NULL;
    return metra_registry_root(from, &info, &root) == METRA_OK ? root : NULL;
}

static int close_session(session *s)
{
    metra_status status = metra_registry_close(s->registry, 10000);
    metra_counter_free(s->counter);
    metra_group_free(s->group);
    metra_registry_free(s->registry);
    *s = (session){NULL, NULL, NULL};
    return status == METRA_OK;
}

static int begin(void)
{
    if (metra_registry_new(NULL, &begun.registry) != METRA_OK)
        return 0;
    begun.group = new_root(begun.registry);
    return metra_group_counter(begun.group, "events", &begun.counter) == METRA_OK;
}

static void update(void)
{
    metra_counter_inc(begun.counter, 1);
}

static int end(void)
{
    const int counted = (int)metra_counter_count(begun.counter);
    return close_session(&begun) ? counted : -1;
}

static int count(void)
{
    if (!begin())
        return -1;
    for (int i = 0; i < 7; i++)
        update();
    return end();
}

static int answer(void *userdata, metra_value *value)
{
    (void)userdata;
    value->as.int64 = 5;
    return 1;
}

static metra_status configure(metra_config *config)
{
    metra_status status = metra_config_set(config, "metrics.reporter.page.factory.class", "prometheus");
    return status != METRA_OK ? status : metra_config_set(config, "metrics.reporter.page.port", "0");
}

static const char *start(void)
{
    metra_config *config = NULL;
    metra_meter *meter = NULL;
    metra_reporter_info info = {.size = sizeof info};
    if (metra_config_new(&config) != METRA_OK || configure(config) != METRA_OK)
        return NULL;
    metra_status status = metra_registry_new(config, &started.registry);
    metra_config_free(config);
    if (status != METRA_OK)
        return NULL;
    started.group = new_root(started.registry);
    if (metra_group_gauge(started.group, "gauge", answer, NULL, NULL, NULL) != METRA_OK ||
        metra_group_meter(started.group, "meter", 5, &meter) != METRA_OK ||
        metra_registry_reporter(started.registry, 0, &info) != METRA_OK)
        return NULL;
    metra_meter_free(meter);
    return info.address;
}

static int stop(void)
{
    return close_session(&started);
}

extern const plugin plugin_functions;
const plugin plugin_functions = {count, start, stop, begin, update, end};
