// Groups of every kind, how they are named, handed over and closed; and text on its way into them.
#include "check.hpp"

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using names = std::vector<std::string>;
using variables = std::map<std::string, std::string>;

void group__stands_where_flink_puts_it()
{
    fixture f;
    auto manager = f.registry.taskmanager({"localhost", "tm-1"});
    auto job = manager.job({"1a", "wordcount"});
    auto task = job.task({"2b", "map", "attempt", 3, 1});
    auto op = task.operator_({"4d", "count", {}, {}, {{"<owner>", "us"}, {"<stage>", "late"}}});
    CHECK(op.scope_components() == names({"localhost", "taskmanager", "tm-1", "wordcount", "count", "3"}));
    CHECK(op.variables() == variables({{"<host>", "localhost"},
                                       {"<job_id>", "1a"},
                                       {"<job_name>", "wordcount"},
                                       {"<operator_id>", "4d"},
                                       {"<operator_name>", "count"},
                                       {"<owner>", "us"},
                                       {"<stage>", "late"},
                                       {"<subtask_index>", "3"},
                                       {"<task_attempt_id>", "attempt"},
                                       {"<task_attempt_num>", "1"},
                                       {"<task_id>", "2b"},
                                       {"<task_name>", "map"},
                                       {"<tm_id>", "tm-1"}}));
    CHECK(op.logical_scope() == "taskmanager.job.task.operator");
    CHECK_THROWS(METRA_ERROR_INVALID_ARGUMENT, op.job({"1a"}));
    CHECK_THROWS(METRA_ERROR_INVALID_ARGUMENT, op.task({}));
    CHECK_THROWS(METRA_ERROR_INVALID_ARGUMENT, op.operator_({}));
}

void group__of_a_coordinator_stands_below_a_job_manager()
{
    fixture f;
    metra::operator_info coordinator;
    coordinator.operator_name = "source";
    coordinator.task_id = "2b";
    coordinator.task_name = "read";
    auto op = f.registry.jobmanager({"localhost"}).job({"1a"}).operator_(coordinator);
    CHECK(op.scope_components() == names({"localhost", "jobmanager", "1a", "source"}));
    const auto found = op.variables();
    CHECK(found.at("<task_name>") == "read" && found.at("<task_id>") == "2b" && found.count("<operator_id>") == 0);
}

void group__of_a_plain_root_has_its_variables()
{
    fixture f;
    auto shop = f.registry.root("shop", {{"env", "prod"}, {"zone", "b"}});
    auto orders = shop.add_group("region", "eu").add_group("orders");
    CHECK(orders.variables() == variables({{"<env>", "prod"}, {"<region>", "eu"}, {"<zone>", "b"}}));
    CHECK(orders.scope_components() == names({"shop", "region", "eu", "orders"}));
    CHECK(orders.metric_identifier("open") == "shop.region.eu.orders.open");
    CHECK(shop.add_group("region", "").scope_components() == names({"shop", "region", ""}));
    CHECK(shop.add_group("region").scope_components() == names({"shop", "region"}));
}

void group__is_spelled_as_its_options_say()
{
    fixture f;
    auto group = f.root.add_group("a.b").add_group("k", "v");
    metra::identity_options options;
    options.reporter_delimiter = "/";
    CHECK(group.metric_identifier("x", options) == "app/a.b/k/v/x");
    options.logical_delimiter = ":";
    CHECK(group.logical_scope(options) == "app:a.b:k");
    int calls = 0;
    options.filter = [&calls](std::string_view part) {
        ++calls;
        return std::string(part) + std::string(100, '!');
    };
    const std::string tail(100, '!');
    const std::string expected =
        "app" + tail + "/a.b" + tail + "/k" + tail + "/v" + tail + "/x" + tail;
    CHECK(group.metric_identifier("x", options) == expected);
    CHECK(calls >= 5);
    CHECK(group.metric_identifier(std::string(1000, 'x')).size() == std::string("app.a.b.k.v.").size() + 1000);
}

void group__passes_on_what_a_filter_throws()
{
    fixture f;
    metra::identity_options options;
    options.filter = [](std::string_view part) -> std::string {
        if (part == "inner")
            throw std::runtime_error("not this: inner");
        return std::string(part);
    };
    for (const bool logical : {false, true}) {
        auto group = f.root.add_group("inner");
        std::string said;
        try {
            logical ? group.logical_scope(options) : group.metric_identifier("x", options);
        } catch (const std::runtime_error &error) {
            said = error.what();
        }
        CHECK_TEXT(said.c_str(), "not this: inner");
    }
}

void group__refuses_text_that_is_none()
{
    fixture f;
    const auto with_nul = std::string("a\0b", 3);
    const auto each = [&](metra_status expected, metra::text bad) {
        CHECK_THROWS(expected, f.root.counter(bad));
        CHECK_THROWS(expected, f.root.monotonic_counter(bad));
        CHECK_THROWS(expected, f.root.gauge(bad, [] { return 1; }));
        CHECK_THROWS(expected, f.root.settable_gauge<int>(bad));
        CHECK_THROWS(expected, f.root.distribution(bad));
        CHECK_THROWS(expected, f.root.meter(bad));
        CHECK_THROWS(expected, f.root.meter_over(bad, f.root.counter("counter")));
        CHECK_THROWS(expected, f.root.histogram(bad));
        CHECK_THROWS(expected, f.root.add_group(bad));
        CHECK_THROWS(expected, f.root.unregister(bad));
        CHECK_THROWS(expected, f.registry.root(bad));
    };
    each(METRA_ERROR_INVALID_ARGUMENT, with_nul);
    each(METRA_ERROR_INVALID_UTF8, "\xff");
    each(METRA_ERROR_NULL_ARGUMENT, nullptr);
    each(METRA_ERROR_NULL_ARGUMENT, std::string_view());

    const auto bad_everywhere = [&](metra_status expected, metra::text bad) {
        CHECK_THROWS(expected, f.root.add_group("key", bad));
        CHECK_THROWS(expected, f.registry.jobmanager({bad}));
        CHECK_THROWS(expected, f.registry.taskmanager({bad, "tm"}));
        CHECK_THROWS(expected, f.registry.taskmanager({"host", bad}));
        CHECK_THROWS(expected, f.registry.root("other", {{"key", bad}}));
        auto job = f.registry.taskmanager({}).job({"1a"});
        CHECK_THROWS(expected, f.registry.taskmanager({}).job({bad}));
        CHECK_THROWS(expected, f.registry.taskmanager({}).job({"1b", bad}));
        CHECK_THROWS(expected, job.task({bad}));
        CHECK_THROWS(expected, job.task({"2b", bad}));
        CHECK_THROWS(expected, job.task({"2b", "name", bad}));
        auto task = job.task({"2b"});
        CHECK_THROWS(expected, task.operator_({bad}));
        CHECK_THROWS(expected, task.operator_({"id", bad}));
        CHECK_THROWS(expected, task.operator_({"id", "name", bad}));
        CHECK_THROWS(expected, task.operator_({"id", "name", "id", bad}));
        CHECK_THROWS(expected, task.operator_({"id", "name", {}, {}, {{bad, "value"}}}));
        CHECK_THROWS(expected, task.operator_({"id", "name", {}, {}, {{"<key>", bad}}}));
    };
    bad_everywhere(METRA_ERROR_INVALID_ARGUMENT, with_nul);
    bad_everywhere(METRA_ERROR_INVALID_UTF8, "\xff");
    CHECK_THROWS(METRA_ERROR_INVALID_ARGUMENT, f.root.metric_identifier(with_nul));
    CHECK_THROWS(METRA_ERROR_INVALID_ARGUMENT, f.root.metric_identifier("x", {with_nul}));
    CHECK_THROWS(METRA_ERROR_INVALID_ARGUMENT, f.root.logical_scope({{}, with_nul}));
    CHECK(f.root.metric_identifier("\xff").empty());
}

void text__is_taken_from_whatever_holds_it()
{
    fixture f;
    const std::string whole = "orders and more";
    f.root.counter("orders").inc();
    f.root.counter(std::string("orders")).inc();
    f.root.counter(std::string_view(whole).substr(0, 6)).inc();
    f.root.counter(whole.substr(0, 6).c_str()).inc();
    CHECK_INT(f.root.counter(metra::text("orders")).count(), 4);
    CHECK(metra::text().is_absent() && metra::text(nullptr).is_absent() && metra::text(std::string_view()).is_absent());
    CHECK(!metra::text("").is_absent() && !metra::text(std::string()).is_absent());
}

void error__has_a_status_and_the_librarys_text()
{
    fixture f;
    f.root.counter("orders");
    try {
        f.root.meter("orders");
        CHECK(!"reached");
    } catch (const metra::error &error) {
        CHECK_STATUS(error.status(), METRA_ERROR_NAME_COLLISION);
        CHECK_CONTAINS(error.what(), "'orders' is a counter in this group");
        CHECK(metra::status_name(error.status()) == "METRA_ERROR_NAME_COLLISION");
    }
    try {
        f.root.counter(std::string("or\0ders", 7));
        CHECK(!"reached");
    } catch (const std::exception &error) {
        CHECK_TEXT(error.what(), "U+0000 at byte 2 of a text; it must have none");
    }
}

void group__is_handed_over_by_its_token()
{
    fixture f;
    auto group = f.root.add_group("handed", "over");
    const auto token = group.token();
    CHECK(token != 0);
    metra::group::from_token(token).counter("orders").inc(3);
    CHECK_INT(group.counter("orders").count(), 3);
    group.close();
    CHECK_INT(group.token(), 0);
    CHECK_THROWS(METRA_ERROR_NOT_FOUND, metra::group::from_token(token));
    CHECK_THROWS(METRA_ERROR_NOT_FOUND, metra::group::from_token(0));
}

void group__that_is_closed_refuses_and_keeps_counting()
{
    fixture f;
    auto group = f.root.add_group("inner");
    auto counter = group.counter("orders");
    CHECK(!group.is_closed());
    group.close();
    CHECK(group.is_closed());
    group.close();
    counter.inc(2);
    CHECK_INT(counter.count(), 2);
    CHECK_THROWS(METRA_ERROR_CLOSED, group.counter("orders"));
    CHECK_THROWS(METRA_ERROR_CLOSED, group.monotonic_counter("bytes"));
    CHECK_THROWS(METRA_ERROR_CLOSED, group.gauge("gauge", [] { return 1; }));
    CHECK_THROWS(METRA_ERROR_CLOSED, group.settable_gauge<int>("settable"));
    CHECK_THROWS(METRA_ERROR_CLOSED, group.distribution("distribution"));
    CHECK_THROWS(METRA_ERROR_CLOSED, group.meter("meter"));
    CHECK_THROWS(METRA_ERROR_CLOSED, group.meter_over("over", counter));
    CHECK_THROWS(METRA_ERROR_CLOSED, group.histogram("histogram"));
    CHECK_THROWS(METRA_ERROR_CLOSED, group.add_group("deeper"));
    CHECK_THROWS(METRA_ERROR_CLOSED, group.unregister("orders"));
    CHECK(group.metric_identifier("orders") == "app.inner.orders");
    CHECK_INT(f.root.add_group("inner").counter("orders").count(), 0);
}

void group__forgets_a_metric_that_is_unregistered()
{
    fixture f;
    auto counter = f.root.counter("orders");
    f.root.unregister("orders");
    CHECK_THROWS(METRA_ERROR_NOT_FOUND, f.root.unregister("orders"));
    counter.inc();
    f.root.meter("orders");
    CHECK_INT(counter.count(), 1);
}

void group__that_is_not_there_is_closed_and_refuses()
{
    fixture f;
    metra::group moved = f.root.add_group("inner");
    metra::group target = std::move(moved);
    metra::group never;
    for (metra::group *group : {&moved, &never}) {
        CHECK(!*group && group->is_closed());
        CHECK_INT(group->token(), 0);
        CHECK(group->scope_components().empty() && group->variables().empty());
        CHECK(group->metric_identifier("x").empty() && group->logical_scope().empty());
        CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, group->counter("x"));
        CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, group->monotonic_counter("x"));
        CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, group->settable_gauge<int>("x"));
        CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, group->distribution("x"));
        CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, group->meter("x"));
        CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, group->histogram("x"));
        CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, group->add_group("x"));
        CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, group->job({}));
        CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, group->task({}));
        CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, group->operator_({}));
        CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, group->unregister("x"));
        CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, group->close());
    }
}

void group__says_whether_python_may_register()
{
    CHECK(fixture().root.is_python_enabled());
    CHECK(!fixture({{"python.metric.enabled", "false"}}).root.is_python_enabled());
}

} // namespace

int main()
{
    RUN(group__stands_where_flink_puts_it);
    RUN(group__of_a_coordinator_stands_below_a_job_manager);
    RUN(group__of_a_plain_root_has_its_variables);
    RUN(group__is_spelled_as_its_options_say);
    RUN(group__passes_on_what_a_filter_throws);
    RUN(group__refuses_text_that_is_none);
    RUN(text__is_taken_from_whatever_holds_it);
    RUN(error__has_a_status_and_the_librarys_text);
    RUN(group__is_handed_over_by_its_token);
    RUN(group__that_is_closed_refuses_and_keeps_counting);
    RUN(group__forgets_a_metric_that_is_unregistered);
    RUN(group__that_is_not_there_is_closed_and_refuses);
    RUN(group__says_whether_python_may_register);
    return check_result();
}
