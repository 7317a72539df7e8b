// What metrics say, to whoever reads them all.
#ifndef METRA_READING_HPP
#define METRA_READING_HPP

#include "callback.hpp"
#include "text.hpp"
#include "value.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace metra {

/// A metric, spelled as its reader wants it. Borrowed, with all its texts, for the call it is passed to.
class metric_info {
public:
    explicit metric_info(const metra_metric_info &raw) noexcept : raw_(raw) {}

    /// A number that no other metric of the registry has or will have.
    std::uint64_t id() const noexcept { return raw_.id; }
    metra_metric_type type() const noexcept { return static_cast<metra_metric_type>(raw_.type); }
    /// As registered.
    text name() const noexcept { return raw_.name; }
    /// Scope components and name, joined.
    text identifier() const noexcept { return raw_.identifier; }
    /// Names of levels and user groups, joined.
    text logical_scope() const noexcept { return raw_.logical_scope; }

    /// Sorted by key, keys with brackets.
    std::vector<variable> variables() const
    {
        std::vector<variable> variables;
        variables.reserve(raw_.variables_len);
        for (std::size_t i = 0; i < raw_.variables_len; ++i)
            variables.push_back({raw_.variables[i].key, raw_.variables[i].value});
        return variables;
    }

private:
    const metra_metric_info &raw_;
};

/// A metric with what it says. Borrowed for the call it is passed to. What a metric of its type does not say is
/// nothing.
class reading {
public:
    explicit reading(const metra_reading &raw) noexcept : raw_(raw) {}

    metric_info metric() const noexcept { return metric_info(*raw_.metric); }

    /// Of a counter or monotonic counter.
    std::optional<std::int64_t> count() const noexcept
    {
        if (is(METRA_METRIC_COUNTER) || is(METRA_METRIC_MONOTONIC_COUNTER))
            return raw_.as.count;
        return std::nullopt;
    }

    /// Of a gauge that has a value now.
    std::optional<gauge_value> gauge() const
    {
        if (is(METRA_METRIC_GAUGE) && raw_.has_value != 0)
            return detail::load(raw_.as.gauge);
        return std::nullopt;
    }

    std::optional<metra_distribution_reading> distribution() const noexcept
    {
        return of(METRA_METRIC_DISTRIBUTION, raw_.as.distribution);
    }

    std::optional<metra_meter_reading> meter() const noexcept { return of(METRA_METRIC_METER, raw_.as.meter); }

    std::optional<metra_histogram_reading> histogram() const noexcept
    {
        return of(METRA_METRIC_HISTOGRAM, raw_.as.histogram);
    }

private:
    bool is(metra_metric_type type) const noexcept { return raw_.metric->type == type; }

    template <typename Content>
    std::optional<Content> of(metra_metric_type type, const Content &content) const noexcept
    {
        return is(type) ? std::optional<Content>(content) : std::nullopt;
    }

    const metra_reading &raw_;
};

namespace detail {

/// A visit under way: shows readings to `visit`, until it throws.
template <typename Visit>
struct visit {
    Visit &visitor;
    passage way;

    static void call(void *userdata, const metra_reading *raw) noexcept
    {
        auto &self = *static_cast<visit *>(userdata);
        self.way.run([&] { std::invoke(self.visitor, reading(*raw)); });
    }
};

} // namespace detail
} // namespace metra

#endif
