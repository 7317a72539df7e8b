// What C++ adds to c/check.h: checks of exceptions, and the registry that most behaviours begin with.
#ifndef CHECK_HPP
#define CHECK_HPP

#include "../c/check.h"

#include <metra.hpp>

#include <chrono>
#include <initializer_list>
#include <string>
#include <utility>

/// The expression throws a metra::error of this status, with a text.
#define CHECK_THROWS(expected, ...) \
    check_throws((expected), [&] { (void)(__VA_ARGS__); }, #__VA_ARGS__, __FILE__, __LINE__)

template <typename Body>
void check_throws(metra_status expected, Body &&body, const char *what, const char *file, int line)
{
    try {
        body();
    } catch (const metra::error &error) {
        check_status(error.status(), expected, what, file, line);
        check_that(std::string_view(error.what()).size() > 5, what, file, line);
        return;
    }
    check_status(METRA_OK, expected, what, file, line);
}

/// How long a registry may take to close before a test calls it stuck.
inline constexpr std::chrono::seconds close_deadline{10};

/// The time between two ticks, which move meters and histograms on.
inline constexpr std::chrono::seconds tick{5};

using settings = std::initializer_list<std::pair<metra::text, metra::text>>;

/// A registry on a clock that stands still, with one group.
struct fixture {
    metra::clock clock;
    metra::registry registry;
    /// The plain root "app".
    metra::group root;

    explicit fixture(settings keys = {}) : fixture(metra::config(), keys) {}

    fixture(metra::config config, settings keys)
        : registry(configured(config, clock, keys)), root(registry.root("app"))
    {
    }

    ~fixture() { registry.close(close_deadline); }

private:
    static const metra::config &configured(metra::config &config, const metra::clock &clock, settings keys)
    {
        for (const auto &[key, value] : keys)
            config.set(key, value);
        return config.set_clock(clock);
    }
};

#endif
