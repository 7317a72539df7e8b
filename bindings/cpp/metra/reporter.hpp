// Reporters of the host's own.
#ifndef METRA_REPORTER_HPP
#define METRA_REPORTER_HPP

#include "reading.hpp"

#include <chrono>
#include <memory>
#include <type_traits>

namespace metra {

/// A reporter that was started. Its texts are borrowed: from the registry handle it came from, or for the call it is
/// passed to.
struct reporter_info {
    explicit reporter_info(const metra_reporter_info &raw) noexcept
        : name(raw.name), factory_class(raw.factory_class), delimiter(raw.delimiter),
          interval(static_cast<std::chrono::milliseconds::rep>(raw.interval_ms)), address(raw.address)
    {
    }

    /// Its name in the configuration.
    text name;
    /// The factory class that the configuration gives it.
    text factory_class;
    /// What joins its identifiers: one character.
    text delimiter;
    /// Its configured interval; pull reporters do not use it.
    std::chrono::milliseconds interval;
    /// Where it listens, "127.0.0.1:9249" for instance, or absent.
    text address;
};

/// One report under way; valid inside the call of reporter::report that it is passed to.
class report {
public:
    explicit report(const metra_report &raw) noexcept : raw_(raw) {}
    report(const report &) = delete;
    report &operator=(const report &) = delete;

    /// Shows every metric of the report to `visitor(const metra::reading &)`, in the order of registration. Gauges are
    /// asked at each call. What the visitor throws ends the visit and is thrown from here. Not inside a visitor.
    template <typename Visitor>
    void collect(Visitor &&visitor) const
    {
        detail::visit<std::remove_reference_t<Visitor>> visit{visitor, {}};
        metra_report_collect(&raw_, &decltype(visit)::call, &visit);
        visit.way.rethrow();
    }

private:
    const metra_report &raw_;
};

/// A reporter of the host's, registered with config::add_reporter. Each one that the configuration names runs on a
/// thread of its own and calls in order, arguments borrowed for the call; several of one class share the object.
/// Exceptions end the call and nothing else.
class reporter {
public:
    reporter() = default;
    reporter(const reporter &) = delete;
    reporter &operator=(const reporter &) = delete;
    virtual ~reporter() = default;

    /// A metric that the reporter's filter lets through is there from now on.
    virtual void added(const reporter_info &, const metric_info &) {}
    /// A metric that was added is gone. Metrics that live until the registry closes are not removed.
    virtual void removed(const reporter_info &, const metric_info &) {}
    /// An interval is over, or the registry closes.
    virtual void report(const reporter_info &, const metra::report &) {}
    /// The registry closes; nothing is called for this reporter after it.
    virtual void close(const reporter_info &) {}
};

namespace detail {

/// The functions of a reporter as C calls them; their userdata is a std::shared_ptr<reporter> on the heap.
struct c_reporter {
    using box = std::shared_ptr<reporter>;

    static metra_reporter functions(std::unique_ptr<box> owned) noexcept
    {
        return {sizeof(metra_reporter), owned.release(), added, removed, report, close, drop<box>};
    }

private:
    template <typename Body>
    static void call(void *userdata, const metra_reporter_info *info, Body &&body) noexcept
    {
        run<box>(userdata, [&](const box &reporter) { body(*reporter, reporter_info(*info)); });
    }

    static void added(void *userdata, const metra_reporter_info *info, const metra_metric_info *metric) noexcept
    {
        call(userdata, info, [&](reporter &r, const reporter_info &self) { r.added(self, metric_info(*metric)); });
    }

    static void removed(void *userdata, const metra_reporter_info *info, const metra_metric_info *metric) noexcept
    {
        call(userdata, info, [&](reporter &r, const reporter_info &self) { r.removed(self, metric_info(*metric)); });
    }

    static void report(void *userdata, const metra_reporter_info *info, const metra_report *raw) noexcept
    {
        call(userdata, info, [&](reporter &r, const reporter_info &self) { r.report(self, metra::report(*raw)); });
    }

    static void close(void *userdata, const metra_reporter_info *info) noexcept
    {
        call(userdata, info, [&](reporter &r, const reporter_info &self) { r.close(self); });
    }
};

} // namespace detail
} // namespace metra

#endif
