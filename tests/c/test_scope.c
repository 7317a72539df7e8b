/* Scopes: components, variables, identifiers and logical scopes, as Flink has them. */
#include "fixture.h"

#include <stdlib.h>

/* A task manager's job, task and operator; all groups owned. */
typedef struct flink_tree {
    metra_group *taskmanager;
    metra_group *job;
    metra_group *task;
    metra_group *operator;
} flink_tree;

static flink_tree grow(const fixture *f)
{
    flink_tree tree = {NULL, NULL, NULL, NULL};
    metra_taskmanager_info taskmanager = {.size = sizeof taskmanager, .host = "worker-1", .tm_id = "tm-7"};
    CHECK_OK(metra_registry_taskmanager(f->registry, &taskmanager, &tree.taskmanager));
    metra_job_info job = {.size = sizeof job, .job_id = "00ff", .job_name = "word count"};
    CHECK_OK(metra_group_job(tree.taskmanager, &job, &tree.job));
    metra_task_info task = {.size = sizeof task,
                            .task_id = "abcd",
                            .task_name = "map",
                            .task_attempt_id = "9_abcd_2_0",
                            .subtask_index = 2,
                            .task_attempt_num = 0};
    CHECK_OK(metra_group_task(tree.job, &task, &tree.task));
    metra_operator_info operator = {.size = sizeof operator, .operator_id = "ef01", .operator_name = "udf"};
    CHECK_OK(metra_group_operator(tree.task, &operator, &tree.operator));
    return tree;
}

static void cut(flink_tree *tree)
{
    metra_group_free(tree->taskmanager);
    metra_group_free(tree->operator);
    metra_group_free(tree->job);
    metra_group_free(tree->task);
}

static const char *variable(const metra_group *group, const char *key)
{
    for (size_t i = 0; i < metra_group_variable_count(group); i++)
        if (strcmp(metra_group_variable_key(group, i), key) == 0)
            return metra_group_variable_value(group, i);
    return NULL;
}

static void check_identifier(const metra_group *group, const char *name, const char *expected)
{
    char identifier[256];
    CHECK_INT(metra_group_metric_identifier(group, name, identifier, sizeof identifier), strlen(expected));
    CHECK_TEXT(identifier, expected);
}

static void check_logical_scope(const metra_group *group, const metra_identity_options *options, const char *expected)
{
    char scope[256];
    CHECK_INT(metra_group_logical_scope(group, options, scope, sizeof scope), strlen(expected));
    CHECK_TEXT(scope, expected);
}

static void scope__of_an_operator_is_flinks(void)
{
    fixture f = open_fixture();
    flink_tree tree = grow(&f);
    metra_group *group = NULL, *user = NULL;
    CHECK_OK(metra_group_add_group(tree.operator, "region", "eu", &group));
    CHECK_OK(metra_group_add_group(group, "cache", NULL, &user));

    check_identifier(tree.taskmanager, "m", "worker-1.taskmanager.tm-7.m");
    check_identifier(tree.job, "m", "worker-1.taskmanager.tm-7.word count.m");
    check_identifier(tree.task, "m", "worker-1.taskmanager.tm-7.word count.map.2.m");
    check_identifier(user, "hits", "worker-1.taskmanager.tm-7.word count.udf.2.region.eu.cache.hits");
    check_logical_scope(tree.operator, NULL, "taskmanager.job.task.operator");
    check_logical_scope(user, NULL, "taskmanager.job.task.operator.region.cache");

    const char *components[] = {"worker-1", "taskmanager", "tm-7", "word count", "udf", "2", "region", "eu", "cache"};
    const size_t count = sizeof components / sizeof *components;
    CHECK_INT(metra_group_scope_component_count(user), count);
    for (size_t i = 0; i < count; i++)
        CHECK_TEXT(metra_group_scope_component(user, i), components[i]);
    CHECK(metra_group_scope_component(user, count) == NULL);
    metra_group_free(user);
    metra_group_free(group);
    cut(&tree);
    close_fixture(&f);
}

static void scope__variables_come_from_every_level_and_are_sorted(void)
{
    fixture f = open_fixture();
    flink_tree tree = grow(&f);
    metra_group *group = NULL;
    CHECK_OK(metra_group_add_group(tree.operator, "region", "eu", &group));
    CHECK_TEXT(variable(group, "<host>"), "worker-1");
    CHECK_TEXT(variable(group, "<tm_id>"), "tm-7");
    CHECK_TEXT(variable(group, "<job_id>"), "00ff");
    CHECK_TEXT(variable(group, "<job_name>"), "word count");
    CHECK_TEXT(variable(group, "<task_attempt_id>"), "9_abcd_2_0");
    CHECK_TEXT(variable(group, "<task_attempt_num>"), "0");
    CHECK_TEXT(variable(group, "<subtask_index>"), "2");
    CHECK_TEXT(variable(group, "<operator_id>"), "ef01");
    CHECK_TEXT(variable(group, "<region>"), "eu");
    CHECK(variable(group, "region") == NULL);
    const size_t count = metra_group_variable_count(group);
    CHECK_INT(count, 12);
    for (size_t i = 1; i < count; i++)
        CHECK(strcmp(metra_group_variable_key(group, i - 1), metra_group_variable_key(group, i)) < 0);
    CHECK(metra_group_variable_key(group, count) == NULL);
    CHECK(metra_group_variable_value(group, count) == NULL);
    metra_group_free(group);
    cut(&tree);
    close_fixture(&f);
}

static void scope__of_a_job_manager_is_flinks(void)
{
    fixture f = open_fixture();
    metra_group *jobmanager = NULL, *job = NULL, *coordinator = NULL;
    metra_jobmanager_info info = {.size = sizeof info, .host = "master"};
    CHECK_OK(metra_registry_jobmanager(f.registry, &info, &jobmanager));
    metra_job_info job_info = {.size = sizeof job_info, .job_id = "00ff"};
    CHECK_OK(metra_group_job(jobmanager, &job_info, &job));
    const metra_variable more[] = {{"<shard>", "3"}};
    metra_operator_info operator = {.size = sizeof operator,
                                    .operator_id = "ef01",
                                    .operator_name = "source",
                                    .task_id = "abcd",
                                    .task_name = "read",
                                    .variables = more,
                                    .variables_len = 1};
    CHECK_OK(metra_group_operator(job, &operator, &coordinator));
    check_identifier(job, "m", "master.jobmanager.00ff.m");
    check_identifier(coordinator, "m", "master.jobmanager.00ff.source.m");
    check_logical_scope(coordinator, NULL, "jobmanager.job.operator");
    CHECK_TEXT(variable(coordinator, "<job_name>"), "00ff");
    CHECK_TEXT(variable(coordinator, "<task_name>"), "read");
    CHECK_TEXT(variable(coordinator, "<shard>"), "3");
    metra_group_free(coordinator);
    metra_group_free(job);
    metra_group_free(jobmanager);
    close_fixture(&f);
}

static void scope__of_a_plain_root_is_its_name_and_variables(void)
{
    fixture f = open_fixture();
    const metra_variable variables[] = {{"zone", "b"}, {"host", "h"}, {"zone", "c"}};
    metra_root_info info = {sizeof info, "shop", variables, 3};
    metra_group *root = NULL;
    CHECK_OK(metra_registry_root(f.registry, &info, &root));
    check_identifier(root, "orders", "shop.orders");
    check_logical_scope(root, NULL, "shop");
    CHECK_INT(metra_group_variable_count(root), 2);
    CHECK_TEXT(metra_group_variable_key(root, 0), "<host>");
    CHECK_TEXT(variable(root, "<zone>"), "b");
    metra_group_free(root);
    close_fixture(&f);
}

static void scope__outer_variable_hides_the_inner_one(void)
{
    fixture f = open_fixture();
    metra_group *outer = NULL, *inner = NULL;
    CHECK_OK(metra_group_add_group(f.group, "host", "outer", &outer));
    CHECK_OK(metra_group_add_group(outer, "host", "inner", &inner));
    CHECK_TEXT(variable(inner, "<host>"), "outer");
    check_identifier(inner, "m", "app.host.outer.host.inner.m");
    metra_losses losses = {.size = sizeof losses};
    CHECK_OK(metra_registry_losses(f.registry, &losses));
    CHECK_INT(losses.hidden_variables, 1);
    metra_group_free(inner);
    metra_group_free(outer);
    close_fixture(&f);
}

static void scope__follows_its_format(void)
{
    const setting settings[] = {{"metrics.scope.tm", "<host>.tm.<tm_id>"},
                                {"metrics.scope.tm-job", "*.<job_id>"},
                                {"metrics.scope.task", "<task_id>.<subtask_index>"},
                                {"metrics.scope.operator", "*.<operator_name>.<unknown>"},
                                {"metrics.scope.delimiter", "|"},
                                {NULL, NULL}};
    fixture f = open_fixture_with(settings);
    flink_tree tree = grow(&f);
    check_identifier(tree.taskmanager, "a.b", "worker-1|tm|tm-7|a.b");
    check_identifier(tree.job, "m", "worker-1|tm|tm-7|00ff|m");
    check_identifier(tree.operator, "m", "abcd|2|udf|<unknown>|m");
    check_logical_scope(tree.task, NULL, "taskmanager|job|task");
    cut(&tree);
    close_fixture(&f);
}

static void scope__long_operator_names_are_cut_to_80(void)
{
    fixture f = open_fixture();
    flink_tree tree = grow(&f);
    char name[101];
    memset(name, 'o', 100);
    name[100] = '\0';
    metra_operator_info info = {.size = sizeof info, .operator_id = "1", .operator_name = name};
    metra_group *operator = NULL;
    CHECK_OK(metra_group_operator(tree.task, &info, &operator));
    CHECK_INT(strlen(variable(operator, "<operator_name>")), 80);
    metra_group_free(operator);
    cut(&tree);
    close_fixture(&f);
}

static void scope__identifier_is_written_as_snprintf_writes(void)
{
    fixture f = open_fixture();
    char buffer[8];
    memset(buffer, '#', sizeof buffer);
    CHECK_INT(metra_group_metric_identifier(f.group, "events", NULL, 0), 10);
    CHECK_INT(metra_group_metric_identifier(f.group, "events", buffer, 0), 10);
    CHECK_INT(buffer[0], '#');
    CHECK_INT(metra_group_metric_identifier(f.group, "events", buffer, 6), 10);
    CHECK_TEXT(buffer, "app.e");
    CHECK_INT(buffer[6], '#');
    CHECK_INT(metra_group_logical_scope(f.group, NULL, buffer, 1), 3);
    CHECK_TEXT(buffer, "");
    close_fixture(&f);
}

/* Replaces what is no letter by a hyphen, as snprintf would. */
static size_t letters_only(void *userdata, const char *text, char *buf, size_t cap)
{
    ++*(int *)userdata;
    size_t length = strlen(text);
    for (size_t i = 0; i < length && i + 1 < cap; i++)
        buf[i] = (text[i] >= 'a' && text[i] <= 'z') ? text[i] : '-';
    if (cap > 0)
        buf[length < cap ? length : cap - 1] = '\0';
    return length;
}

static void scope__identifier_takes_a_filter_and_other_delimiters(void)
{
    fixture f = open_fixture();
    metra_group *group = NULL;
    CHECK_OK(metra_group_add_group(f.group, "a-b", "c.d", &group));

    char identifier[64];
    metra_identity_options options = {.size = sizeof options, .reporter_delimiter = "-"};
    CHECK_INT(metra_group_metric_identifier_with(group, "m-1", &options, identifier, sizeof identifier), 15);
    CHECK_TEXT(identifier, "app-a_b-c.d-m_1");
    check_logical_scope(group, &options, "app-a_b");
    options.logical_delimiter = "/";
    check_logical_scope(group, &options, "app/a_b");

    int calls = 0;
    options.reporter_delimiter = NULL;
    options.logical_delimiter = NULL;
    options.filter = letters_only;
    options.userdata = &calls;
    CHECK_INT(metra_group_metric_identifier_with(group, "m1", &options, identifier, sizeof identifier), 14);
    CHECK_TEXT(identifier, "app.a-b.c-d.m-");
    CHECK(calls >= 4);
    metra_group_free(group);
    close_fixture(&f);
}

int main(void)
{
    RUN(scope__of_an_operator_is_flinks);
    RUN(scope__variables_come_from_every_level_and_are_sorted);
    RUN(scope__of_a_job_manager_is_flinks);
    RUN(scope__of_a_plain_root_is_its_name_and_variables);
    RUN(scope__outer_variable_hides_the_inner_one);
    RUN(scope__follows_its_format);
    RUN(scope__long_operator_names_are_cut_to_80);
    RUN(scope__identifier_is_written_as_snprintf_writes);
    RUN(scope__identifier_takes_a_filter_and_other_delimiters);
    return check_result();
}
