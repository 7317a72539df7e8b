//! What came since a system last heard of a count.

/// A count of which a system is sent differences.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Delta {
    /// What the system knows.
    arrived: i64,
    /// What it knows once the delivery under way has arrived.
    written: i64,
    /// Whether it knows of the count at all.
    is_known: bool,
}

impl Delta {
    /// What is new in `count`, and on its way from now on. Counts wrap, and so does this.
    pub(crate) fn of(&mut self, count: i64) -> i64 {
        self.written = count;
        count.wrapping_sub(self.arrived)
    }

    /// Whether something arrived already.
    pub(crate) fn is_known(&self) -> bool {
        self.is_known
    }

    /// The delivery arrived.
    pub(crate) fn arrived(&mut self) {
        self.arrived = self.written;
        self.is_known = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_arrive_is_sent_again() {
        let mut delta = Delta::default();
        assert_eq!(delta.of(5), 5);
        assert_eq!(delta.of(7), 7);
        assert!(!delta.is_known());
        delta.arrived();
        assert_eq!((delta.of(10), delta.is_known()), (3, true));
        assert_eq!(delta.of(4), -3);
    }

    #[test]
    fn difference_wraps_with_the_count() {
        let mut delta = Delta::default();
        delta.of(i64::MAX);
        delta.arrived();
        assert_eq!(delta.of(i64::MIN), 1);
    }
}
