//! What a receiver knows of a metric: since when, and how much.

use super::points::Temporality;
use crate::cell::{PackedTally, Tally};
use crate::metric::{DistributionReading, MetricType};
use crate::reporter::delta::Delta;

/// What was said of one metric, as far as what is said next depends on it.
pub(super) struct History {
    /// When what is said next begins, in nanoseconds since 1970-01-01; 0 if that is not known.
    start: u64,
    /// When the last point was true.
    said: u64,
    /// Whether that point has not arrived yet.
    is_under_way: bool,
    kept: Kept,
}

enum Kept {
    /// Nothing: everything since the start is said each time.
    Nothing,
    /// Nothing but when: each point begins where the last one ended.
    Times,
    /// A count that should only go up, and is said as what it rose since the start.
    Rise { base: i64, last: i64 },
    /// A count whose differences are said.
    Count(Delta),
    /// Count and sum, whose differences are said.
    Totals(Box<Totals>),
    /// Buckets and sum, whose differences are said.
    Buckets(Box<Buckets>),
}

#[derive(Default)]
struct Totals {
    count: Delta,
    sum: Delta,
}

#[derive(Default)]
struct Buckets {
    sum: Delta,
    /// What arrived.
    arrived: PackedTally,
    /// What will have arrived with the delivery under way.
    written: PackedTally,
}

/// What is new in a metric.
pub(super) struct News<T> {
    pub(super) new: T,
    /// What is new in the sum.
    pub(super) sum: i64,
    /// Whether nothing was said before, so that all there ever was is new.
    pub(super) is_all: bool,
}

impl History {
    /// The history of a metric of which nothing was said yet, and that was not there before `start`.
    pub(super) fn new(metric_type: MetricType, temporality: Temporality, start: u64) -> Self {
        let is_delta = temporality == Temporality::Delta;
        let kept = match metric_type {
            MetricType::Meter if !is_delta => Kept::Rise { base: 0, last: 0 },
            MetricType::MonotonicCounter | MetricType::Meter if is_delta => {
                Kept::Count(Delta::default())
            }
            MetricType::Distribution if is_delta => Kept::Totals(Box::default()),
            MetricType::Histogram if is_delta => Kept::Buckets(Box::default()),
            _ => Kept::Nothing,
        };
        Self::of(kept, start)
    }

    /// The same as Flink's reporter has it: points of every type follow each other in time, and all counts go by
    /// differences.
    pub(super) fn exact(metric_type: MetricType, start: u64) -> Self {
        let kept = match metric_type {
            MetricType::Counter => Kept::Count(Delta::default()),
            MetricType::Gauge | MetricType::Histogram => Kept::Times,
            other => return Self::new(other, Temporality::Delta, start),
        };
        Self::of(kept, start)
    }

    fn of(kept: Kept, start: u64) -> Self {
        Self {
            start,
            said: start,
            is_under_way: false,
            kept,
        }
    }

    /// When what is said at `time` begins.
    pub(super) fn start(&mut self, time: u64) -> u64 {
        self.said = time;
        self.is_under_way = true;
        self.start
    }

    /// What a count that should only go up says at `time`. One that went down says nothing as a difference, and from now on
    /// is compared with what it is now, as in Flink; said since a start it begins anew now (data model, section "Resets and
    /// Gaps").
    pub(super) fn count(&mut self, count: i64, time: u64) -> Option<i64> {
        match &mut self.kept {
            Kept::Count(delta) => {
                let new = delta.of(count);
                if new < 0 {
                    delta.arrived();
                    // That it went down is known as soon as the others of the delivery are.
                    self.start(time);
                    return None;
                }
                Some(new)
            }
            Kept::Rise { base, last } => {
                if count < *last {
                    *base = count;
                    self.start = time;
                }
                *last = count;
                Some(count.wrapping_sub(*base))
            }
            _ => Some(count),
        }
    }

    /// What a distribution has to say.
    pub(super) fn totals(&mut self, reading: &DistributionReading) -> News<i64> {
        match &mut self.kept {
            Kept::Totals(totals) => News {
                is_all: !totals.count.is_known(),
                new: totals.count.of(reading.count),
                sum: totals.sum.of(reading.sum),
            },
            _ => News {
                new: reading.count,
                sum: reading.sum,
                is_all: true,
            },
        }
    }

    /// What a histogram has to say that has the buckets `all` for life, and the sum `sum`.
    pub(super) fn buckets(&mut self, all: Tally, sum: i64) -> News<Tally> {
        match &mut self.kept {
            Kept::Buckets(kept) => {
                kept.written.pack(&all);
                News {
                    is_all: !kept.sum.is_known(),
                    new: all.since(&kept.arrived),
                    sum: kept.sum.of(sum),
                }
            }
            _ => News {
                new: all,
                sum,
                is_all: true,
            },
        }
    }

    /// The last point arrived.
    pub(super) fn arrived(&mut self) {
        if !std::mem::take(&mut self.is_under_way) {
            return;
        }
        match &mut self.kept {
            Kept::Nothing | Kept::Rise { .. } => return,
            Kept::Times => {}
            Kept::Count(delta) => delta.arrived(),
            Kept::Totals(totals) => {
                totals.count.arrived();
                totals.sum.arrived();
            }
            Kept::Buckets(buckets) => {
                buckets.sum.arrived();
                std::mem::swap(&mut buckets.arrived, &mut buckets.written);
            }
        }
        self.start = self.said;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::*;
    use crate::cell::Pool;
    use crate::metric::Histogram;
    use std::time::Duration;

    fn meter(temporality: Temporality) -> History {
        History::new(MetricType::Meter, temporality, 10)
    }

    /// Says a count at a time, which arrives or does not: the start and the sum.
    fn say(history: &mut History, count: i64, time: u64, arrives: bool) -> (u64, Option<i64>) {
        let sum = history.count(count, time);
        let start = history.start(time);
        if arrives {
            history.arrived();
        }
        (start, sum)
    }

    #[test]
    fn cumulative_count_is_said_since_the_start_whatever_arrives() {
        let mut history = History::new(MetricType::MonotonicCounter, Temporality::Cumulative, 10);
        assert_eq!(say(&mut history, 5, 20, true), (10, Some(5)));
        assert_eq!(say(&mut history, 8, 30, false), (10, Some(8)));
        assert_eq!(say(&mut history, 9, 40, true), (10, Some(9)));
    }

    #[test]
    fn difference_begins_where_the_last_one_that_arrived_had_ended() {
        for metric_type in [MetricType::MonotonicCounter, MetricType::Meter] {
            let mut history = History::new(metric_type, Temporality::Delta, 10);
            assert_eq!(say(&mut history, 5, 20, false), (10, Some(5)));
            assert_eq!(say(&mut history, 6, 30, true), (10, Some(6)));
            assert_eq!(say(&mut history, 8, 40, false), (30, Some(2)));
            assert_eq!(say(&mut history, 9, 50, true), (30, Some(3)));
            assert_eq!(say(&mut history, 9, 60, true), (50, Some(0)));
        }
    }

    #[test]
    fn counter_is_cumulative_in_any_temporality() {
        let mut history = History::new(MetricType::Counter, Temporality::Delta, 10);
        assert_eq!(say(&mut history, 5, 20, true), (10, Some(5)));
        assert_eq!(say(&mut history, -3, 30, true), (10, Some(-3)));
    }

    #[test]
    fn count_that_went_down_begins_anew_as_a_sum() {
        let mut history = meter(Temporality::Cumulative);
        assert_eq!(say(&mut history, 5, 20, true), (10, Some(5)));
        assert_eq!(say(&mut history, 3, 30, true), (30, Some(0)));
        assert_eq!(say(&mut history, 4, 40, true), (30, Some(1)));
        assert_eq!(say(&mut history, 4, 50, true), (30, Some(1)));
        let mut negative = meter(Temporality::Cumulative);
        assert_eq!(say(&mut negative, -2, 20, true), (20, Some(0)));
    }

    #[test]
    fn count_that_went_down_says_nothing_as_a_difference_and_is_the_new_base() {
        for mut history in [
            meter(Temporality::Delta),
            History::exact(MetricType::Counter, 10),
        ] {
            assert_eq!(say(&mut history, 5, 20, true), (10, Some(5)));
            assert_eq!(say(&mut history, 3, 30, false), (20, None));
            assert_eq!(say(&mut history, 4, 40, true), (20, Some(1)));
        }
    }

    #[test]
    fn histogram_has_its_life_or_what_is_new_and_arrives_once() {
        let values = Histogram::new(&Pool::new(), Duration::from_secs(60)).unwrap();
        let say = |history: &mut History, value, arrives| {
            values.update(value);
            let (all, life) = values.life(Tally::default());
            let News { new, sum, is_all } = history.buckets(all, life.saturated_sum());
            history.start(20);
            // The second time nothing of it is in the batch that arrives.
            (0..arrives).for_each(|_| history.arrived());
            (new.total(), sum, is_all)
        };
        let mut delta = History::new(MetricType::Histogram, Temporality::Delta, 10);
        assert_eq!(say(&mut delta, 1, 0), (1, 1, true));
        assert_eq!(say(&mut delta, 2, 2), (2, 3, true));
        assert_eq!(say(&mut delta, 3, 0), (1, 3, false));
        assert_eq!(say(&mut delta, 4, 2), (2, 7, false));
        assert_eq!(say(&mut delta, 5, 1), (1, 5, false));
        let mut life = History::new(MetricType::Histogram, Temporality::Cumulative, 10);
        assert_eq!(say(&mut life, 6, 1), (6, 21, true));
    }

    #[test]
    fn gauges_of_flinks_reporter_follow_each_other() {
        let mut history = History::exact(MetricType::Gauge, 0);
        let mut say = |time| {
            let start = history.start(time);
            history.arrived();
            start
        };
        assert_eq!([say(10), say(20), say(30)], [0, 10, 20]);
    }

    #[test]
    fn distribution_has_its_life_or_what_is_new() {
        let reading = |count, sum| DistributionReading {
            count,
            sum,
            ..DistributionReading::default()
        };
        let say = |history: &mut History, count, sum, arrives| {
            let News { new, sum, is_all } = history.totals(&reading(count, sum));
            history.start(20);
            if arrives {
                history.arrived();
            }
            (new, sum, is_all)
        };
        let mut life = History::new(MetricType::Distribution, Temporality::Cumulative, 10);
        assert_eq!(say(&mut life, 2, 10, true), (2, 10, true));
        assert_eq!(say(&mut life, 3, 5, true), (3, 5, true));
        let mut delta = History::new(MetricType::Distribution, Temporality::Delta, 10);
        assert_eq!(say(&mut delta, 2, 10, false), (2, 10, true));
        assert_eq!(say(&mut delta, 3, 5, true), (3, 5, true));
        assert_eq!(say(&mut delta, 4, 25, false), (1, 20, false));
        assert_eq!(say(&mut delta, 5, 25, true), (2, 20, false));
        assert_eq!(say(&mut delta, 5, 25, true), (0, 0, false));
    }
}
