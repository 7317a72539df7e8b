//! The ports that configurations leave open.

use std::net::TcpListener;

use serde_json::Map;

use crate::support::json::{Object, text};

/// Puts what `place` makes of each value into a configuration.
pub(crate) fn placed(config: &Object, place: impl Fn(&str) -> String) -> Object {
    let entries = config
        .iter()
        .map(|(key, entry)| (key.clone(), place(text(entry)).into()));
    Map::from_iter(entries)
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("its address").port()
}
