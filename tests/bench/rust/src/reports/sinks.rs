//! Where reports go: sockets on loopback that take everything, and threads that read it.

use std::io::{BufRead, BufReader, ErrorKind, Result, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::systems::System;
use crate::harness::{fail, made, pin};

/// What is read at once.
const CHUNK: usize = 256 * 1024;

const TAKEN: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

const LOOPBACK: (Ipv4Addr, u16) = (Ipv4Addr::LOCALHOST, 0);

/// How a system is spoken to.
#[derive(Clone, Copy)]
pub enum Protocol {
    Udp,
    Tcp,
    /// Every request is taken, whatever it says.
    Http,
    /// There is nothing to be read.
    NoSocket,
}

/// One system; it is there until the program ends.
pub struct Sink {
    pub port: u16,
    bytes: Arc<AtomicU64>,
}

impl Sink {
    /// A system whose thread is bound to a processor.
    pub fn start(system: &System, processor: usize) -> Self {
        let bytes = Arc::<AtomicU64>::default();
        let port = match system.protocol {
            Protocol::Udp => udp(&bytes, processor),
            Protocol::Tcp => tcp(&bytes, processor, take),
            Protocol::Http => tcp(&bytes, processor, answer),
            Protocol::NoSocket => 0,
        };
        Self { port, bytes }
    }

    /// How many bytes came since it was asked last.
    pub fn take_bytes(&self) -> u64 {
        self.bytes.swap(0, Ordering::Relaxed)
    }
}

fn udp(bytes: &Arc<AtomicU64>, processor: usize) -> u16 {
    let socket = made(UdpSocket::bind(LOOPBACK));
    let (port, bytes) = (made(socket.local_addr()).port(), Arc::clone(bytes));
    std::thread::spawn(move || {
        pin(processor);
        let mut packet = vec![0; CHUNK];
        while let Ok(length) = socket.recv(&mut packet) {
            count(&bytes, length);
        }
        fail("datagrams cannot be received");
    });
    port
}

/// Lets `serve` have one connection after the other.
fn tcp(
    bytes: &Arc<AtomicU64>,
    processor: usize,
    serve: fn(TcpStream, &AtomicU64) -> Result<()>,
) -> u16 {
    let listener = made(TcpListener::bind(LOOPBACK));
    let (port, bytes) = (made(listener.local_addr()).port(), Arc::clone(bytes));
    std::thread::spawn(move || {
        pin(processor);
        for stream in listener.incoming() {
            made(stream.and_then(|stream| serve(stream, &bytes)));
        }
    });
    port
}

/// Reads to the end.
fn take(stream: TcpStream, bytes: &AtomicU64) -> Result<()> {
    let mut reader = BufReader::with_capacity(CHUNK, stream);
    loop {
        let length = reader.fill_buf()?.len();
        if length == 0 {
            return Ok(());
        }
        reader.consume(length);
        count(bytes, length);
    }
}

/// Answers requests until the connection ends.
fn answer(stream: TcpStream, bytes: &AtomicU64) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::with_capacity(CHUNK, stream);
    let mut line = Vec::with_capacity(CHUNK);
    while let Some(body) = read_head(&mut reader, &mut line, bytes)? {
        match body {
            Body::OfLength(length) => skip(&mut reader, length, bytes)?,
            Body::InChunks => skip_chunks(&mut reader, &mut line, bytes)?,
        }
        reader.get_mut().write_all(TAKEN)?;
    }
    Ok(())
}

/// How a request's body ends.
enum Body {
    OfLength(u64),
    InChunks,
}

/// Reads lines up to the empty one; nothing at the end of the connection.
fn read_head(
    reader: &mut impl BufRead,
    line: &mut Vec<u8>,
    bytes: &AtomicU64,
) -> Result<Option<Body>> {
    let mut body = Body::OfLength(0);
    while read_line(reader, line, bytes)? {
        if let Some(length) = value_of(line, b"content-length:") {
            body = Body::OfLength(number(length, 10));
        } else if value_of(line, b"transfer-encoding:").is_some() {
            body = Body::InChunks;
        } else if line.is_empty() {
            return Ok(Some(body));
        }
    }
    Ok(None)
}

/// What stands behind `name` in a header's line.
fn value_of<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let (start, value) = line.split_at_checked(name.len())?;
    start
        .eq_ignore_ascii_case(name)
        .then(|| value.trim_ascii_start())
}

fn number(digits: &[u8], radix: u32) -> u64 {
    let text = str::from_utf8(digits).unwrap_or_default();
    made(u64::from_str_radix(text, radix))
}

/// Reads one line, without its end; whether there was one.
fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>, bytes: &AtomicU64) -> Result<bool> {
    line.clear();
    count(bytes, reader.read_until(b'\n', line)?);
    let is_whole = line.ends_with(b"\r\n");
    line.truncate(line.len().saturating_sub(2));
    Ok(is_whole)
}

fn skip_chunks(reader: &mut impl BufRead, line: &mut Vec<u8>, bytes: &AtomicU64) -> Result<()> {
    loop {
        read_line(reader, line, bytes)?;
        let length = number(line, 16);
        skip(reader, length, bytes)?;
        read_line(reader, line, bytes)?;
        if length == 0 {
            return Ok(());
        }
    }
}

fn skip(reader: &mut impl BufRead, length: u64, bytes: &AtomicU64) -> Result<()> {
    let mut left = length;
    while left > 0 {
        let there = reader.fill_buf()?.len();
        if there == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        let taken = there.min(usize::try_from(left).unwrap_or(there));
        reader.consume(taken);
        count(bytes, taken);
        left -= taken as u64;
    }
    Ok(())
}

fn count(bytes: &AtomicU64, length: usize) {
    bytes.fetch_add(length as u64, Ordering::Relaxed);
}
