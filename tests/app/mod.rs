//! A program's registry with one root.

use metra::config::Config;
use metra::{Group, RootInfo, Runtime, Setup};

/// A registry after these keys and values.
pub(crate) fn runtime(keys: &[(&str, &str)]) -> Runtime {
    let mut config = Config::new();
    for (key, value) in keys {
        config.set(key, value).unwrap();
    }
    let setup = Setup {
        config,
        ..Setup::default()
    };
    Runtime::start(setup).unwrap()
}

/// The root `app`.
pub(crate) fn root(runtime: &Runtime) -> Group {
    let info = RootInfo {
        name: "app",
        variables: &[],
    };
    runtime.registry().root(&info).unwrap()
}
