// Counters.
#ifndef METRA_COUNTER_HPP
#define METRA_COUNTER_HPP

#include "cell.hpp"
#include "handle.hpp"

#include <cstdint>

namespace metra {

/// An owned cell of a counter, see cell.hpp.
class counter_cell : public detail::owned_cell<metra_counter_cell, metra_counter_cell_release> {
public:
    counter_cell() noexcept = default;

    void inc(std::int64_t n = 1) noexcept { metra_counter_cell_inc(raw(), n); }

private:
    friend struct detail::access;
    explicit counter_cell(metra_counter_cell *owned) noexcept : handle(owned) {}
};

/// A sum that goes up and down: 64-bit, wrapping. It may outlive its group and registry.
class counter : public detail::handle<metra_counter, metra_counter_free> {
public:
    counter() noexcept = default;

    void inc(std::int64_t n = 1) noexcept { metra_counter_inc(raw(), n); }
    void dec(std::int64_t n = 1) noexcept { metra_counter_dec(raw(), n); }

    /// Exact once writers are quiet.
    std::int64_t count() const noexcept { return metra_counter_count(raw()); }

    /// A part of it for one thread at a time.
    counter_cell cell() { return detail::acquired<counter_cell>(metra_counter_cell_acquire, raw()); }

    /// The part that any thread may write without a call.
    metra::shared_cell shared_cell() & noexcept
    {
        return detail::access::view<metra::shared_cell>(metra_counter_shared_cell(raw()));
    }

private:
    friend struct detail::access;
    explicit counter(metra_counter *owned) noexcept : handle(owned) {}
};

} // namespace metra

#endif
