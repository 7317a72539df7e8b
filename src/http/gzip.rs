//! Smaller answers for clients that ask for them.

use super::accept::preferences;
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

/// `body` compressed, in the memory of `out`, whose content goes.
///
/// Names and labels repeat so much that the fastest level makes a page about a tenth as large; others would take several
/// times as long for little more.
pub(crate) fn compressed(body: &[u8], mut out: Vec<u8>) -> Vec<u8> {
    out.clear();
    let mut encoder = GzEncoder::new(out, Compression::fast());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(body);
    encoder.finish().unwrap_or_default()
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

    #[test]
    fn compressed_body_reads_back_and_the_memory_is_used_again() {
        let body = "shop_orders{region=\"eu\"} 1\n".repeat(10_000).into_bytes();
        let memory = Vec::with_capacity(1 << 20);
        let address = memory.as_ptr();
        let small = compressed(&body, memory);
        assert!(small.len() < body.len() / 10);
        assert_eq!(small.as_ptr(), address);
        let mut read = Vec::new();
        let mut decoder = flate2::read::GzDecoder::new(small.as_slice());
        decoder.read_to_end(&mut read).unwrap();
        assert_eq!(read, body);
    }
}
