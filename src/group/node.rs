//! One group in the tree, and the arena that all of them live in.

use std::collections::HashMap;
use std::sync::Arc;

use hashbrown::DefaultHashBuilder;

use super::metrics::Metrics;
use crate::scope::{Component, Level, Scope};

/// What makes a group the same as one that is there already.
///
/// The kind belongs to it: a key/value group and plain groups of the same two names are different groups.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ChildKey {
    /// A user's group.
    Group(Arc<str>),
    /// A user's group with a variable.
    KeyValue(Arc<str>, Arc<str>),
    /// A built-in level, by what Flink looks it up by.
    Component(Level, Box<[Option<Box<str>>]>),
    /// A program's own root with its variables.
    Root(Arc<str>, Box<[(Box<str>, Box<str>)]>),
}

/// Names a group for as long as it is open, and nothing after that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct NodeId {
    index: usize,
    generation: u64,
}

pub(super) struct Node {
    /// The parent and the key there; `None` at the top.
    pub(super) place: Option<(NodeId, ChildKey)>,
    pub(super) component: Option<Box<Component>>,
    pub(super) scope: Arc<Scope>,
    pub(super) token: Option<u64>,
    pub(super) children: Children,
    pub(super) metrics: Metrics,
}

/// Groups by key. Its hashes are seeded; what is said of names' hashes holds here too.
pub(super) type Children = HashMap<ChildKey, NodeId, DefaultHashBuilder>;

impl Node {
    pub(super) fn new(
        place: Option<(NodeId, ChildKey)>,
        component: Option<Component>,
        scope: Arc<Scope>,
    ) -> Self {
        Self {
            place,
            component: component.map(Box::new),
            scope,
            token: None,
            children: Children::default(),
            metrics: Metrics::default(),
        }
    }
}

/// Groups by number. A number is used again, with another generation, so a stale id finds nothing.
#[derive(Default)]
pub(super) struct Arena {
    slots: Vec<Slot>,
    free: Vec<usize>,
}

#[derive(Default)]
struct Slot {
    generation: u64,
    node: Option<Node>,
}

impl Arena {
    pub(super) fn insert(&mut self, node: Node) -> NodeId {
        let index = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot::default());
            self.slots.len() - 1
        });
        let generation = match self.slots.get_mut(index) {
            Some(slot) => {
                slot.generation += 1;
                slot.node = Some(node);
                slot.generation
            }
            None => 0,
        };
        NodeId { index, generation }
    }

    pub(super) fn get(&self, id: NodeId) -> Option<&Node> {
        let slot = self.slots.get(id.index)?;
        slot.node
            .as_ref()
            .filter(|_| slot.generation == id.generation)
    }

    pub(super) fn get_mut(&mut self, id: NodeId) -> Option<&mut Node> {
        let slot = self.slots.get_mut(id.index)?;
        slot.node
            .as_mut()
            .filter(|_| slot.generation == id.generation)
    }

    pub(super) fn remove(&mut self, id: NodeId) -> Option<Node> {
        let slot = self.slots.get_mut(id.index)?;
        if slot.generation != id.generation {
            return None;
        }
        let node = slot.node.take()?;
        self.free.push(id.index);
        Some(node)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Node> {
        self.slots.iter().filter_map(|slot| slot.node.as_ref())
    }

    /// How many places there are, taken or not.
    pub(super) fn places(&self) -> usize {
        self.slots.len()
    }

    /// The group at a place, if it is taken.
    pub(super) fn at(&self, place: usize) -> Option<&Node> {
        self.slots.get(place)?.node.as_ref()
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }
}
