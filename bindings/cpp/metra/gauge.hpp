// Gauges.
#ifndef METRA_GAUGE_HPP
#define METRA_GAUGE_HPP

#include "callback.hpp"
#include "handle.hpp"
#include "value.hpp"

#include <exception>
#include <functional>
#include <type_traits>

namespace metra {

/// A value that is asked for at every reading, or that is set. It may outlive its group and registry.
class gauge : public detail::handle<metra_gauge, metra_gauge_free> {
public:
    gauge() noexcept = default;

    /// Sets a settable gauge, converted to its type as metra_gauge_set_int64 and its kin say. Ignored by gauges with a
    /// callable, and for numbers that need more than 64 bits with sign.
    template <typename Number, std::enable_if_t<std::is_arithmetic_v<Number>, int> = 0>
    void set(Number number) noexcept
    {
        if constexpr (std::is_same_v<Number, bool>)
            metra_gauge_set_bool(raw(), number ? 1 : 0);
        else if constexpr (std::is_floating_point_v<Number>)
            metra_gauge_set_double(raw(), static_cast<double>(number));
        else if (const auto whole = detail::as_int64(number))
            metra_gauge_set_int64(raw(), *whole);
    }

    /// Sets a settable gauge of text. Ignored by all others, and for text that is absent, not UTF-8, or has a U+0000.
    void set(text words) noexcept
    {
        try {
            metra_gauge_set_text(raw(), detail::c_text(words));
        } catch (const std::exception &) {
            // An update never fails.
        }
    }

    /// Unregisters the gauge, unless another one has replaced it. Throws METRA_ERROR_TIMEOUT if its callable still runs
    /// after metrics.gauge.timeout: calling again waits again. Do not hold a lock that the callable needs.
    void unregister() { detail::check(metra_gauge_unregister(raw())); }

private:
    friend struct detail::access;
    explicit gauge(metra_gauge *owned) noexcept : handle(owned) {}
};

namespace detail {

/// Asks a boxed callable; an exception means that there is no value now, and is counted as such.
template <typename Box>
int ask(void *userdata, metra_value *out) noexcept
{
    using result = std::decay_t<std::invoke_result_t<Box &>>;
    static_assert(is_value<result>, "a gauge gives a number, a bool, text, or an optional or variant of them");
    bool has_value = false;
    const bool ended = run<Box>(userdata, [&](Box &box) { has_value = store(*out, std::invoke(box)); });
    return ended && has_value ? 1 : 0;
}

/// The type of a settable gauge that is set to `Type`.
template <typename Type>
constexpr metra_value_type value_type() noexcept
{
    static_assert(is_value<Type>, "a gauge is set to a number, a bool or text");
    if constexpr (std::is_same_v<Type, bool>)
        return METRA_VALUE_BOOL;
    else if constexpr (std::is_integral_v<Type>)
        return METRA_VALUE_INT64;
    else if constexpr (std::is_floating_point_v<Type>)
        return METRA_VALUE_DOUBLE;
    else
        return METRA_VALUE_TEXT;
}

} // namespace detail
} // namespace metra

#endif
