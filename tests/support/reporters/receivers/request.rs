//! One request over HTTP/1.1.

use std::collections::BTreeMap;
use std::io::{BufRead, Error, ErrorKind, Read};

use flate2::read::GzDecoder;

/// A request as it came, its body in plain.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    /// By names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// Reads the next request, `None` if the connection ends before it begins.
    pub(super) fn read(stream: &mut impl BufRead) -> Result<Option<Self>, Error> {
        let Some(first) = line(stream)? else {
            return Ok(None);
        };
        let mut words = first.split(' ').map(str::to_owned);
        let (method, path) = (words.next(), words.next());
        let (Some(method), Some(path), Some("HTTP/1.1")) = (method, path, words.next().as_deref())
        else {
            return Err(invalid(format!("no request: {first:?}")));
        };
        let mut request = Self {
            method,
            path,
            headers: headers(stream)?,
            body: Vec::new(),
        };
        request.body = request.read_body(stream)?;
        Ok(Some(request))
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    fn read_body(&self, stream: &mut impl BufRead) -> Result<Vec<u8>, Error> {
        let mut body = Vec::new();
        if self.header("transfer-encoding") == Some("chunked") {
            read_chunks(stream, &mut body)?;
        } else if let Some(length) = self.header("content-length") {
            let length: u64 = length.parse().map_err(|_| invalid("a length".to_owned()))?;
            stream.take(length).read_to_end(&mut body)?;
            if body.len() as u64 != length {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
        match self.header("content-encoding") {
            None => Ok(body),
            Some("gzip") => {
                let mut plain = Vec::new();
                GzDecoder::new(body.as_slice()).read_to_end(&mut plain)?;
                Ok(plain)
            }
            Some(other) => Err(invalid(format!("an encoding: {other}"))),
        }
    }

    /// Whether the client leaves the connection open after the answer.
    pub(super) fn goes_on(&self) -> bool {
        let connection = self.header("connection").unwrap_or_default();
        !connection.eq_ignore_ascii_case("close")
    }
}

fn invalid(what: String) -> Error {
    Error::new(ErrorKind::InvalidData, what)
}

/// The next line without its end, `None` at the end of the connection.
fn line(stream: &mut impl BufRead) -> Result<Option<String>, Error> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let content = line.strip_suffix("\r\n");
    let content = content.ok_or_else(|| invalid(format!("a line without end: {line:?}")))?;
    Ok(Some(content.to_owned()))
}

fn full_line(stream: &mut impl BufRead) -> Result<String, Error> {
    line(stream)?.ok_or_else(|| ErrorKind::UnexpectedEof.into())
}

fn headers(stream: &mut impl BufRead) -> Result<BTreeMap<String, String>, Error> {
    let mut headers = BTreeMap::new();
    loop {
        let line = full_line(stream)?;
        if line.is_empty() {
            return Ok(headers);
        }
        let (name, value) = line
            .split_once(':')
            .ok_or_else(|| invalid(format!("no header: {line:?}")))?;
        let name = name.to_ascii_lowercase();
        if headers.insert(name, value.trim().to_owned()).is_some() {
            return Err(invalid(format!("a header twice: {line:?}")));
        }
    }
}

fn read_chunks(stream: &mut impl BufRead, body: &mut Vec<u8>) -> Result<(), Error> {
    loop {
        let size = full_line(stream)?;
        let size = u64::from_str_radix(&size, 16)
            .map_err(|_| invalid(format!("no size of a chunk: {size:?}")))?;
        let before = body.len() as u64;
        stream.take(size).read_to_end(body)?;
        if body.len() as u64 - before != size || !full_line(stream)?.is_empty() {
            return Err(invalid("a chunk of another size".to_owned()));
        }
        if size == 0 {
            return Ok(());
        }
    }
}
