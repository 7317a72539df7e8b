// Distributions.
#ifndef METRA_DISTRIBUTION_HPP
#define METRA_DISTRIBUTION_HPP

#include "cell.hpp"
#include "handle.hpp"

#include <cstddef>
#include <cstdint>
#include <iterator>

namespace metra {

/// An owned cell of a distribution, see cell.hpp; 256 bytes.
class distribution_cell : public detail::owned_cell<metra_distribution_cell, metra_distribution_cell_release> {
public:
    distribution_cell() noexcept = default;

    void update(std::int64_t value) noexcept { metra_distribution_cell_update(raw(), value); }

private:
    friend struct detail::access;
    explicit distribution_cell(metra_distribution_cell *owned) noexcept : handle(owned) {}
};

/// The shared cell of a distribution, see cell.hpp.
class distribution_shared_cell {
public:
    distribution_shared_cell() noexcept = default;

    /// A call is made only while another thread writes the cell.
    void update(std::int64_t value) noexcept
    {
        if (metra_distribution_shared_cell_update(raw_, value) == 0)
            metra_distribution_update(distribution_, value);
    }

private:
    friend struct detail::access;
    distribution_shared_cell(metra_distribution *distribution, metra_distribution_cell *raw) noexcept
        : distribution_(distribution), raw_(raw)
    {
    }

    metra_distribution *distribution_ = nullptr;
    metra_distribution_cell *raw_ = nullptr;
};

/// Count, sum, minimum, maximum and mean of values. It may outlive its group and registry.
class distribution : public detail::handle<metra_distribution, metra_distribution_free> {
public:
    distribution() noexcept = default;

    void update(std::int64_t value) noexcept { metra_distribution_update(raw(), value); }

    /// Adds each of them, in one call.
    void update_many(const std::int64_t *values_or_null, std::size_t count) noexcept
    {
        metra_distribution_update_many(raw(), values_or_null, count);
    }

    /// The same for a vector, array or span of std::int64_t.
    template <typename Values>
    auto update_many(const Values &values) noexcept -> decltype(update_many(std::data(values), std::size(values)))
    {
        update_many(std::data(values), std::size(values));
    }

    metra_distribution_reading read() const
    {
        metra_distribution_reading reading{};
        reading.size = sizeof reading;
        if (*this)
            detail::check(metra_distribution_read(raw(), &reading));
        return reading;
    }

    /// A part of it for one thread at a time.
    distribution_cell cell() { return detail::acquired<distribution_cell>(metra_distribution_cell_acquire, raw()); }

    /// The part that any thread may write without a call.
    distribution_shared_cell shared_cell() & noexcept
    {
        return detail::access::view<distribution_shared_cell>(raw(), metra_distribution_shared_cell(raw()));
    }

private:
    friend struct detail::access;
    explicit distribution(metra_distribution *owned) noexcept : handle(owned) {}
};

} // namespace metra

#endif
