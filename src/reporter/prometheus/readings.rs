//! Readings that are taken once for a whole page.
//!
//! A gauge may ask foreign code, so all of them are asked together; a distribution prints several families that have
//! to say the same.

use std::sync::Arc;

use super::slots::{Slot, Slots};
use crate::collect::GaugeValues;
use crate::group::Live;
use crate::metric::{Distribution, DistributionReading, Gauge};
use crate::value::Value;

/// The gauges and distributions that the page knows.
#[derive(Default)]
pub(super) struct Readings {
    gauges: Slots<GaugeEntry>,
    distributions: Slots<Arc<Distribution>>,
}

struct GaugeEntry {
    live: Live,
    gauge: Arc<Gauge>,
    /// Whether it ever said text.
    says_text: bool,
}

/// Gauges that are asked for one page, without the lock of what is known of them.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) gauges: Vec<Arc<Gauge>>,
    /// Where each of them stood, and the metric's id: by now the place may be another's.
    places: Vec<(Slot, u64)>,
}

/// What gauges and distributions said for one page, by their places.
#[derive(Default)]
pub(super) struct Values {
    gauges: Vec<Option<Value>>,
    distributions: Vec<DistributionReading>,
}

impl Readings {
    /// Reads `gauge`, which is the metric of `live`, from now on.
    pub(super) fn add_gauge(&mut self, live: &Live, gauge: &Arc<Gauge>) -> Slot {
        let entry = GaugeEntry {
            live: live.clone(),
            gauge: Arc::clone(gauge),
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
        self.distributions.insert(live.id, Arc::clone(distribution))
    }

    /// Reads the metric of `live` no more, if it did.
    pub(super) fn remove(&mut self, live: &Live) {
        self.gauges.remove(live.id);
        self.distributions.remove(live.id);
    }

    /// Whether a gauge ever said text.
    pub(super) fn says_text(&self, live: &Live) -> bool {
        let entry = self.gauges.of_metric(live.id);
        entry.is_some_and(|entry| entry.says_text)
    }

    /// All gauges, to be asked.
    pub(super) fn gauges(&self) -> Asked {
        let mut asked = Asked::default();
        for (slot, entry) in self.gauges.iter() {
            asked.gauges.push(Arc::clone(&entry.gauge));
            asked.places.push((slot, entry.live.id));
        }
        asked
    }

    /// The values of one page: what the gauges that were `asked` answered, and what distributions say now. Where no
    /// gauge could be asked, those that were set still have a value.
    pub(super) fn values(&self, asked: &Asked, answers: Option<GaugeValues>) -> Values {
        let mut values = Values {
            gauges: vec![None; self.gauges.places()],
            distributions: vec![DistributionReading::default(); self.distributions.places()],
        };
        let mut answers = answers.map(Vec::into_iter);
        for (slot, metric) in &asked.places {
            let answer = answers.as_mut().map(Iterator::next);
            let entry = self.gauges.get(*slot);
            if let Some(entry) = entry.filter(|entry| entry.live.id == *metric) {
                let value = answer.map_or_else(|| entry.gauge.held(), Option::flatten);
                slot.put(value, &mut values.gauges);
            }
        }
        for (slot, distribution) in self.distributions.iter() {
            slot.put(distribution.read(), &mut values.distributions);
        }
        values
    }

    /// The gauges that say text in `values` and never did before.
    pub(super) fn new_texts(&mut self, values: &Values) -> Vec<(Slot, Live)> {
        let mut texts = Vec::new();
        for (slot, entry) in self.gauges.iter_mut() {
            if matches!(values.gauge(slot), Some(Value::Text(_))) && !entry.says_text {
                entry.says_text = true;
                texts.push((slot, entry.live.clone()));
            }
        }
        texts
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.gauges.is_empty() && self.distributions.is_empty()
    }
}

impl Values {
    /// What a gauge said, if it has a value.
    pub(super) fn gauge(&self, slot: Slot) -> Option<&Value> {
        slot.of(&self.gauges)?.as_ref()
    }

    /// What a distribution said.
    pub(super) fn distribution(&self, slot: Slot) -> Option<&DistributionReading> {
        slot.of(&self.distributions)
    }

    /// Bytes of memory that they take, but for texts.
    #[cfg(feature = "http")]
    pub(super) fn held(&self) -> usize {
        size_of_val(self.gauges.as_slice()) + size_of_val(self.distributions.as_slice())
    }
}
