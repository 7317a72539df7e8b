//! What no text may contain.

/// Secrets of one reporter, the longest first, as one may be part of another. Nothing shows them.
#[derive(Default)]
pub(super) struct Secrets(Vec<String>);

impl Secrets {
    /// Remembers a secret. An empty one is none.
    pub(super) fn add(&mut self, secret: &[u8]) {
        if !secret.is_empty() {
            self.0.push(String::from_utf8_lossy(secret).into_owned());
            self.0.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        }
    }

    /// `text` with `***` for every secret in it: systems repeat what they were sent.
    pub(super) fn without_any(&self, text: &str) -> String {
        let hide = |text: String, secret: &String| text.replace(secret.as_str(), "***");
        self.0.iter().fold(text.to_owned(), hide)
    }
}

/// `url` without what may be secret in it: user, query and fragment.
pub(super) fn plain_url(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let (authority, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_wherever_they_stand() {
        let mut secrets = Secrets::default();
        secrets.add(b"s3cret");
        secrets.add(b"");
        let hidden = secrets.without_any("token s3cret is not s3cret2");
        assert_eq!(hidden, "token *** is not ***2");
    }

    #[test]
    fn secret_in_another_one_leaves_nothing_of_that() {
        let mut secrets = Secrets::default();
        secrets.add(b"pw");
        secrets.add(b"dTpwdw==");
        assert_eq!(
            secrets.without_any("Basic dTpwdw== of pw"),
            "Basic *** of ***"
        );
    }

    #[test]
    fn urls_lose_user_and_query() {
        for (url, plain) in [
            ("http://u:p@host:1/a/b?api_key=k#f", "http://host:1/a/b"),
            ("https://host", "https://host"),
            ("http://u@h@host/x@y", "http://host/x@y"),
            ("nonsense?key=k", "nonsense"),
        ] {
            assert_eq!(plain_url(url), plain);
        }
    }
}
