// Counters that only go up.
#ifndef METRA_MONOTONIC_COUNTER_HPP
#define METRA_MONOTONIC_COUNTER_HPP

#include "cell.hpp"
#include "handle.hpp"

#include <cstdint>

namespace metra {

/// An owned cell of a monotonic counter, see cell.hpp.
class monotonic_counter_cell
    : public detail::owned_cell<metra_monotonic_counter_cell, metra_monotonic_counter_cell_release> {
public:
    monotonic_counter_cell() noexcept = default;

    /// Values below zero are ignored.
    void inc(std::int64_t n = 1) noexcept { metra_monotonic_counter_cell_inc(raw(), n); }

private:
    friend struct detail::access;
    explicit monotonic_counter_cell(metra_monotonic_counter_cell *owned) noexcept : handle(owned) {}
};

/// A sum that only goes up, which systems with real counters show as such. It may outlive its group and registry.
class monotonic_counter : public detail::handle<metra_monotonic_counter, metra_monotonic_counter_free> {
public:
    monotonic_counter() noexcept = default;

    /// Values below zero are ignored.
    void inc(std::int64_t n = 1) noexcept { metra_monotonic_counter_inc(raw(), n); }

    /// Exact once writers are quiet.
    std::int64_t count() const noexcept { return metra_monotonic_counter_count(raw()); }

    /// A part of it for one thread at a time.
    monotonic_counter_cell cell()
    {
        return detail::acquired<monotonic_counter_cell>(metra_monotonic_counter_cell_acquire, raw());
    }

    /// The part that any thread may write without a call.
    metra::shared_cell shared_cell() & noexcept
    {
        return detail::access::view<metra::shared_cell>(metra_monotonic_counter_shared_cell(raw()));
    }

private:
    friend struct detail::access;
    explicit monotonic_counter(metra_monotonic_counter *owned) noexcept : handle(owned) {}
};

} // namespace metra

#endif
