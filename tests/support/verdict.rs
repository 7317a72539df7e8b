//! What came of a case, step by step.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::deviations::{Row, absent};
use super::json::Nullable;

/// What somebody answers to a step: Flink according to the vector, metra according to its rules, or metra itself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    Nothing,
    Text(String),
    Integer(i64),
    Double(f64),
    Flag(bool),
    List(Vec<Nullable>),
    /// Where order has no meaning.
    Set(Vec<String>),
    Map(BTreeMap<String, Nullable>),
    /// The call fails. Whose exception or status it is does not matter here.
    Failure,
    /// The call fails with this status of metra's.
    Refused(String),
}

impl Answer {
    pub(crate) fn set(members: impl IntoIterator<Item = String>) -> Self {
        let mut members: Vec<String> = members.into_iter().collect();
        members.sort_unstable();
        Self::Set(members)
    }

    pub(crate) fn list(members: impl IntoIterator<Item = String>) -> Self {
        Self::List(members.into_iter().map(Some).collect())
    }

    pub(crate) fn map(entries: &BTreeMap<String, String>) -> Self {
        let entries = entries.iter();
        Self::Map(
            entries
                .map(|(key, value)| (key.clone(), Some(value.clone())))
                .collect(),
        )
    }

    /// Equal as an answer to a step: doubles bit for bit, but any NaN is NaN; a failure is a failure.
    fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Double(one), Self::Double(two)) => {
                one.to_bits() == two.to_bits() || (one.is_nan() && two.is_nan())
            }
            (Self::Failure, Self::Refused(_)) | (Self::Refused(_), Self::Failure) => true,
            (one, two) => one == two,
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => write!(f, "nothing"),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Double(number) => write!(f, "{number:?}"),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::List(members) => write!(f, "{members:?}"),
            Self::Set(members) => write!(f, "{members:?}"),
            Self::Map(entries) => write!(f, "{entries:?}"),
            Self::Failure => write!(f, "a failure"),
            Self::Refused(status) => write!(f, "{status}"),
        }
    }
}

/// A case after it was driven.
pub(crate) enum Outcome {
    Pass,
    /// Some steps were judged by these rows, and metra's own answer held.
    Deviates(BTreeSet<Row>),
    /// What was wrong, each with expected and actual.
    Fail(Vec<String>),
}

/// Judges the steps of one case.
#[derive(Default)]
pub(crate) struct Judge {
    rows: BTreeSet<Row>,
    wrong: Vec<String>,
    steps: usize,
    context: &'static str,
}

impl Judge {
    /// Judges a step that no rule speaks of: Flink's answer holds.
    pub(crate) fn flinks(&mut self, what: impl fmt::Display, flink: &Answer, actual: &Answer) {
        self.ruled(what, flink, actual, None);
    }

    /// Judges a step: by what a rule says metra answers instead of Flink, if one speaks of it.
    ///
    /// Where both answer the same, the step does not deviate; where they differ, metra must not answer as Flink does.
    pub(crate) fn ruled(
        &mut self,
        what: impl fmt::Display,
        flink: &Answer,
        actual: &Answer,
        rule: Option<(Row, Answer)>,
    ) {
        self.steps += 1;
        match rule {
            Some((row, instead)) if !instead.agrees(flink) => {
                if actual.agrees(&instead) {
                    self.rows.insert(row);
                } else {
                    self.wrong(format!("{what}: expected {instead} ({row}), got {actual}"));
                }
            }
            _ if actual.agrees(flink) => {}
            _ => self.wrong(format!("{what}: expected {flink}, got {actual}")),
        }
    }

    /// Judges a step that row absent may speak of: it does where Flink's answer is about a value that is not there.
    pub(crate) fn absent(
        &mut self,
        what: impl fmt::Display,
        flink: &Answer,
        actual: &Answer,
        own: Answer,
    ) {
        let rule = absent::explains(flink, &own).then_some((Row::Absent, own));
        self.ruled(what, flink, actual, rule);
    }

    /// Notes that `row` spoke of a step, whose own answer `held` or did not.
    pub(crate) fn deviates(&mut self, what: impl fmt::Display, row: Row, held: bool) {
        self.steps += 1;
        if held {
            self.rows.insert(row);
        } else {
            self.wrong(format!("{what} ({row})"));
        }
    }

    /// Demands something that holds whatever Flink does.
    pub(crate) fn demand(&mut self, what: impl fmt::Display, held: bool) {
        self.steps += 1;
        if !held {
            self.wrong(what);
        }
    }

    /// Puts `context` before what is found wrong from now on.
    pub(crate) fn context(&mut self, context: &'static str) {
        self.context = context;
    }

    pub(crate) fn wrong(&mut self, what: impl fmt::Display) {
        self.wrong.push(format!("{}{what}", self.context));
    }

    pub(crate) fn outcome(self) -> Outcome {
        if !self.wrong.is_empty() {
            Outcome::Fail(self.wrong)
        } else if self.steps == 0 {
            Outcome::Fail(vec!["nothing was judged".to_owned()])
        } else if self.rows.is_empty() {
            Outcome::Pass
        } else {
            Outcome::Deviates(self.rows)
        }
    }
}
