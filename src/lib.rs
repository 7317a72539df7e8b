//! metra (μέτρα, "measures"): Apache Flink's metric system for programs outside the JVM.
//!
//! Start a [`Runtime`], take a [`Group`] from its registry, register metrics there, update them from any thread.
//! Reporters carry them out as the configuration says.
//!
//! ```
//! use metra::{RootInfo, Runtime, Setup};
//!
//! # fn main() -> Result<(), metra::Error> {
//! let runtime = Runtime::start(Setup::default())?;
//! let root = runtime.registry().root(&RootInfo { name: "shop", variables: &[] })?;
//! let orders = root.add_key_value("region", "eu")?.counter("orders")?;
//! orders.inc(2);
//! let mut page = Vec::new();
//! runtime.write(metra::Format::Prometheus, &mut page)?;
//! assert!(String::from_utf8_lossy(&page).contains("shop_region_orders{region=\"eu\"} 2"));
//! # Ok(())
//! # }
//! ```
//!
//! Data flows one way through the modules: a module knows those above it in this list, never those below. What is plain
//! (errors and values, configuration and filters) any of them may know.

mod os;

mod cell;

mod caught;
pub mod error;
pub mod value;

pub mod clock;
pub mod log;

pub mod config;
pub mod filter;

pub mod metric;

pub mod scope;

pub mod group;

pub mod registry;

pub mod collect;

pub mod reporter;

#[cfg(feature = "http")]
mod http;

pub mod runtime;

mod ffi;

pub use clock::{Clock, ManualClock};
pub use collect::Reading;
pub use config::Config;
pub use error::{Error, ErrorKind};
pub use group::{
    Group, JobInfo, JobManagerInfo, OperatorInfo, RootInfo, TaskInfo, TaskManagerInfo,
};
pub use registry::Registry;
pub use runtime::{Format, Runtime, Setup};
pub use value::Value;
