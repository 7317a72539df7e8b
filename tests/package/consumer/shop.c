/* The README's shop with a page for Prometheus, until standard input ends. Prints where it serves. */
#include <metra.h>
#include <stdio.h>

static int queue_length(void *userdata, metra_value *value)
{
    value->as.int64 = *(const int *)userdata;
    return 1;
}

static metra_status start(metra_config *config, metra_registry **out)
{
    metra_status status = metra_config_set(config, "metrics.reporter.page.factory.class", "prometheus");
    if (status == METRA_OK)
        status = metra_config_set(config, "metrics.reporter.page.port", "0");
    return status == METRA_OK ? metra_registry_new(config, out) : status;
}

static metra_status open_shop(metra_registry *registry, int *queue)
{
    metra_root_info info = {.size = sizeof info, .name = "shop"};
    metra_group *shop = NULL;
    metra_counter *orders = NULL;
    metra_status status = metra_registry_root(registry, &info, &shop);
    if (status == METRA_OK)
        status = metra_group_counter(shop, "orders", &orders);
    if (status == METRA_OK)
        status = metra_group_gauge(shop, "queue", queue_length, queue, NULL, NULL);
    metra_counter_inc(orders, 2);
    metra_counter_free(orders);
    metra_group_free(shop);
    return status;
}

int main(void)
{
    metra_config *config = NULL;
    metra_registry *registry = NULL;
    metra_reporter_info page = {.size = sizeof page};
    int queue = 3;
    int failed = metra_config_new(&config) != METRA_OK || start(config, &registry) != METRA_OK ||
                 open_shop(registry, &queue) != METRA_OK || metra_registry_reporter(registry, 0, &page) != METRA_OK;
    if (failed) {
        fprintf(stderr, "%s\n", metra_last_error());
    } else {
        printf("%s\n", page.address);
        fflush(stdout);
        while (getchar() != EOF) {
        }
        failed = metra_registry_close(registry, 5000) != METRA_OK;
    }
    metra_registry_free(registry);
    metra_config_free(config);
    return failed;
}
