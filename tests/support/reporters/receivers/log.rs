//! The log callback.

use std::sync::Arc;

use serde_json::Value;

use super::{Fate, Receiver};
use crate::support::host::{LogLine, LogSink};
use crate::support::scene::Stage;

/// Collects what metra says through the log callback.
pub(crate) struct LogLines(Arc<LogSink>);

impl Receiver for LogLines {
    type Item = LogLine;

    fn open(_case: &Value) -> Self {
        Self(Arc::default())
    }

    fn attach(&self, stage: &Stage) {
        stage.log_to(&self.0);
    }

    fn take(&mut self) -> Vec<LogLine> {
        self.0.take()
    }

    fn fate(&self) -> Fate {
        Fate::Delivered
    }
}
