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
            let pair = [username.as_bytes(), b":", &password].concat();
            let pair = STANDARD.encode(pair);
            secrets.add(&password);
            secrets.add(pair.as_bytes());
            Ok(Some(format!("Basic {pair}")))
        }
        (None, Some(token)) => {
            secrets.add(token.as_bytes());
            Ok(Some(format!("Bearer {token}")))
        }
        (None, None) => Ok(None),
    }
}
