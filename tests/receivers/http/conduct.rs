//! What is done with a request.

/// Something that a server does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Conduct {
    /// Answers.
    Answer(Answer),
    /// Takes it and never answers.
    Silence,
    /// Closes the connection as soon as it has seen the header.
    Break,
    /// Answers with the first bytes of an answer and closes the connection.
    CutShort(Answer, usize),
    /// Answers with these bytes, whatever they are, and closes the connection.
    Garbage(Vec<u8>),
    /// Answers a byte a second.
    Trickle(Answer),
}

impl Default for Conduct {
    fn default() -> Self {
        Self::status(200)
    }
}

impl Conduct {
    /// Answers with a status and nothing else.
    pub(crate) fn status(status: u16) -> Self {
        Self::Answer(Answer::new(status, ""))
    }

    /// What servers do that may take the same request later: all that a client should think of.
    pub(crate) fn troubles() -> Vec<Self> {
        let fine = || Answer::new(200, "{}");
        vec![
            Self::status(408),
            Self::status(429),
            Self::Answer(Answer::new(500, "it broke")),
            Self::status(503),
            Self::Silence,
            Self::Break,
            Self::CutShort(fine(), 0),
            Self::CutShort(fine(), 12),
            Self::Garbage(b"\xff\0nonsense\r\n\r\n".to_vec()),
            Self::Garbage(b"HTTP/1.1 2000 OK\r\n\r\n".to_vec()),
            Self::Trickle(fine()),
        ]
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    status: u16,
    headers: String,
    body: Vec<u8>,
}

impl Answer {
    pub(crate) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: String::new(),
            body: body.into(),
        }
    }

    pub(crate) fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers += &format!("{name}: {value}\r\n");
        self
    }

    /// The answer to a request of `method`, as it is sent.
    pub(super) fn bytes(&self, method: &str) -> Vec<u8> {
        let is_tunnel = method == "CONNECT" && self.status == 200;
        let length = if self.status == 204 || is_tunnel {
            String::new()
        } else {
            format!("Content-Length: {}\r\n", self.body.len())
        };
        let (status, headers) = (self.status, &self.headers);
        let head = format!("HTTP/1.1 {status} \r\n{headers}{length}\r\n");
        [head.as_bytes(), &self.body].concat()
    }
}
