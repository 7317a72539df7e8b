//! The loop: waits until something can be done for somebody, does a bounded piece of it, waits again.

use super::connection::Connection;
use super::handler::{Service, Trouble};
use super::limits::ACCEPTED_PER_TURN;
use super::stop::Stop;
use crate::os::descriptors::ClosedInChild;
use crate::os::poll::{Interest, PollSet};
use std::io::{self, ErrorKind};
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsFd, AsRawFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Place of the listener in the poll set, after the one that only wakes the loop to stop.
const LISTENER: usize = 1;
/// Place of the first connection; the others follow in their order.
const FIRST_CONNECTION: usize = 2;

/// How soon requests that wait for memory are looked at again.
const CROWDED_RETRY: Duration = Duration::from_millis(50);
/// How long to rest after the system refused to wait.
const POLL_RETRY: Duration = Duration::from_millis(100);

/// Everything the server's thread owns.
pub(super) struct EventLoop {
    /// Dropped before the listener, which a child must not keep.
    _closed_in_child: ClosedInChild,
    listener: TcpListener,
    stop: Arc<Stop>,
    service: Service,
    connections: Vec<Connection>,
    poll: PollSet,
    /// When the last wait ended: what had arrived by then is known.
    woken: Instant,
    /// Until when nothing is accepted: the system refused, or there is no place yet.
    paused_until: Option<Instant>,
}

impl EventLoop {
    /// A loop over the clients of `listener`, which must not block.
    pub(super) fn new(listener: TcpListener, stop: Arc<Stop>, service: Service) -> Self {
        Self {
            _closed_in_child: ClosedInChild::new(listener.as_raw_fd()),
            listener,
            stop,
            service,
            connections: Vec::new(),
            poll: PollSet::default(),
            woken: Instant::now(),
            paused_until: None,
        }
    }

    /// Serves until told to stop, then closes every connection as it stands.
    pub(super) fn run(mut self) {
        while !self.stop.is_asked() {
            if let Err(error) = self.wait() {
                self.give_up_connections(error);
            }
            self.serve();
            if self.poll.is_ready(LISTENER) {
                self.accept();
            }
        }
    }

    fn wait(&mut self) -> io::Result<()> {
        let now = Instant::now();
        self.paused_until = self.paused_until.filter(|&until| until > now);
        let accepting = match self.paused_until {
            None => Interest::Read,
            Some(_) => Interest::Nothing,
        };
        self.poll.clear();
        self.poll.add(self.stop.as_fd(), Interest::Read);
        self.poll.add(self.listener.as_fd(), accepting);
        for connection in &self.connections {
            self.poll.add(connection.as_fd(), connection.interest());
        }
        let timeout = self.timeout(now);
        let result = self.poll.wait(timeout);
        self.woken = Instant::now();
        result
    }

    /// How long nothing needs to be done unless a descriptor becomes ready.
    fn timeout(&self, now: Instant) -> Option<Duration> {
        let deadlines = self.connections.iter().map(Connection::deadline);
        let next = deadlines.chain(self.paused_until).min()?;
        let timeout = next.saturating_duration_since(now);
        if !self.connections.iter().any(Connection::has_input_to_judge) {
            Some(timeout)
        } else if self.is_crowded() {
            Some(timeout.min(CROWDED_RETRY))
        } else {
            Some(Duration::ZERO)
        }
    }

    /// The last resort where the system will not wait, for instance for more descriptors than a
    /// lowered limit allows.
    fn give_up_connections(&mut self, error: io::Error) {
        self.service.survived(&Trouble::Poll(error));
        for mut connection in self.connections.drain(..) {
            connection.close(&mut self.service);
        }
        std::thread::sleep(POLL_RETRY);
    }

    /// Gives every connection its turn, in which at most one request is answered.
    fn serve(&mut self) {
        for index in 0..self.connections.len() {
            if self.stop.is_asked() {
                return;
            }
            let is_ready = self.poll.is_ready(FIRST_CONNECTION + index);
            self.take_turn(index, is_ready);
        }
        self.connections
            .retain(|connection| !connection.is_closed());
    }

    fn take_turn(&mut self, index: usize, is_ready: bool) {
        let Some(connection) = self.connections.get_mut(index) else {
            return;
        };
        if is_ready {
            connection.go_on(&mut self.service);
        }
        let may_answer = connection.has_input_to_judge() && self.has_room();
        let Some(connection) = self.connections.get_mut(index) else {
            return;
        };
        if may_answer {
            connection.answer(&mut self.service);
        }
        // Last, and by the time of the wait: nobody runs out of it whose bytes had arrived.
        if connection.deadline() <= self.woken {
            connection.expire(&mut self.service);
        }
    }

    /// True if another response may be made, for which old ones are cut off if necessary.
    fn has_room(&mut self) -> bool {
        let limits = self.service.limits;
        while self.is_crowded() {
            let oldest = self
                .connections
                .iter_mut()
                .filter(|connection| connection.held() > 0)
                .min_by_key(|connection| connection.gives_way_at(&limits));
            match oldest {
                Some(connection) if connection.gives_way_at(&limits) <= Instant::now() => {
                    connection.close(&mut self.service);
                }
                _ => return false,
            }
        }
        true
    }

    /// True if clients have so much left to take that no more is made for them.
    fn is_crowded(&self) -> bool {
        let held: usize = self.connections.iter().map(Connection::held).sum();
        held > self.service.limits.unsent_bytes
    }

    /// Accepts those who have come, up to a turn's share.
    fn accept(&mut self) {
        for _ in 0..ACCEPTED_PER_TURN {
            let place = self.place();
            if let Place::Soon(until) = place {
                self.paused_until = Some(until);
                return;
            }
            match self.listener.accept() {
                Ok((stream, _)) => self.admit(stream, place),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                // The client has left again.
                Err(error) if error.kind() == ErrorKind::ConnectionAborted => {}
                Err(error) => return self.pause(error),
            }
        }
    }

    /// Stops accepting for a while: who waits in the backlog would wake the loop again at once.
    fn pause(&mut self, error: io::Error) {
        self.paused_until = Some(Instant::now() + self.service.limits.accept_pause);
        self.service.survived(&Trouble::Accept(error));
    }

    /// Looks for a place for the next newcomer.
    fn place(&self) -> Place {
        let limits = self.service.limits;
        let served = || {
            let connections = self.connections.iter().enumerate();
            connections.filter(|(_, connection)| !connection.is_refused())
        };
        if served().count() < limits.connections {
            return Place::Free;
        }
        let now = Instant::now();
        let ways = served().map(|(index, connection)| (connection.gives_way_at(&limits), index));
        match ways.min() {
            Some((at, index)) if at <= now => Place::Of(index),
            Some((at, _)) if at <= now + limits.rest => Place::Soon(at),
            _ => Place::Nowhere,
        }
    }

    fn admit(&mut self, stream: TcpStream, place: Place) {
        let admitted = match place {
            Place::Nowhere => {
                self.limit_refusals();
                Connection::refused(stream, &mut self.service)
            }
            Place::Of(index) => {
                self.connections.remove(index).close(&mut self.service);
                Connection::new(stream, &self.service.limits)
            }
            Place::Free | Place::Soon(_) => Connection::new(stream, &self.service.limits),
        };
        // An error means that the client is gone already.
        self.connections.extend(admitted);
    }

    /// Lets go of the first client that was turned away, so that there may be one more.
    fn limit_refusals(&mut self) {
        let is_refused = |connection: &Connection| connection.is_refused();
        let refused = self.connections.iter().filter(|it| is_refused(it)).count();
        if refused >= self.service.limits.refusals
            && let Some(first) = self.connections.iter().position(is_refused)
        {
            self.connections.remove(first);
        }
    }
}

/// Where a newcomer goes.
enum Place {
    /// Beside the others.
    Free,
    /// Where this connection was, whose time is up.
    Of(usize),
    /// Where some connection will have been at this time, until which it is left in the backlog.
    Soon(Instant),
    /// Away, with a word why.
    Nowhere,
}
