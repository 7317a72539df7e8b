//! Groups.

use std::collections::BTreeMap;
use std::ffi::{CStr, c_char, c_void};

use super::text::{Text, owned, written};
use super::{Refusal, abi, checked, handed};

/// What a built-in group is made of; what a level does not have is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Component {
    pub(crate) host: Option<String>,
    pub(crate) tm_id: Option<String>,
    pub(crate) job_id: Option<String>,
    pub(crate) job_name: Option<String>,
    pub(crate) task_id: Option<String>,
    pub(crate) task_name: Option<String>,
    pub(crate) task_attempt_id: Option<String>,
    pub(crate) subtask_index: i32,
    pub(crate) task_attempt_num: i32,
    pub(crate) operator_id: Option<String>,
    pub(crate) operator_name: Option<String>,
    /// Of an operator; keys as they are to be read.
    pub(crate) additional: Vec<(String, Option<String>)>,
}

/// How an identifier or a logical scope is to be spelled; nothing set is the group's own way.
#[derive(Default)]
pub(crate) struct Spelling<'a> {
    pub(crate) reporter_delimiter: Option<&'a str>,
    pub(crate) logical_delimiter: Option<&'a str>,
    pub(crate) filter: Option<&'a dyn Fn(&str) -> String>,
}

impl Spelling<'_> {
    /// Runs `call` with the options that say the same in C.
    fn with<T>(&self, call: impl FnOnce(*const abi::metra_identity_options) -> T) -> T {
        let reporter = Text::new(self.reporter_delimiter);
        let logical = Text::new(self.logical_delimiter);
        let options = abi::metra_identity_options {
            size: size_of::<abi::metra_identity_options>(),
            reporter_delimiter: reporter.pointer(),
            logical_delimiter: logical.pointer(),
            filter: self.filter.map(|_| filtered as _),
            userdata: (&raw const self.filter).cast_mut().cast(),
        };
        call(&raw const options)
    }
}

/// A character filter for C: `userdata` points to the optional function of a spelling.
unsafe extern "C" fn filtered(
    userdata: *mut c_void,
    text: *const c_char,
    buf: *mut c_char,
    cap: usize,
) -> usize {
    // SAFETY: the spelling lives during the call that it was given to.
    let filter = unsafe { &*userdata.cast::<Option<&dyn Fn(&str) -> String>>() };
    // SAFETY: metra passes NUL-terminated text.
    let text = unsafe { CStr::from_ptr(text) }
        .to_str()
        .expect("metra passes UTF-8");
    let answer = filter.expect("set, or this would not be called")(text);
    if cap > 0 {
        let fits = answer.len().min(cap - 1);
        // SAFETY: `fits` bytes and the NUL are at most `cap`.
        unsafe {
            std::ptr::copy_nonoverlapping(answer.as_ptr().cast(), buf, fits);
            buf.add(fits).write(0);
        }
    }
    answer.len()
}

/// A group handle, or the NULL that a refused registration left behind.
pub(crate) struct Group(*mut abi::metra_group);

impl Group {
    /// The group that no call handed out.
    pub(crate) const NULL: Self = Self(std::ptr::null_mut());

    pub(super) fn owning(handle: *mut abi::metra_group) -> Self {
        Self(handle)
    }

    pub(super) fn pointer(&self) -> *mut abi::metra_group {
        self.0
    }

    pub(crate) fn job(&self, component: &Component) -> Result<Self, Refusal> {
        let job_id = Text::new(component.job_id.as_deref());
        let job_name = Text::new(component.job_name.as_deref());
        let info = abi::metra_job_info {
            size: size_of::<abi::metra_job_info>(),
            job_id: job_id.pointer(),
            job_name: job_name.pointer(),
        };
        // SAFETY: the handle is NULL or valid, the info is valid.
        handed(|out| unsafe { abi::metra_group_job(self.0, &raw const info, out) }).map(Self)
    }

    pub(crate) fn task(&self, component: &Component) -> Result<Self, Refusal> {
        let task_id = Text::new(component.task_id.as_deref());
        let task_name = Text::new(component.task_name.as_deref());
        let task_attempt_id = Text::new(component.task_attempt_id.as_deref());
        let info = abi::metra_task_info {
            size: size_of::<abi::metra_task_info>(),
            task_id: task_id.pointer(),
            task_name: task_name.pointer(),
            task_attempt_id: task_attempt_id.pointer(),
            subtask_index: component.subtask_index,
            task_attempt_num: component.task_attempt_num,
        };
        // SAFETY: the handle is NULL or valid, the info is valid.
        handed(|out| unsafe { abi::metra_group_task(self.0, &raw const info, out) }).map(Self)
    }

    pub(crate) fn operator(&self, component: &Component) -> Result<Self, Refusal> {
        let texts = [
            &component.operator_id,
            &component.operator_name,
            &component.task_id,
            &component.task_name,
        ]
        .map(|text| Text::new(text.as_deref()));
        let pairs = component.additional.iter();
        let pairs: Vec<_> = pairs
            .map(|(key, value)| (Text::new(Some(key)), Text::new(value.as_deref())))
            .collect();
        let variables: Vec<_> = pairs
            .iter()
            .map(|(key, value)| abi::metra_variable {
                key: key.pointer(),
                value: value.pointer(),
            })
            .collect();
        let [operator_id, operator_name, task_id, task_name] = &texts;
        let info = abi::metra_operator_info {
            size: size_of::<abi::metra_operator_info>(),
            operator_id: operator_id.pointer(),
            operator_name: operator_name.pointer(),
            task_id: task_id.pointer(),
            task_name: task_name.pointer(),
            variables: variables.as_ptr(),
            variables_len: variables.len(),
        };
        // SAFETY: the handle is NULL or valid, the info is valid.
        handed(|out| unsafe { abi::metra_group_operator(self.0, &raw const info, out) }).map(Self)
    }

    /// A generic group, or a key and value group if there is a value.
    pub(crate) fn add_group(
        &self,
        key: Option<&str>,
        value: Option<&str>,
    ) -> Result<Self, Refusal> {
        let (key, value) = (Text::new(key), Text::new(value));
        // SAFETY: the handle and the strings are NULL or valid.
        handed(|out| unsafe {
            abi::metra_group_add_group(self.0, key.pointer(), value.pointer(), out)
        })
        .map(Self)
    }

    pub(crate) fn unregister(&self, name: &str) -> Result<(), Refusal> {
        let name = Text::new(Some(name));
        // SAFETY: the handle is NULL or valid, the string is valid.
        checked(unsafe { abi::metra_group_unregister(self.0, name.pointer()) })
    }

    pub(crate) fn close(&self) -> Result<(), Refusal> {
        // SAFETY: the handle is NULL or valid.
        checked(unsafe { abi::metra_group_close(self.0) })
    }

    pub(crate) fn is_closed(&self) -> bool {
        // SAFETY: the handle is NULL or valid.
        unsafe { abi::metra_group_is_closed(self.0) != 0 }
    }

    /// Equal for handles of one open group; 0 for NULL and closed groups.
    pub(crate) fn token(&self) -> u64 {
        // SAFETY: the handle is NULL or valid.
        unsafe { abi::metra_group_token(self.0) }
    }

    pub(crate) fn scope_components(&self) -> Vec<String> {
        // SAFETY: the handle is NULL or valid; the strings live as long as it.
        unsafe {
            let count = abi::metra_group_scope_component_count(self.0);
            let component = |index| owned(abi::metra_group_scope_component(self.0, index));
            assert_eq!(component(count), None, "a component beyond the end");
            (0..count).filter_map(component).collect()
        }
    }

    pub(crate) fn variables(&self) -> BTreeMap<String, String> {
        // SAFETY: the handle is NULL or valid; the strings live as long as it.
        unsafe {
            let count = abi::metra_group_variable_count(self.0);
            let variable = |index| {
                let key = owned(abi::metra_group_variable_key(self.0, index))?;
                Some((key, owned(abi::metra_group_variable_value(self.0, index))?))
            };
            let all: BTreeMap<_, _> = (0..count).filter_map(variable).collect();
            assert_eq!(all.len(), count, "a key twice, or a NULL");
            all
        }
    }

    /// The identifier of the metric `name`; `None` if there is none to spell.
    pub(crate) fn identifier(&self, name: Option<&str>, spelling: &Spelling<'_>) -> Option<String> {
        let name = Text::new(name);
        let spelled = spelling.with(|options| {
            // SAFETY: the handle and the string are NULL or valid, options and buffer are valid.
            written(|buf, cap| unsafe {
                abi::metra_group_metric_identifier_with(self.0, name.pointer(), options, buf, cap)
            })
        });
        Some(spelled).filter(|identifier| !identifier.is_empty())
    }

    /// The same as the group itself spells it, by the function that takes no options.
    pub(crate) fn plain_identifier(&self, name: Option<&str>) -> Option<String> {
        let name = Text::new(name);
        // SAFETY: the handle and the string are NULL or valid, the buffer is valid.
        let spelled = written(|buf, cap| unsafe {
            abi::metra_group_metric_identifier(self.0, name.pointer(), buf, cap)
        });
        Some(spelled).filter(|identifier| !identifier.is_empty())
    }

    pub(crate) fn logical_scope(&self, spelling: &Spelling<'_>) -> String {
        spelling.with(|options| {
            // SAFETY: the handle is NULL or valid, options and buffer are valid.
            written(|buf, cap| unsafe { abi::metra_group_logical_scope(self.0, options, buf, cap) })
        })
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // SAFETY: NULL or owned, and not used again.
        unsafe { abi::metra_group_free(self.0) };
    }
}
