//! Metrics: what updates them and reads them.

use super::raw::*;
use super::require;

/// A counter.
pub struct Counter(pub(super) *mut RawCounter);

// SAFETY: handles may be used from any thread.
unsafe impl Send for Counter {}
// SAFETY: as above.
unsafe impl Sync for Counter {}

impl Counter {
    #[inline]
    pub fn inc(&self, n: i64) {
        // SAFETY: the handle lives as long as `self`; so in all functions below.
        unsafe { metra_counter_inc(self.0, n) };
    }

    pub fn count(&self) -> i64 {
        // SAFETY: see `inc`.
        unsafe { metra_counter_count(self.0) }
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        // SAFETY: an owned handle, freed once.
        unsafe { metra_counter_free(self.0) };
    }
}

/// A monotonic counter; its handle is kept until the program ends.
pub struct MonotonicCounter(pub(super) *mut RawMonotonicCounter);

impl MonotonicCounter {
    pub fn count(&self) -> i64 {
        // SAFETY: the handle is never freed.
        unsafe { metra_monotonic_counter_count(self.0) }
    }
}

/// A settable gauge; its handle is kept until the program ends.
pub struct Gauge(pub(super) *mut RawGauge);

impl Gauge {
    pub fn set(&self, value: i64) {
        // SAFETY: the handle is never freed.
        unsafe { metra_gauge_set_int64(self.0, value) };
    }
}

/// A distribution; its handle is kept until the program ends.
pub struct Distribution(pub(super) *mut RawDistribution);

// SAFETY: as for counters.
unsafe impl Send for Distribution {}
// SAFETY: as above.
unsafe impl Sync for Distribution {}

impl Distribution {
    #[inline]
    pub fn update(&self, value: i64) {
        // SAFETY: the handle is never freed.
        unsafe { metra_distribution_update(self.0, value) };
    }

    pub fn read(&self) -> DistributionReading {
        let mut reading = DistributionReading {
            size: size_of::<DistributionReading>(),
            ..Default::default()
        };
        // SAFETY: as above, and the size is right.
        require(unsafe { metra_distribution_read(self.0, &mut reading) });
        reading
    }
}

/// A meter; its handle is kept until the program ends.
pub struct Meter(pub(super) *mut RawMeter);

impl Meter {
    pub fn mark_event(&self, n: i64) {
        // SAFETY: the handle is never freed.
        unsafe { metra_meter_mark_event(self.0, n) };
    }
}

/// A histogram; its handle is kept until the program ends.
pub struct Histogram(pub(super) *mut RawHistogram);

// SAFETY: as for counters.
unsafe impl Send for Histogram {}
// SAFETY: as above.
unsafe impl Sync for Histogram {}

impl Histogram {
    #[inline]
    pub fn update(&self, value: i64) {
        // SAFETY: the handle is never freed.
        unsafe { metra_histogram_update(self.0, value) };
    }

    pub fn read(&self) -> HistogramReading {
        let mut reading = HistogramReading {
            size: size_of::<HistogramReading>(),
            ..Default::default()
        };
        // SAFETY: as above, and the size is right.
        require(unsafe { metra_histogram_read(self.0, &mut reading) });
        reading
    }
}
