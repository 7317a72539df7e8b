//! How models begin.

use super::path::{self, Slabs};

/// Runs `model` in every order that its threads may take, within the bounds of loom's environment variables.
///
/// What the process knows of its slabs is the same in all runs: all that there are were reached before the first. The
/// threads of a model are one thread to the process, so all of them begin with the same shared slab.
///
/// Loom looks for another order from the last access to a word only, and misses the store that comes after a load of its
/// own thread's. So readers are joined last: what a reader could have found while others wrote it also finds, as loads
/// may be late, once they are done. It must not have learned that they are.
pub(crate) fn check(model: impl Fn() + Send + Sync + 'static) {
    path::choose();
    let slabs = Slabs::chosen().shared;
    path::reach_shared(slabs);
    // Not the first one, where the link of a free cell lies.
    while path::own_shared() != Some(slabs - 1) {
        path::assign_shared();
    }
    let mut builder = loom::model::Builder::new();
    // A histogram is many words to wipe.
    builder.max_branches = 5_000;
    builder.check(model);
}
