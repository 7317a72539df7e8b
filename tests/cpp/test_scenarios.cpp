// Plays the table of scenarios (tests/vectors/SCENARIOS.md) through the C++ binding. The argument is the table.
#include "scenario_values.hpp"

#include <chrono>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <mutex>
#include <set>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

namespace scenario {
namespace {

/// What steps make, under their names.
using object = std::variant<std::uint64_t, metra::group, metra::counter, metra::monotonic_counter, metra::gauge,
                            metra::distribution, metra::meter, metra::histogram, metra::counter_cell,
                            metra::monotonic_counter_cell, metra::meter_cell, metra::distribution_cell,
                            metra::shared_cell, metra::distribution_shared_cell>;

template <typename... Functions>
struct overloaded : Functions... {
    using Functions::operator()...;
};
template <typename... Functions>
overloaded(Functions...) -> overloaded<Functions...>;

/// For what a verb cannot be done to.
constexpr auto otherwise = [](auto &) -> json { throw unplayable("this verb is not for an object of this type"); };

/// Writes down what reporters of the class "scenario" are told.
class journal : public metra::reporter {
public:
    void added(const metra::reporter_info &self, const metra::metric_info &metric) override
    {
        news("added", self, metric);
    }

    void removed(const metra::reporter_info &self, const metra::metric_info &metric) override
    {
        news("removed", self, metric);
    }

    void report(const metra::reporter_info &self, const metra::report &report) override
    {
        std::string line = "report";
        report.collect([&](const metra::reading &reading) {
            line += " " + std::string(reading.metric().identifier());
        });
        note(self, line);
    }

    void close(const metra::reporter_info &self) override { note(self, "close"); }

    /// What the reporter of that name wrote since this was asked last.
    json taken(const std::string &name) { return std::exchange(lines_[name], json::array()); }

private:
    void news(const std::string &what, const metra::reporter_info &self, const metra::metric_info &metric)
    {
        std::string line = what + " " + std::string(metric.identifier()) + " in " + std::string(metric.logical_scope());
        for (const auto &[key, value] : metric.variables())
            line += " " + std::string(key) + "=" + std::string(value);
        note(self, line);
    }

    void note(const metra::reporter_info &self, const std::string &line)
    {
        const std::lock_guard guard(lock_);
        auto &lines = lines_[std::string(self.name)];
        if (lines.is_null())
            lines = json::array();
        lines.push_back(line);
    }

    std::mutex lock_;
    std::map<std::string, json> lines_;
};

/// What the function of a gauge answers, one after the other, the last one for ever.
class answers {
public:
    explicit answers(const json &written) : written_(written) {}

    metra::gauge_value next()
    {
        const auto answer = to_gauge_value(written_.at(std::min(next_, written_.size() - 1)));
        ++next_;
        if (!answer)
            throw std::runtime_error("no value");
        return *answer;
    }

private:
    json written_;
    std::size_t next_ = 0;
};

/// A step of the table; knows which of its fields were looked at.
class step {
public:
    explicit step(const json &written) : written_(written) {}

    bool has(const std::string &field)
    {
        known_.insert(field);
        return written_.contains(field);
    }

    const json &at(const std::string &field)
    {
        if (!has(field))
            throw unplayable("the field " + field + " is missing");
        return written_.at(field);
    }

    std::string name(const std::string &field) { return at(field).get<std::string>(); }
    std::int64_t number(const std::string &field) { return at(field).get<std::int64_t>(); }

    /// Borrowed from the table; absent where the field is.
    metra::text text(const std::string &field)
    {
        return has(field) ? metra::text(written_.at(field).get_ref<const std::string &>()) : metra::text();
    }

    std::int32_t number_or_zero(const std::string &field) { return has(field) ? at(field).get<std::int32_t>() : 0; }

    std::vector<metra::variable> variables(const std::string &field)
    {
        std::vector<metra::variable> variables;
        if (has(field)) {
            for (const auto &[key, value] : written_.at(field).items())
                variables.push_back({key, value.get_ref<const std::string &>()});
        }
        return variables;
    }

    /// Refuses a step with a field that nobody looked at.
    void check_fields() const
    {
        for (const auto &[field, value] : written_.items()) {
            if (known_.count(field) == 0)
                throw unplayable("the field " + field + " is not known here");
        }
    }

private:
    const json &written_;
    std::set<std::string> known_{"do", "error", "says", "expect"};
};

/// One scenario's registry, and all that was made in it.
class stage {
public:
    explicit stage(const json &keys) : registry_(configured(keys)) {}

    /// Plays one step; gives what its verb gives, or null.
    json play(const json &written)
    {
        step s(written);
        const auto found = verbs().find(s.name("do"));
        if (found == verbs().end())
            throw unplayable("an unknown verb");
        json given;
        try {
            given = found->second(*this, s);
        } catch (const metra::error &) {
            s.has("as"); // Beside an error it names nothing.
            s.check_fields();
            throw;
        }
        s.check_fields();
        return given;
    }

    void close() { registry_.close(std::chrono::seconds(10)); }

private:
    using verb = std::function<json(stage &, step &)>;

    metra::config configured(const json &keys)
    {
        metra::config config;
        config.set_clock(clock_).add_reporter("scenario", journal_);
        for (const auto &[key, value] : keys.items())
            config.set(key, value.get_ref<const std::string &>());
        return config;
    }

    object &named(const std::string &name)
    {
        const auto found = objects_.find(name);
        if (found == objects_.end())
            throw unplayable("nothing is named " + name);
        return found->second;
    }

    template <typename Type>
    Type &get(step &s, const std::string &field)
    {
        auto *found = std::get_if<Type>(&named(s.name(field)));
        if (found == nullptr)
            throw unplayable("the " + field + " is of another type");
        return *found;
    }

    metra::group &group(step &s) { return get<metra::group>(s, "group"); }
    object &metric(step &s) { return named(s.name("metric")); }

    /// Keeps what a step made.
    json keep(step &s, object made)
    {
        objects_.insert_or_assign(s.name("as"), std::move(made));
        return nullptr;
    }

    metra::identity_options identity(step &s)
    {
        metra::identity_options options;
        options.reporter_delimiter = s.text("delimiter");
        if (s.has("replace"))
            options.filter = [&pairs = s.at("replace")](std::string_view part) { return replaced(part, pairs); };
        return options;
    }

    json gauge(step &s)
    {
        auto function = std::make_shared<answers>(s.at("answers"));
        functions_[s.name("as")] = function;
        return keep(s, group(s).gauge(s.text("name"), [function = std::move(function)] { return function->next(); }));
    }

    json settable_gauge(step &s)
    {
        const auto type = s.name("type");
        const auto name = s.text("name");
        if (type == "int64")
            return keep(s, group(s).settable_gauge<std::int64_t>(name));
        if (type == "double")
            return keep(s, group(s).settable_gauge<double>(name));
        if (type == "bool")
            return keep(s, group(s).settable_gauge<bool>(name));
        if (type == "text")
            return keep(s, group(s).settable_gauge<std::string>(name));
        throw unplayable("an unknown type");
    }

    json meter(step &s)
    {
        const std::chrono::seconds span(s.has("time_span_in_seconds") ? s.number("time_span_in_seconds") : 60);
        if (s.has("over"))
            return keep(s, group(s).meter_over(s.text("name"), get<metra::counter>(s, "over"), span));
        return keep(s, group(s).meter(s.text("name"), span));
    }

    json unregister(step &s)
    {
        if (s.has("metric"))
            get<metra::gauge>(s, "metric").unregister();
        else
            group(s).unregister(s.text("name"));
        return nullptr;
    }

    json close(step &s)
    {
        if (s.has("group"))
            group(s).close();
        else
            close();
        return nullptr;
    }

    json read(step &s)
    {
        return std::visit(
            overloaded{
                [](metra::counter &counter) { return json(counter.count()); },
                [](metra::monotonic_counter &counter) { return json(counter.count()); },
                [this](metra::gauge &gauge) { return from_gauge_value(registry_.read_gauge(gauge)); },
                [](metra::distribution &distribution) { return from_distribution(distribution.read()); },
                [](metra::meter &meter) { return from_meter(meter.count(), meter.rate()); },
                [](metra::histogram &histogram) { return from_histogram(histogram.read()); },
                otherwise,
            },
            metric(s));
    }

    json inc(step &s)
    {
        const auto by = s.number("by");
        return std::visit(overloaded{[by](metra::counter &counter) { return counter.inc(by), json(); },
                                     [by](metra::monotonic_counter &counter) { return counter.inc(by), json(); },
                                     otherwise},
                          metric(s));
    }

    json set(step &s)
    {
        auto &gauge = get<metra::gauge>(s, "metric");
        const auto value = to_gauge_value(s.at("value"));
        if (!value)
            throw unplayable("null cannot be set");
        std::visit([&gauge](const auto &inner) { gauge.set(inner); }, *value);
        return nullptr;
    }

    json update(step &s)
    {
        const auto value = s.number("value");
        return std::visit(
            overloaded{[value](metra::distribution &distribution) { return distribution.update(value), json(); },
                       [value](metra::histogram &histogram) { return histogram.update(value), json(); }, otherwise},
            metric(s));
    }

    json update_many(step &s)
    {
        const auto values = s.at("values").get<std::vector<std::int64_t>>();
        return std::visit(
            overloaded{[&](metra::distribution &distribution) { return distribution.update_many(values), json(); },
                       [&](metra::histogram &histogram) { return histogram.update_many(values), json(); }, otherwise},
            metric(s));
    }

    template <typename Acquire>
    json cell_of(step &s, Acquire acquire)
    {
        auto made = std::visit(
            overloaded{
                [&](metra::counter &counter) { return object(acquire(counter)); },
                [&](metra::monotonic_counter &counter) { return object(acquire(counter)); },
                [&](metra::meter &meter) { return object(acquire(meter)); },
                [&](metra::distribution &distribution) { return object(acquire(distribution)); },
                [](auto &) -> object { throw unplayable("it has no cells"); },
            },
            metric(s));
        return keep(s, std::move(made));
    }

    json cell_write(step &s)
    {
        const auto value = s.number("value");
        return std::visit(
            overloaded{
                [value](metra::counter_cell &cell) { return cell.inc(value), json(); },
                [value](metra::monotonic_counter_cell &cell) { return cell.inc(value), json(); },
                [value](metra::meter_cell &cell) { return cell.mark_event(value), json(); },
                [value](metra::distribution_cell &cell) { return cell.update(value), json(); },
                [value](metra::shared_cell &cell) { return cell.add(value), json(); },
                [value](metra::distribution_shared_cell &cell) { return cell.update(value), json(); },
                otherwise,
            },
            named(s.name("cell")));
    }

    json cell_release(step &s)
    {
        return std::visit(overloaded{[](metra::counter_cell &cell) { return cell = {}, json(); },
                                     [](metra::monotonic_counter_cell &cell) { return cell = {}, json(); },
                                     [](metra::meter_cell &cell) { return cell = {}, json(); },
                                     [](metra::distribution_cell &cell) { return cell = {}, json(); }, otherwise},
                          named(s.name("cell")));
    }

    json page()
    {
        std::istringstream page(registry_.write(METRA_FORMAT_PROMETHEUS));
        json lines = json::array();
        for (std::string line; std::getline(page, line);)
            lines.push_back(line);
        return lines;
    }

    json collect()
    {
        json shown = json::array();
        registry_.collect([&shown](const metra::reading &reading) { shown.push_back(from_reading(reading)); });
        return shown;
    }

    json told(step &s)
    {
        clock_.advance(std::chrono::milliseconds(0));
        const json lines = journal_->taken(s.name("reporter"));
        return lines.is_null() ? json::array() : lines;
    }

    json advance(step &s)
    {
        clock_.advance(std::chrono::milliseconds(s.number("ms")));
        return nullptr;
    }

    static const std::map<std::string, verb> &verbs();

    metra::clock clock_;
    std::shared_ptr<journal> journal_ = std::make_shared<journal>();
    metra::registry registry_;
    std::map<std::string, object> objects_;
    std::map<std::string, std::weak_ptr<answers>> functions_;
};

const std::map<std::string, stage::verb> &stage::verbs()
{
    using Stage = stage &;
    using Step = step &;
    static const std::map<std::string, verb> verbs = {
        {"root", [](Stage t, Step s) { return t.keep(s, t.registry_.root(s.text("name"), s.variables("variables"))); }},
        {"taskmanager",
         [](Stage t, Step s) { return t.keep(s, t.registry_.taskmanager({s.text("host"), s.text("tm_id")})); }},
        {"jobmanager", [](Stage t, Step s) { return t.keep(s, t.registry_.jobmanager({s.text("host")})); }},
        {"job", [](Stage t, Step s) { return t.keep(s, t.group(s).job({s.text("job_id"), s.text("job_name")})); }},
        {"task",
         [](Stage t, Step s) {
             return t.keep(s, t.group(s).task({s.text("task_id"), s.text("task_name"), s.text("task_attempt_id"),
                                               s.number_or_zero("subtask_index"),
                                               s.number_or_zero("task_attempt_num")}));
         }},
        {"operator",
         [](Stage t, Step s) {
             return t.keep(s, t.group(s).operator_({s.text("operator_id"), s.text("operator_name"), s.text("task_id"),
                                                    s.text("task_name"), s.variables("variables")}));
         }},
        {"add_group", [](Stage t, Step s) { return t.keep(s, t.group(s).add_group(s.text("name"), s.text("value"))); }},
        {"token", [](Stage t, Step s) { return t.keep(s, t.group(s).token()); }},
        {"from_token",
         [](Stage t, Step s) { return t.keep(s, metra::group::from_token(t.get<std::uint64_t>(s, "token"))); }},
        {"close", [](Stage t, Step s) { return t.close(s); }},
        {"is_closed", [](Stage t, Step s) { return json(t.group(s).is_closed()); }},
        {"unregister", [](Stage t, Step s) { return t.unregister(s); }},
        {"identifier",
         [](Stage t, Step s) { return json(t.group(s).metric_identifier(s.text("name"), t.identity(s))); }},
        {"logical_scope",
         [](Stage t, Step s) {
             auto options = t.identity(s);
             options.logical_delimiter = s.text("logical_delimiter");
             return json(t.group(s).logical_scope(options));
         }},
        {"scope_components", [](Stage t, Step s) { return json(t.group(s).scope_components()); }},
        {"variables", [](Stage t, Step s) { return json(t.group(s).variables()); }},
        {"counter", [](Stage t, Step s) { return t.keep(s, t.group(s).counter(s.text("name"))); }},
        {"monotonic_counter", [](Stage t, Step s) { return t.keep(s, t.group(s).monotonic_counter(s.text("name"))); }},
        {"gauge", [](Stage t, Step s) { return t.gauge(s); }},
        {"settable_gauge", [](Stage t, Step s) { return t.settable_gauge(s); }},
        {"distribution", [](Stage t, Step s) { return t.keep(s, t.group(s).distribution(s.text("name"))); }},
        {"meter", [](Stage t, Step s) { return t.meter(s); }},
        {"histogram", [](Stage t, Step s) { return t.keep(s, t.group(s).histogram(s.text("name"))); }},
        {"dropped", [](Stage t, Step s) { return json(t.functions_.at(s.name("metric")).expired()); }},
        {"inc", [](Stage t, Step s) { return t.inc(s); }},
        {"dec", [](Stage t, Step s) { return t.get<metra::counter>(s, "metric").dec(s.number("by")), json(); }},
        {"set", [](Stage t, Step s) { return t.set(s); }},
        {"update", [](Stage t, Step s) { return t.update(s); }},
        {"update_many", [](Stage t, Step s) { return t.update_many(s); }},
        {"mark_event",
         [](Stage t, Step s) { return t.get<metra::meter>(s, "metric").mark_event(s.number("by")), json(); }},
        {"cell_acquire", [](Stage t, Step s) { return t.cell_of(s, [](auto &metric) { return metric.cell(); }); }},
        {"cell_shared",
         [](Stage t, Step s) { return t.cell_of(s, [](auto &metric) { return metric.shared_cell(); }); }},
        {"cell_write", [](Stage t, Step s) { return t.cell_write(s); }},
        {"cell_release", [](Stage t, Step s) { return t.cell_release(s); }},
        {"read", [](Stage t, Step s) { return t.read(s); }},
        {"page", [](Stage t, Step) { return t.page(); }},
        {"collect", [](Stage t, Step) { return t.collect(); }},
        {"told", [](Stage t, Step s) { return t.told(s); }},
        {"advance", [](Stage t, Step s) { return t.advance(s); }},
    };
    return verbs;
}

/// The verbs that give something.
const std::set<std::string> giving = {"is_closed", "identifier", "logical_scope", "scope_components", "variables",
                                      "dropped",   "read",       "page",          "collect",          "told"};

/// Runs `body`; says what was not as `written`, a step or a whole scenario, has it, or nothing.
template <typename Body>
std::string differs(const json &written, Body &&body)
{
    const std::string expected = written.value("error", "METRA_OK");
    std::string status = "METRA_OK";
    std::string says;
    try {
        body();
    } catch (const metra::error &error) {
        status = metra::status_name(error.status());
        says = error.what();
    }
    if (status != expected)
        return "gave " + status + " (" + says + ") instead of " + expected;
    if (says.find(written.value("says", "")) == std::string::npos)
        return "says '" + says + "'";
    return "";
}

std::string play_step(stage &stage, const json &written)
{
    json given;
    const std::string difference = differs(written, [&] { given = stage.play(written); });
    if (!difference.empty() || written.contains("error"))
        return difference;
    if (written.contains("expect") != (giving.count(written.at("do")) == 1))
        return "has an expectation where there is nothing to expect, or none where there is";
    if (written.contains("expect") && !same(given, written.at("expect")))
        return "gave " + given.dump();
    return "";
}

/// What was not as it should be, with the step; counts the steps that were begun.
std::string play(const json &scenario, std::size_t &steps)
{
    std::unique_ptr<stage> stage;
    const std::string refused =
        differs(scenario, [&] { stage = std::make_unique<class stage>(scenario.at("config")); });
    if (!refused.empty() || scenario.contains("error"))
        return refused;
    for (const auto &written : scenario.at("steps")) {
        ++steps;
        std::string difference;
        try {
            difference = play_step(*stage, written);
        } catch (const std::exception &error) {
            difference = error.what();
        }
        if (!difference.empty())
            return written.dump() + "\n    " + difference;
    }
    stage->close();
    return "";
}

int play_all(const json &table)
{
    std::size_t scenarios = 0, steps = 0, failures = 0;
    for (const auto &scenario : table.at("scenarios")) {
        ++scenarios;
        const auto difference = play(scenario, steps);
        if (!difference.empty()) {
            ++failures;
            std::cout << "FAILED " << scenario.at("name").get<std::string>() << "\n    " << difference << '\n';
        }
    }
    std::cout << scenarios << " scenarios, " << steps << " steps\n";
    const bool all = scenarios == table.at("scenario_count") && steps == table.at("step_count");
    return all && failures == 0 && scenarios > 0 ? 0 : 1;
}

} // namespace
} // namespace scenario

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    std::ifstream file(argv[1]);
    return scenario::play_all(nlohmann::json::parse(file));
}
