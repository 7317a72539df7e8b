//! Flink's built-in groups and a program's own root, as C sees them.

use std::ffi::c_char;

use super::group::{metra_group, metra_variable};
use super::guard::guard;
use super::handle;
use super::sized;
use super::status::metra_status;
use super::text::{text, text_or_null};
use crate::error::Error;
use crate::group::{JobInfo, JobManagerInfo, OperatorInfo, RootInfo, TaskInfo, TaskManagerInfo};

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
