//! The metric names of one registry, each of them once: a thousand groups often have the same hundred names.

use std::hash::BuildHasher;
use std::sync::Arc;

use hashbrown::{DefaultHashBuilder, HashTable};

/// A name in use, as a number: equal names have equal numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name(usize);

impl Name {
    /// Spreads numbers over tables. Nobody chooses numbers, so nothing secret belongs to it: Fibonacci hashing (Knuth,
    /// The Art of Computer Programming 6.4), turned so that the well mixed half picks the place.
    pub(super) fn hash(self) -> u64 {
        const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
        (self.0 as u64).wrapping_mul(GOLDEN).rotate_left(32)
    }
}

/// A name that is looked for, with its hash: computed once, before any lock.
#[derive(Clone, Copy)]
pub(super) struct Sought<'a> {
    text: &'a str,
    hash: u64,
}

impl<'a> Sought<'a> {
    pub(super) fn text(self) -> &'a str {
        self.text
    }
}

/// Hashes names, seeded. Whoever could choose names so that they collide could as well fill the memory with them, so
/// speed counts for more here than a hash that holds against attackers.
#[derive(Default)]
pub(super) struct NameHasher(DefaultHashBuilder);

impl NameHasher {
    pub(super) fn sought<'a>(&self, text: &'a str) -> Sought<'a> {
        Sought {
            text,
            hash: self.0.hash_one(text),
        }
    }
}

/// All names in use, with the number of metrics that use each.
#[derive(Default)]
pub(super) struct Names {
    places: Vec<Place>,
    free: Vec<usize>,
    index: HashTable<usize>,
}

struct Place {
    /// Nothing in a free place.
    text: Option<Arc<str>>,
    hash: u64,
    users: usize,
}

impl Names {
    /// The number of a name, if it is in use.
    pub(super) fn find(&self, sought: Sought<'_>) -> Option<Name> {
        let is_it = |at: &usize| {
            self.text(Name(*at))
                .is_some_and(|text| **text == *sought.text)
        };
        self.index.find(sought.hash, is_it).map(|at| Name(*at))
    }

    /// The text of a name in use.
    pub(super) fn text(&self, name: Name) -> Option<&Arc<str>> {
        self.places.get(name.0)?.text.as_ref()
    }

    /// Counts one more user of a name; `known` is what [`find`](Self::find) has just said of it.
    pub(super) fn take(&mut self, known: Option<Name>, sought: Sought<'_>) -> Name {
        let name = known.unwrap_or_else(|| self.add(sought));
        if let Some(place) = self.places.get_mut(name.0) {
            place.users += 1;
        }
        name
    }

    fn add(&mut self, sought: Sought<'_>) -> Name {
        let place = Place {
            text: Some(sought.text.into()),
            hash: sought.hash,
            users: 0,
        };
        let reused = self.free.pop();
        let at = reused.unwrap_or(self.places.len());
        match self.places.get_mut(at) {
            Some(free) => *free = place,
            None => self.places.push(place),
        }
        let places = &self.places;
        let hash = |at: &usize| places.get(*at).map_or(0, |place| place.hash);
        self.index.insert_unique(sought.hash, at, hash);
        Name(at)
    }

    /// Counts one user less; a name without users goes.
    pub(super) fn release(&mut self, name: Name) {
        let Some(place) = self.places.get_mut(name.0) else {
            return;
        };
        place.users -= 1;
        if place.users == 0 {
            place.text = None;
            if let Ok(entry) = self.index.find_entry(place.hash, |at| *at == name.0) {
                entry.remove();
            }
            self.free.push(name.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_has_one_number_while_it_is_used() {
        let (hasher, mut names) = (NameHasher::default(), Names::default());
        let (one, two) = (hasher.sought("one"), hasher.sought("two"));
        let first = names.take(None, one);
        assert_eq!(names.take(names.find(one), one), first);
        assert_ne!(names.take(None, two), first);
        names.release(first);
        assert_eq!(names.find(one), Some(first));
        assert_eq!(names.text(first).map(|text| &**text), Some("one"));
    }

    #[test]
    fn names_that_come_and_go_leave_nothing() {
        let (hasher, mut names) = (NameHasher::default(), Names::default());
        for number in 0..10_000 {
            let text = format!("name {number}");
            let name = names.take(None, hasher.sought(&text));
            names.release(name);
            assert_eq!(names.find(hasher.sought(&text)), None);
        }
        assert_eq!((names.places.len(), names.index.len()), (1, 0));
    }
}
