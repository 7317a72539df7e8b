/* Functions of Go as the library's callbacks. Userdata is the number of a cgo.Handle, which Go must not see as a pointer. */
#ifndef METRA_GO_CALLBACKS_H
#define METRA_GO_CALLBACKS_H

#include "calls.h"

#pragma GCC visibility push(hidden)

metra_go_result metra_go_gauge(metra_group *group, const char *name, uintptr_t handle, metra_gauge **out);
metra_go_result metra_go_log(metra_config *config, uintptr_t handle);
metra_go_result metra_go_reporter(metra_config *config, const char *factory_class, uintptr_t handle);
metra_go_result metra_go_visit(metra_registry *registry, uintptr_t handle);
metra_go_result metra_go_write(metra_registry *registry, int32_t format, uintptr_t handle);
void metra_go_visit_report(const metra_report *report, uintptr_t handle);

/* With the filter of this handle, unless it is zero. */
size_t metra_go_identifier(const metra_group *group, const char *name, metra_identity_options options, uintptr_t handle,
                           char *buf, size_t cap);
size_t metra_go_scope(const metra_group *group, metra_identity_options options, uintptr_t handle, char *buf, size_t cap);

#pragma GCC visibility pop

#endif
