// How callables of C++ become callbacks of C.
#ifndef METRA_CALLBACK_HPP
#define METRA_CALLBACK_HPP

#include "sanitizer.hpp"

#include <exception>
#include <memory>
#include <type_traits>
#include <utility>

namespace metra::detail {

/// Moves a callable to where it is called from as a userdata, until metra drops it.
template <typename Callable>
auto boxed(Callable &&callable)
{
    using box = std::decay_t<Callable>;
    static_assert(std::is_nothrow_destructible_v<box>, "metra destroys the callable, and no exception may cross metra");
    auto userdata = std::make_unique<box>(std::forward<Callable>(callable));
    hands_over(userdata.get());
    return userdata;
}

/// The drop function of a boxed callable.
template <typename Box>
void drop(void *userdata) noexcept
{
    takes_over(userdata);
    delete static_cast<Box *>(userdata);
}

/// `callback`, or NULL, which metra refuses, where the callable behind it is a null pointer.
template <typename Callable, typename Callback>
Callback unless_null(const Callable &callable, Callback callback) noexcept
{
    if constexpr (std::is_pointer_v<Callable>)
        return callable == nullptr ? nullptr : callback;
    else
        return callback;
}

/// Carries an exception past metra: from a callback to whoever called what calls it back.
class passage {
public:
    /// Runs `body`, unless one before it threw; says whether it came to its end.
    template <typename Body>
    bool run(Body &&body) noexcept
    {
        if (exception_ != nullptr)
            return false;
        try {
            std::forward<Body>(body)();
            return true;
        } catch (...) {
            exception_ = std::current_exception();
            return false;
        }
    }

    void rethrow() const
    {
        if (exception_ != nullptr)
            std::rethrow_exception(exception_);
    }

private:
    std::exception_ptr exception_;
};

/// Runs `body(box)` on the box behind a userdata; says whether it came to its end. An exception is dropped.
template <typename Box, typename Body>
bool run(void *userdata, Body &&body) noexcept
{
    takes_over(userdata);
    const bool ended = passage().run([&] { body(*static_cast<Box *>(userdata)); });
    hands_over(userdata);
    return ended;
}

} // namespace metra::detail

#endif
