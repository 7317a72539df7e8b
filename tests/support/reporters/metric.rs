//! A metric of a vector as the vector describes it, whatever became of it.

use serde_json::Value;

use super::member::Member;
use super::members::Members;
use crate::support::json::{Fields, text};
use crate::support::model::{Naming, Place};

/// The metric of an index, for rules to ask about.
#[derive(Clone, Copy)]
pub(crate) struct Metric<'a> {
    pub(crate) index: usize,
    pub(crate) members: &'a Members<'a>,
}

impl<'a> Metric<'a> {
    pub(crate) fn described(&self) -> &'a Value {
        &self.members.described()[self.index]
    }

    pub(crate) fn metric_type(&self) -> &'a str {
        self.described().text("type")
    }

    /// The name that Flink shows; it takes one that is null for a text.
    pub(crate) fn name(&self) -> &'a str {
        self.described().maybe_text("name").unwrap_or("null")
    }

    /// Its place in metra's tree, unless its group was refused.
    pub(crate) fn place(&self) -> Option<&'a Place> {
        self.members.place(self.index)
    }

    /// What metra has for it, unless it was refused.
    pub(crate) fn member(&self) -> Option<&'a Member> {
        let mut all = self.members.all.iter();
        all.find(|member| member.indices.contains(&self.index))
    }

    /// What Flink said of its group.
    pub(crate) fn resolved(&self) -> &'a Value {
        self.members.group(self.index).field("resolved")
    }

    /// Its identifier as Flink spells it.
    pub(crate) fn flinks_identifier(&self, naming: Naming<'_>) -> String {
        let components = self.resolved().list("scope_components");
        let parts = components.iter().map(|part| naming.clean(text(part)));
        let parts: Vec<String> = parts.chain([naming.clean(self.name())]).collect();
        parts.join(naming.joined_by)
    }
}
