//! Why a call failed: a kind for programs, a sentence for people.

use std::fmt;

/// What sort of failure an [`Error`] is. The C ABI gives each a pinned number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A pointer that must not be NULL was.
    NullArgument,
    /// Text was not valid UTF-8.
    InvalidUtf8,
    /// A value outside what the function accepts.
    InvalidArgument,
    /// The name belongs to a metric of another type in this group.
    NameCollision,
    /// The group or the registry is closed.
    Closed,
    /// The registry or the group holds as many metrics as its configuration allows, or the system has no memory for more.
    Limit,
    /// Foreign code did not finish in time.
    Timeout,
    /// A configuration key has a value it cannot have, or a file is malformed.
    Config,
    /// The operating system refused: a file, a socket, a thread.
    Io,
    /// Nothing of that name, or a token of something that is gone.
    NotFound,
    /// Not possible at this moment, or from inside this callback.
    Busy,
    /// This build was made without the feature.
    Unsupported,
    /// A defect in metra: a panic was caught.
    Panic,
}

/// A failure: one line, lower case, naming what was refused and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

impl Error {
    /// Makes an error of `kind` that says `message`.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    /// What sort of failure this is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The sentence for people.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
