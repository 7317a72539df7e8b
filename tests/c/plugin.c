/* A plugin with a static copy of metra. The host takes `plugin_functions` with dlsym. */
#include "plugin.h"

#include <metra.h>
#include <stddef.h>

static metra_registry *registry;
static metra_group *group;

static metra_group *new_root(metra_registry *from)
{
    metra_root_info info = {sizeof info, "plugin", NULL, 0};
    metra_group *root = NULL;
    return metra_registry_root(from, &info, &root) == METRA_OK ? root : NULL;
}

static int count(void)
{
    metra_registry *short_lived = NULL;
    metra_counter *counter = NULL;
    if (metra_registry_new(NULL, &short_lived) != METRA_OK)
        return -1;
    metra_group *root = new_root(short_lived);
    metra_status status = metra_group_counter(root, "events", &counter);
    metra_counter_inc(counter, status == METRA_OK ? 7 : 0);
    const int counted = (int)metra_counter_count(counter);
    metra_counter_free(counter);
    metra_group_free(root);
    status = metra_registry_close(short_lived, 10000);
    metra_registry_free(short_lived);
    return status == METRA_OK ? counted : -1;
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
    metra_status status = metra_registry_new(config, &registry);
    metra_config_free(config);
    if (status != METRA_OK)
        return NULL;
    group = new_root(registry);
    if (metra_group_gauge(group, "gauge", answer, NULL, NULL, NULL) != METRA_OK ||
        metra_group_meter(group, "meter", 5, &meter) != METRA_OK ||
        metra_registry_reporter(registry, 0, &info) != METRA_OK)
        return NULL;
    metra_meter_free(meter);
    return info.address;
}

static int stop(void)
{
    metra_status status = metra_registry_close(registry, 10000);
    metra_group_free(group);
    metra_registry_free(registry);
    registry = NULL;
    group = NULL;
    return status == METRA_OK;
}

extern const plugin plugin_functions;
const plugin plugin_functions = {count, start, stop};
