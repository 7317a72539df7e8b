//! A reporter that writes down what it is told, a line each.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use metra::reporter::{MetricInfo, Readings, Reporter, View};
use metra::runtime::ReporterClass;

/// The lines of all reporters of a registry, by their names.
#[derive(Clone, Default)]
pub(crate) struct Scribe(Arc<Mutex<HashMap<String, Vec<String>>>>);

impl Scribe {
    pub(crate) fn class(&self) -> ReporterClass {
        let scribe = self.clone();
        ReporterClass {
            make: Box::new(move |_| Box::new(scribe.clone())),
            pushes: true,
        }
    }

    /// The lines of one reporter since they were last taken.
    pub(crate) fn take(&self, reporter: &str) -> Vec<String> {
        self.0.lock().unwrap().remove(reporter).unwrap_or_default()
    }

    fn write(&self, view: &View, line: String) {
        let mut lines = self.0.lock().unwrap();
        lines
            .entry(view.settings().name.clone())
            .or_default()
            .push(line);
    }
}

impl Reporter for Scribe {
    fn added(&mut self, view: &View, metric: &MetricInfo<'_>) {
        self.write(view, format!("added {}", described(metric)));
    }

    fn removed(&mut self, view: &View, metric: &MetricInfo<'_>) {
        self.write(view, format!("removed {}", described(metric)));
    }

    fn report(&mut self, view: &View, readings: &mut Readings<'_>) {
        let mut line = "report".to_owned();
        readings(&mut |metric, _| {
            line.push(' ');
            line.push_str(&metric.identifier());
        })
        .unwrap();
        self.write(view, line);
    }

    fn close(&mut self, view: &View) {
        self.write(view, "close".to_owned());
    }
}

/// Identifier, logical scope and variables.
fn described(metric: &MetricInfo<'_>) -> String {
    let mut line = format!("{} in {}", metric.identifier(), metric.logical_scope());
    for (key, value) in metric.variables() {
        line.push_str(&format!(" {key}={value}"));
    }
    line
}
