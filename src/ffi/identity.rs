//! Identifiers and logical scopes, as reporters and hosts want them spelled.

use std::ffi::{CStr, c_char, c_void};

use super::group::metra_group;
use super::guard::guard_or;
use super::text::{self, owned, text_or_null};
use super::{handle, sized};
use crate::error::Error;
use crate::group::Group;
use crate::scope::Naming;

/// Replaces what a system cannot take in one scope component or name. It is called once for each of them, on the calling
/// thread, and writes its answer as snprintf does: as much as fits into cap bytes, terminated, returning the whole
/// length. It may be called a second time for the same text with a larger buffer.
pub type metra_character_filter_fn = Option<
    unsafe extern "C" fn(
        userdata: *mut c_void,
        text: *const c_char,
        buf: *mut c_char,
        cap: usize,
    ) -> usize,
>;

/// How identifiers and logical scopes are spelled. All zero but the size: as the group itself spells them.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct metra_identity_options {
    /// sizeof(metra_identity_options)
    pub size: usize,
    /// A reporter's delimiter (see metra_reporter_info): it joins, and inside names it is replaced by "_", or by "-" where
    /// it is "_" itself. NULL: metrics.scope.delimiter joins, names stay as they are. Only its first character counts.
    pub reporter_delimiter: *const c_char,
    /// Joins logical scopes in place of the delimiter; NULL: the delimiter does. Only its first character counts.
    pub logical_delimiter: *const c_char,
    /// Applied to every component and name; in logical scopes only to names of user groups. May be NULL.
    pub filter: metra_character_filter_fn,
    /// First argument of filter.
    pub userdata: *mut c_void,
}

// SAFETY: repr(C), its size first, and zero bytes are NULL pointers.
unsafe impl sized::Sized for metra_identity_options {}

impl metra_identity_options {
    /// # Safety
    /// `options` is NULL or valid.
    unsafe fn read(options: *const Self) -> Result<Option<Self>, Error> {
        if options.is_null() {
            return Ok(None);
        }
        // SAFETY: not NULL, so it is valid.
        unsafe { sized::read(options, "options") }.map(Some)
    }

    /// Runs `spell` with the group's delimiter for joining logical scopes, and the naming that the options describe.
    ///
    /// # Safety
    /// The options are valid.
    unsafe fn with(
        options: Option<Self>,
        group: &Group,
        spell: impl FnOnce(char, &Naming<'_>) -> String,
    ) -> Result<String, Error> {
        let Some(options) = options else {
            let delimiter = group.delimiter();
            return Ok(spell(delimiter, &Naming::plain(delimiter)));
        };
        // SAFETY: the strings of valid options are valid.
        let (reporter, logical) = unsafe {
            (
                first(options.reporter_delimiter, "options->reporter_delimiter")?,
                first(options.logical_delimiter, "options->logical_delimiter")?,
            )
        };
        let naming = reporter.map_or_else(|| Naming::plain(group.delimiter()), Naming::reporter);
        let joining = logical.or(reporter).unwrap_or(group.delimiter());
        Ok(match options.filter {
            None => spell(joining, &naming),
            Some(filter) => {
                // SAFETY: the caller gave function and userdata together, for calls like this.
                let call = |text: &CStr, buf: *mut c_char, cap| unsafe {
                    filter(options.userdata, text.as_ptr(), buf, cap)
                };
                let filter = |text: &str| filtered(text, &call);
                spell(joining, &naming.filtered(&filter))
            }
        })
    }
}

/// The first character of an optional string.
unsafe fn first(string: *const c_char, what: &str) -> Result<Option<char>, Error> {
    // SAFETY: as this function's caller promises.
    let string = unsafe { text_or_null(string, what) }?;
    Ok(string.and_then(|string| string.chars().next()))
}

/// Asks a foreign filter about one text; what is not UTF-8 in its answer becomes U+FFFD.
fn filtered(text: &str, call: &dyn Fn(&CStr, *mut c_char, usize) -> usize) -> String {
    let text = owned(text);
    let mut buffer = vec![0_u8; text.as_bytes().len() + 64];
    loop {
        let length = call(&text, buffer.as_mut_ptr().cast(), buffer.len());
        if length < buffer.len() {
            buffer.truncate(length);
            return String::from_utf8_lossy(&buffer).into_owned();
        }
        buffer.resize(length.saturating_add(1), 0);
    }
}

/// Spells the identifier of a metric: the group's scope components and the name, joined with metrics.scope.delimiter.
/// The metric need not be registered.
///
/// @param group_or_null (borrowed) The group.
/// @param name_or_null  (borrowed) UTF-8.
/// @param buf           Receives at most cap bytes, NUL included; may be NULL if cap is 0.
/// @param cap           Size of buf.
/// @return The whole length without NUL, as snprintf: not smaller than cap means that buf was too small. 0, and an empty
///         text, for NULL or invalid UTF-8.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_group_metric_identifier(
    group_or_null: *const metra_group,
    name_or_null: *const c_char,
    buf: *mut c_char,
    cap: usize,
) -> usize {
    // SAFETY: NULL or valid, as documented above.
    unsafe {
        metra_group_metric_identifier_with(group_or_null, name_or_null, std::ptr::null(), buf, cap)
    }
}

/// Spells the identifier of a metric as the options say.
///
/// @param group_or_null   (borrowed) The group.
/// @param name_or_null    (borrowed) UTF-8.
/// @param options_or_null (borrowed) How to spell it.
/// @param buf             Receives at most cap bytes, NUL included; may be NULL if cap is 0.
/// @param cap             Size of buf.
/// @return As metra_group_metric_identifier; 0 also for options with a size too small.
///
/// Thread safety: any thread; the filter runs on the calling one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_group_metric_identifier_with(
    group_or_null: *const metra_group,
    name_or_null: *const c_char,
    options_or_null: *const metra_identity_options,
    buf: *mut c_char,
    cap: usize,
) -> usize {
    let spelled = guard_or(None, || {
        // SAFETY: NULL or valid, as documented above.
        let (group, name, options) = unsafe {
            (
                handle::borrow_or_null(group_or_null)?,
                text_or_null(name_or_null, "name").ok()??,
                metra_identity_options::read(options_or_null).ok()?,
            )
        };
        let spell = |_, naming: &Naming<'_>| group.group.scope().identifier(name, naming);
        // SAFETY: as above.
        unsafe { metra_identity_options::with(options, &group.group, spell) }.ok()
    });
    // SAFETY: as above.
    unsafe { text::write(&spelled.unwrap_or_default(), buf, cap) }
}

/// Spells the logical scope of a group: the names of its levels and user groups, without values.
///
/// @param group_or_null   (borrowed) The group.
/// @param options_or_null (borrowed) How to spell it.
/// @param buf             Receives at most cap bytes, NUL included; may be NULL if cap is 0.
/// @param cap             Size of buf.
/// @return As metra_group_metric_identifier_with.
///
/// Thread safety: any thread; the filter runs on the calling one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_group_logical_scope(
    group_or_null: *const metra_group,
    options_or_null: *const metra_identity_options,
    buf: *mut c_char,
    cap: usize,
) -> usize {
    let spelled = guard_or(None, || {
        // SAFETY: NULL or valid, as documented above.
        let (group, options) = unsafe {
            (
                handle::borrow_or_null(group_or_null)?,
                metra_identity_options::read(options_or_null).ok()?,
            )
        };
        let spell =
            |joining, naming: &Naming<'_>| group.group.scope().logical_scope(joining, naming);
        // SAFETY: as above.
        unsafe { metra_identity_options::with(options, &group.group, spell) }.ok()
    });
    // SAFETY: as above.
    unsafe { text::write(&spelled.unwrap_or_default(), buf, cap) }
}
