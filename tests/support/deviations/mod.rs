//! Where metra knowingly parts from Flink: the README's table of differences as rules.
//!
//! A rule says of which inputs it speaks and what metra answers instead; it never names a case. Rules about values that
//! a configuration may not have are in [`config`], those about filters in [`filters`]; what metra answers about places in
//! the tree is computed by [`model`](super::model), and the topics say which row explains a difference to Flink.

pub(crate) mod absent;
pub(crate) mod builtin;
pub(crate) mod config;
pub(crate) mod filters;

use std::fmt;

/// A row of that table, or something said elsewhere that has the same effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Row {
    /// A scope format that Flink cannot use is refused.
    Formats,
    /// An absent job name is the job id, other absent values are left out of the variables; a group, a key and a metric
    /// must have a name.
    Absent,
    /// Equal identifiers are counted.
    EqualIds,
    /// Every call is answered by itself, whatever earlier calls asked.
    Caches,
    /// The outer variable wins as in Flink, and the hidden one is counted.
    OuterWins,
    /// An additional variable replaces one that exists.
    Additional,
    /// Sub-groups are keyed by kind and name.
    GroupKinds,
    /// A name that is taken gives the metric that has it, or a collision; a gauge is replaced.
    Duplicates,
    /// Closed stays closed.
    Closed,
    /// What the tick knows is a registration; taking a name again is a new one.
    LateTick,
    /// `*` is the only wildcard and matches everything.
    Filters,
    /// All values in buckets, read over a window of time.
    Histogram,
    /// A gauge without value loses its own value only.
    Isolation,
    /// What metra does not build, or what the C ABI has no call for.
    OutOfScope,
    /// The row of bad values: those of a key that is ours are refused.
    Config,
    /// How each type looks, as the README's table of metrics has it.
    Types,
    /// A page is valid whatever the names: label names are made valid, and of two samples that would be one the first
    /// stays.
    Labels,
    /// A name has at most 65,535 bytes.
    Limits,
    /// A name cannot make a line, a tag or a field of its own: what a protocol gives a meaning is replaced.
    Names,
    /// What does not fit a datagram of the configured size is left out and counted.
    Packets,
    /// Each reporter has a thread of its own: one whose server is slow delays no other.
    Threads,
    /// The labels that a gateway groups by reach it whatever is in them, and take the place of labels of metrics.
    Grouping,
    /// Credentials are sent, none where nobody gave any, and what is secret stands in no URL.
    Credentials,
    /// Closing makes a last report.
    LastReport,
    /// A reporter starts whatever its server says, and with its documented timeouts.
    Start,
    /// What a count rose by in a report that was lost comes with the next.
    Deltas,
    /// Who sends metrics says so: metra, by its own name.
    Sender,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Formats => "formats",
            Self::Absent => "absent",
            Self::EqualIds => "equal-ids",
            Self::Caches => "caches",
            Self::OuterWins => "outer-wins",
            Self::Additional => "additional",
            Self::GroupKinds => "group-kinds",
            Self::Duplicates => "duplicates",
            Self::Closed => "closed",
            Self::LateTick => "late-tick",
            Self::Filters => "filters",
            Self::Histogram => "histogram",
            Self::Isolation => "isolation",
            Self::OutOfScope => "out-of-scope",
            Self::Config => "config",
            Self::Types => "types",
            Self::Labels => "labels",
            Self::Limits => "limits",
            Self::Names => "names",
            Self::Packets => "packets",
            Self::Threads => "threads",
            Self::Grouping => "grouping",
            Self::Credentials => "credentials",
            Self::LastReport => "last-report",
            Self::Start => "start",
            Self::Deltas => "deltas",
            Self::Sender => "sender",
        })
    }
}
