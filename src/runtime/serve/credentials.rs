//! The keys of a reporter that say who may read its page.

use crate::config::ReporterSettings;
use crate::error::Error;
use crate::http::Credentials;

/// The credentials in a reporter's `settings`, of which a client needs one. Files are read now and never again.
///
/// # Errors
/// [`Config`](crate::ErrorKind::Config) for a file that cannot be read, for half a pair and for what no client could send.
pub(super) fn read(settings: &ReporterSettings) -> Result<Credentials, Error> {
    let mut credentials = Credentials::default();
    if let Some((username, password)) = settings.user()? {
        credentials.accept_basic(username, &password);
    }
    if let Some(token) = settings.bearer_token()? {
        credentials.accept_bearer(token.as_bytes());
    }
    Ok(credentials)
}
