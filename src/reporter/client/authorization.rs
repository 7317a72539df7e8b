//! Who is asking.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::secrets::Secrets;
use crate::config::ReporterSettings;
use crate::error::Error;

/// The value of the `Authorization` header that a reporter's keys ask for, if they do: of `username` and `password`, or of
/// the token in `bearer-token-file`.
///
/// # Errors
/// [`Config`](crate::ErrorKind::Config) for keys that do not go together, and files that cannot be read.
pub(super) fn read(
    settings: &ReporterSettings,
    secrets: &mut Secrets,
) -> Result<Option<String>, Error> {
    match (settings.user()?, settings.bearer_token()?) {
        (Some(_), Some(_)) => {
            let what = "is a second way to authenticate beside username";
            Err(settings.refused("bearer-token-file", what, "one of the two"))
        }
        (Some((username, password)), None) => {
            Ok(Some(basic(username.as_bytes(), &password, secrets)))
        }
        (None, Some(token)) => {
            secrets.add(token.as_bytes());
            Ok(Some(format!("Bearer {token}")))
        }
        (None, None) => Ok(None),
    }
}

/// The value of the header for a name and a password.
pub(super) fn basic(username: &[u8], password: &[u8], secrets: &mut Secrets) -> String {
    let pair = STANDARD.encode([username, b":", password].concat());
    secrets.add(password);
    secrets.add(pair.as_bytes());
    format!("Basic {pair}")
}
