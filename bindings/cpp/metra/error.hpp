// What is thrown.
#ifndef METRA_ERROR_HPP
#define METRA_ERROR_HPP

#include <metra.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace metra {

/// Names a status as metra.h does, "METRA_OK" for instance.
inline std::string_view status_name(metra_status status) noexcept
{
    return metra_status_name(status);
}

/// Something that metra could not do; what() is one line that says why.
class error : public std::runtime_error {
public:
    error(metra_status status, const std::string &text) : std::runtime_error(text), status_(status) {}

    /// Never METRA_OK.
    metra_status status() const noexcept { return status_; }

private:
    metra_status status_;
};

namespace detail {

/// Throws what the call that gave `status` left behind. Only around the call itself: the text belongs to the thread and
/// lives until its next one.
inline void check(metra_status status)
{
    if (status != METRA_OK)
        throw error(status, metra_last_error());
}

} // namespace detail
} // namespace metra

#endif
