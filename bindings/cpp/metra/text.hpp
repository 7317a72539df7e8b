// Text on its way into C.
#ifndef METRA_TEXT_HPP
#define METRA_TEXT_HPP

#include "error.hpp"

#include <string>
#include <string_view>
#include <type_traits>

namespace metra {

/// Borrowed UTF-8: a std::string_view that may also be made from NULL, and is absent then, as when default-constructed.
/// What must not be absent is refused with an error.
class text : public std::string_view {
    template <typename Source>
    static constexpr bool is_view_like =
        std::is_convertible_v<const Source &, std::string_view> && !std::is_convertible_v<const Source &, const char *>;

public:
    constexpr text() noexcept = default;
    constexpr text(const char *chars_or_null) noexcept
        : std::string_view(chars_or_null == nullptr ? std::string_view() : std::string_view(chars_or_null))
    {
    }

    /// From std::string, std::string_view, and what else turns into a view.
    template <typename Source, std::enable_if_t<is_view_like<Source>, int> = 0>
    constexpr text(const Source &source) noexcept(noexcept(std::string_view(source))) : std::string_view(source)
    {
    }

    constexpr bool is_absent() const noexcept { return data() == nullptr; }
};

/// A variable of a group: `key` with or without its brackets, as said where it is used.
struct variable {
    text key;
    text value;
};

namespace detail {

/// A NUL-terminated copy for one call; NULL for absent text. Text that C would cut at a U+0000 is refused.
class c_text {
public:
    explicit c_text(text source) : is_absent_(source.is_absent()), copy_(source)
    {
        const auto nul = source.find('\0');
        if (nul != text::npos)
            throw error(METRA_ERROR_INVALID_ARGUMENT,
                        "U+0000 at byte " + std::to_string(nul) + " of a text; it must have none");
    }

    operator const char *() const noexcept { return is_absent_ ? nullptr : copy_.c_str(); }

private:
    bool is_absent_;
    std::string copy_;
};

} // namespace detail
} // namespace metra

#endif
