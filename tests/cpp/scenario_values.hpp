// How the scenario table writes what metra takes and gives.
#ifndef SCENARIO_VALUES_HPP
#define SCENARIO_VALUES_HPP

#include <metra.hpp>

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace scenario {

using nlohmann::json;

/// Doubles that JSON has no numbers for.
inline const std::map<std::string, double> special_doubles = {
    {"NaN", std::numeric_limits<double>::quiet_NaN()},
    {"Infinity", std::numeric_limits<double>::infinity()},
    {"-Infinity", -std::numeric_limits<double>::infinity()},
};

inline json from_double(double number)
{
    if (std::isfinite(number))
        return number;
    if (std::isnan(number))
        return "NaN";
    return number > 0 ? "Infinity" : "-Infinity";
}

/// The value of a gauge that the table means; nothing for null.
inline std::optional<metra::gauge_value> to_gauge_value(const json &written)
{
    if (written.is_null())
        return std::nullopt;
    if (written.is_boolean())
        return written.get<bool>();
    if (written.is_number_float())
        return written.get<double>();
    if (written.is_number_integer())
        return written.get<std::int64_t>();
    const auto words = written.get<std::string>();
    const auto special = special_doubles.find(words);
    return special == special_doubles.end() ? metra::gauge_value(words) : metra::gauge_value(special->second);
}

inline json from_gauge_value(const std::optional<metra::gauge_value> &value)
{
    if (!value)
        return nullptr;
    if (const auto *number = std::get_if<double>(&*value))
        return from_double(*number);
    return std::visit([](const auto &inner) { return json(inner); }, *value);
}

inline json from_distribution(const metra_distribution_reading &said)
{
    return {{"count", said.count}, {"sum", said.sum}, {"min", said.min}, {"max", said.max},
            {"mean", from_double(said.mean)}};
}

inline json from_meter(std::int64_t count, double rate)
{
    return {{"count", count}, {"rate", from_double(rate)}};
}

inline json from_histogram(const metra_histogram_reading &said)
{
    return {{"count", said.count},
            {"sum", said.sum},
            {"window_count", said.window_count},
            {"min", said.min},
            {"max", said.max},
            {"mean", from_double(said.mean)},
            {"stddev", from_double(said.stddev)},
            {"p50", from_double(said.p50)},
            {"p75", from_double(said.p75)},
            {"p95", from_double(said.p95)},
            {"p98", from_double(said.p98)},
            {"p99", from_double(said.p99)},
            {"p999", from_double(said.p999)}};
}

inline json from_variables(const std::vector<metra::variable> &variables)
{
    json written = json::object();
    for (const auto &variable : variables)
        written[std::string(variable.key)] = std::string(variable.value);
    return written;
}

/// What a visitor of metra::registry::collect is shown.
inline json from_reading(const metra::reading &reading)
{
    static const std::map<metra_metric_type, std::string> types = {
        {METRA_METRIC_COUNTER, "counter"},           {METRA_METRIC_MONOTONIC_COUNTER, "monotonic_counter"},
        {METRA_METRIC_GAUGE, "gauge"},               {METRA_METRIC_DISTRIBUTION, "distribution"},
        {METRA_METRIC_METER, "meter"},               {METRA_METRIC_HISTOGRAM, "histogram"},
    };
    json value = from_gauge_value(reading.gauge());
    if (const auto count = reading.count())
        value = *count;
    else if (const auto distribution = reading.distribution())
        value = from_distribution(*distribution);
    else if (const auto meter = reading.meter())
        value = from_meter(meter->count, meter->rate);
    else if (const auto histogram = reading.histogram())
        value = from_histogram(*histogram);
    const auto metric = reading.metric();
    return {{"type", types.at(metric.type())},
            {"name", std::string(metric.name())},
            {"identifier", std::string(metric.identifier())},
            {"logical_scope", std::string(metric.logical_scope())},
            {"variables", from_variables(metric.variables())},
            {"value", value}};
}

/// Equal as the table means it: a whole number is never a double.
inline bool same(const json &left, const json &right)
{
    if (left.is_number() && right.is_number())
        return left.is_number_float() == right.is_number_float() && left == right;
    if (left.type() != right.type())
        return false;
    if (!left.is_structured())
        return left == right;
    if (left.size() != right.size())
        return false;
    for (const auto &[key, value] : left.items()) {
        const bool is_there = left.is_array() || right.contains(key);
        if (!is_there || !same(value, left.is_array() ? right[std::stoul(key)] : right[key]))
            return false;
    }
    return true;
}

/// Replaces each Unicode character that is a key, in one pass.
inline std::string replaced(std::string_view text, const json &replacements)
{
    std::string answer;
    for (std::size_t start = 0; start < text.size();) {
        std::size_t end = start + 1;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
            ++end;
        const std::string character(text.substr(start, end - start));
        answer += replacements.value(character, character);
        start = end;
    }
    return answer;
}

/// Something in the table that this runner does not know, or does not find.
struct unplayable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

} // namespace scenario

#endif
