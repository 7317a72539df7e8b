/* A reporter of one's own: it is told of every metric, and called with their values at an interval. */
#include <metra.h>
#include <stdio.h>

static void on_added(void *userdata, const metra_reporter_info *self, const metra_metric_info *metric)
{
    fprintf(userdata, "%s: there is %s now\n", self->name, metric->identifier);
}

static void print_counter(void *userdata, const metra_reading *reading)
{
    if (reading->metric->type == METRA_METRIC_COUNTER)
        fprintf(userdata, "  %s = %lld\n", reading->metric->identifier, (long long)reading->as.count);
}

/* All functions of a reporter run on its own thread, one after the other. */
static void on_report(void *userdata, const metra_reporter_info *self, const metra_report *report)
{
    fprintf(userdata, "%s reports:\n", self->name);
    metra_report_collect(report, print_counter, userdata);
}

int main(void)
{
    metra_reporter printer = {.size = sizeof printer, .userdata = stdout, .added = on_added, .report = on_report};
    metra_config *config = NULL;
    metra_registry *registry = NULL;
    metra_group *app = NULL;
    metra_counter *events = NULL;
    metra_root_info info = {.size = sizeof info, .name = "app"};

    /* Two reporters of the class, each with keys of its own. A file such as Flink's config.yaml does as well. */
    if (metra_config_new(&config) != METRA_OK ||
        metra_config_add_reporter(config, "com.example.Printer", &printer) != METRA_OK ||
        metra_config_set(config, "metrics.reporter.often.factory.class", "com.example.Printer") != METRA_OK ||
        metra_config_set(config, "metrics.reporter.often.interval", "50 ms") != METRA_OK ||
        metra_config_set(config, "metrics.reporter.quiet.factory.class", "com.example.Printer") != METRA_OK ||
        metra_config_set(config, "metrics.reporter.quiet.filter.excludes", "*") != METRA_OK ||
        metra_registry_new(config, &registry) != METRA_OK || metra_registry_root(registry, &info, &app) != METRA_OK ||
        metra_group_counter(app, "events", &events) != METRA_OK)
        fprintf(stderr, "going on without metrics: %s\n", metra_last_error());
    metra_config_free(config);

    metra_counter_inc(events, 42);

    /* Closing brings a last report, so that nothing counted is lost. */
    if (metra_registry_close(registry, 5000) != METRA_OK)
        fprintf(stderr, "not closed: %s\n", metra_last_error());
    metra_counter_free(events);
    metra_group_free(app);
    metra_registry_free(registry);
    return 0;
}
