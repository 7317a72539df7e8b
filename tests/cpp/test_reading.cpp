// Reading everything from outside: visitors and sinks, and exceptions on their way through metra.
#include "check.hpp"

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

void collect__shows_what_every_metric_says()
{
    fixture f;
    auto group = f.registry.root("shop", {{"env", "prod"}}).add_group("region", "eu");
    group.counter("counter").inc(1);
    group.monotonic_counter("monotonic").inc(2);
    group.gauge("gauge", [] { return "three"; });
    group.gauge("empty", [] { return std::optional<int>(); });
    group.distribution("distribution").update(4);
    group.meter("meter").mark_event(5);
    group.histogram("histogram").update(6);

    std::map<std::string, std::string> said;
    std::vector<std::uint64_t> ids;
    f.registry.collect([&](const metra::reading &reading) {
        const auto metric = reading.metric();
        ids.push_back(metric.id());
        std::string words;
        if (const auto count = reading.count())
            words += "count " + std::to_string(*count);
        if (const auto value = reading.gauge())
            words += "gauge " + std::get<std::string>(*value);
        if (const auto distribution = reading.distribution())
            words += "distribution " + std::to_string(distribution->sum);
        if (const auto meter = reading.meter())
            words += "meter " + std::to_string(meter->count);
        if (const auto histogram = reading.histogram())
            words += "histogram " + std::to_string(histogram->max);
        said[std::string(metric.name())] = words;
        CHECK(metric.identifier() == "shop.region.eu." + std::string(metric.name()));
        CHECK(metric.logical_scope() == "shop.region");
        const auto variables = metric.variables();
        CHECK(variables.size() == 2 && variables[0].key == "<env>" && variables[0].value == "prod" &&
              variables[1].key == "<region>" && variables[1].value == "eu");
    });
    CHECK((said == std::map<std::string, std::string>{{"counter", "count 1"},
                                                      {"monotonic", "count 2"},
                                                      {"gauge", "gauge three"},
                                                      {"empty", ""},
                                                      {"distribution", "distribution 4"},
                                                      {"meter", "meter 5"},
                                                      {"histogram", "histogram 6"}}));
    CHECK(ids.size() == 7 && std::is_sorted(ids.begin(), ids.end()));
}

void collect__tells_the_type_of_a_metric()
{
    fixture f;
    f.root.counter("counter");
    f.root.histogram("histogram");
    std::vector<metra_metric_type> types;
    f.registry.collect([&](const metra::reading &reading) { types.push_back(reading.metric().type()); });
    CHECK((types == std::vector<metra_metric_type>{METRA_METRIC_COUNTER, METRA_METRIC_HISTOGRAM}));
}

void collect__passes_on_what_its_visitor_throws()
{
    fixture f;
    f.root.counter("first");
    f.root.counter("second");
    int visits = 0;
    std::string said;
    try {
        f.registry.collect([&](const metra::reading &reading) {
            ++visits;
            throw std::runtime_error("not " + std::string(reading.metric().name()));
        });
    } catch (const std::runtime_error &error) {
        said = error.what();
    }
    CHECK_TEXT(said.c_str(), "not first");
    CHECK_INT(visits, 1);
    f.registry.collect([&](const metra::reading &) { ++visits; });
    CHECK_INT(visits, 3);
}

void count_visits(const metra::reading &) {}

void collect__takes_any_callable_and_its_visitor_may_call_metra()
{
    fixture f;
    f.root.counter("first");
    const auto visitor = [&f](const metra::reading &reading) { f.root.counter(reading.metric().name()).inc(); };
    f.registry.collect(visitor);
    f.registry.collect(count_visits);
    f.registry.collect(&count_visits);
    CHECK_INT(f.root.counter("first").count(), 1);
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT,
                 f.registry.collect(static_cast<void (*)(const metra::reading &)>(nullptr)));
}

void write__gives_the_page_in_pieces_or_whole()
{
    fixture f;
    f.root.counter("orders").inc(2);
    const std::string page = "# HELP app_orders orders (scope: app)\n# TYPE app_orders gauge\napp_orders 2\n";
    CHECK_TEXT(f.registry.write(METRA_FORMAT_PROMETHEUS).c_str(), page.c_str());
    std::string pieces;
    f.registry.write(METRA_FORMAT_PROMETHEUS, [&](std::string_view bytes) { pieces += bytes; });
    CHECK_TEXT(pieces.c_str(), page.c_str());
    pieces.clear();
    f.registry.write(METRA_FORMAT_PROMETHEUS, [&](std::string_view bytes) {
        pieces += bytes;
        return true;
    });
    CHECK_TEXT(pieces.c_str(), page.c_str());
    CHECK_THROWS(METRA_ERROR_INVALID_ARGUMENT, f.registry.write(static_cast<metra_format>(99)));
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT,
                 f.registry.write(METRA_FORMAT_PROMETHEUS, static_cast<void (*)(std::string_view)>(nullptr)));
}

void write__stops_where_its_sink_says()
{
    fixture f;
    f.root.counter("orders");
    int stopped = 0;
    f.registry.write(METRA_FORMAT_PROMETHEUS, [&](std::string_view) {
        ++stopped;
        return false;
    });
    CHECK_INT(stopped, 1);
}

void write__passes_on_what_its_sink_throws()
{
    fixture f;
    f.root.counter("orders");
    int pieces = 0;
    int thrown = 0;
    try {
        f.registry.write(METRA_FORMAT_PROMETHEUS, [&](std::string_view) {
            ++pieces;
            throw 42;
        });
    } catch (int number) {
        thrown = number;
    }
    CHECK_INT(thrown, 42);
    CHECK_INT(pieces, 1);
}

} // namespace

int main()
{
    RUN(collect__shows_what_every_metric_says);
    RUN(collect__tells_the_type_of_a_metric);
    RUN(collect__passes_on_what_its_visitor_throws);
    RUN(collect__takes_any_callable_and_its_visitor_may_call_metra);
    RUN(write__gives_the_page_in_pieces_or_whole);
    RUN(write__stops_where_its_sink_says);
    RUN(write__passes_on_what_its_sink_throws);
    return check_result();
}
