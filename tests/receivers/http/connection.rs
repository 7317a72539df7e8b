//! One connection: requests in, whatever the script says out.

use std::io::{self, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use super::conduct::Conduct;
use super::request::Request;
use super::{Answer, Shared};

/// Serves requests until a side closes or the script says so.
pub(super) fn serve(stream: &TcpStream, shared: &Shared) {
    let mut input = BufReader::new(stream);
    // The other side may give up whenever it likes.
    while let Ok(Some(true)) = serve_one(&mut input, stream, shared) {}
    let _ = stream.shutdown(Shutdown::Both);
}

/// Serves a request, if there comes one; whether others may follow.
fn serve_one(
    input: &mut BufReader<&TcpStream>,
    output: &TcpStream,
    shared: &Shared,
) -> io::Result<Option<bool>> {
    let Some(mut request) = Request::read_head(input)? else {
        return Ok(None);
    };
    let conduct = shared.next_conduct();
    if !matches!(conduct, Conduct::Break) {
        request.read_body(input, output)?;
    }
    let method = request.method.clone();
    shared.lock().requests.push(request);
    act(&conduct, &method, input, output, shared).map(Some)
}

/// Does what is to be done with a request of `method`; whether the connection goes on.
fn act(
    conduct: &Conduct,
    method: &str,
    mut input: impl Read,
    mut output: &TcpStream,
    shared: &Shared,
) -> io::Result<bool> {
    match conduct {
        Conduct::Answer(answer) => {
            output.write_all(&answer.bytes(method))?;
            return Ok(true);
        }
        Conduct::Silence => drop(input.read(&mut [0])?),
        Conduct::Break => {}
        Conduct::CutShort(answer, length) => {
            let bytes = answer.bytes(method);
            output.write_all(bytes.get(..*length).unwrap_or(&bytes))?;
        }
        Conduct::Garbage(bytes) => output.write_all(bytes)?,
        Conduct::Trickle(answer) => trickle(answer, method, output, shared)?,
    }
    Ok(false)
}

fn trickle(
    answer: &Answer,
    method: &str,
    mut output: &TcpStream,
    shared: &Shared,
) -> io::Result<()> {
    for byte in answer.bytes(method) {
        output.write_all(&[byte])?;
        shared.pause(Duration::from_secs(1));
    }
    Ok(())
}
