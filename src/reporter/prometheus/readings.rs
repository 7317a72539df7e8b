//! Readings that are taken once for a whole page.
//!
//! A gauge may ask foreign code, so all of them are asked together; a distribution prints several families that have
//! to say the same.

use std::sync::Arc;

use super::slots::{Slot, Slots};
use crate::collect::GaugeReader;
use crate::group::Live;
use crate::metric::{Distribution, DistributionReading, Gauge};
use crate::value::Value;

/// The gauges and distributions that the page knows, and what they said last.
#[derive(Default)]
pub(super) struct Readings {
    gauges: Slots<GaugeEntry>,
    distributions: Slots<DistributionEntry>,
}

struct GaugeEntry {
    live: Live,
    gauge: Arc<Gauge>,
    value: Option<Value>,
    /// Whether it ever said text.
    says_text: bool,
}

struct DistributionEntry {
    distribution: Arc<Distribution>,
    reading: DistributionReading,
}

impl Readings {
    /// Reads `gauge`, which is the metric of `live`, from now on.
    pub(super) fn add_gauge(&mut self, live: &Live, gauge: &Arc<Gauge>) -> Slot {
        let entry = GaugeEntry {
            live: live.clone(),
            gauge: Arc::clone(gauge),
            value: None,
            says_text: false,
        };
        self.gauges.insert(live.id, entry)
    }

    /// Reads `distribution`, which is the metric of `live`, from now on.
    pub(super) fn add_distribution(
        &mut self,
        live: &Live,
        distribution: &Arc<Distribution>,
    ) -> Slot {
        let entry = DistributionEntry {
            distribution: Arc::clone(distribution),
            reading: DistributionReading::default(),
        };
        self.distributions.insert(live.id, entry)
    }

    /// Reads the metric of `live` no more, if it did.
    pub(super) fn remove(&mut self, live: &Live) {
        self.gauges.remove(live.id);
        self.distributions.remove(live.id);
    }

    /// Takes all readings. Inside a gauge's callback, where none can be asked, those that were set still have a value.
    pub(super) fn take(&mut self, reader: &GaugeReader) {
        for (_, entry) in self.distributions.iter_mut() {
            entry.reading = entry.distribution.read();
        }
        let gauges: Vec<Arc<Gauge>> = self
            .gauges
            .iter()
            .map(|entry| Arc::clone(&entry.gauge))
            .collect();
        let mut values = reader.read(gauges).unwrap_or_default().into_iter();
        for (_, entry) in self.gauges.iter_mut() {
            entry.value = values.next().unwrap_or_else(|| entry.gauge.held());
        }
    }

    /// The gauges that said text in the last reading for the first time.
    pub(super) fn new_texts(&mut self) -> Vec<(Slot, Live)> {
        let mut texts = Vec::new();
        for (slot, entry) in self.gauges.iter_mut() {
            if matches!(entry.value, Some(Value::Text(_))) && !entry.says_text {
                entry.says_text = true;
                texts.push((slot, entry.live.clone()));
            }
        }
        texts
    }

    /// What a gauge said, if it has a value.
    pub(super) fn gauge(&self, slot: Slot) -> Option<&Value> {
        self.gauges.get(slot)?.value.as_ref()
    }

    /// What a distribution said.
    pub(super) fn distribution(&self, slot: Slot) -> Option<&DistributionReading> {
        self.distributions.get(slot).map(|entry| &entry.reading)
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.gauges.is_empty() && self.distributions.is_empty()
    }
}
