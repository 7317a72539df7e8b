//! The keys of a reporter that say who may read its page.

use std::fs;

use crate::config::ReporterSettings;
use crate::error::Error;
use crate::http::Credentials;

const USERNAME: &str = "username";
const PASSWORD: &str = "password";
const PASSWORD_FILE: &str = "password-file";
const TOKEN_FILE: &str = "bearer-token-file";

/// The credentials in a reporter's `settings`, of which a client needs one. Files are read now and never again.
///
/// # Errors
/// [`Config`](crate::ErrorKind::Config) for a file that cannot be read, for half a pair and for what no client could send.
pub(super) fn read(settings: &ReporterSettings) -> Result<Credentials, Error> {
    let mut credentials = Credentials::default();
    if let Some((username, password)) = user(settings)? {
        credentials.accept_basic(username, &password);
    }
    if let Some(token) = token(settings)? {
        credentials.accept_bearer(&token);
    }
    Ok(credentials)
}

/// Name and password, if there are any.
fn user(settings: &ReporterSettings) -> Result<Option<(&str, Vec<u8>)>, Error> {
    match (settings.get(USERNAME), password(settings)?) {
        (Some(username), Some(_)) if username.contains(':') => {
            let right = "a name without colon";
            Err(settings.refused(USERNAME, "has a colon, which ends a name", right))
        }
        (Some(username), Some(password)) => Ok(Some((username, password))),
        (Some(_), None) => {
            let right = format!("one with {PASSWORD} or {PASSWORD_FILE} beside it");
            Err(settings.refused(USERNAME, "is a name without password", &right))
        }
        (None, Some(_)) => {
            let is_in_file = settings.get(PASSWORD_FILE).is_some();
            let key = if is_in_file { PASSWORD_FILE } else { PASSWORD };
            let right = format!("one with {USERNAME} beside it");
            Err(settings.refused(key, "is a password without name", &right))
        }
        (None, None) => Ok(None),
    }
}

/// The token, if there is one.
fn token(settings: &ReporterSettings) -> Result<Option<Vec<u8>>, Error> {
    let token = secret_in_file(settings, TOKEN_FILE)?;
    if token
        .iter()
        .flatten()
        .all(|letter| letter.is_ascii_graphic())
    {
        return Ok(token);
    }
    let right = "a file with one line of ASCII without blanks";
    Err(settings.refused(TOKEN_FILE, "does not hold a token", right))
}

/// The password, from its key or from its file.
fn password(settings: &ReporterSettings) -> Result<Option<Vec<u8>>, Error> {
    let in_file = secret_in_file(settings, PASSWORD_FILE)?;
    match settings.get(PASSWORD) {
        Some(_) if in_file.is_some() => {
            let what = format!("is a second password beside {PASSWORD}");
            Err(settings.refused(PASSWORD_FILE, &what, "one of the two keys"))
        }
        Some("") => Err(settings.refused(PASSWORD, "is empty", "a password")),
        Some(password) => Ok(Some(password.as_bytes().to_vec())),
        None => Ok(in_file),
    }
}

/// What the file at `key` holds, without the end of its line, if there is such a key.
fn secret_in_file(settings: &ReporterSettings, key: &str) -> Result<Option<Vec<u8>>, Error> {
    let Some(path) = settings.get(key) else {
        return Ok(None);
    };
    let mut secret = fs::read(path).map_err(|error| {
        let what = format!("cannot be read ({error})");
        settings.refused(key, &what, "a file that this process may read")
    })?;
    while secret
        .pop_if(|last| matches!(last, b'\n' | b'\r'))
        .is_some()
    {}
    if secret.is_empty() {
        return Err(settings.refused(key, "is an empty file", "a file with one line"));
    }
    Ok(Some(secret))
}
