//! What reporters send to: servers on loopback that write down what comes, and the log.

mod connections;
mod datagrams;
mod http;
mod log;
mod request;

pub(crate) use connections::Connections;
pub(crate) use datagrams::Datagrams;
pub(crate) use http::HttpServer;
pub(crate) use log::LogLines;
pub(crate) use request::Request;

use std::time::Duration;

use serde_json::Value;

use crate::support::scene::Stage;

/// How long what was sent may take to be read.
const PATIENCE: Duration = Duration::from_secs(10);

/// What becomes of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It arrives, and the reporter knows.
    Delivered,
    /// It arrives, and the reporter is told that it was in vain.
    Refused,
    /// Nothing arrives, and the reporter knows.
    Unreached,
    /// Nothing arrives, of which the reporter may know.
    Vanished,
}

impl Fate {
    /// Whether the receiver gets it.
    pub(crate) fn arrives(self) -> bool {
        matches!(self, Self::Delivered | Self::Refused)
    }
}

/// Receives what the reporters of one case send. Its threads end with it.
pub(crate) trait Receiver: Sized {
    /// One of the things that come.
    type Item;

    /// Receives as a case says (`server_down`, `server_status`, `server_body`).
    fn open(case: &Value) -> Self;

    /// The port that stands for `${PORT}`.
    fn port(&self) -> Option<u16> {
        None
    }

    /// Attaches what is not reached by a port.
    fn attach(&self, _stage: &Stage) {}

    /// What came since the last call of this: all that was sent before it.
    fn take(&mut self) -> Vec<Self::Item>;

    /// Does from now on what a step says (`server`).
    fn play(&mut self, step: &Value) {
        panic!("a receiver that cannot change: {step}");
    }

    /// What becomes of a report that is sent now.
    fn fate(&self) -> Fate;
}

/// Whether a case has nobody listen.
fn is_down(case: &Value) -> bool {
    case.get("server_down").is_some_and(|down| *down == true)
}
