/* Reading from outside: metra_registry_collect shows everything, metra_registry_write spells it in a format. */
#include "fixture.h"

#include <stdint.h>
#include <stdlib.h>

/* What a collection showed, one line per metric. */
typedef struct listing {
    char text[8192];
    int metrics;
    uint64_t last_id;
} listing;

static void append(listing *l, const char *text)
{
    strncat(l->text, text, sizeof l->text - strlen(l->text) - 1);
}

static void append_gauge(listing *l, const metra_reading *reading)
{
    const metra_value *value = &reading->as.gauge;
    char line[128];
    if (!reading->has_value)
        snprintf(line, sizeof line, "nothing");
    else if (value->type == METRA_VALUE_INT64)
        snprintf(line, sizeof line, "%lld", (long long)value->as.int64);
    else if (value->type == METRA_VALUE_DOUBLE)
        snprintf(line, sizeof line, "%g", value->as.float64);
    else if (value->type == METRA_VALUE_BOOL)
        snprintf(line, sizeof line, "%s", value->as.boolean ? "true" : "false");
    else
        snprintf(line, sizeof line, "'%s'", value->as.text);
    append(l, line);
}

static void append_value(listing *l, const metra_reading *reading)
{
    char line[256] = "";
    switch (reading->metric->type) {
    case METRA_METRIC_COUNTER:
    case METRA_METRIC_MONOTONIC_COUNTER:
        snprintf(line, sizeof line, "%lld", (long long)reading->as.count);
        break;
    case METRA_METRIC_GAUGE:
        append_gauge(l, reading);
        break;
    case METRA_METRIC_DISTRIBUTION: {
        const metra_distribution_reading *d = &reading->as.distribution;
        snprintf(line, sizeof line, "%lld values %lld..%lld mean %g", (long long)d->count, (long long)d->min,
                 (long long)d->max, d->mean);
        break;
    }
    case METRA_METRIC_METER:
        snprintf(line, sizeof line, "%lld events %g/s", (long long)reading->as.meter.count, reading->as.meter.rate);
        break;
    case METRA_METRIC_HISTOGRAM: {
        const metra_histogram_reading *h = &reading->as.histogram;
        snprintf(line, sizeof line, "%lld values p50 %g", (long long)h->count, h->p50);
        break;
    }
    default:
        snprintf(line, sizeof line, "unknown type %d", (int)reading->metric->type);
    }
    append(l, line);
}

static void list(void *userdata, const metra_reading *reading)
{
    listing *l = userdata;
    CHECK(reading->size >= sizeof *reading);
    CHECK(reading->metric->size >= sizeof *reading->metric);
    CHECK(reading->metric->id > l->last_id);
    l->last_id = reading->metric->id;
    l->metrics++;
    append(l, reading->metric->identifier);
    append(l, " = ");
    append_value(l, reading);
    append(l, "\n");
}

static int two_point_five(void *userdata, metra_value *value)
{
    (void)userdata;
    value->type = METRA_VALUE_DOUBLE;
    value->as.float64 = 2.5;
    return 1;
}

static int nothing(void *userdata, metra_value *value)
{
    (void)userdata;
    (void)value;
    return 0;
}

static void collect__shows_every_type_in_order(void)
{
    fixture f = open_fixture();
    metra_counter *counter = NULL;
    metra_monotonic_counter *monotonic = NULL;
    metra_gauge *text = NULL, *flag = NULL;
    metra_distribution *distribution = NULL;
    metra_meter *meter = NULL;
    metra_histogram *histogram = NULL;
    CHECK_OK(metra_group_counter(f.group, "counter", &counter));
    CHECK_OK(metra_group_monotonic_counter(f.group, "monotonic", &monotonic));
    CHECK_OK(metra_group_gauge(f.group, "asked", two_point_five, NULL, NULL, NULL));
    CHECK_OK(metra_group_gauge(f.group, "silent", nothing, NULL, NULL, NULL));
    CHECK_OK(metra_group_settable_gauge(f.group, "text", METRA_VALUE_TEXT, &text));
    CHECK_OK(metra_group_settable_gauge(f.group, "flag", METRA_VALUE_BOOL, &flag));
    CHECK_OK(metra_group_distribution(f.group, "distribution", &distribution));
    CHECK_OK(metra_group_meter(f.group, "meter", 5, &meter));
    CHECK_OK(metra_group_histogram(f.group, "histogram", &histogram));
    tick(&f, 1);
    metra_counter_inc(counter, -3);
    metra_monotonic_counter_inc(monotonic, 4);
    metra_gauge_set_text(text, "running");
    metra_gauge_set_bool(flag, 1);
    metra_distribution_update(distribution, 10);
    metra_distribution_update(distribution, 20);
    metra_meter_mark_event(meter, 10);
    metra_histogram_update(histogram, 7);
    tick(&f, 1);

    listing l = {.metrics = 0};
    CHECK_OK(metra_registry_collect(f.registry, list, &l));
    CHECK_TEXT(l.text, "app.counter = -3\n"
                       "app.monotonic = 4\n"
                       "app.asked = 2.5\n"
                       "app.silent = nothing\n"
                       "app.text = 'running'\n"
                       "app.flag = true\n"
                       "app.distribution = 2 values 10..20 mean 15\n"
                       "app.meter = 10 events 2/s\n"
                       "app.histogram = 1 values p50 7\n");
    metra_losses losses = {.size = sizeof losses};
    CHECK_OK(metra_registry_losses(f.registry, &losses));
    CHECK_INT(losses.gauge_failures, 1);

    metra_counter_free(counter);
    metra_monotonic_counter_free(monotonic);
    metra_gauge_free(text);
    metra_gauge_free(flag);
    metra_distribution_free(distribution);
    metra_meter_free(meter);
    metra_histogram_free(histogram);
    close_fixture(&f);
}

static void check_identity(void *userdata, const metra_reading *reading)
{
    const metra_metric_info *metric = reading->metric;
    ++*(int *)userdata;
    CHECK_TEXT(metric->name, "hits");
    CHECK_TEXT(metric->identifier, "app.region.eu.cache.hits");
    CHECK_TEXT(metric->logical_scope, "app.region.cache");
    CHECK_INT(metric->variables_len, 1);
    CHECK_TEXT(metric->variables[0].key, "<region>");
    CHECK_TEXT(metric->variables[0].value, "eu");
}

static void collect__tells_identity_and_variables(void)
{
    fixture f = open_fixture();
    metra_group *region = NULL, *cache = NULL;
    metra_counter *hits = NULL;
    CHECK_OK(metra_group_add_group(f.group, "region", "eu", &region));
    CHECK_OK(metra_group_add_group(region, "cache", NULL, &cache));
    CHECK_OK(metra_group_counter(cache, "hits", &hits));
    int seen = 0;
    CHECK_OK(metra_registry_collect(f.registry, check_identity, &seen));
    CHECK_INT(seen, 1);
    metra_counter_free(hits);
    metra_group_free(cache);
    metra_group_free(region);
    close_fixture(&f);
}

static void register_more(void *userdata, const metra_reading *reading)
{
    const fixture *f = userdata;
    metra_counter *counter = NULL;
    CHECK_TEXT(reading->metric->name, "first");
    CHECK_OK(metra_group_counter(f->group, "second", &counter));
    metra_counter_inc(counter, 1);
    metra_counter_free(counter);
    CHECK_OK(metra_group_unregister(f->group, "first"));
}

static void collect__visitor_may_change_the_registry(void)
{
    fixture f = open_fixture();
    metra_counter *counter = NULL;
    CHECK_OK(metra_group_counter(f.group, "first", &counter));
    CHECK_OK(metra_registry_collect(f.registry, register_more, &f));
    listing l = {.metrics = 0};
    CHECK_OK(metra_registry_collect(f.registry, list, &l));
    CHECK_TEXT(l.text, "app.second = 1\n");
    metra_counter_free(counter);
    close_fixture(&f);
}

/* A reading from inside a gauge's callback. */
typedef struct inside {
    metra_registry *registry;
    listing seen;
    int collect_status;
    int write_status;
} inside;

static int discard(void *userdata, const char *bytes, size_t len)
{
    (void)userdata;
    (void)bytes;
    (void)len;
    return 0;
}

static int collect_from_inside(void *userdata, metra_value *value)
{
    inside *i = userdata;
    i->seen.text[0] = '\0';
    i->seen.last_id = 0;
    i->collect_status = metra_registry_collect(i->registry, list, &i->seen);
    i->write_status = metra_registry_write(i->registry, METRA_FORMAT_PROMETHEUS, discard, NULL);
    value->as.int64 = 1;
    return 1;
}

static void collect__inside_a_gauge_leaves_gauges_out(void)
{
    fixture f = open_fixture();
    inside i = {.registry = f.registry};
    metra_counter *counter = NULL;
    metra_gauge *settable = NULL, *gauge = NULL;
    CHECK_OK(metra_group_counter(f.group, "counter", &counter));
    CHECK_OK(metra_group_settable_gauge(f.group, "settable", METRA_VALUE_INT64, &settable));
    CHECK_OK(metra_group_gauge(f.group, "inside", collect_from_inside, &i, NULL, &gauge));
    metra_value value;
    CHECK_OK(metra_registry_read_gauge(f.registry, gauge, &value));
    CHECK_STATUS(i.collect_status, METRA_ERROR_BUSY);
    CHECK_STATUS(i.write_status, METRA_ERROR_BUSY);
    CHECK_TEXT(i.seen.text, "app.counter = 0\napp.settable = 0\n");
    metra_counter_free(counter);
    metra_gauge_free(settable);
    metra_gauge_free(gauge);
    close_fixture(&f);
}

static void collect__after_close_shows_nothing(void)
{
    fixture f = open_fixture();
    metra_counter *counter = NULL;
    CHECK_OK(metra_group_counter(f.group, "counter", &counter));
    CHECK_OK(metra_registry_close(f.registry, CLOSE_MS));
    listing l = {.metrics = 0};
    CHECK_OK(metra_registry_collect(f.registry, list, &l));
    CHECK_INT(l.metrics, 0);
    metra_counter_free(counter);
    close_fixture(&f);
}

/* A page that grows as it is written. */
typedef struct page {
    char *text;
    size_t length;
    int calls;
} page;

static int extend(void *userdata, const char *bytes, size_t len)
{
    page *p = userdata;
    p->calls++;
    p->text = realloc(p->text, p->length + len + 1);
    memcpy(p->text + p->length, bytes, len);
    p->length += len;
    p->text[p->length] = '\0';
    return 0;
}

static int stop_at_once(void *userdata, const char *bytes, size_t len)
{
    (void)bytes;
    (void)len;
    ++*(int *)userdata;
    return 1;
}

static void write__gives_the_prometheus_page(void)
{
    fixture f = open_fixture();
    metra_group *region = NULL;
    metra_monotonic_counter *orders = NULL;
    CHECK_OK(metra_group_add_group(f.group, "region", "eu", &region));
    CHECK_OK(metra_group_monotonic_counter(region, "orders", &orders));
    metra_monotonic_counter_inc(orders, 12);
    page p = {NULL, 0, 0};
    CHECK_OK(metra_registry_write(f.registry, METRA_FORMAT_PROMETHEUS, extend, &p));
    CHECK_CONTAINS(p.text, "# TYPE app_region_orders_total counter\n");
    CHECK_CONTAINS(p.text, "app_region_orders_total{region=\"eu\"");
    CHECK_CONTAINS(p.text, " 12\n");
    free(p.text);

    int calls = 0;
    CHECK_OK(metra_registry_write(f.registry, METRA_FORMAT_PROMETHEUS, stop_at_once, &calls));
    CHECK_INT(calls, 1);
    CHECK_STATUS(metra_registry_write(f.registry, 99, discard, NULL), METRA_ERROR_INVALID_ARGUMENT);
    CHECK_CONTAINS(metra_last_error(), "99");
    metra_monotonic_counter_free(orders);
    metra_group_free(region);
    close_fixture(&f);
}

int main(void)
{
    RUN(collect__shows_every_type_in_order);
    RUN(collect__tells_identity_and_variables);
    RUN(collect__visitor_may_change_the_registry);
    RUN(collect__inside_a_gauge_leaves_gauges_out);
    RUN(collect__after_close_shows_nothing);
    RUN(write__gives_the_prometheus_page);
    return check_result();
}
