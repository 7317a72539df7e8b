// Cells: memory of a metric that programs write themselves, without a call.
//
// An owned cell (counter_cell and its kin, from counter::cell) is written by one thread at a time, at the cost of a
// plain addition: for one task, one loop. It keeps its metric alive; what it counted stays when it goes. One that is
// default-constructed or moved from does nothing.
//
// A shared cell is written by any thread with atomic instructions. It is a view: valid as long as the handle it came
// from, wherever that is moved.
#ifndef METRA_CELL_HPP
#define METRA_CELL_HPP

#include "handle.hpp"
#include "sanitizer.hpp"

#include <cstdint>

namespace metra {

/// The shared cell of a counter, monotonic counter or meter.
class shared_cell {
public:
    shared_cell() noexcept = default;

    /// To that of a monotonic counter, only what is positive.
    void add(std::int64_t n) noexcept { metra_shared_cell_add(raw_, n); }

private:
    friend struct detail::access;
    explicit shared_cell(std::int64_t *raw) noexcept : raw_(raw) {}

    std::int64_t *raw_ = nullptr;
};

namespace detail {

/// Releases a cell, whose memory may be another thread's next.
template <typename Raw, void (*Release)(Raw *)>
void release(Raw *owned)
{
    hands_over(owned);
    Release(owned);
}

/// The base of every owned cell.
template <typename Raw, void (*Release)(Raw *)>
using owned_cell = handle<Raw, release<Raw, Release>>;

/// Acquires a cell of a metric, for the writers that were compiled with this header.
template <typename Cell, typename Acquire, typename Metric>
Cell acquired(Acquire acquire, Metric *metric)
{
    Cell cell = access::take<Cell>(acquire, metric, std::uint32_t{METRA_CELL_LAYOUT});
    takes_over(access::raw(cell));
    return cell;
}

} // namespace detail
} // namespace metra

#endif
