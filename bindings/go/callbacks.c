#include "callbacks.h"

#include "_cgo_export.h"

static void *userdata_of(uintptr_t handle) { return (void *)handle; }

static uintptr_t handle_of(void *userdata) { return (uintptr_t)userdata; }

static void drop(void *userdata) { metraGoDrop(handle_of(userdata)); }

static int ask(void *userdata, metra_value *value) { return metraGoAsk(handle_of(userdata), value); }

static void say(void *userdata, enum metra_log_level level, const char *text)
{
    metraGoSay(handle_of(userdata), level, (char *)text);
}

static void visit(void *userdata, const metra_reading *reading)
{
    metraGoVisit(handle_of(userdata), (metra_reading *)reading);
}

static int write_bytes(void *userdata, const char *bytes, size_t len)
{
    return metraGoWrite(handle_of(userdata), (char *)bytes, len);
}

static void added(void *userdata, const metra_reporter_info *reporter, const metra_metric_info *metric)
{
    metraGoAdded(handle_of(userdata), (metra_reporter_info *)reporter, (metra_metric_info *)metric);
}

static void removed(void *userdata, const metra_reporter_info *reporter, const metra_metric_info *metric)
{
    metraGoRemoved(handle_of(userdata), (metra_reporter_info *)reporter, (metra_metric_info *)metric);
}

static void report(void *userdata, const metra_reporter_info *reporter, const metra_report *shown)
{
    metraGoReport(handle_of(userdata), (metra_reporter_info *)reporter, (metra_report *)shown);
}

static void close_reporter(void *userdata, const metra_reporter_info *reporter)
{
    metraGoClose(handle_of(userdata), (metra_reporter_info *)reporter);
}

static size_t filter(void *userdata, const char *text, char *buf, size_t cap)
{
    return metraGoFilter(handle_of(userdata), (char *)text, buf, cap);
}

metra_go_result metra_go_gauge(metra_group *group, const char *name, uintptr_t handle, metra_gauge **out)
{
    return metra_go_group_gauge(group, name, ask, userdata_of(handle), drop, out);
}

metra_go_result metra_go_log(metra_config *config, uintptr_t handle)
{
    return metra_go_config_set_log(config, say, userdata_of(handle), drop);
}

metra_go_result metra_go_reporter(metra_config *config, const char *factory_class, uintptr_t handle)
{
    metra_reporter reporter = {
        sizeof reporter, userdata_of(handle), added, removed, report, close_reporter, drop,
    };
    return metra_go_config_add_reporter(config, factory_class, &reporter);
}

metra_go_result metra_go_visit(metra_registry *registry, uintptr_t handle)
{
    return metra_go_registry_collect(registry, visit, userdata_of(handle));
}

metra_go_result metra_go_write(metra_registry *registry, int32_t format, uintptr_t handle)
{
    return metra_go_registry_write(registry, format, write_bytes, userdata_of(handle));
}

void metra_go_visit_report(const metra_report *shown, uintptr_t handle)
{
    metra_go_report_collect(shown, visit, userdata_of(handle));
}

static metra_identity_options with_filter(metra_identity_options options, uintptr_t handle)
{
    options.size = sizeof options;
    if (handle != 0) {
        options.filter = filter;
        options.userdata = userdata_of(handle);
    }
    return options;
}

size_t metra_go_identifier(const metra_group *group, const char *name, metra_identity_options options, uintptr_t handle,
                           char *buf, size_t cap)
{
    metra_identity_options filled = with_filter(options, handle);
    return metra_go_group_metric_identifier_with(group, name, &filled, buf, cap);
}

size_t metra_go_scope(const metra_group *group, metra_identity_options options, uintptr_t handle, char *buf, size_t cap)
{
    metra_identity_options filled = with_filter(options, handle);
    return metra_go_group_logical_scope(group, &filled, buf, cap);
}
