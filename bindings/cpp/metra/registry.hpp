// Registries: a tree of groups, and what reads it.
#ifndef METRA_REGISTRY_HPP
#define METRA_REGISTRY_HPP

#include "callback.hpp"
#include "config.hpp"
#include "group.hpp"
#include "handle.hpp"
#include "reading.hpp"
#include "reporter.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace metra {

/// A registry with its reporters and threads. Destroying the last handle of one that was not closed closes it without
/// waiting and without last reports. Groups and metrics may outlive it.
class registry : public detail::handle<metra_registry, metra_registry_free> {
public:
    /// One with every default and no reporters.
    registry() : registry(detail::access::take<registry>(metra_registry_new, nullptr)) {}

    /// Starts the reporters that the configuration names. Throws METRA_ERROR_CONFIG naming key and value, or
    /// METRA_ERROR_IO for a port in use or a thread that could not be started; nothing runs then.
    explicit registry(const config &config) : registry(made_after(config)) {}

    /// Makes this the one that default_registry gives. Throws METRA_ERROR_BUSY once there is another.
    void set_default() { detail::check(metra_registry_set_default(raw())); }

    /// Reporters report a last time and close, all groups are closed, threads end. Closing again is harmless. Throws
    /// METRA_ERROR_TIMEOUT if a callable still runs after the deadline: the registry is closed all the same.
    void close(std::chrono::milliseconds deadline)
    {
        constexpr std::chrono::milliseconds::rep longest = std::numeric_limits<std::uint32_t>::max();
        const auto ms = std::clamp<std::chrono::milliseconds::rep>(deadline.count(), 0, longest);
        detail::check(metra_registry_close(raw(), static_cast<std::uint32_t>(ms)));
    }

    /// Starts the reporters again in a forked child, as metra_registry_after_fork says.
    void after_fork(metra_fork_mode mode) { detail::check(metra_registry_after_fork(raw(), mode)); }

    // --- the groups that stand at the top ----------------------------------------------------------------------------

    /// The root of a program without Flink: its name is the first scope component and the prefix of Prometheus names.
    /// Keys of variables are without brackets; of two equal ones the first counts.
    group root(text name, const std::vector<variable> &variables = {})
    {
        const detail::c_text c_name(name);
        const detail::c_variables c_variables(variables);
        const metra_root_info info{sizeof info, c_name, c_variables.data(), c_variables.size()};
        return detail::access::take<group>(metra_registry_root, raw(), &info);
    }

    group jobmanager(const jobmanager_info &info)
    {
        const detail::c_text host(info.host);
        const metra_jobmanager_info raw_info{sizeof raw_info, host};
        return detail::access::take<group>(metra_registry_jobmanager, raw(), &raw_info);
    }

    group taskmanager(const taskmanager_info &info)
    {
        const detail::c_text host(info.host);
        const detail::c_text tm_id(info.tm_id);
        const metra_taskmanager_info raw_info{sizeof raw_info, host, tm_id};
        return detail::access::take<group>(metra_registry_taskmanager, raw(), &raw_info);
    }

    // --- reading -----------------------------------------------------------------------------------------------------

    // What follows asks gauges: do not hold a lock that one of them needs. Inside a gauge's callable it leaves gauges
    // out and throws METRA_ERROR_BUSY when it is done with the rest.

    /// Asks a gauge, for metrics.gauge.timeout at most; nothing if it has no value now.
    std::optional<gauge_value> read_gauge(const gauge &asked)
    {
        metra_value answer{};
        const metra_status status = metra_registry_read_gauge(raw(), detail::access::raw(asked), &answer);
        if (status == METRA_ERROR_NOT_FOUND)
            return std::nullopt;
        detail::check(status);
        return detail::load(answer);
    }

    /// Shows every metric to `visitor(const metra::reading &)`, on this thread: group by group, and in each in the order
    /// of registration. It may call metra. What it throws ends the visit and is thrown from here.
    template <typename Visitor>
    void collect(Visitor &&visitor)
    {
        detail::visit<std::remove_reference_t<Visitor>> visit{visitor, {}};
        const auto call = detail::unless_null(visitor, &decltype(visit)::call);
        const metra_status status = metra_registry_collect(raw(), call, &visit);
        visit.way.rethrow();
        detail::check(status);
    }

    /// Writes every metric in a format to `sink(std::string_view)`, on this thread, in pieces. A sink that returns
    /// false, or throws, is called no more; what it throws is thrown from here.
    template <typename Sink>
    void write(metra_format format, Sink &&sink)
    {
        pouring<std::remove_reference_t<Sink>> stream{sink, {}};
        const auto call = detail::unless_null(sink, &decltype(stream)::call);
        const metra_status status = metra_registry_write(raw(), format, call, &stream);
        stream.way.rethrow();
        detail::check(status);
    }

    /// Every metric in a format.
    std::string write(metra_format format)
    {
        std::string page;
        write(format, [&page](std::string_view bytes) { page.append(bytes); });
        return page;
    }

    // --- itself ------------------------------------------------------------------------------------------------------

    /// The reporters that were started, in the order of their names. Their texts are borrowed from this handle.
    std::vector<reporter_info> reporters() const &
    {
        std::vector<reporter_info> reporters;
        for (std::size_t i = 0; i < metra_registry_reporter_count(raw()); ++i) {
            metra_reporter_info info{};
            info.size = sizeof info;
            detail::check(metra_registry_reporter(raw(), i, &info));
            reporters.emplace_back(info);
        }
        return reporters;
    }
    std::vector<reporter_info> reporters() const && = delete;

    /// What the registry survived and counted instead of failing.
    metra_losses losses() const
    {
        metra_losses losses{};
        losses.size = sizeof losses;
        detail::check(metra_registry_losses(raw(), &losses));
        return losses;
    }

private:
    friend struct detail::access;
    explicit registry(metra_registry *owned) noexcept : handle(owned) {}

    static registry made_after(const config &config)
    {
        // NULL would mean every default, silently.
        if (!config)
            throw error(METRA_ERROR_NULL_ARGUMENT, "config was moved from");
        return detail::access::take<registry>(metra_registry_new, detail::access::raw(config));
    }

    /// A writing under way.
    template <typename Sink>
    struct pouring {
        Sink &sink;
        detail::passage way;

        static int call(void *userdata, const char *bytes, std::size_t len) noexcept
        {
            auto &self = *static_cast<pouring *>(userdata);
            bool goes_on = true;
            const bool ended = self.way.run([&] {
                if constexpr (std::is_same_v<std::invoke_result_t<Sink &, std::string_view>, bool>)
                    goes_on = std::invoke(self.sink, std::string_view(bytes, len));
                else
                    std::invoke(self.sink, std::string_view(bytes, len));
            });
            return ended && goes_on ? 0 : 1;
        }
    };
};

/// The registry that all languages of this process share; the first call makes it, after the file that the environment
/// variable METRA_CONFIG names, if any. If that file is bad the first call throws METRA_ERROR_CONFIG or METRA_ERROR_IO,
/// and the next one gives a registry without reporters.
inline registry default_registry()
{
    return detail::access::take<registry>(metra_registry_default);
}

} // namespace metra

#endif
