/* The shortest useful program: a registry, a root, a counter, and what they say. */
#include <metra.h>
#include <stdio.h>

static int print_page(void *userdata, const char *bytes, size_t len)
{
    return fwrite(bytes, 1, len, userdata) < len;
}

int main(void)
{
    metra_registry *registry = NULL;
    metra_group *shop = NULL, *region = NULL;
    metra_counter *orders = NULL;
    metra_root_info info = {.size = sizeof info, .name = "shop"};

    if (metra_registry_new(NULL, &registry) != METRA_OK || metra_registry_root(registry, &info, &shop) != METRA_OK ||
        metra_group_add_group(shop, "region", "eu", &region) != METRA_OK ||
        metra_group_counter(region, "orders", &orders) != METRA_OK)
        fprintf(stderr, "going on without metrics: %s\n", metra_last_error());

    /* Nothing here has to be checked: on NULL an update does nothing. */
    metra_counter_inc(orders, 2);
    metra_counter_inc(orders, 1);

    char identifier[64];
    metra_group_metric_identifier(region, "orders", identifier, sizeof identifier);
    printf("%s is %lld\n", identifier, (long long)metra_counter_count(orders));
    if (metra_registry_write(registry, METRA_FORMAT_PROMETHEUS, print_page, stdout) != METRA_OK)
        fprintf(stderr, "not written: %s\n", metra_last_error());

    metra_counter_free(orders);
    metra_group_free(region);
    metra_group_free(shop);
    metra_registry_free(registry);
    return 0;
}
