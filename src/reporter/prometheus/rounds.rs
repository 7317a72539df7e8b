//! What came and went before a page began, and what after.

/// A time between two pages that began; later ones are greater.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Round(u32);

/// Gives changes and pages their rounds.
///
/// A page shows what was there when it began and still is. What was there at one time fits together, so part of it does,
/// whatever else comes into the places that become free. A change after a page began is of a greater round than the page.
/// Rounds only pass where changes and pages alternate; after the 4,294,967,295th no further one comes, and a page under
/// way may show what came later.
#[derive(Default)]
pub(super) struct Rounds {
    now: Round,
    /// Whether a page began in this round.
    is_seen: bool,
}

impl Rounds {
    /// The round of a page that begins.
    pub(super) fn begin(&mut self) -> Round {
        self.is_seen = true;
        self.now
    }

    /// The round of a change.
    pub(super) fn change(&mut self) -> Round {
        if std::mem::take(&mut self.is_seen) {
            self.now = Round(self.now.0.saturating_add(1));
        }
        self.now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_later_than_pages_that_began_before() {
        let mut rounds = Rounds::default();
        let came = rounds.change();
        let page = rounds.begin();
        assert!(came <= page);
        assert_eq!(rounds.begin(), page);
        let late = rounds.change();
        assert!(late > page);
        assert_eq!(rounds.change(), late);
        assert_eq!(rounds.begin(), late);
    }
}
