//! One small HTTP/1.1 server: a single thread, a poll loop, every resource bounded.
//!
//! It answers a handful of scrapers and dashboards and must stay harmless when anybody else
//! connects: what a client can make it hold, and for how long, is in [`limits`]. A [`Handler`]
//! makes the answers, on the server's thread, one at a time. Nothing here knows metrics.
//!
//! [`server`] owns the thread, [`event_loop`] waits and shares out the turns,
//! [`connection`] is one client, [`head`] judges what it sent, [`outgoing`] is what goes back: a piece
//! of a [`body`] at a time, each made when the client has taken those before.
//!
//! For handlers there are [`auth`], [`accept`] and [`gzip`]: who may ask, what a client would rather
//! have, and making it smaller.
//!
//! What is left out on purpose: TLS, requests in chunks, and the demand for a `Host` field, on which no
//! answer depends.

pub(crate) mod accept;
mod auth;
mod bind;
mod body;
mod connection;
mod event_loop;
pub(crate) mod gzip;
mod handler;
mod head;
mod limits;
mod message;
mod outgoing;
mod query;
mod server;
mod stop;
#[cfg(test)]
mod tests;

pub(crate) use auth::Credentials;
pub(crate) use body::Body;
pub(crate) use handler::{Handler, Trouble};
pub(crate) use message::{Request, Response};
pub(crate) use query::BadEscape;
pub(crate) use server::Server;
