/* Groups: the tree in which metrics are registered. */
#include "fixture.h"

#include <stdint.h>
#include <stdlib.h>

static metra_group *child_of(metra_group *group, const char *key, const char *value_or_null)
{
    metra_group *child = NULL;
    CHECK_OK(metra_group_add_group(group, key, value_or_null, &child));
    return child;
}

/* Increments a counter and tells its count: 1 if nobody had this counter before. */
static int64_t count_one(metra_group *group, const char *name)
{
    metra_counter *counter = NULL;
    CHECK_OK(metra_group_counter(group, name, &counter));
    metra_counter_inc(counter, 1);
    int64_t count = metra_counter_count(counter);
    metra_counter_free(counter);
    return count;
}

static void group__of_the_same_name_is_the_same_group(void)
{
    fixture f = open_fixture();
    metra_group *first = child_of(f.group, "cache", NULL);
    metra_group *second = child_of(f.group, "cache", NULL);
    CHECK_INT(count_one(first, "hits"), 1);
    CHECK_INT(count_one(second, "hits"), 2);
    metra_group *root = new_root(f.registry, "app");
    CHECK_INT(count_one(root, "hits"), 1);
    CHECK_INT(count_one(f.group, "hits"), 2);
    metra_group_free(root);
    metra_group_free(second);
    metra_group_free(first);
    close_fixture(&f);
}

static void group__kinds_never_mix(void)
{
    fixture f = open_fixture();
    metra_group *variable = child_of(f.group, "k", "v");
    metra_group *outer = child_of(f.group, "k", NULL);
    metra_group *inner = child_of(outer, "v", NULL);
    CHECK_INT(count_one(variable, "hits"), 1);
    CHECK_INT(count_one(inner, "hits"), 1);
    CHECK_INT(count_one(outer, "hits"), 1);
    CHECK_INT(metra_group_variable_count(variable), 1);
    CHECK_INT(metra_group_variable_count(inner), 0);
    metra_group_free(inner);
    metra_group_free(outer);
    metra_group_free(variable);
    close_fixture(&f);
}

static void group__closes_with_everything_below_it(void)
{
    fixture f = open_fixture();
    metra_group *child = child_of(f.group, "child", NULL);
    metra_group *grandchild = child_of(child, "key", "value");
    CHECK_OK(metra_group_close(child));
    CHECK_OK(metra_group_close(child));
    CHECK(metra_group_is_closed(child));
    CHECK(metra_group_is_closed(grandchild));
    CHECK(!metra_group_is_closed(f.group));

    metra_counter *counter = NULL;
    metra_group *group = NULL;
    CHECK_STATUS(metra_group_counter(child, "late", &counter), METRA_ERROR_CLOSED);
    CHECK_STATUS(metra_group_counter(grandchild, "late", &counter), METRA_ERROR_CLOSED);
    CHECK_STATUS(metra_group_add_group(grandchild, "late", NULL, &group), METRA_ERROR_CLOSED);
    CHECK_STATUS(metra_group_unregister(child, "late"), METRA_ERROR_CLOSED);
    CHECK_CONTAINS(metra_last_error(), "closed");
    CHECK_INT(metra_group_scope_component_count(grandchild), 4);
    metra_group_free(grandchild);
    metra_group_free(child);
    close_fixture(&f);
}

static void group__opens_anew_after_close(void)
{
    fixture f = open_fixture();
    metra_group *closed = child_of(f.group, "child", NULL);
    CHECK_INT(count_one(closed, "hits"), 1);
    CHECK_OK(metra_group_close(closed));
    metra_group *open = child_of(f.group, "child", NULL);
    CHECK_INT(count_one(open, "hits"), 1);
    CHECK(metra_group_is_closed(closed));
    metra_group_free(closed);
    CHECK_INT(count_one(open, "hits"), 2);
    metra_group_free(open);
    close_fixture(&f);
}

static void group__outlives_the_handles_of_its_registry_and_parent(void)
{
    fixture f = open_fixture();
    metra_group *child = child_of(f.group, "child", NULL);
    metra_counter *counter = NULL;
    CHECK_OK(metra_group_counter(child, "hits", &counter));
    close_fixture(&f);
    CHECK(metra_group_is_closed(child));
    CHECK_TEXT(metra_group_scope_component(child, 1), "child");
    metra_group_free(child);
    metra_counter_inc(counter, 1);
    CHECK_INT(metra_counter_count(counter), 1);
    metra_counter_free(counter);
}

static void group__keeps_metrics_whose_handles_are_gone(void)
{
    fixture f = open_fixture();
    CHECK_INT(count_one(f.group, "hits"), 1);
    CHECK_INT(count_one(f.group, "hits"), 2);
    CHECK_OK(metra_group_unregister(f.group, "hits"));
    CHECK_STATUS(metra_group_unregister(f.group, "hits"), METRA_ERROR_NOT_FOUND);
    CHECK_CONTAINS(metra_last_error(), "'hits'");
    CHECK_INT(count_one(f.group, "hits"), 1);
    close_fixture(&f);
}

static void group__takes_every_odd_name_as_it_is(void)
{
    const char *odd[] = {".",  "a.b.c", " ",    "\n",           "\t\r",         "\"",     "\\", "{}", "<host>", "%s%n",
                         "*",  ":",     "0",    "__name__",     "\x01\x7f",     "μέτρα",  "😀",  "é",  "e\xcc\x81",
                         "..", "null",  "-1.5", "\xe2\x80\xa8", "\xef\xbb\xbf", "quantile"};
    fixture f = open_fixture();
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        CHECK_INT(count_one(f.group, odd[i]), 1);
        metra_group *named = child_of(f.group, odd[i], NULL);
        CHECK_TEXT(metra_group_scope_component(named, 1), odd[i]);
        metra_group *variable = child_of(f.group, odd[i], odd[i]);
        CHECK_TEXT(metra_group_variable_value(variable, 0), odd[i]);
        CHECK_INT(count_one(variable, odd[i]), 1);
        metra_group_free(variable);
        metra_group_free(named);
    }
    close_fixture(&f);
}

/* A name of this many letters; to be freed. */
static char *long_name(size_t length)
{
    char *name = malloc(length + 1);
    memset(name, 'x', length);
    name[length] = '\0';
    return name;
}

static void group__takes_names_below_64_kib_only(void)
{
    fixture f = open_fixture();
    char *longest = long_name(65535);
    char *too_long = long_name(65536);
    CHECK_INT(count_one(f.group, longest), 1);
    metra_group *group = child_of(f.group, longest, longest);
    CHECK_INT(metra_group_metric_identifier(group, longest, NULL, 0), 3 + 3 * 65536);
    metra_group_free(group);

    metra_counter *counter = NULL;
    CHECK_STATUS(metra_group_counter(f.group, too_long, &counter), METRA_ERROR_INVALID_ARGUMENT);
    CHECK_CONTAINS(metra_last_error(), "65536");
    CHECK_CONTAINS(metra_last_error(), "65535");
    CHECK_STATUS(metra_group_add_group(f.group, too_long, NULL, &group), METRA_ERROR_INVALID_ARGUMENT);
    CHECK_STATUS(metra_group_add_group(f.group, "k", too_long, &group), METRA_ERROR_INVALID_ARGUMENT);
    metra_root_info info = {sizeof info, too_long, NULL, 0};
    CHECK_STATUS(metra_registry_root(f.registry, &info, &group), METRA_ERROR_INVALID_ARGUMENT);
    CHECK(group == NULL);
    free(longest);
    free(too_long);
    close_fixture(&f);
}

static void group__refuses_names_that_are_none(void)
{
    const char *broken[] = {"\xff", "a\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc0\x80"};
    fixture f = open_fixture();
    metra_group *group = NULL;
    metra_counter *counter = NULL;
    CHECK_STATUS(metra_group_counter(f.group, "", &counter), METRA_ERROR_INVALID_ARGUMENT);
    CHECK_CONTAINS(metra_last_error(), "empty");
    CHECK_STATUS(metra_group_add_group(f.group, "", NULL, &group), METRA_ERROR_INVALID_ARGUMENT);
    CHECK_STATUS(metra_group_add_group(f.group, "", "value", &group), METRA_ERROR_INVALID_ARGUMENT);
    metra_group *empty_value = child_of(f.group, "key", "");
    CHECK_TEXT(metra_group_variable_value(empty_value, 0), "");
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        CHECK_STATUS(metra_group_counter(f.group, broken[i], &counter), METRA_ERROR_INVALID_UTF8);
        CHECK_CONTAINS(metra_last_error(), "UTF-8");
        CHECK_STATUS(metra_group_add_group(f.group, broken[i], NULL, &group), METRA_ERROR_INVALID_UTF8);
        CHECK_STATUS(metra_group_add_group(f.group, "key", broken[i], &group), METRA_ERROR_INVALID_UTF8);
    }
    CHECK(group == NULL);
    CHECK(counter == NULL);
    metra_group_free(empty_value);
    close_fixture(&f);
}

static void group__of_flink_stands_in_its_place_only(void)
{
    fixture f = open_fixture();
    metra_group *group = NULL;
    metra_job_info job = {.size = sizeof job, .job_id = "1"};
    CHECK_STATUS(metra_group_job(f.group, &job, &group), METRA_ERROR_INVALID_ARGUMENT);
    CHECK_CONTAINS(metra_last_error(), "task manager");
    metra_task_info task = {.size = sizeof task, .task_id = "1"};
    CHECK_STATUS(metra_group_task(f.group, &task, &group), METRA_ERROR_INVALID_ARGUMENT);
    metra_operator_info operator = {.size = sizeof operator, .operator_id = "1"};
    CHECK_STATUS(metra_group_operator(f.group, &operator, &group), METRA_ERROR_INVALID_ARGUMENT);
    CHECK(group == NULL);
    close_fixture(&f);
}

static void group__says_whether_python_may_register(void)
{
    fixture f = open_fixture();
    CHECK_INT(metra_group_is_python_enabled(f.group), 1);
    close_fixture(&f);
    f = open_fixture_with((setting[]){{"python.metric.enabled", "false"}, {NULL, NULL}});
    metra_group *child = child_of(f.group, "cache", NULL);
    CHECK_INT(metra_group_is_python_enabled(child), 0);
    CHECK_INT(count_one(child, "hits"), 1);
    metra_group_free(child);
    close_fixture(&f);
}

int main(void)
{
    RUN(group__of_the_same_name_is_the_same_group);
    RUN(group__kinds_never_mix);
    RUN(group__closes_with_everything_below_it);
    RUN(group__opens_anew_after_close);
    RUN(group__outlives_the_handles_of_its_registry_and_parent);
    RUN(group__keeps_metrics_whose_handles_are_gone);
    RUN(group__takes_every_odd_name_as_it_is);
    RUN(group__takes_names_below_64_kib_only);
    RUN(group__refuses_names_that_are_none);
    RUN(group__of_flink_stands_in_its_place_only);
    RUN(group__says_whether_python_may_register);
    return check_result();
}
