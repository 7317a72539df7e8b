//! Groups, as C sees them.

use std::ffi::{CString, c_char};
use std::sync::{Arc, OnceLock};

use super::guard::{guard, guard_or};
use super::handle::{self, Handle};
use super::sized;
use super::status::metra_status;
use super::text::{owned, text, text_or_null};
use crate::error::Error;
use crate::group::{
    Group, JobInfo, JobManagerInfo, OperatorInfo, RootInfo, TaskInfo, TaskManagerInfo,
};

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

/// The root of a program without Flink.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct metra_root_info {
    /// sizeof(metra_root_info)
    pub size: usize,
    /// Its name, not empty.
    pub name: *const c_char,
    /// Variables of everything below, keys without brackets; may be NULL. Of two equal keys the first counts.
    pub variables: *const metra_variable,
    /// How many variables there are.
    pub variables_len: usize,
}

/// A job manager.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct metra_jobmanager_info {
    /// sizeof(metra_jobmanager_info)
    pub size: usize,
    /// Its host name; may be NULL.
    pub host: *const c_char,
}

/// A task manager. What is absent (NULL or empty) is no variable.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct metra_taskmanager_info {
    /// sizeof(metra_taskmanager_info)
    pub size: usize,
    /// Its host name; may be NULL.
    pub host: *const c_char,
    /// Its resource id; may be NULL.
    pub tm_id: *const c_char,
}

/// A job. It is looked up by its id: the first name given stays.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct metra_job_info {
    /// sizeof(metra_job_info)
    pub size: usize,
    /// Its id, lower-case hex; may be NULL.
    pub job_id: *const c_char,
    /// Its name; the id stands in for one that is NULL or empty.
    pub job_name: *const c_char,
}

/// One attempt of a subtask. It is looked up by its attempt id. What is absent (NULL or empty) prints "null" in scopes
/// and is no variable.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct metra_task_info {
    /// sizeof(metra_task_info)
    pub size: usize,
    /// The job vertex's id, lower-case hex; may be NULL.
    pub task_id: *const c_char,
    /// The job vertex's name; may be NULL.
    pub task_name: *const c_char,
    /// In Flink "<execution graph id>_<task id>_<subtask index>_<attempt number>"; may be NULL.
    pub task_attempt_id: *const c_char,
    /// Counted from zero.
    pub subtask_index: i32,
    /// Counted from zero.
    pub task_attempt_num: i32,
}

/// An operator. It is looked up by id and name. What is absent (NULL or empty) prints "null" in scopes and is no variable.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct metra_operator_info {
    /// sizeof(metra_operator_info)
    pub size: usize,
    /// Its id, lower-case hex; may be NULL.
    pub operator_id: *const c_char,
    /// Its name; may be NULL. Beyond 80 UTF-16 units it is cut as Flink cuts it.
    pub operator_name: *const c_char,
    /// The job vertex's id, for a coordinator below a job manager's job; may be NULL.
    pub task_id: *const c_char,
    /// The job vertex's name, for a coordinator below a job manager's job; may be NULL.
    pub task_name: *const c_char,
    /// Further variables, keys as they are to be read, brackets included; may be NULL. They replace the operator's own
    /// variables of the same key, not inherited ones.
    pub variables: *const metra_variable,
    /// How many variables there are.
    pub variables_len: usize,
}

// SAFETY: repr(C), its size first, and zero bytes are NULL pointers and zero numbers.
unsafe impl sized::Sized for metra_root_info {}
// SAFETY: as above.
unsafe impl sized::Sized for metra_jobmanager_info {}
// SAFETY: as above.
unsafe impl sized::Sized for metra_taskmanager_info {}
// SAFETY: as above.
unsafe impl sized::Sized for metra_job_info {}
// SAFETY: as above.
unsafe impl sized::Sized for metra_task_info {}
// SAFETY: as above.
unsafe impl sized::Sized for metra_operator_info {}

impl metra_root_info {
    /// # Safety
    /// The strings are what their comments say, for the length of the call.
    pub(super) unsafe fn with<T>(
        &self,
        call: impl FnOnce(&RootInfo<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        // SAFETY: as this function's caller promises.
        let (name, variables) = unsafe {
            (
                text(self.name, "info->name")?,
                variables(self.variables, self.variables_len)?,
            )
        };
        let variables = &variables;
        call(&RootInfo { name, variables })
    }
}

impl metra_jobmanager_info {
    /// # Safety
    /// As [`metra_root_info::with`].
    pub(super) unsafe fn parts<'a>(&self) -> Result<JobManagerInfo<'a>, Error> {
        // SAFETY: as this function's caller promises.
        let host = unsafe { text_or_null(self.host, "info->host") }?;
        Ok(JobManagerInfo { host })
    }
}

impl metra_taskmanager_info {
    /// # Safety
    /// As [`metra_root_info::with`].
    pub(super) unsafe fn parts<'a>(&self) -> Result<TaskManagerInfo<'a>, Error> {
        // SAFETY: as this function's caller promises.
        let (host, tm_id) = unsafe {
            (
                text_or_null(self.host, "info->host")?,
                text_or_null(self.tm_id, "info->tm_id")?,
            )
        };
        Ok(TaskManagerInfo { host, tm_id })
    }
}

impl metra_job_info {
    /// # Safety
    /// As [`metra_root_info::with`].
    unsafe fn parts<'a>(&self) -> Result<JobInfo<'a>, Error> {
        // SAFETY: as this function's caller promises.
        let (job_id, job_name) = unsafe {
            (
                text_or_null(self.job_id, "info->job_id")?,
                text_or_null(self.job_name, "info->job_name")?,
            )
        };
        Ok(JobInfo { job_id, job_name })
    }
}

impl metra_task_info {
    /// # Safety
    /// As [`metra_root_info::with`].
    unsafe fn parts<'a>(&self) -> Result<TaskInfo<'a>, Error> {
        // SAFETY: as this function's caller promises.
        let (task_id, task_name, task_attempt_id) = unsafe {
            (
                text_or_null(self.task_id, "info->task_id")?,
                text_or_null(self.task_name, "info->task_name")?,
                text_or_null(self.task_attempt_id, "info->task_attempt_id")?,
            )
        };
        Ok(TaskInfo {
            task_id,
            task_name,
            task_attempt_id,
            subtask_index: self.subtask_index,
            task_attempt_num: self.task_attempt_num,
        })
    }
}

impl metra_operator_info {
    /// # Safety
    /// As [`metra_root_info::with`].
    unsafe fn with<T>(
        &self,
        call: impl FnOnce(&OperatorInfo<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        // SAFETY: as this function's caller promises.
        let info = unsafe {
            OperatorInfo {
                operator_id: text_or_null(self.operator_id, "info->operator_id")?,
                operator_name: text_or_null(self.operator_name, "info->operator_name")?,
                task_id: text_or_null(self.task_id, "info->task_id")?,
                task_name: text_or_null(self.task_name, "info->task_name")?,
                variables: &variables(self.variables, self.variables_len)?,
            }
        };
        call(&info)
    }
}

/// The pairs of an array of variables.
///
/// # Safety
/// `array` is NULL or has `len` members whose strings live for `'a`.
unsafe fn variables<'a>(
    array: *const metra_variable,
    len: usize,
) -> Result<Vec<(&'a str, &'a str)>, Error> {
    if array.is_null() && len > 0 {
        return Err(handle::null("info->variables"));
    }
    let mut pairs = Vec::with_capacity(len);
    for index in 0..len {
        // SAFETY: not NULL, so it has `len` members, and their strings are valid.
        pairs.push(unsafe {
            let variable = array.add(index).read();
            (
                text(variable.key, "info->variables[].key")?,
                text(variable.value, "info->variables[].value")?,
            )
        });
    }
    Ok(pairs)
}

/// Gives the job below a job manager or a task manager.
///
/// @param parent (nonnull, borrowed) The job manager's or task manager's group.
/// @param info   (nonnull, copied) The job.
/// @param out    (nonnull) Receives an owned group, or NULL; free it with metra_group_free.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, METRA_ERROR_INVALID_UTF8, METRA_ERROR_INVALID_ARGUMENT below any other
///         group, or METRA_ERROR_CLOSED.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_group_job(
    parent: *mut metra_group,
    info: *const metra_job_info,
    out: *mut *mut metra_group,
) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above and at the info's type.
        let (out, parent, info) = unsafe {
            (
                handle::output(out)?,
                handle::borrow(parent, "parent")?,
                sized::read(info, "info")?.parts()?,
            )
        };
        out.give(metra_group::object(parent.group.job(&info)?));
        Ok(())
    })
}

/// Gives the task below a task manager's job.
///
/// @param parent (nonnull, borrowed) The job's group.
/// @param info   (nonnull, copied) The task.
/// @param out    (nonnull) Receives an owned group, or NULL; free it with metra_group_free.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, METRA_ERROR_INVALID_UTF8, METRA_ERROR_INVALID_ARGUMENT below any other
///         group, or METRA_ERROR_CLOSED.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_group_task(
    parent: *mut metra_group,
    info: *const metra_task_info,
    out: *mut *mut metra_group,
) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above and at the info's type.
        let (out, parent, info) = unsafe {
            (
                handle::output(out)?,
                handle::borrow(parent, "parent")?,
                sized::read(info, "info")?.parts()?,
            )
        };
        out.give(metra_group::object(parent.group.task(&info)?));
        Ok(())
    })
}

/// Gives the operator below a task, or the operator's coordinator below a job manager's job.
///
/// @param parent (nonnull, borrowed) The task's or the job's group.
/// @param info   (nonnull, copied) The operator.
/// @param out    (nonnull) Receives an owned group, or NULL; free it with metra_group_free.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, METRA_ERROR_INVALID_UTF8, METRA_ERROR_INVALID_ARGUMENT below any other
///         group, or METRA_ERROR_CLOSED.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_group_operator(
    parent: *mut metra_group,
    info: *const metra_operator_info,
    out: *mut *mut metra_group,
) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let (out, parent, info) = unsafe {
            (
                handle::output(out)?,
                handle::borrow(parent, "parent")?,
                sized::read(info, "info")?,
            )
        };
        // SAFETY: the strings of the info are, as documented at its type.
        let group = unsafe { info.with(|info| parent.group.operator(info)) }?;
        out.give(metra_group::object(group));
        Ok(())
    })
}

/// Gives a user's group below this one, made if it is not there.
///
/// With a value it is the group of a variable: the key is part of the logical scope, the value is not, and reporters
/// with labels show the pair. It differs from the groups key and value inside each other. An outer variable of the same
/// name hides it.
///
/// @param group         (nonnull, borrowed) The group.
/// @param key           (nonnull, copied) UTF-8, not empty, at most 65535 bytes.
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
