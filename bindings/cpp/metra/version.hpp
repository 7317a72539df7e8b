// Which metra this process runs.
#ifndef METRA_VERSION_HPP
#define METRA_VERSION_HPP

#include <metra.h>

#include <string_view>

namespace metra {

/// Names the version of the library that is loaded, "0.1.0" for instance.
inline std::string_view version() noexcept
{
    return metra_version();
}

/// Names the path that updates take in this process, as metra_hot_path does.
inline std::string_view hot_path() noexcept
{
    return metra_hot_path();
}

} // namespace metra

#endif
