//! A request as it was meant: taken from its chunks, and not compressed any more.

use std::io::{self, BufRead, Read, Write};

use flate2::read::GzDecoder;

/// A request that was received. One that is not as RFC 9112 has it ends the test.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path and query; host and port for CONNECT.
    pub(crate) target: String,
    /// In their order, names as they were sent.
    pub(crate) headers: Vec<(String, String)>,
    /// Out of its chunks, and uncompressed if `Content-Encoding` says gzip.
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn path(&self) -> &str {
        let query = self.target.split_once('?');
        query.map_or(&self.target, |(path, _)| path)
    }

    /// The pairs of the query, decoded, in their order.
    pub(crate) fn query(&self) -> Vec<(String, String)> {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        pairs
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decoded(name), decoded(value))
            })
            .collect()
    }

    /// The value of a header, whatever the case of its name; it must not be there twice.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let is_it = |(other, _): &&(String, String)| other.eq_ignore_ascii_case(name);
        let mut found = self.headers.iter().filter(is_it);
        let value = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} is there twice");
        value
    }

    /// The body as text.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// Reads everything before the body; nothing where the connection ends instead.
    pub(super) fn read_head(input: &mut impl BufRead) -> io::Result<Option<Self>> {
        let first = line(input)?;
        if first.is_empty() {
            return Ok(None);
        }
        let mut words = first.split(' ');
        let (method, target) = (words.next().unwrap(), words.next().unwrap());
        assert!(words.eq(["HTTP/1.1"]), "no request: {first:?}");
        let mut request = Self {
            method: method.to_owned(),
            target: target.to_owned(),
            ..Self::default()
        };
        loop {
            let field = line(input)?;
            if field.is_empty() {
                return Ok(Some(request));
            }
            let (name, value) = field.split_once(':').unwrap();
            let field = (name.to_owned(), value.trim().to_owned());
            request.headers.push(field);
        }
    }

    /// Reads the body, having told who waits for it to go on.
    pub(super) fn read_body(
        &mut self,
        input: &mut impl BufRead,
        mut output: impl Write,
    ) -> io::Result<()> {
        if self.header("Expect") == Some("100-continue") {
            output.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        let body = match (self.header("Transfer-Encoding"), self.length()) {
            (None, None) => Vec::new(),
            (None, Some(length)) => exactly(input, length)?,
            (Some("chunked"), None) => from_chunks(input)?,
            both => panic!("two lengths of a body, or an unknown one: {both:?}"),
        };
        self.body = match self.header("Content-Encoding") {
            None => body,
            Some("gzip") => uncompressed(&body),
            Some(other) => panic!("unknown encoding {other}"),
        };
        Ok(())
    }

    fn length(&self) -> Option<usize> {
        let length = self.header("Content-Length");
        length.map(|length| length.parse().unwrap())
    }
}

/// A line without its end; an empty one where the input ends.
fn line(input: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    input.read_line(&mut line)?;
    if line.is_empty() {
        return Ok(line);
    }
    let Some(text) = line.strip_suffix("\r\n") else {
        return Err(io::ErrorKind::UnexpectedEof.into());
    };
    Ok(text.to_owned())
}

fn exactly(input: &mut impl BufRead, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    input.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn from_chunks(input: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let length = line(input)?;
        if length.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let length = usize::from_str_radix(&length, 16).unwrap();
        body.extend(exactly(input, length)?);
        assert_eq!(exactly(input, 2)?, b"\r\n", "behind a chunk");
        if length == 0 {
            return Ok(body);
        }
    }
}

fn uncompressed(bytes: &[u8]) -> Vec<u8> {
    let mut decoder = GzDecoder::new(bytes);
    let mut body = Vec::new();
    decoder.read_to_end(&mut body).unwrap();
    assert!(decoder.into_inner().is_empty(), "more behind the end");
    body
}

/// A part of a query without its escapes.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        bytes.push(match first {
            b'+' => b' ',
            b'%' => {
                let (digits, behind) = rest.split_at(2);
                rest = behind;
                let digits = std::str::from_utf8(digits).unwrap();
                u8::from_str_radix(digits, 16).unwrap()
            }
            plain => *plain,
        });
    }
    String::from_utf8(bytes).unwrap()
}
