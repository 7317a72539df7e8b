//! Groups, as C sees them.

use std::ffi::{CString, c_char};
use std::sync::{Arc, OnceLock};

use super::guard::{guard, guard_or};
use super::handle::{self, Handle};
use super::status::metra_status;
use super::text::{owned, text, text_or_null};
use crate::group::Group;
use crate::os::fork;

/// A group of the tree: a place to register metrics and further groups. It owns its metrics. The handle may outlive the
/// group and its registry; any thread may use it.
pub struct metra_group {
    _opaque: [u8; 0],
}

/// A group, and the strings about it that C was given.
pub(super) struct Object {
    pub(super) group: Group,
    texts: OnceLock<Texts>,
}

struct Texts {
    components: Vec<CString>,
    variables: Vec<(CString, CString)>,
}

impl Handle for metra_group {
    type Object = Object;
}

impl metra_group {
    pub(super) fn object(group: Group) -> Arc<Object> {
        let texts = OnceLock::new();
        Arc::new(Object { group, texts })
    }
}

impl Object {
    fn texts(&self) -> &Texts {
        // Inside, as a fork in the midst of this would leave the child with texts that are never done.
        let _inside = fork::inside();
        self.texts.get_or_init(|| {
            let scope = self.group.scope();
            let components = scope.components().iter();
            let variables = scope.variables().iter();
            Texts {
                components: components.map(|component| owned(component)).collect(),
                variables: variables
                    .map(|(key, value)| (owned(key), owned(value)))
                    .collect(),
            }
        })
    }
}

/// A variable. Both strings are NUL-terminated UTF-8.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct metra_variable {
    /// Its name; with angle brackets ("<host>") where metra gives it, as said at each use where the host does.
    pub key: *const c_char,
    /// Its value.
    pub value: *const c_char,
}

/// Gives a user's group below this one, made if it is not there.
///
/// With a value it is the group of a variable: the key is part of the logical scope, the value is not, and reporters
/// with labels show the pair. It differs from the groups key and value inside each other. An outer variable of the same
/// name hides it.
///
/// @param group         (nonnull, borrowed) The group.
/// @param key           (nonnull, copied) UTF-8, not empty, at most 65535 bytes. Groups nest about 1000 deep.
/// @param value_or_null (copied) UTF-8, at most 65535 bytes; NULL means a group without a variable.
/// @param out           (nonnull) Receives an owned group, or NULL; free it with metra_group_free.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, METRA_ERROR_INVALID_UTF8, METRA_ERROR_INVALID_ARGUMENT or
///         METRA_ERROR_CLOSED.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_group_add_group(
    group: *mut metra_group,
    key: *const c_char,
    value_or_null: *const c_char,
    out: *mut *mut metra_group,
) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let (out, group, key, value) = unsafe {
            (
                handle::output(out)?,
                handle::borrow(group, "group")?,
                text(key, "key")?,
                text_or_null(value_or_null, "value")?,
            )
        };
        let added = match value {
            Some(value) => group.group.add_key_value(key, value),
            None => group.group.add_group(key),
        };
        out.give(metra_group::object(added?));
        Ok(())
    })
}

/// Unregisters a metric. Its handles stay valid and count for nobody; its name is free again.
///
/// For a gauge it returns when the callback does not run and will not be called again; inside a callback of a gauge it
/// does not wait.
///
/// @param group (nonnull, borrowed) The group.
/// @param name  (nonnull) The metric's name.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, METRA_ERROR_INVALID_UTF8, METRA_ERROR_NOT_FOUND, METRA_ERROR_CLOSED, or
///         METRA_ERROR_TIMEOUT if the callback still runs after metrics.gauge.timeout: calling again waits again.
///
/// Thread safety: any thread. Do not hold a lock (a GIL) that the callback needs.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_group_unregister(
    group: *mut metra_group,
    name: *const c_char,
) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let (group, name) = unsafe { (handle::borrow(group, "group")?, text(name, "name")?) };
        group.group.unregister(name)
    })
}

/// Closes a group with everything below it: all their metrics are unregistered, and registrations are refused for good.
/// Asking its parent again makes a new group. Closing again is harmless.
///
/// It waits for gauges as metra_group_unregister does.
///
/// @param group (nonnull, borrowed) The group.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, or METRA_ERROR_TIMEOUT if callbacks still run after
///         metrics.gauge.timeout: the group is closed all the same, calling again waits again.
///
/// Thread safety: any thread. Do not hold a lock (a GIL) that a callback needs.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_group_close(group: *mut metra_group) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        unsafe { handle::borrow(group, "group") }?.group.close()
    })
}

/// Tells whether the group, one above it, or its registry was closed.
///
/// @param group_or_null (borrowed) The group.
/// @return 1 if so, also for NULL; else 0.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_group_is_closed(group_or_null: *const metra_group) -> i32 {
    guard_or(1, || {
        // SAFETY: NULL or valid, as documented above.
        let group = unsafe { handle::borrow_or_null(group_or_null) };
        group.is_none_or(|group| group.group.is_closed()).into()
    })
}

/// Tells whether Python may register metrics in the group: python.metric.enabled of its registry. Where it may not, its
/// binding gives NULL metrics, as for a group that is not there.
///
/// @param group_or_null (borrowed) The group.
/// @return 1 if so, which is the default; else 0, also for NULL.
///
/// Thread safety: any thread, lock-free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_group_is_python_enabled(group_or_null: *const metra_group) -> i32 {
    guard_or(0, || {
        // SAFETY: NULL or valid, as documented above.
        let group = unsafe { handle::borrow_or_null(group_or_null) };
        group
            .is_some_and(|group| group.group.is_python_enabled())
            .into()
    })
}

/// Frees a group handle. It closes nothing and never waits.
///
/// @param group_or_null (consumed) The handle.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_group_free(group_or_null: *mut metra_group) {
    // SAFETY: NULL or owned, as documented above.
    guard_or((), || unsafe { handle::free(group_or_null) });
}

/// Gives the number that stands for a group in this process, to hand it to another language.
///
/// @param group_or_null (borrowed) The group.
/// @return The same number for every handle of an open group, never given to another; 0 for NULL or a closed group.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_group_token(group_or_null: *const metra_group) -> u64 {
    guard_or(0, || {
        // SAFETY: NULL or valid, as documented above.
        let group = unsafe { handle::borrow_or_null(group_or_null) };
        group.map_or(0, |group| group.group.token())
    })
}

/// Gives the group of a token.
///
/// @param token What metra_group_token gave.
/// @param out   (nonnull) Receives an owned group, or NULL; free it with metra_group_free.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, or METRA_ERROR_NOT_FOUND if it is the token of no open group.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_group_from_token(
    token: u64,
    out: *mut *mut metra_group,
) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let out = unsafe { handle::output(out) }?;
        out.give(metra_group::object(Group::from_token(token)?));
        Ok(())
    })
}

/// Counts the scope components of a group: what the scope format makes of its component, then its user groups.
///
/// @param group_or_null (borrowed) The group.
/// @return Their number; zero for NULL.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_group_scope_component_count(
    group_or_null: *const metra_group,
) -> usize {
    guard_or(0, || {
        // SAFETY: NULL or valid, as documented above.
        let group = unsafe { handle::borrow_or_null(group_or_null) };
        group.map_or(0, |group| group.texts().components.len())
    })
}

/// Gives one scope component, outermost first.
///
/// @param group_or_null (borrowed) The group.
/// @param index         From zero, below metra_group_scope_component_count.
/// @return (borrowed) Lives as long as the handle; NULL beyond the end or for NULL.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_group_scope_component(
    group_or_null: *const metra_group,
    index: usize,
) -> *const c_char {
    guard_or(std::ptr::null(), || {
        // SAFETY: NULL or valid, as documented above.
        let group = unsafe { handle::borrow_or_null(group_or_null) };
        let component = group.and_then(|group| group.texts().components.get(index));
        component.map_or(std::ptr::null(), |component| component.as_ptr())
    })
}

/// Counts the variables of a group, inherited ones included.
///
/// @param group_or_null (borrowed) The group.
/// @return Their number; zero for NULL.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_group_variable_count(group_or_null: *const metra_group) -> usize {
    guard_or(0, || {
        // SAFETY: NULL or valid, as documented above.
        let group = unsafe { handle::borrow_or_null(group_or_null) };
        group.map_or(0, |group| group.texts().variables.len())
    })
}

/// Gives the key of one variable, with its angle brackets: "<host>". Variables are sorted by key.
///
/// @param group_or_null (borrowed) The group.
/// @param index         From zero, below metra_group_variable_count.
/// @return (borrowed) Lives as long as the handle; NULL beyond the end or for NULL.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_group_variable_key(
    group_or_null: *const metra_group,
    index: usize,
) -> *const c_char {
    guard_or(std::ptr::null(), || {
        // SAFETY: NULL or valid, as documented above.
        let group = unsafe { handle::borrow_or_null(group_or_null) };
        let variable = group.and_then(|group| group.texts().variables.get(index));
        variable.map_or(std::ptr::null(), |(key, _)| key.as_ptr())
    })
}

/// Gives the value of one variable.
///
/// @param group_or_null (borrowed) The group.
/// @param index         From zero, below metra_group_variable_count.
/// @return (borrowed) Lives as long as the handle; NULL beyond the end or for NULL.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_group_variable_value(
    group_or_null: *const metra_group,
    index: usize,
) -> *const c_char {
    guard_or(std::ptr::null(), || {
        // SAFETY: NULL or valid, as documented above.
        let group = unsafe { handle::borrow_or_null(group_or_null) };
        let variable = group.and_then(|group| group.texts().variables.get(index));
        variable.map_or(std::ptr::null(), |(_, value)| value.as_ptr())
    })
}
