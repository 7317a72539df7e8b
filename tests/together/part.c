/* C's part: what part.py and Part.java do, through metra.h. */
#include <metra.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static metra_registry *registry;
static metra_group *shared, *own;
static metra_counter *calls;
static char line[1024];

static int answer(void *userdata, metra_value *value)
{
    (void)userdata;
    value->as.int64 = 1;
    return 1;
}

static metra_status root(metra_group **out)
{
    metra_root_info info = {sizeof info, "together", NULL, 0};
    return metra_registry_root(registry, &info, out);
}

/* Visits the group that was handed over, and the same one as the default registry has it. */
static metra_status visit(metra_group *group)
{
    metra_counter *counter = NULL;
    metra_status status = metra_group_counter(group, "visits", &counter);
    metra_counter_inc(counter, 1);
    metra_counter_free(counter);
    return status;
}

static metra_status visit_both(void)
{
    metra_group *same = NULL;
    metra_status status = root(&same);
    status = status == METRA_OK ? visit(same) : status;
    metra_group_free(same);
    return status == METRA_OK ? visit(shared) : status;
}

static metra_status register_metrics(void)
{
    metra_status status = metra_group_add_group(shared, "language", "c", &own);
    status = status == METRA_OK ? metra_group_counter(own, "calls", &calls) : status;
    metra_counter_inc(calls, 10);
    return status == METRA_OK ? metra_group_gauge(own, "answer", answer, NULL, NULL, NULL) : status;
}

static metra_status join(uint64_t token)
{
    metra_status status = registry == NULL ? metra_registry_default(&registry) : METRA_OK;
    if (status == METRA_OK)
        status = token == 0 ? root(&shared) : metra_group_from_token(token, &shared);
    status = status == METRA_OK ? visit_both() : status;
    status = status == METRA_OK ? register_metrics() : status;
    snprintf(line, sizeof line, "%" PRIu64, metra_group_token(shared));
    return status;
}

static metra_status where(void)
{
    metra_reporter_info info = {.size = sizeof info};
    metra_status status = metra_registry_reporter(registry, 0, &info);
    snprintf(line, sizeof line, "%s", info.address == NULL ? "nowhere" : info.address);
    return status;
}

/* Makes a registry of C's own the one that all languages share. */
static metra_status configure(void)
{
    static const char factory[] = "metrics.reporter.page.factory.class";
    metra_config *config = NULL;
    metra_status status = metra_config_new(&config);
    status = status == METRA_OK ? metra_config_set(config, factory, "prometheus") : status;
    status = status == METRA_OK ? metra_config_set(config, "metrics.reporter.page.port", "0") : status;
    status = status == METRA_OK ? metra_config_set(config, "metrics.gauge.timeout", "1 min") : status;
    status = status == METRA_OK ? metra_registry_new(config, &registry) : status;
    metra_config_free(config);
    return status == METRA_OK ? metra_registry_set_default(registry) : status;
}

static metra_status leave(void)
{
    metra_status status = own == NULL ? METRA_OK : metra_group_close(own);
    metra_counter_free(calls);
    metra_group_free(own);
    metra_group_free(shared);
    metra_registry_free(registry);
    calls = NULL;
    own = shared = NULL;
    registry = NULL;
    return status;
}

static metra_status close_registry(void)
{
    metra_registry *closing = NULL;
    metra_status status = metra_registry_default(&closing);
    status = status == METRA_OK ? metra_registry_close(closing, 10000) : status;
    metra_registry_free(closing);
    return status;
}

static metra_status play_verb(const char *verb, uint64_t token)
{
    if (strcmp(verb, "join") == 0) return join(token);
    if (strcmp(verb, "where") == 0) return where();
    if (strcmp(verb, "configure") == 0) return configure();
    if (strcmp(verb, "leave") == 0) return leave();
    if (strcmp(verb, "close") == 0) return close_registry();
    return METRA_ERROR_INVALID_ARGUMENT;
}

const char *play(const char *verb, uint64_t token)
{
    snprintf(line, sizeof line, "ok");
    metra_status status = play_verb(verb, token);
    if (status != METRA_OK)
        snprintf(line, sizeof line, "error: %s: %s", metra_status_name(status), metra_last_error());
    return line;
}
