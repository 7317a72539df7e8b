//! Reports in the log, or appended to a file, laid out as by Flink's reporter to Slf4j.
//!
//! Names and texts stand in their lines with escapes for what would break them. `flink-exact` leaves them as they are, says
//! `null` for a gauge without value, and counts in histograms what the window has.

mod file;
mod sections;
mod spelling;

use std::sync::Arc;
use std::time::Duration;

use self::file::File;
use self::sections::Sections;
use self::spelling::SpelledScope;
use super::class::{Class, FLINK_EXACT, Key, Make};
use super::courier::{Courier, System, Written};
use super::failure::Failure;
use super::pusher::{Moment, Pusher};
use super::site::Site;
use super::{MetricInfo, View};
use crate::collect::Reading;
use crate::error::Error;
use crate::log::{Level, Log};
use crate::scope::Scope;

pub(crate) const CLASS: Class = Class {
    flink: "org.apache.flink.metrics.slf4j.Slf4jReporterFactory",
    names: &["log", "slf4j"],
    keys: &[
        Key::new(
            "file",
            "",
            "file that reports are appended to, in place of the log callback",
        ),
        FLINK_EXACT,
    ],
    make: Make::Pusher(make),
};

/// What Flink says in place of a report.
const NOTHING: &str = "Skipping metrics report because no metrics are registered.";

fn make(site: &Site<'_>) -> Result<Box<dyn Pusher>, Error> {
    let settings = site.view.settings();
    let is_exact = settings.bool(FLINK_EXACT.name, false)?;
    let place = match settings.get("file") {
        Some(path) => Place::File(File::at(path).map_err(|error| {
            let what = format!("cannot be opened ({error})");
            settings.refused("file", &what, "a file that this process may append to")
        })?),
        None => Place::Log(Arc::clone(&site.view.log)),
    };
    let reports = Reports {
        sections: Sections::new(is_exact),
        place,
        is_exact,
        is_sent: false,
    };
    Ok(Box::new(Courier::new(reports, site)))
}

struct Reports {
    sections: Sections,
    place: Place,
    is_exact: bool,
    /// Whether the report under way was written; where there are no metrics it is not.
    is_sent: bool,
}

/// Where reports go.
enum Place {
    Log(Arc<Log>),
    File(File),
}

impl Place {
    /// Puts a report there as a whole.
    fn put(&self, report: &[u8], moment: &Moment) -> Result<(), Failure> {
        match self {
            Self::Log(log) => {
                log.say_lines(Level::Info, String::from_utf8_lossy(report));
                Ok(())
            }
            Self::File(file) => file.append(report, moment),
        }
    }
}

impl System for Reports {
    type Scope = SpelledScope;
    /// The name in the metric's identifier.
    type Metric = Box<str>;

    fn scope(&self, view: &View, scope: &Scope) -> SpelledScope {
        SpelledScope::of(view, scope, self.is_exact)
    }

    fn metric(&self, info: &MetricInfo<'_>, _: &SpelledScope, _: Duration) -> Box<str> {
        spelling::spelled(&info.name_in_identifier(), self.is_exact).into()
    }

    fn begin(&mut self, _: &Moment) {
        self.sections.clear();
        self.is_sent = false;
    }

    fn write(&mut self, scope: &SpelledScope, name: &mut Box<str>, reading: &Reading) -> Written {
        self.sections.write(&scope.prefix, name, reading)
    }

    fn is_full(&self) -> bool {
        false
    }

    fn send(&mut self, moment: &Moment) -> Result<usize, Failure> {
        self.is_sent = true;
        let report = self.sections.report();
        self.place.put(report, moment).map(|()| report.len())
    }

    fn end(&mut self, moment: &Moment) -> Result<(), Failure> {
        if self.is_sent {
            return Ok(());
        }
        self.place.put(NOTHING.as_bytes(), moment)
    }
}

#[cfg(test)]
mod tests;
