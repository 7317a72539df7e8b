//! Which metric has a path that more than one would like to have.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use crate::os::sync::Mutex;

/// Paths that are taken. Of two metrics with one path Graphite would keep now this value, now that one.
#[derive(Clone, Default)]
pub(super) struct Claims {
    /// By their hashes.
    taken: Arc<Mutex<HashSet<u64>>>,
    hasher: RandomState,
}

impl Claims {
    /// A claim to `path`.
    pub(super) fn claim(&self, path: &str) -> Claim {
        Claim {
            taken: Arc::clone(&self.taken),
            path: self.hasher.hash_one(path),
            is_held: false,
        }
    }
}

/// A metric's claim to its path.
pub(super) struct Claim {
    taken: Arc<Mutex<HashSet<u64>>>,
    path: u64,
    is_held: bool,
}

impl Claim {
    /// Whether the path is this metric's, from now on at the latest: nobody who asked before still has it.
    pub(super) fn is_good(&mut self) -> bool {
        self.is_held = self.is_held || self.taken.lock().insert(self.path);
        self.is_held
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if self.is_held {
            self.taken.lock().remove(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_first_has_the_path_for_good() {
        let claims = Claims::default();
        let [mut late, mut first, mut other] = ["a.b", "a.b", "a.c"].map(|path| claims.claim(path));
        assert!(first.is_good() && other.is_good() && !late.is_good());
        assert!(first.is_good() && !late.is_good());
        drop(other);
        assert!(!late.is_good());
        drop(first);
        assert!(late.is_good() && !claims.claim("a.b").is_good());
        drop(claims.claim("a.b"));
        assert!(late.is_good());
    }
}
