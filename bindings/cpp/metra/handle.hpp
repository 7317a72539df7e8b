// What all handles have in common.
#ifndef METRA_HANDLE_HPP
#define METRA_HANDLE_HPP

#include "error.hpp"

#include <memory>

namespace metra::detail {

/// The base of every handle: owns a reference to one of metra's objects, or nothing.
template <typename Raw, void (*Free)(Raw *)>
class handle {
public:
    /// Whether there is something behind it: not if it was default-constructed or moved from.
    explicit operator bool() const noexcept { return raw_ != nullptr; }

protected:
    using raw_type = Raw;

    handle() noexcept = default;
    explicit handle(Raw *owned) noexcept : raw_(owned) {}

    Raw *raw() const noexcept { return raw_.get(); }

private:
    friend struct access;

    struct deleter {
        void operator()(Raw *owned) const noexcept { Free(owned); }
    };

    std::unique_ptr<Raw, deleter> raw_;
};

/// The way in and out of handles for this library's own code; hosts see no raw ones.
struct access {
    template <typename Handle>
    static auto *raw(const Handle &handle) noexcept
    {
        return handle.raw_.get();
    }

    /// A view of something that a handle keeps.
    template <typename View, typename... Raw>
    static View view(Raw... raw) noexcept
    {
        return View(raw...);
    }

    /// Calls `function` with `arguments` and a place for an owned object, which becomes a `Handle`. The object is taken
    /// even if the call fails: a default registry comes with its complaint.
    template <typename Handle, typename Function, typename... Arguments>
    static Handle take(Function function, const Arguments &...arguments)
    {
        typename Handle::raw_type *out = nullptr;
        const metra_status status = function(arguments..., &out);
        Handle taken(out);
        check(status);
        return taken;
    }
};

} // namespace metra::detail

#endif
