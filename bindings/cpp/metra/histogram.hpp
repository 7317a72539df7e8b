// Histograms.
#ifndef METRA_HISTOGRAM_HPP
#define METRA_HISTOGRAM_HPP

#include "handle.hpp"

#include <cstddef>
#include <cstdint>
#include <iterator>

namespace metra {

/// Values in buckets: count and sum for life, quantiles over a window of time. It may outlive its group and registry.
class histogram : public detail::handle<metra_histogram, metra_histogram_free> {
public:
    histogram() noexcept = default;

    /// Buckets know the value within 1 %.
    void update(std::int64_t value) noexcept { metra_histogram_update(raw(), value); }

    /// Adds each of them, in one call.
    void update_many(const std::int64_t *values_or_null, std::size_t count) noexcept
    {
        metra_histogram_update_many(raw(), values_or_null, count);
    }

    /// The same for a vector, array or span of std::int64_t.
    template <typename Values>
    auto update_many(const Values &values) noexcept -> decltype(update_many(std::data(values), std::size(values)))
    {
        update_many(std::data(values), std::size(values));
    }

    metra_histogram_reading read() const
    {
        metra_histogram_reading reading{};
        reading.size = sizeof reading;
        if (*this)
            detail::check(metra_histogram_read(raw(), &reading));
        return reading;
    }

    /// Any quantile of the window, by Flink's definition: `q` is above 0 and at most 1. NaN without values in the
    /// window.
    double quantile(double q) const
    {
        double quantile = 0.0;
        if (*this)
            detail::check(metra_histogram_quantile(raw(), q, &quantile));
        return quantile;
    }

private:
    friend struct detail::access;
    explicit histogram(metra_histogram *owned) noexcept : handle(owned) {}
};

} // namespace metra

#endif
