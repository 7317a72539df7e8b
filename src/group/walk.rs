//! Going through everything that lives without keeping anybody waiting.

use std::sync::Arc;

use super::Tree;
use crate::metric::Metric;
use crate::scope::Scope;

/// How many metrics and groups are passed while the tree's lock is held once: some microseconds' worth.
const STRIDE: usize = 256;

/// How far somebody has come who passes everything that lived when the walk began.
///
/// The way leads from group to group in the order of their places in the tree's memory, and in a group along ascending
/// ids. A metric never moves to another place or id, so none is passed twice, and none that stays is left out, whatever
/// is registered and closed meanwhile. What takes the place of a closed group came after the walk began: its ids are
/// higher than all that the walk looks for. So it also ends, however fast metrics are registered.
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    /// The place of the group that is next.
    group: usize,
    /// The last id that was passed in this group.
    after: u64,
    groups: usize,
    last_id: u64,
    only_asking: bool,
}

/// A metric that a walk passes.
pub(crate) struct Passed<'a> {
    /// That of [`Live`](super::Live).
    pub(crate) id: u64,
    pub(crate) scope: &'a Arc<Scope>,
    pub(crate) name: &'a Arc<str>,
    pub(crate) metric: &'a Metric,
}

impl Walk {
    /// The same way, from its beginning, through groups that have gauges with callbacks.
    pub(crate) fn only_asking(&self) -> Self {
        Self {
            group: 0,
            after: 0,
            only_asking: true,
            ..*self
        }
    }

    fn next_group(&mut self) {
        self.group += 1;
        self.after = 0;
    }
}

impl Tree {
    /// The beginning of a walk through what lives now.
    pub(crate) fn walk(&self) -> Walk {
        let state = self.lock();
        Walk {
            group: 0,
            after: 0,
            groups: state.nodes.places(),
            last_id: state.last_id,
            only_asking: false,
        }
    }

    /// Goes on by one stride and shows what it passes to `look`; whether there may be more. `look` runs under the tree's
    /// lock: it must be quick and call nothing foreign.
    pub(crate) fn stride(&self, walk: &mut Walk, mut look: impl FnMut(&Passed<'_>)) -> bool {
        let state = self.lock();
        let mut left = STRIDE;
        while walk.group < walk.groups && left > 0 {
            left -= 1;
            let node = state.nodes.at(walk.group);
            let Some(node) = node.filter(|node| !walk.only_asking || node.metrics.ask()) else {
                walk.next_group();
                continue;
            };
            let rest = node.metrics.between(walk.after, walk.last_id);
            let (now, later) = rest.split_at(left.min(rest.len()));
            for entry in now {
                if let (Some(metric), Some(name)) = (&entry.metric, state.names.text(entry.name)) {
                    look(&Passed {
                        id: entry.id,
                        scope: &node.scope,
                        name,
                        metric,
                    });
                }
            }
            left -= now.len();
            match now.last() {
                _ if later.is_empty() => walk.next_group(),
                Some(passed) => walk.after = passed.id,
                None => {}
            }
        }
        walk.group < walk.groups
    }
}
