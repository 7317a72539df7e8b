//! The registry that all languages of a process share.

use std::path::Path;
use std::sync::Arc;

use super::{Runtime, Setup};
use crate::error::{Error, ErrorKind};
use crate::os::sync::Mutex;

/// Names the configuration file of the default registry.
const CONFIG_VARIABLE: &str = "METRA_CONFIG";

static DEFAULT: Mutex<Option<Arc<Runtime>>> = Mutex::new(None);

/// The default registry, made on first use from the file that the environment variable `METRA_CONFIG` names.
///
/// If that file is bad, the first call brings a registry without reporters, and the error that says why beside it.
///
/// # Errors
/// If not even that could be started.
pub fn default() -> Result<(Arc<Runtime>, Option<Error>), Error> {
    let mut default = DEFAULT.lock();
    if let Some(runtime) = &*default {
        return Ok((Arc::clone(runtime), None));
    }
    let (runtime, complaint) = match configured() {
        Ok(runtime) => (runtime, None),
        Err(error) => (Runtime::start(Setup::default())?, Some(error)),
    };
    let runtime = default.insert(Arc::new(runtime));
    Ok((Arc::clone(runtime), complaint))
}

/// Makes `runtime` the default registry.
///
/// # Errors
/// [`ErrorKind::Busy`] once there is another one.
pub fn set_default(runtime: &Arc<Runtime>) -> Result<(), Error> {
    let mut default = DEFAULT.lock();
    if default
        .as_ref()
        .is_some_and(|there| !Arc::ptr_eq(there, runtime))
    {
        let text = "the default registry is in use already; set it before anybody takes it";
        return Err(Error::new(ErrorKind::Busy, text));
    }
    *default = Some(Arc::clone(runtime));
    Ok(())
}

fn configured() -> Result<Runtime, Error> {
    let mut setup = Setup::default();
    let path = std::env::var_os(CONFIG_VARIABLE).filter(|path| !path.is_empty());
    if let Some(path) = path {
        setup.config.load(Path::new(&path))?;
    }
    Runtime::start(setup)
}
