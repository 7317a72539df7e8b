//! The keys of a reporter that hold secrets, or say in which files they are.

use std::fs;

use super::ReporterSettings;
use crate::error::Error;

const USERNAME: &str = "username";
const PASSWORD: &str = "password";
const TOKEN_FILE: &str = "bearer-token-file";

/// Files are read when they are asked for, and errors name them, not what is in them.
impl ReporterSettings {
    /// The name and the password at `username` and `password` or `password-file`, if there are any.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) for half a pair, for a name that no client could send, and for a file that
    /// cannot be read.
    pub fn user(&self) -> Result<Option<(&str, Vec<u8>)>, Error> {
        match (self.get(USERNAME), self.secret(PASSWORD)?) {
            (Some(username), Some(_)) if username.contains(':') => {
                let right = "a name without colon";
                Err(self.refused(USERNAME, "has a colon, which ends a name", right))
            }
            (Some(username), Some(password)) => Ok(Some((username, password))),
            (Some(_), None) => {
                let right = format!("one with {PASSWORD} or {} beside it", file_key(PASSWORD));
                Err(self.refused(USERNAME, "is a name without password", &right))
            }
            (None, Some(_)) => {
                let in_file = file_key(PASSWORD);
                let is_in_file = self.get(&in_file).is_some();
                let key = if is_in_file { &in_file } else { PASSWORD };
                let right = format!("one with {USERNAME} beside it");
                Err(self.refused(key, "is a password without name", &right))
            }
            (None, None) => Ok(None),
        }
    }

    /// The token in the file at `bearer-token-file`, if there is one.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) for a file that cannot be read, or holds what no client could send.
    pub fn bearer_token(&self) -> Result<Option<String>, Error> {
        let token = self.secret_in_file(TOKEN_FILE)?;
        token
            .map(|token| self.header_text(TOKEN_FILE, token))
            .transpose()
    }

    /// The token at `key`, or in the file at `key` with `-file` behind it, if there is one.
    ///
    /// # Errors
    /// As [`secret`](Self::secret), and for what no client could send.
    pub fn token(&self, key: &str) -> Result<Option<String>, Error> {
        let in_file = file_key(key);
        let source = if self.get(key).is_some() {
            key
        } else {
            &in_file
        };
        let token = self.secret(key)?;
        token
            .map(|token| self.header_text(source, token))
            .transpose()
    }

    /// The secret at `key`, or in the file at `key` with `-file` behind it, if there is one.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) if there are both, if it is empty, and for a file that cannot be read.
    pub fn secret(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        let file_key = file_key(key);
        let in_file = self.secret_in_file(&file_key)?;
        match self.get(key) {
            Some(_) if in_file.is_some() => {
                let what = format!("is a second one beside {key}");
                Err(self.refused(&file_key, &what, "one of the two keys"))
            }
            Some("") => Err(self.refused(key, "is empty", "one that is not")),
            Some(secret) => Ok(Some(secret.as_bytes().to_vec())),
            None => Ok(in_file),
        }
    }

    /// What the file at `key` holds, without the end of its line, if there is such a key.
    fn secret_in_file(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        let Some(path) = self.get(key) else {
            return Ok(None);
        };
        let mut secret = fs::read(path).map_err(|error| {
            let what = format!("cannot be read ({error})");
            self.refused(key, &what, "a file that this process may read")
        })?;
        while secret
            .pop_if(|last| matches!(last, b'\n' | b'\r'))
            .is_some()
        {}
        if secret.is_empty() {
            return Err(self.refused(key, "is an empty file", "a file with one line"));
        }
        Ok(Some(secret))
    }

    /// `token` as a client can send it.
    fn header_text(&self, key: &str, token: Vec<u8>) -> Result<String, Error> {
        let text = String::from_utf8(token).ok();
        let text = text.filter(|text| text.bytes().all(|byte| byte.is_ascii_graphic()));
        text.ok_or_else(|| {
            let right = "one line of ASCII without blanks";
            self.refused(key, "does not hold a token", right)
        })
    }
}

/// The key of the file that a secret is in.
fn file_key(key: &str) -> String {
    format!("{key}-file")
}
