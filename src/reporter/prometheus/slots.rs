//! Things that belong to metrics, in places with numbers.

use std::collections::HashMap;

/// The number of a place. It stays the same as long as the metric is there, then it may come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot(usize);

impl Slot {
    /// What stands at this number in a list by places.
    pub(super) fn of<T>(self, list: &[T]) -> Option<&T> {
        list.get(self.0)
    }

    /// Puts `thing` where this number is in a list by places.
    pub(super) fn put<T>(self, thing: T, list: &mut [T]) {
        if let Some(place) = list.get_mut(self.0) {
            *place = thing;
        }
    }
}

/// One `T` for each of some metrics.
pub(super) struct Slots<T> {
    places: Vec<Option<T>>,
    free: Vec<Slot>,
    by_metric: HashMap<u64, Slot>,
}

impl<T> Slots<T> {
    /// Puts `thing` into a free place; `metric` is the id by which it is found when it goes.
    pub(super) fn insert(&mut self, metric: u64, thing: T) -> Slot {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.places.push(None);
            Slot(self.places.len() - 1)
        });
        if let Some(place) = self.places.get_mut(slot.0) {
            *place = Some(thing);
        }
        self.by_metric.insert(metric, slot);
        slot
    }

    /// Frees the place of `metric`, if it has one.
    pub(super) fn remove(&mut self, metric: u64) {
        let Some(slot) = self.by_metric.remove(&metric) else {
            return;
        };
        if let Some(place) = self.places.get_mut(slot.0) {
            *place = None;
            self.free.push(slot);
        }
    }

    pub(super) fn get(&self, slot: Slot) -> Option<&T> {
        self.places.get(slot.0)?.as_ref()
    }

    /// The one of `metric`.
    pub(super) fn of_metric(&self, metric: u64) -> Option<&T> {
        self.get(*self.by_metric.get(&metric)?)
    }

    /// How many places there are, free ones included.
    pub(super) fn places(&self) -> usize {
        self.places.len()
    }

    /// All of them with their places.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Slot, &T)> {
        let places = self.places.iter().enumerate();
        places.filter_map(|(at, place)| Some((Slot(at), place.as_ref()?)))
    }

    /// All of them, in the order of [`iter`](Self::iter), with their places.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (Slot, &mut T)> {
        let places = self.places.iter_mut().enumerate();
        places.filter_map(|(at, place)| Some((Slot(at), place.as_mut()?)))
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.by_metric.is_empty() && self.iter().next().is_none()
    }
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self {
            places: Vec::new(),
            free: Vec::new(),
            by_metric: HashMap::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_stay_and_are_used_again() {
        let mut slots = Slots::default();
        let first = slots.insert(10, 'a');
        let second = slots.insert(11, 'b');
        slots.remove(10);
        slots.remove(10);
        assert_eq!((slots.get(first), slots.get(second)), (None, Some(&'b')));
        assert_eq!(slots.insert(12, 'c'), first);
        assert_eq!(
            slots.iter().map(|(_, thing)| thing).collect::<String>(),
            "cb"
        );
        assert_eq!(
            (slots.of_metric(10), slots.of_metric(12)),
            (None, Some(&'c'))
        );
        assert_eq!(slots.places(), 2);
        let places: Vec<Slot> = slots.iter_mut().map(|(slot, _)| slot).collect();
        assert_eq!(places, [first, second]);
    }
}
