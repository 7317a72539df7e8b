// How a group and its metrics are spelled.
#ifndef METRA_IDENTITY_HPP
#define METRA_IDENTITY_HPP

#include "callback.hpp"
#include "text.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace metra {

/// How identifiers and logical scopes are spelled; by default as the group itself spells them.
struct identity_options {
    /// A reporter's delimiter: it joins, and inside names it is replaced. Only its first character counts.
    text reporter_delimiter{};
    /// Joins logical scopes in place of the delimiter. Only its first character counts.
    text logical_delimiter{};
    /// Replaces what a system cannot take in one scope component or name; called for each of them, perhaps twice.
    std::function<std::string(std::string_view)> filter{};
};

namespace detail {

/// What `write` writes into a buffer as snprintf does.
template <typename Write>
std::string written(Write &&write)
{
    constexpr std::size_t usual_length = 127;
    std::string buffer(usual_length, '\0');
    for (;;) {
        const std::size_t length = write(buffer.data(), buffer.size() + 1);
        const bool fits = length <= buffer.size();
        buffer.resize(length);
        if (fits)
            return buffer;
    }
}

/// Identity options as C takes them, for one spelling.
class c_identity_options {
public:
    explicit c_identity_options(const identity_options &options)
        : options_(options), reporter_delimiter_(options.reporter_delimiter),
          logical_delimiter_(options.logical_delimiter)
    {
        raw_.size = sizeof raw_;
        raw_.reporter_delimiter = reporter_delimiter_;
        raw_.logical_delimiter = logical_delimiter_;
        raw_.filter = options.filter ? &filter : nullptr;
        raw_.userdata = this;
    }
    c_identity_options(const c_identity_options &) = delete;
    c_identity_options &operator=(const c_identity_options &) = delete;

    /// What `write(options, buffer, size)` writes; throws what the filter threw.
    template <typename Write>
    std::string spell(Write &&write)
    {
        std::string spelled = written([&](char *buffer, std::size_t size) { return write(&raw_, buffer, size); });
        passage_.rethrow();
        return spelled;
    }

private:
    static std::size_t filter(void *userdata, const char *component, char *buffer, std::size_t size) noexcept
    {
        auto &self = *static_cast<c_identity_options *>(userdata);
        std::size_t length = 0;
        self.passage_.run([&] {
            const std::string answer = self.options_.filter(component);
            length = answer.size();
            if (size > 0)
                buffer[answer.copy(buffer, size - 1)] = '\0';
        });
        return length;
    }

    const identity_options &options_;
    c_text reporter_delimiter_;
    c_text logical_delimiter_;
    metra_identity_options raw_{};
    passage passage_;
};

} // namespace detail
} // namespace metra

#endif
