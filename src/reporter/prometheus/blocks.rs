//! Printed labels, each text once.

use std::collections::HashMap;
use std::sync::Arc;

use super::labels::Labels;

/// Names printed labels for as long as somebody uses them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct BlockId(u32);

/// All printed labels in use. Equal ones are one block, whichever scopes they come from.
#[derive(Default)]
pub(super) struct Blocks {
    places: Vec<Option<Block>>,
    free: Vec<BlockId>,
    by_print: HashMap<Arc<[u8]>, BlockId>,
}

struct Block {
    print: Arc<[u8]>,
    /// The block of the same labels without those of an empty value; itself if there are none.
    identity: BlockId,
    users: usize,
}

impl Blocks {
    /// The block of `labels`, with one more user.
    pub(super) fn intern(&mut self, labels: &Labels) -> BlockId {
        let print: Arc<[u8]> = labels.print().into();
        if let Some(id) = self.by_print.get(&print).copied() {
            return self.share(id);
        }
        let id = self.free_place();
        let filled = labels.without_empty();
        let identity = filled.map_or(id, |filled| self.intern(&filled));
        self.by_print.insert(Arc::clone(&print), id);
        let block = Block {
            print,
            identity,
            users: 1,
        };
        if let Some(place) = self.places.get_mut(id.0 as usize) {
            *place = Some(block);
        }
        id
    }

    /// The same block, with one more user.
    pub(super) fn share(&mut self, id: BlockId) -> BlockId {
        if let Some(block) = self.get_mut(id) {
            block.users += 1;
        }
        id
    }

    /// Takes one user from a block; without users it goes, and its id may come again.
    pub(super) fn release(&mut self, id: BlockId) {
        let Some(place) = self.places.get_mut(id.0 as usize) else {
            return;
        };
        if let Some(block) = place.as_mut().filter(|block| block.users > 1) {
            block.users -= 1;
        } else if let Some(block) = place.take() {
            self.by_print.remove(&block.print);
            self.free.push(id);
            if block.identity != id {
                self.release(block.identity);
            }
        }
    }

    /// What is printed between a sample's name and the closing brace, see [`Labels::print`].
    pub(super) fn print(&self, id: BlockId) -> &[u8] {
        self.get(id).map_or(&[], |block| &block.print)
    }

    /// What is equal for labels that Prometheus takes for the same.
    pub(super) fn identity(&self, id: BlockId) -> BlockId {
        self.get(id).map_or(id, |block| block.identity)
    }

    fn get(&self, id: BlockId) -> Option<&Block> {
        self.places.get(id.0 as usize)?.as_ref()
    }

    fn get_mut(&mut self, id: BlockId) -> Option<&mut Block> {
        self.places.get_mut(id.0 as usize)?.as_mut()
    }

    fn free_place(&mut self) -> BlockId {
        self.free.pop().unwrap_or_else(|| {
            // So many different scopes do not fit into memory.
            let id = BlockId(u32::try_from(self.places.len()).unwrap_or(u32::MAX));
            self.places.push(None);
            id
        })
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.by_print.is_empty() && self.places.iter().all(Option::is_none)
    }
}
