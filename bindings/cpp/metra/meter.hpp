// Meters.
#ifndef METRA_METER_HPP
#define METRA_METER_HPP

#include "cell.hpp"
#include "handle.hpp"

#include <chrono>
#include <cstdint>

namespace metra {

/// The time span of a meter where nothing else is wanted.
inline constexpr std::chrono::seconds meter_default_time_span{METRA_METER_DEFAULT_TIME_SPAN};

/// An owned cell of a meter, see cell.hpp.
class meter_cell : public detail::owned_cell<metra_meter_cell, metra_meter_cell_release> {
public:
    meter_cell() noexcept = default;

    /// Counts events; negative values take back.
    void mark_event(std::int64_t n = 1) noexcept { metra_meter_cell_mark_event(raw(), n); }

private:
    friend struct detail::access;
    explicit meter_cell(metra_meter_cell *owned) noexcept : handle(owned) {}
};

/// Events and their rate per second over a time span, as Flink computes it. It may outlive its group and registry.
class meter : public detail::handle<metra_meter, metra_meter_free> {
public:
    meter() noexcept = default;

    /// Counts events; negative values take back.
    void mark_event(std::int64_t n = 1) noexcept { metra_meter_mark_event(raw(), n); }

    /// Events ever; exact once writers are quiet.
    std::int64_t count() const noexcept { return metra_meter_count(raw()); }

    /// Events per second as of the last tick, of which there is one every five seconds.
    double rate() const noexcept { return metra_meter_rate(raw()); }

    /// A part of it for one thread at a time.
    meter_cell cell() { return detail::acquired<meter_cell>(metra_meter_cell_acquire, raw()); }

    /// The part that any thread may write without a call.
    metra::shared_cell shared_cell() & noexcept
    {
        return detail::access::view<metra::shared_cell>(metra_meter_shared_cell(raw()));
    }

private:
    friend struct detail::access;
    explicit meter(metra_meter *owned) noexcept : handle(owned) {}
};

} // namespace metra

#endif
