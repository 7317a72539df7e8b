//! Requests to systems that speak HTTP.
//!
//! | part | what it does |
//! |---|---|
//! | `url` | where the server is |
//! | `authorization` | who is asking, from the reporter's keys |
//! | `headers` | what else is said, from the reporter's keys |
//! | `secrets` | what no text may contain |
//! | `connect` | names into addresses, certificates to trust |
//! | `socket` | connections that keep deadlines |
//! | `answer` | what an answer means for the delivery |
//! | `parts` | parts of URLs, from the reporter's keys |

mod answer;
mod authorization;
mod connect;
mod headers;
mod parts;
mod secrets;
mod socket;
mod url;

pub(crate) use parts::{encoded, host};
pub(crate) use url::Url;

use std::io::{Read, Write};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use ureq::http::{Request, Response};
use ureq::{Agent, AsSendBody, Body, SendBody};

use self::secrets::Secrets;
use super::failure::Failure;
use super::pusher::Moment;
use crate::config::ReporterSettings;
use crate::error::Error;

/// Bytes that are read of an answer's body.
const MOST_OF_ANSWER: u64 = 64 * 1024;

/// How metra presents itself.
const USER_AGENT: &str = concat!("metra/", env!("CARGO_PKG_VERSION"));

/// Sends one reporter's requests. Connections stay open for some seconds, for the next request.
pub(crate) struct Client {
    agent: Agent,
    headers: Vec<(String, String)>,
    secrets: Secrets,
    limits: Limits,
    is_compressing: bool,
    compressed: Vec<u8>,
    explain: Explain,
}

/// How long parts of an exchange may take at most, beside the deadline of all.
#[derive(Default)]
struct Limits {
    connect: Option<Duration>,
    write: Option<Duration>,
}

/// What the body of a refusal says, if that is more than text.
type Explain = fn(&[u8]) -> Option<String>;

/// A proxy that connections are made through.
pub(crate) struct Proxy<'a> {
    pub(crate) host: &'a str,
    pub(crate) port: u16,
}

/// What is sent.
pub(crate) struct Post<'a> {
    pub(crate) method: &'static str,
    pub(crate) url: &'a str,
    pub(crate) content_type: &'static str,
    pub(crate) body: &'a [u8],
}

impl Client {
    /// A client that has the credentials in a reporter's `settings`, and trusts whom they trust.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) for what the keys cannot have.
    pub(crate) fn new(settings: &ReporterSettings) -> Result<Self, Error> {
        let mut client = Self::through(None, settings)?;
        if let Some(authorization) = authorization::read(settings, &mut client.secrets)? {
            client.authorize(authorization);
        }
        Ok(client)
    }

    /// A client without credentials, that goes through a proxy if there is one, and trusts whom `settings` trust.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) for what the keys cannot have.
    pub(crate) fn through(
        proxy: Option<Proxy<'_>>,
        settings: &ReporterSettings,
    ) -> Result<Self, Error> {
        Ok(Self {
            agent: connect::agent(proxy, settings)?,
            headers: Vec::new(),
            secrets: Secrets::default(),
            limits: Limits::default(),
            is_compressing: false,
            compressed: Vec::new(),
            explain: |_| None,
        })
    }

    /// A client for the server at `url`, with the credentials there or in `settings`.
    ///
    /// # Errors
    /// As [`new`](Self::new), and for credentials in both.
    pub(crate) fn at(url: &Url, settings: &ReporterSettings) -> Result<Self, Error> {
        let client = Self::new(settings)?;
        if url.user.is_some() && !client.headers.is_empty() {
            let what = "has a user beside username or bearer-token-file";
            return Err(settings.refused(url.key, what, "one of them"));
        }
        Ok(client.with_user_of(url))
    }

    /// The same client with the credentials in `url`, if there are any.
    pub(crate) fn with_user_of(mut self, url: &Url) -> Self {
        if let Some(user) = &url.user {
            let value = authorization::basic(&user.name, &user.password, &mut self.secrets);
            self.authorize(value);
        }
        self
    }

    fn authorize(&mut self, authorization: String) {
        let name = "Authorization".to_owned();
        self.headers.push((name, authorization));
    }

    /// Sends a header with every request.
    pub(crate) fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sends a header with every request whose value nobody is to see.
    pub(crate) fn with_secret_header(self, name: &str, prefix: &str, secret: &str) -> Self {
        self.hiding(secret)
            .with_header(name, &format!("{prefix}{secret}"))
    }

    /// Shows a secret, which is part of a URL, in no text.
    pub(crate) fn hiding(mut self, secret: &str) -> Self {
        self.secrets.add(secret.as_bytes());
        self
    }

    /// Gives up connecting after `connect`, and sending when nothing is taken for as long as `write`; zero is no limit.
    pub(crate) fn within(mut self, connect: Duration, write: Duration) -> Self {
        let limit = |limit: Duration| Some(limit).filter(|limit| !limit.is_zero());
        self.limits = Limits {
            connect: limit(connect),
            write: limit(write),
        };
        self
    }

    /// Sends the headers in the map at `key` with every request. Nobody is to see their values.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) for what is no header, and for one that is sent already.
    pub(crate) fn with_headers(
        mut self,
        settings: &ReporterSettings,
        key: &str,
    ) -> Result<Self, Error> {
        for (name, value) in headers::read(settings, key, &self.headers)? {
            // Behind the name of a scheme, what is behind it is the secret.
            if let Some((_, secret)) = value.split_once(' ') {
                self.secrets.add(secret.as_bytes());
            }
            self = self.with_secret_header(&name, "", &value);
        }
        Ok(self)
    }

    /// Takes from `explain` what a refusal says.
    pub(crate) fn explaining(mut self, explain: Explain) -> Self {
        self.explain = explain;
        self
    }

    /// What may be repeated of a text that came from the other side.
    pub(crate) fn repeatable(&self, text: &str) -> String {
        answer::first_line(&self.secrets.without_any(text))
    }

    /// Compresses bodies with gzip.
    pub(crate) fn compressing(mut self, is_compressing: bool) -> Self {
        self.is_compressing = is_compressing;
        self
    }

    /// Sends a request; what the body of an answer of success begins with.
    ///
    /// # Errors
    /// Why it was not taken.
    pub(crate) fn send(&mut self, post: &Post<'_>, moment: &Moment) -> Result<Vec<u8>, Failure> {
        if !self.is_compressing {
            return self.exchange(post, post.body, moment);
        }
        let mut memory = std::mem::take(&mut self.compressed);
        memory.clear();
        let mut encoder = GzEncoder::new(memory, Compression::fast());
        // Writing to memory cannot fail.
        let _ = encoder.write_all(post.body);
        self.compressed = encoder.finish().unwrap_or_default();
        self.exchange(post, self.compressed.as_slice(), moment)
    }

    /// Sends a request whose body is read while it is sent, and never compressed.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub(crate) fn stream(
        &mut self,
        post: &Post<'_>,
        body: &mut dyn Read,
        moment: &Moment,
    ) -> Result<Vec<u8>, Failure> {
        self.is_compressing = false;
        self.exchange(post, SendBody::from_reader(body), moment)
    }

    fn exchange(
        &self,
        post: &Post<'_>,
        body: impl AsSendBody,
        moment: &Moment,
    ) -> Result<Vec<u8>, Failure> {
        let target = self.secrets.without_any(&secrets::plain_url(post.url));
        let fails = |error| answer::no_answer(&target, &self.secrets, &error);
        let request = self
            .request(post, body)
            .map_err(|error| fails(error.into()))?;
        let left = moment.left().max(Duration::from_millis(1));
        let request = self
            .agent
            .configure_request(request)
            .timeout_global(Some(left))
            .timeout_connect(self.limits.connect)
            .timeout_per_write(self.limits.write)
            .build();
        let response = self.agent.run(request).map_err(fails)?;
        self.judge(&target, response, moment)
    }

    fn request<B>(&self, post: &Post<'_>, body: B) -> Result<Request<B>, ureq::http::Error> {
        let mut request = Request::builder().method(post.method).uri(post.url);
        if !post.content_type.is_empty() {
            request = request.header("Content-Type", post.content_type);
        }
        if self.is_compressing {
            request = request.header("Content-Encoding", "gzip");
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request.body(body)
    }

    fn judge(
        &self,
        target: &str,
        mut response: Response<Body>,
        moment: &Moment,
    ) -> Result<Vec<u8>, Failure> {
        let mut text = Vec::new();
        let reader = response.body_mut().as_reader();
        // The status says it all where the rest does not come.
        let _ = reader.take(MOST_OF_ANSWER).read_to_end(&mut text);
        if response.status().is_success() {
            return Ok(text);
        }
        let explanation = (self.explain)(&text);
        let text = explanation.unwrap_or_else(|| String::from_utf8_lossy(&text).into_owned());
        let text = self.repeatable(&text);
        Err(answer::refused(target, &response, &text, moment.time))
    }
}
