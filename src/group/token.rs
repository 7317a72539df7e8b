//! Numbers by which one language hands a group to another.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, LazyLock, Weak};

use super::Group;
use super::node::NodeId;
use super::tree::Tree;
use crate::error::{Error, ErrorKind};
use crate::os::fork;
use crate::os::sync::{Guard, Mutex};

/// The groups whose token was asked for. The one table of the process: a token says nothing of its registry.
static TABLE: LazyLock<Mutex<Table>> = LazyLock::new(|| Mutex::new(Table::new()));

struct Table {
    /// Numbers go on from a random one, so that a token of another copy of the library in this process names nothing here.
    last: u64,
    groups: HashMap<u64, (Weak<Tree>, NodeId)>,
}

impl Table {
    fn new() -> Self {
        let random = RandomState::new().build_hasher().finish();
        Self {
            // Above 2^32, and in no danger of an overflow.
            last: random >> 1 | 1 << 32,
            groups: HashMap::new(),
        }
    }
}

fn table() -> Guard<'static, Table> {
    // Inside, as a fork while the table is made would leave the child with one that is never done.
    let _inside = fork::inside();
    TABLE.lock()
}

/// Drops the token of a group that closes.
pub(super) fn forget(token: u64) {
    table().groups.remove(&token);
}

impl Group {
    /// A number that stands for this group in the whole process; the same for every handle of an open group, never
    /// given twice. Zero once the group is closed.
    pub fn token(&self) -> u64 {
        let enter = || {
            let mut table = table();
            table.last += 1;
            let token = table.last;
            let place = (Arc::downgrade(&self.tree), self.node);
            table.groups.insert(token, place);
            token
        };
        self.tree.token(self.node, enter).unwrap_or(0)
    }

    /// The group of a token.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for a number that never was a token, or whose group is closed.
    pub fn from_token(token: u64) -> Result<Self, Error> {
        let place = table().groups.get(&token).cloned();
        let found = place.and_then(|(tree, node)| {
            let tree = tree.upgrade()?;
            let scope = tree.scope(node)?;
            Some(Self { tree, node, scope })
        });
        found.ok_or_else(|| {
            let text = format!("{token} is the token of no open group");
            Error::new(ErrorKind::NotFound, text)
        })
    }
}
