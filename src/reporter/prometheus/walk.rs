//! A page on its way: written a piece at a time, however long that takes.

use std::sync::Arc;

use super::blocks::BlockId;
use super::family::Family;
#[cfg(any(feature = "http", test))]
use super::openmetrics;
use super::readings::Values;
use super::render;
use super::rounds::Round;
use super::samples::{Samples, Section};
use super::sight::Sight;
use super::{Format, Page};
use crate::cell::Tally;

/// Bytes of a piece; it is longer by what is left of the series in which it ends.
const PIECE: usize = 64 * 1024;

/// One page under way.
///
/// It holds its place and the values of gauges and distributions, and nothing of what it passes: metrics come and go
/// meanwhile. What is on the page is what was there when it began and still is when the walk comes by.
pub(crate) struct Walk {
    page: Arc<Page>,
    format: Format,
    /// Names of samples to be written; without them all.
    wanted: Option<Vec<String>>,
    round: Round,
    values: Values,
    place: Option<Place>,
    /// Bytes of a piece.
    enough: usize,
    /// How many metrics were written.
    metrics: usize,
    /// Memory for one histogram after the other.
    tally: Tally,
}

/// Where a piece ended.
struct Place {
    family: Arc<str>,
    inside: Inside,
}

/// How much of a family is written.
#[derive(Default)]
struct Inside {
    /// Whether the family has its type, which is settled once.
    is_typed: bool,
    section: usize,
    /// Whether the section has its header.
    is_headed: bool,
    /// The last series of the section that was looked at.
    behind: Option<BlockId>,
}

impl Walk {
    pub(super) fn new(
        page: Arc<Page>,
        format: Format,
        wanted: Option<Vec<String>>,
        (round, values): (Round, Values),
    ) -> Self {
        Self {
            page,
            format,
            wanted,
            round,
            values,
            place: None,
            enough: PIECE,
            metrics: 0,
            tally: Tally::default(),
        }
    }

    /// The same with pieces of another length.
    #[cfg(test)]
    pub(super) fn in_pieces_of(mut self, enough: usize) -> Self {
        self.enough = enough;
        self
    }

    /// Writes the next piece at the end of `out`; whether more follow. A piece may be empty.
    pub(crate) fn next_piece(&mut self, out: &mut Vec<u8>) -> bool {
        let index = self.page.lock();
        let mut writer = Writer {
            sight: Sight {
                index: &index,
                values: &self.values,
                round: self.round,
            },
            format: self.format,
            wanted: self.wanted.as_deref(),
            enough: out.len().saturating_add(self.enough),
            metrics: &mut self.metrics,
            tally: &mut self.tally,
            out,
        };
        let mut place = self.place.take();
        let first = place.as_ref().map(|place| Arc::clone(&place.family));
        for (name, family) in index.families.from(first.as_deref()) {
            let mut inside = match place.take() {
                Some(place) if place.family == *name => place.inside,
                _ => writer.enter(name, family),
            };
            if !writer.family(name, family, &mut inside) {
                let family = Arc::clone(name);
                self.place = Some(Place { family, inside });
                return true;
            }
        }
        writer.end();
        false
    }

    /// How many metrics were written, in Prometheus' format: those that have something to say, and a series for the first
    /// of it.
    #[cfg(any(feature = "push-http", test))]
    pub(crate) fn metrics(&self) -> usize {
        self.metrics
    }

    /// Bytes of memory that it takes, but for texts.
    #[cfg(feature = "http")]
    pub(crate) fn held(&self) -> usize {
        self.values.held()
    }
}

/// Writes families.
struct Writer<'a> {
    sight: Sight<'a>,
    format: Format,
    wanted: Option<&'a [String]>,
    out: &'a mut Vec<u8>,
    /// From which length of `out` on no further series is begun.
    enough: usize,
    /// Counts metrics.
    metrics: &'a mut usize,
    /// Memory for one histogram after the other.
    tally: &'a mut Tally,
}

impl Writer<'_> {
    #[cfg_attr(
        not(any(feature = "http", test)),
        expect(unused_variables, reason = "only OpenMetrics asks for it")
    )]
    fn enter(&self, name: &str, family: &Family) -> Inside {
        let is_typed = match self.format {
            Format::Text => true,
            #[cfg(any(feature = "http", test))]
            Format::OpenMetrics => openmetrics::can_have_type(self.sight, name, family),
        };
        Inside {
            is_typed,
            ..Inside::default()
        }
    }

    /// Writes what `inside` leaves of a family; false if that was enough before its end.
    fn family(&mut self, name: &str, family: &Family, inside: &mut Inside) -> bool {
        while let Some(section) = self.section(family, inside) {
            if !self.samples(name, family, section, inside) {
                return false;
            }
            *inside = Inside {
                is_typed: inside.is_typed,
                section: inside.section + 1,
                ..Inside::default()
            };
        }
        true
    }

    #[cfg_attr(
        not(any(feature = "http", test)),
        expect(unused_variables, reason = "only OpenMetrics asks for it")
    )]
    fn section(&self, family: &Family, inside: &Inside) -> Option<Section> {
        match self.format {
            Format::Text => (inside.section == 0).then(Section::default),
            #[cfg(any(feature = "http", test))]
            Format::OpenMetrics => {
                openmetrics::section(family.kind, inside.is_typed, inside.section)
            }
        }
    }

    /// Writes what is left of a section, with its header before the first sample; false if that was enough before its end.
    fn samples(
        &mut self,
        name: &str,
        family: &Family,
        section: Section,
        inside: &mut Inside,
    ) -> bool {
        let start = self.out.len();
        if !inside.is_headed {
            self.header(name, family, section);
        }
        let headed = self.out.len();
        let mut samples = Samples {
            sight: self.sight,
            name,
            section,
            wanted: self.wanted,
            out: &mut *self.out,
            enough: self.enough,
            metrics: &mut *self.metrics,
            tally: &mut *self.tally,
        };
        let is_whole = samples.write(family, &mut inside.behind);
        if self.out.len() > headed {
            inside.is_headed = true;
        } else {
            self.out.truncate(start);
        }
        is_whole
    }

    #[cfg_attr(
        not(any(feature = "http", test)),
        expect(unused_variables, reason = "only OpenMetrics asks for it")
    )]
    fn header(&mut self, name: &str, family: &Family, section: Section) {
        match self.format {
            Format::Text => render::header(name, family, self.out),
            #[cfg(any(feature = "http", test))]
            Format::OpenMetrics => openmetrics::header(name, family, section, self.out),
        }
    }

    fn end(&mut self) {
        match self.format {
            Format::Text => {}
            #[cfg(any(feature = "http", test))]
            Format::OpenMetrics => self.out.extend_from_slice(openmetrics::END),
        }
    }
}
