//! Metrics spelled as C wants them, with what metrics of one group share spelled once.

use std::borrow::Cow;
use std::ffi::c_char;
use std::sync::Arc;

use super::group::metra_variable;
use super::reading::{metra_metric_info, metra_metric_type};
use crate::reporter::MetricInfo;
use crate::scope::Scope;

/// Spells metrics one after the other, all of them as one reader sees them. It keeps the text of the last group, so that
/// the next metric of that group costs no more than its name.
#[derive(Default)]
pub(super) struct Speller {
    /// Whose text this is. It is held, so that no other scope gets its address.
    scope: Option<Arc<Scope>>,
    /// Keys and values of the variables and the logical scope, each terminated by U+0000.
    text: Vec<u8>,
    /// They lead into `text`.
    variables: Vec<metra_variable>,
    logical_scope: usize,
    /// The identifier of the last metric, terminated.
    identifier: Vec<u8>,
    /// How much of it belongs to the group.
    prefix: usize,
    /// The name of the last metric, terminated, if its identifier spells it in another way.
    name: Vec<u8>,
}

impl Speller {
    /// Shows `info` in C's shape to `call`.
    pub(super) fn show<T>(
        &mut self,
        info: &MetricInfo<'_>,
        call: impl FnOnce(&metra_metric_info) -> T,
    ) -> T {
        let is_known = |scope: &Arc<Scope>| Arc::ptr_eq(scope, info.scope());
        if !self.scope.as_ref().is_some_and(is_known) {
            self.spell_scope(info);
        }
        let name = self.spell_name(info);
        call(&metra_metric_info {
            size: size_of::<metra_metric_info>(),
            id: info.id(),
            r#type: metra_metric_type::from(info.metric_type()) as i32,
            name,
            identifier: self.identifier.as_ptr().cast(),
            logical_scope: self.text_at(self.logical_scope),
            variables: self.variables.as_ptr(),
            variables_len: self.variables.len(),
        })
    }

    /// Spells the identifier and gives the name, which is the end of it unless it is spelled in another way there.
    fn spell_name(&mut self, info: &MetricInfo<'_>) -> *const c_char {
        self.identifier.truncate(self.prefix);
        match info.name_in_identifier() {
            Cow::Borrowed(name) => {
                put(&mut self.identifier, name);
                self.identifier.get(self.prefix..)
            }
            Cow::Owned(name) => {
                put(&mut self.identifier, &name);
                self.name.clear();
                put(&mut self.name, info.name());
                self.name.get(..)
            }
        }
        .map_or(c"".as_ptr(), |name| name.as_ptr().cast())
    }

    #[cold]
    fn spell_scope(&mut self, info: &MetricInfo<'_>) {
        self.scope = Some(Arc::clone(info.scope()));
        self.identifier.clear();
        self.identifier
            .extend_from_slice(info.identifier_prefix().as_bytes());
        self.prefix = self.identifier.len();
        let variables = info.variables();
        self.text.clear();
        self.variables.clear();
        for (key, value) in &variables {
            put(&mut self.text, key);
            put(&mut self.text, value);
        }
        self.logical_scope = self.text.len();
        put(&mut self.text, &info.logical_scope());
        // Only now, as the text has moved while it grew.
        let mut at = 0;
        for (key, value) in &variables {
            let key_at = self.text_at(at);
            let value_at = self.text_at(at + key.len() + 1);
            self.variables.push(metra_variable {
                key: key_at,
                value: value_at,
            });
            at += key.len() + value.len() + 2;
        }
    }

    fn text_at(&self, at: usize) -> *const c_char {
        let text = self.text.get(at..);
        text.map_or(c"".as_ptr(), |text| text.as_ptr().cast())
    }
}

/// Adds a C string of `text`, which nothing of metra lets contain U+0000.
#[inline]
fn put(strings: &mut Vec<u8>, text: &str) {
    strings.extend_from_slice(text.as_bytes());
    strings.push(0);
}
