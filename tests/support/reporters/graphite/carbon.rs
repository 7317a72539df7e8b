//! The receiver that a case's protocol asks for.

use serde_json::Value;

use crate::support::json::Fields;
use crate::support::reporters::receivers::{Connections, Datagrams, Fate, Receiver};

/// Receives lines on connections or in datagrams.
pub(crate) enum Carbon {
    Tcp(Connections),
    Udp(Datagrams),
}

impl Receiver for Carbon {
    type Item = Vec<u8>;

    fn open(case: &Value) -> Self {
        match case.text("transport") {
            "udp" => Self::Udp(Datagrams::open(case)),
            _ => Self::Tcp(Connections::open(case)),
        }
    }

    fn port(&self) -> Option<u16> {
        match self {
            Self::Tcp(connections) => connections.port(),
            Self::Udp(datagrams) => datagrams.port(),
        }
    }

    fn take(&mut self) -> Vec<Vec<u8>> {
        match self {
            Self::Tcp(connections) => connections.take(),
            Self::Udp(datagrams) => datagrams.take(),
        }
    }

    fn fate(&self) -> Fate {
        match self {
            Self::Tcp(connections) => connections.fate(),
            Self::Udp(datagrams) => datagrams.fate(),
        }
    }
}
