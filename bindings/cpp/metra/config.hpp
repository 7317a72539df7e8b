// What registries are made after.
#ifndef METRA_CONFIG_HPP
#define METRA_CONFIG_HPP

#include "callback.hpp"
#include "clock.hpp"
#include "handle.hpp"
#include "reporter.hpp"
#include "text.hpp"

#include <functional>
#include <memory>
#include <utility>

namespace metra {

/// Flink's configuration keys, a clock, a log callable, classes of reporters. A registry copies what it needs. What
/// refuses, by throwing, changes nothing.
class config : public detail::handle<metra_config, metra_config_free> {
public:
    /// Every default holds, the log is silent.
    config() : config(detail::access::take<config>(metra_config_new)) {}

    /// Sets one of Flink's keys, its value written as in Flink's configuration file.
    config &set(text key, text value)
    {
        detail::check(metra_config_set(raw(), detail::c_text(key), detail::c_text(value)));
        return *this;
    }

    /// Sets all keys of a YAML file such as Flink's config.yaml: all of them or, on an error, none.
    config &load(text path)
    {
        detail::check(metra_config_load(raw(), detail::c_text(path)));
        return *this;
    }

    /// Makes registries run on a manual clock.
    config &set_clock(const clock &manual)
    {
        detail::check(metra_config_set_clock(raw(), detail::access::raw(manual)));
        return *this;
    }

    /// Makes registries say what they survive to `callable(metra_log_level, std::string_view)`: from any thread,
    /// possibly from several at once. It must not call metra; what it throws is dropped. It is destroyed when the
    /// configuration and all registries made after it are gone.
    template <typename Callable>
    config &set_log(Callable &&callable)
    {
        auto box = detail::boxed(std::forward<Callable>(callable));
        using box_type = typename decltype(box)::element_type;
        const metra_log_fn function = detail::unless_null(*box, &log<box_type>);
        detail::check(metra_config_set_log(raw(), function, box.release(), &detail::drop<box_type>));
        return *this;
    }

    /// Makes "metrics.reporter.<name>.factory.class: <factory_class>" mean this reporter. It is let go of when the
    /// configuration and all registries made after it are gone.
    config &add_reporter(text factory_class, std::shared_ptr<reporter> reporter)
    {
        const detail::c_text c_class(factory_class);
        if (reporter == nullptr)
            detail::check(metra_config_add_reporter(raw(), c_class, nullptr));
        const auto functions = detail::c_reporter::functions(detail::boxed(std::move(reporter)));
        detail::check(metra_config_add_reporter(raw(), c_class, &functions));
        return *this;
    }

private:
    friend struct detail::access;
    explicit config(metra_config *owned) noexcept : handle(owned) {}

    template <typename Box>
    static void log(void *userdata, metra_log_level level, const char *line) noexcept
    {
        detail::run<Box>(userdata, [&](Box &box) { std::invoke(box, level, std::string_view(line)); });
    }
};

} // namespace metra

#endif
