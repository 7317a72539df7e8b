//! The server as its owner sees it: started, stopped, waited for.

use super::bind::bind;
use super::event_loop::EventLoop;
use super::handler::{Handler, Service};
use super::limits::Limits;
use super::stop::Stop;
use crate::error::{Error, ErrorKind};
use crate::os::ended::Waited;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

/// A running server. Any thread may use it; dropping it stops the server without waiting.
///
/// In a child forked by the process that started it, it is a mere copy: stopping and dropping it
/// leave the parent's server alone.
pub(crate) struct Server {
    address: SocketAddr,
    stop: Arc<Stop>,
    thread: Waited,
}

impl Server {
    /// Listens on the first port of `ports` that is free at `address`, a host name or an IP address,
    /// and answers there on a thread called `thread_name`.
    ///
    /// Port 0 lets the system choose. The error, of kind `Io`, names what was tried.
    pub(crate) fn start(
        address: &str,
        ports: impl Iterator<Item = u16>,
        thread_name: &str,
        handler: Box<dyn Handler>,
    ) -> Result<Self, Error> {
        Self::start_within(Limits::default(), address, ports, thread_name, handler)
    }

    /// As [`Server::start`], within other limits.
    pub(super) fn start_within(
        limits: Limits,
        address: &str,
        ports: impl Iterator<Item = u16>,
        thread_name: &str,
        handler: Box<dyn Handler>,
    ) -> Result<Self, Error> {
        let listener = bind(address, ports)?;
        Self::serve(listener, thread_name, Service::new(handler, limits))
            .map_err(|error| Error::new(ErrorKind::Io, format!("cannot serve HTTP: {error}")))
    }

    fn serve(listener: TcpListener, thread_name: &str, service: Service) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let stop = Arc::new(Stop::new()?);
        let event_loop = EventLoop::new(listener, Arc::clone(&stop), service);
        // The port is free again once the loop is dropped, which is before the thread counts as ended.
        let thread = Waited::spawn(thread_name, move || event_loop.run())?;
        Ok(Self {
            address,
            stop,
            thread,
        })
    }

    /// Where the server listens, with the port that was free.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Asks the server to end: what it is writing is cut off, a handler at work is let finish. Does not wait.
    pub(crate) fn stop(&self) {
        if self.thread.is_ours() {
            self.stop.ask();
        }
    }

    /// Waits for the server's thread to end, at most until `deadline` has passed; true if it has ended.
    pub(crate) fn join(&self, deadline: Duration) -> bool {
        self.thread.wait(deadline)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::http::{Request, Response};
    use std::net::TcpStream;
    use std::sync::mpsc::{self, RecvTimeoutError};

    const SOON: Duration = Duration::from_secs(10);

    struct Hello;

    impl Handler for Hello {
        fn handle(&mut self, _: &Request<'_>) -> Response {
            Response::new(200, "text/plain", b"hello".to_vec())
        }
    }

    fn hello(port: u16) -> Result<Server, Error> {
        Server::start(
            "127.0.0.1",
            [port].into_iter(),
            "metra-http",
            Box::new(Hello),
        )
    }

    #[test]
    fn stop_ends_the_thread_and_frees_the_port_although_connections_are_open() {
        let server = hello(0).unwrap();
        let _idle = TcpStream::connect(server.address()).unwrap();
        server.stop();
        server.stop();
        assert!(server.join(SOON));
        assert!(server.join(Duration::ZERO));
        assert!(hello(server.address().port()).is_ok());
    }

    #[test]
    fn running_server_cannot_be_joined() {
        let server = hello(0).unwrap();
        assert!(!server.join(Duration::from_millis(1)));
    }

    /// Tells by hanging up that the server has given it back.
    struct Held(#[expect(dead_code, reason = "only its drop matters")] mpsc::Sender<()>);

    impl Handler for Held {
        fn handle(&mut self, _: &Request<'_>) -> Response {
            Response::of_status(200)
        }
    }

    fn holding() -> (Server, mpsc::Receiver<()>) {
        let (held, ended) = mpsc::channel();
        let handler = Box::new(Held(held));
        let server = Server::start("127.0.0.1", [0].into_iter(), "metra-http", handler);
        (server.unwrap(), ended)
    }

    #[test]
    fn dropped_server_stops() {
        let (server, ended) = holding();
        drop(server);
        assert_eq!(
            ended.recv_timeout(SOON),
            Err(RecvTimeoutError::Disconnected)
        );
    }

    #[test]
    fn copy_in_a_forked_child_leaves_the_server_alone() {
        let (mut server, ended) = holding();
        let stop = Arc::clone(&server.stop);
        server.thread.seem_forked();
        server.stop();
        assert!(server.join(SOON));
        drop(server);
        let moment = Duration::from_millis(1);
        assert_eq!(ended.recv_timeout(moment), Err(RecvTimeoutError::Timeout));
        stop.ask();
        assert_eq!(
            ended.recv_timeout(SOON),
            Err(RecvTimeoutError::Disconnected)
        );
    }

    #[test]
    fn join_waits_for_the_handler_to_return() {
        struct Slow(mpsc::Sender<()>, mpsc::Receiver<()>);
        impl Handler for Slow {
            fn handle(&mut self, _: &Request<'_>) -> Response {
                self.0.send(()).unwrap();
                self.1.recv().unwrap();
                Response::of_status(200)
            }
        }
        let (begun, begins) = mpsc::channel();
        let (release, released) = mpsc::channel();
        let handler = Box::new(Slow(begun, released));
        let server = Server::start("localhost", [0].into_iter(), "metra-http", handler).unwrap();
        let mut client = TcpStream::connect(server.address()).unwrap();
        std::io::Write::write_all(&mut client, b"GET / HTTP/1.1\r\n\r\n").unwrap();
        begins.recv().unwrap();
        server.stop();
        assert!(!server.join(Duration::from_millis(1)));
        release.send(()).unwrap();
        assert!(server.join(SOON));
    }

    #[test]
    fn two_servers_share_a_range_of_ports() {
        let first = hello(0).unwrap();
        let port = first.address().port();
        let ports = [port, 0].into_iter();
        let second = Server::start("127.0.0.1", ports, "metra-http", Box::new(Hello)).unwrap();
        assert_ne!(second.address().port(), port);
        let message = hello(port).err().unwrap().to_string();
        assert!(message.contains(&port.to_string()), "{message}");
    }
}
