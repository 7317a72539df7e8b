// Time for tests.
#ifndef METRA_CLOCK_HPP
#define METRA_CLOCK_HPP

#include "handle.hpp"

#include <chrono>
#include <cstdint>

namespace metra {

/// A clock that stands still until it is advanced; give it to a configuration. It outlives whatever uses it.
class clock : public detail::handle<metra_clock, metra_clock_free> {
public:
    clock() : clock(detail::access::take<clock>(metra_clock_new)) {}

    /// Moves time forward and returns when all that became due on the way is done. Not inside a callback of metra.
    void advance(std::chrono::milliseconds duration)
    {
        if (duration < duration.zero())
            throw error(METRA_ERROR_INVALID_ARGUMENT, "time cannot go back; 0 or more milliseconds are right");
        detail::check(metra_clock_advance(raw(), static_cast<std::uint64_t>(duration.count())));
    }

private:
    friend struct detail::access;
    explicit clock(metra_clock *owned) noexcept : handle(owned) {}
};

} // namespace metra

#endif
