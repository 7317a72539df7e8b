// The tree: where metrics stand.
#ifndef METRA_GROUP_HPP
#define METRA_GROUP_HPP

#include "callback.hpp"
#include "components.hpp"
#include "counter.hpp"
#include "distribution.hpp"
#include "gauge.hpp"
#include "handle.hpp"
#include "histogram.hpp"
#include "identity.hpp"
#include "meter.hpp"
#include "monotonic_counter.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace metra {

/// A place to register metrics and further groups; it owns its metrics. The handle may outlive the group and its
/// registry. A default-constructed one counts as closed and is refused with METRA_ERROR_NULL_ARGUMENT.
///
/// Names are UTF-8, not empty, at most 65535 bytes. What registers throws metra::error, with
/// METRA_ERROR_NAME_COLLISION, METRA_ERROR_CLOSED or METRA_ERROR_LIMIT for instance; the same name and parameters give
/// the same group or metric.
class group : public detail::handle<metra_group, metra_group_free> {
public:
    group() noexcept = default;

    // --- further groups ---------------------------------------------------------------------------------------------

    /// A group of the user's; with a value, the group of a variable, which systems with labels show as key="value".
    group add_group(text key, text value_or_absent = {})
    {
        return detail::access::take<group>(metra_group_add_group, raw(), detail::c_text(key),
                                           detail::c_text(value_or_absent));
    }

    /// A job below a job manager or a task manager.
    group job(const job_info &info)
    {
        const detail::c_text id(info.job_id);
        const detail::c_text name(info.job_name);
        const metra_job_info raw_info{sizeof raw_info, id, name};
        return detail::access::take<group>(metra_group_job, raw(), &raw_info);
    }

    /// A task below a task manager's job.
    group task(const task_info &info)
    {
        const detail::c_text id(info.task_id);
        const detail::c_text name(info.task_name);
        const detail::c_text attempt_id(info.task_attempt_id);
        const metra_task_info raw_info{sizeof raw_info, id, name, attempt_id, info.subtask_index,
                                       info.task_attempt_num};
        return detail::access::take<group>(metra_group_task, raw(), &raw_info);
    }

    /// An operator below a task, or its coordinator below a job manager's job.
    group operator_(const operator_info &info)
    {
        const detail::c_text id(info.operator_id);
        const detail::c_text name(info.operator_name);
        const detail::c_text task_id(info.task_id);
        const detail::c_text task_name(info.task_name);
        const detail::c_variables variables(info.variables);
        const metra_operator_info raw_info{
            sizeof raw_info, id, name, task_id, task_name, variables.data(), variables.size()};
        return detail::access::take<group>(metra_group_operator, raw(), &raw_info);
    }

    // --- metrics ----------------------------------------------------------------------------------------------------

    metra::counter counter(text name)
    {
        return detail::access::take<metra::counter>(metra_group_counter, raw(), detail::c_text(name));
    }

    metra::monotonic_counter monotonic_counter(text name)
    {
        return detail::access::take<metra::monotonic_counter>(metra_group_monotonic_counter, raw(),
                                                             detail::c_text(name));
    }

    /// A gauge that asks `callable()` at every reading, on the registry's gauge thread: for a number, a bool, text, or
    /// an optional or variant of them. It has no value while that throws, is empty, or is a number beyond 64 bits with
    /// sign. A gauge of the name is replaced. The callable is moved in, and destroyed after its last call, or at once
    /// if this throws; the handle is not needed to keep it.
    template <typename Callable>
    metra::gauge gauge(text name, Callable &&callable)
    {
        const detail::c_text c_name(name);
        auto box = detail::boxed(std::forward<Callable>(callable));
        using box_type = typename decltype(box)::element_type;
        const metra_gauge_fn function = detail::unless_null(*box, &detail::ask<box_type>);
        return detail::access::take<metra::gauge>(metra_group_gauge, raw(), c_name, function, box.release(),
                                                  &detail::drop<box_type>);
    }

    /// A gauge that holds what is set: whole numbers, floating-point numbers, bool or text, as `Type` says.
    template <typename Type>
    metra::gauge settable_gauge(text name)
    {
        return detail::access::take<metra::gauge>(metra_group_settable_gauge, raw(), detail::c_text(name),
                                                  detail::value_type<Type>());
    }

    metra::distribution distribution(text name)
    {
        return detail::access::take<metra::distribution>(metra_group_distribution, raw(), detail::c_text(name));
    }

    /// The time span is cut to a multiple of 5 s; below 10 s it is 5 s.
    metra::meter meter(text name, std::chrono::seconds time_span = meter_default_time_span)
    {
        return detail::access::take<metra::meter>(metra_group_meter, raw(), detail::c_text(name), time_span.count());
    }

    /// A meter over a counter of any group: marking it increments the counter.
    metra::meter meter_over(text name, const metra::counter &counted,
                            std::chrono::seconds time_span = meter_default_time_span)
    {
        return detail::access::take<metra::meter>(metra_group_meter_over, raw(), detail::c_text(name),
                                                  detail::access::raw(counted), time_span.count());
    }

    metra::histogram histogram(text name)
    {
        return detail::access::take<metra::histogram>(metra_group_histogram, raw(), detail::c_text(name));
    }

    // --- the end ----------------------------------------------------------------------------------------------------

    /// Unregisters one metric; its handles count for nobody from then on. Throws METRA_ERROR_NOT_FOUND, or
    /// METRA_ERROR_TIMEOUT as metra::gauge::unregister.
    void unregister(text name) { detail::check(metra_group_unregister(raw(), detail::c_text(name))); }

    /// Closes the group with everything below it. Closing again is harmless. Throws METRA_ERROR_TIMEOUT if callables of
    /// gauges still run after metrics.gauge.timeout: the group is closed all the same, calling again waits again. Do
    /// not hold a lock that a gauge needs.
    void close() { detail::check(metra_group_close(raw())); }

    /// Whether the group, one above it, or its registry was closed.
    bool is_closed() const noexcept { return metra_group_is_closed(raw()) != 0; }

    /// Whether Python may register metrics here, as python.metric.enabled says.
    bool is_python_enabled() const noexcept { return metra_group_is_python_enabled(raw()) != 0; }

    // --- handing it over --------------------------------------------------------------------------------------------

    /// The number that stands for the group in this process, for another language or library; 0 if it is closed.
    std::uint64_t token() const noexcept { return metra_group_token(raw()); }

    /// The group of a token; throws METRA_ERROR_NOT_FOUND if it is that of no open group.
    static group from_token(std::uint64_t token)
    {
        return detail::access::take<group>(metra_group_from_token, token);
    }

    // --- its names --------------------------------------------------------------------------------------------------

    /// Outermost first.
    std::vector<std::string> scope_components() const
    {
        std::vector<std::string> components(metra_group_scope_component_count(raw()));
        for (std::size_t i = 0; i < components.size(); ++i)
            components[i] = metra_group_scope_component(raw(), i);
        return components;
    }

    /// Inherited ones included, keys with their angle brackets: "<host>".
    std::map<std::string, std::string> variables() const
    {
        std::map<std::string, std::string> variables;
        for (std::size_t i = 0; i < metra_group_variable_count(raw()); ++i)
            variables.emplace(metra_group_variable_key(raw(), i), metra_group_variable_value(raw(), i));
        return variables;
    }

    /// Scope components and name, joined with metrics.scope.delimiter; empty for a name that is not UTF-8.
    std::string metric_identifier(text name) const
    {
        const detail::c_text c_name(name);
        return detail::written([&](char *buffer, std::size_t size) {
            return metra_group_metric_identifier(raw(), c_name, buffer, size);
        });
    }

    /// The same, spelled as the options say; throws what their filter throws.
    std::string metric_identifier(text name, const identity_options &options) const
    {
        const detail::c_text c_name(name);
        return detail::c_identity_options(options).spell(
            [&](const metra_identity_options *c_options, char *buffer, std::size_t size) {
                return metra_group_metric_identifier_with(raw(), c_name, c_options, buffer, size);
            });
    }

    /// The names of levels and user groups, without values; throws what the options' filter throws.
    std::string logical_scope(const identity_options &options = {}) const
    {
        return detail::c_identity_options(options).spell(
            [&](const metra_identity_options *c_options, char *buffer, std::size_t size) {
                return metra_group_logical_scope(raw(), c_options, buffer, size);
            });
    }

private:
    friend struct detail::access;
    explicit group(metra_group *owned) noexcept : handle(owned) {}
};

} // namespace metra

#endif
