// Values of gauges.
#ifndef METRA_VALUE_HPP
#define METRA_VALUE_HPP

#include "text.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>

namespace metra {

/// What a gauge said when it was read.
using gauge_value = std::variant<std::int64_t, double, bool, std::string>;

namespace detail {

/// What may be a gauge's value: numbers, bool, text, and optionals and variants of them.
template <typename Type>
inline constexpr bool is_value = std::is_arithmetic_v<Type> || std::is_convertible_v<Type, text>;
template <typename Type>
inline constexpr bool is_value<std::optional<Type>> = is_value<Type>;
template <typename... Types>
inline constexpr bool is_value<std::variant<Types...>> = (is_value<Types> && ...);

/// The whole number as metra counts, or nothing if it is beyond 64 bits with sign.
template <typename Integer>
constexpr std::optional<std::int64_t> as_int64(Integer number) noexcept
{
    if constexpr (std::is_unsigned_v<Integer> && sizeof(Integer) >= sizeof(std::int64_t)) {
        if (number > static_cast<Integer>(std::numeric_limits<std::int64_t>::max()))
            return std::nullopt;
    }
    return static_cast<std::int64_t>(number);
}

template <typename Type>
bool store(metra_value &out, const std::optional<Type> &result);
template <typename... Types>
bool store(metra_value &out, const std::variant<Types...> &result);

/// Puts what a callable gave into a value; says whether that is one. The types are those of `is_value`.
template <typename Type>
bool store(metra_value &out, const Type &result)
{
    if constexpr (std::is_same_v<Type, bool>) {
        out.type = METRA_VALUE_BOOL;
        out.as.boolean = result ? 1 : 0;
        return true;
    } else if constexpr (std::is_integral_v<Type>) {
        const auto number = as_int64(result);
        out.type = METRA_VALUE_INT64;
        out.as.int64 = number.value_or(0);
        return number.has_value();
    } else if constexpr (std::is_floating_point_v<Type>) {
        out.type = METRA_VALUE_DOUBLE;
        out.as.float64 = static_cast<double>(result);
        return true;
    } else {
        const text words(result);
        if (!words.is_absent())
            metra_value_set_text(&out, c_text(words));
        return !words.is_absent();
    }
}

template <typename Type>
bool store(metra_value &out, const std::optional<Type> &result)
{
    return result.has_value() && store(out, *result);
}

template <typename... Types>
bool store(metra_value &out, const std::variant<Types...> &result)
{
    return std::visit([&out](const auto &inner) { return store(out, inner); }, result);
}

/// A copy of a value that C gave.
inline gauge_value load(const metra_value &from)
{
    switch (from.type) {
    case METRA_VALUE_DOUBLE:
        return from.as.float64;
    case METRA_VALUE_BOOL:
        return from.as.boolean != 0;
    case METRA_VALUE_TEXT:
        return std::string(text(from.as.text));
    default:
        return from.as.int64;
    }
}

} // namespace detail
} // namespace metra

#endif
