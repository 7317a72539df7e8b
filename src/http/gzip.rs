//! Smaller answers for clients that ask for them.

use super::accept::preferences;
use super::body::Body;
use super::message::Request;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

/// Whether the client wants its answer compressed with gzip; one that does not say so gets it plain.
pub(crate) fn is_wanted(request: &Request<'_>) -> bool {
    let codings = || preferences(request.header("accept-encoding"));
    let named = codings().find(|coding| coding.is("gzip") || coding.is("x-gzip"));
    let coding = named.or_else(|| codings().find(|coding| coding.is("*")));
    coding.is_some_and(|coding| coding.quality > 0.0)
}

/// Bytes of memory that the compression of one body takes, about.
const ENCODER: usize = 384 * 1024;

/// A body that compresses another one.
///
/// Names and labels repeat so much that the fastest level makes a page about a tenth as large; others would take several
/// times as long for little more.
pub(crate) struct Gzip<T> {
    plain: T,
    /// The piece that was compressed last.
    piece: Vec<u8>,
    encoder: GzEncoder<Vec<u8>>,
}

impl<T: Body> Gzip<T> {
    /// `plain`, compressed.
    pub(crate) fn new(plain: T) -> Self {
        Self {
            plain,
            piece: Vec::new(),
            encoder: GzEncoder::new(Vec::new(), Compression::fast()),
        }
    }
}

impl<T: Body> Body for Gzip<T> {
    fn next_piece(&mut self, out: &mut Vec<u8>) -> bool {
        self.piece.clear();
        let follows = self.plain.next_piece(&mut self.piece);
        std::mem::swap(self.encoder.get_mut(), out);
        // Writing to memory cannot fail.
        let _ = self.encoder.write_all(&self.piece);
        if !follows {
            let _ = self.encoder.try_finish();
        }
        std::mem::swap(self.encoder.get_mut(), out);
        follows
    }

    fn held(&self) -> usize {
        self.plain.held() + self.piece.capacity() + ENCODER
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::*;
    use std::io::Read;

    fn wanted(fields: &[&'static str]) -> bool {
        let field = |value: &&'static str| httparse::Header {
            name: "Accept-Encoding",
            value: value.as_bytes(),
        };
        let headers: Vec<_> = fields.iter().map(field).collect();
        is_wanted(&Request {
            method: "GET",
            path: "/",
            query: "",
            headers: &headers,
        })
    }

    #[test]
    fn gzip_is_for_those_who_ask_for_it() {
        for fields in [
            ["gzip"].as_slice(),
            &["deflate, gzip;q=0.001"],
            &["br", "X-GZIP"],
            &["*"],
            &["identity;q=0, *;q=0.5"],
        ] {
            assert!(wanted(fields), "{fields:?}");
        }
        for fields in [
            [].as_slice(),
            &[""],
            &["identity"],
            &["gzip;q=0"],
            &["gzip;q=0.000, *;q=1"],
            &["*;q=0"],
            &["gzipped"],
        ] {
            assert!(!wanted(fields), "{fields:?}");
        }
    }

    /// Hands out its text in lines.
    struct Lines(Vec<u8>);

    impl Body for Lines {
        fn next_piece(&mut self, out: &mut Vec<u8>) -> bool {
            let end = self.0.iter().position(|byte| *byte == b'\n');
            out.extend(self.0.drain(..end.map_or(0, |end| end + 1)));
            !self.0.is_empty()
        }
    }

    #[test]
    fn compressed_body_reads_back_in_whatever_pieces_it_came() {
        let text = "shop_orders{region=\"eu\"} 1\n".repeat(1_000).into_bytes();
        let compressed = |mut body: Box<dyn Body>| {
            let mut small = Vec::new();
            while body.next_piece(&mut small) {}
            small
        };
        let bodies: [Box<dyn Body>; 2] = [
            Box::new(Gzip::new(Lines(text.clone()))),
            Box::new(Gzip::new(text.clone())),
        ];
        for body in bodies {
            let small = compressed(body);
            assert!(small.len() < text.len() / 10);
            let mut read = Vec::new();
            let mut decoder = flate2::read::GzDecoder::new(small.as_slice());
            decoder.read_to_end(&mut read).unwrap();
            assert_eq!(read, text);
        }
    }
}
