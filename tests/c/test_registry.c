/* Registries: start, limits, losses, close, and the default one of a process. */
#include "fixture.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void registry__without_configuration_works(void)
{
    metra_registry *registry = NULL;
    CHECK_OK(metra_registry_new(NULL, &registry));
    CHECK_INT(metra_registry_reporter_count(registry), 0);
    metra_group *group = new_root(registry, "app");
    metra_counter *counter = NULL;
    CHECK_OK(metra_group_counter(group, "events", &counter));
    metra_counter_free(counter);
    metra_group_free(group);
    CHECK_OK(metra_registry_close(registry, CLOSE_MS));
    metra_registry_free(registry);
}

static void registry__closes_for_good(void)
{
    fixture f = open_fixture();
    metra_counter *counter = NULL;
    CHECK_OK(metra_group_counter(f.group, "events", &counter));
    CHECK_OK(metra_registry_close(f.registry, CLOSE_MS));
    CHECK_OK(metra_registry_close(f.registry, CLOSE_MS));
    CHECK(metra_group_is_closed(f.group));

    metra_group *group = NULL;
    metra_root_info info = {sizeof info, "late", NULL, 0};
    CHECK_STATUS(metra_registry_root(f.registry, &info, &group), METRA_ERROR_CLOSED);
    CHECK_CONTAINS(metra_last_error(), "closed");
    metra_counter *late = NULL;
    CHECK_STATUS(metra_group_counter(f.group, "late", &late), METRA_ERROR_CLOSED);
    metra_counter_inc(counter, 2);
    CHECK_INT(metra_counter_count(counter), 2);
    metra_counter_free(counter);
    close_fixture(&f);
}

static void registry__freed_without_close_ends_by_itself(void)
{
    const setting settings[] = {{"metrics.reporter.page.factory.class", "prometheus"},
                                {"metrics.reporter.page.port", "0"},
                                {NULL, NULL}};
    fixture f = open_fixture_with(settings);
    metra_meter *meter = NULL;
    CHECK_OK(metra_group_meter(f.group, "events", 60, &meter));
    metra_registry_free(f.registry);
    metra_meter_mark_event(meter, 1);
    CHECK_INT(metra_meter_count(meter), 1);
    metra_meter_free(meter);
    metra_group_free(f.group);
    metra_clock_free(f.clock);
}

static metra_losses losses_of(const metra_registry *registry)
{
    metra_losses losses;
    memset(&losses, 0xAA, sizeof losses);
    losses.size = sizeof losses;
    CHECK_OK(metra_registry_losses(registry, &losses));
    return losses;
}

static void registry__counts_what_it_survived(void)
{
    const setting settings[] = {{"metrics.limit", "2"}, {NULL, NULL}};
    fixture f = open_fixture_with(settings);
    metra_losses none = losses_of(f.registry);
    CHECK_INT(none.name_collisions + none.limits + none.hidden_variables + none.equal_identities, 0);
    CHECK_INT(none.gauge_timeouts + none.gauge_failures + none.inexpressible_values + none.panics, 0);

    metra_counter *first = NULL, *second = NULL, *third = NULL;
    metra_histogram *histogram = NULL;
    CHECK_OK(metra_group_counter(f.group, "first", &first));
    CHECK_OK(metra_group_counter(f.group, "second", &second));
    CHECK_STATUS(metra_group_counter(f.group, "third", &third), METRA_ERROR_LIMIT);
    CHECK_CONTAINS(metra_last_error(), "metrics.limit");
    CHECK_STATUS(metra_group_histogram(f.group, "first", &histogram), METRA_ERROR_NAME_COLLISION);
    CHECK_INT(losses_of(f.registry).limits, 1);
    CHECK_INT(losses_of(f.registry).name_collisions, 1);

    CHECK_OK(metra_group_unregister(f.group, "first"));
    CHECK_OK(metra_group_counter(f.group, "third", &third));
    metra_counter_free(first);
    metra_counter_free(second);
    metra_counter_free(third);
    close_fixture(&f);
}

/* Runs a behaviour in a process of its own, because there is one default registry per process. */
static void in_a_process_of_its_own(void (*behaviour)(void))
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        int before = check_failures;
        behaviour();
        fflush(stdout);
        _exit(check_failures == before ? 0 : 1);
    }
    int status = -1;
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void share_the_default(void)
{
    metra_registry *first = NULL, *second = NULL;
    CHECK_OK(metra_registry_default(&first));
    CHECK_OK(metra_registry_default(&second));
    metra_group *group = new_root(first, "app"), *same = new_root(second, "app");
    CHECK(metra_group_token(group) == metra_group_token(same));
    metra_group_free(group);
    metra_group_free(same);
    metra_registry_free(first);
    CHECK_INT(metra_registry_reporter_count(second), 0);

    metra_registry *other = NULL;
    CHECK_OK(metra_registry_new(NULL, &other));
    CHECK_STATUS(metra_registry_set_default(other), METRA_ERROR_BUSY);
    CHECK_CONTAINS(metra_last_error(), "default registry");
    metra_registry_free(other);
    metra_registry_free(second);
}

static void default_registry__is_one_per_process(void)
{
    in_a_process_of_its_own(share_the_default);
}

static void set_the_default(void)
{
    fixture f = open_fixture();
    CHECK_OK(metra_registry_set_default(f.registry));
    metra_registry *taken = NULL;
    CHECK_OK(metra_registry_default(&taken));
    metra_group *group = new_root(taken, "app");
    CHECK(metra_group_token(group) == metra_group_token(f.group));
    metra_group_free(group);
    metra_registry_free(taken);
    close_fixture(&f);
}

static void default_registry__may_be_set_before_it_is_used(void)
{
    in_a_process_of_its_own(set_the_default);
}

static void name_a_good_file(void)
{
    char path[] = "/tmp/metra-test-default-XXXXXX";
    const char text[] = "metrics.scope.delimiter: '/'\n";
    int file = mkstemp(path);
    CHECK(write(file, text, sizeof text - 1) == (ssize_t)(sizeof text - 1));
    close(file);
    setenv("METRA_CONFIG", path, 1);
    metra_registry *registry = NULL;
    CHECK_OK(metra_registry_default(&registry));
    unlink(path);
    metra_group *group = new_root(registry, "app");
    char identifier[16];
    metra_group_metric_identifier(group, "m", identifier, sizeof identifier);
    CHECK_TEXT(identifier, "app/m");
    metra_group_free(group);
    metra_registry_free(registry);
}

static void default_registry__reads_the_file_that_the_environment_names(void)
{
    in_a_process_of_its_own(name_a_good_file);
}

static void name_a_missing_file(void)
{
    setenv("METRA_CONFIG", "/nonexistent/flink.yaml", 1);
    metra_registry *registry = NULL;
    CHECK_STATUS(metra_registry_default(&registry), METRA_ERROR_IO);
    CHECK_CONTAINS(metra_last_error(), "/nonexistent/flink.yaml");
    metra_group *group = new_root(registry, "app");
    metra_counter *counter = NULL;
    CHECK_OK(metra_group_counter(group, "events", &counter));
    CHECK_INT(metra_registry_reporter_count(registry), 0);
    metra_counter_free(counter);
    metra_group_free(group);
    metra_registry_free(registry);
    CHECK_OK(metra_registry_default(&registry));
    metra_registry_free(registry);
}

static void default_registry__works_although_its_file_is_bad(void)
{
    in_a_process_of_its_own(name_a_missing_file);
}

static void start_with_a_variable_for_others(void)
{
    setenv("METRA_CONFIG", "/nonexistent/flink.yaml", 1);
    metra_registry *registry = NULL;
    CHECK_OK(metra_registry_new(NULL, &registry));
    metra_registry_free(registry);
}

static void registry__reads_no_environment_variable(void)
{
    in_a_process_of_its_own(start_with_a_variable_for_others);
}

int main(void)
{
    unsetenv("METRA_CONFIG");
    RUN(default_registry__is_one_per_process);
    RUN(default_registry__may_be_set_before_it_is_used);
    RUN(default_registry__reads_the_file_that_the_environment_names);
    RUN(default_registry__works_although_its_file_is_bad);
    RUN(registry__reads_no_environment_variable);
    RUN(registry__without_configuration_works);
    RUN(registry__closes_for_good);
    RUN(registry__freed_without_close_ends_by_itself);
    RUN(registry__counts_what_it_survived);
    return check_result();
}
