//! Where metra says what it survived: one callback, each complaint once, every loss counted.

use crate::os::fork;
use crate::os::sync::Mutex;
use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How much a log line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Something was lost or does not work.
    Error,
    /// Something is not as it was probably meant.
    Warn,
    /// Something started or stopped.
    Info,
}

/// What metra survived and counted instead of failing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Loss {
    /// Registrations refused because the name belonged to another type.
    NameCollision,
    /// Registrations refused by a limit.
    Limit,
    /// Inner variables hidden by an outer one of the same name, per group.
    HiddenVariable,
    /// Two metrics a reporter would have shown under one identity; the first stays.
    EqualIdentity,
    /// Gauge readings left out because the callback was too slow.
    GaugeTimeout,
    /// Gauge readings without a value: the callback declined.
    GaugeFailure,
    /// Values a reporter's format cannot express.
    Inexpressible,
    /// Panics of a log or reporter implementation that were caught.
    Panic,
}

const LOSSES: usize = Loss::Panic as usize + 1;
/// Distinct complaints remembered; beyond it new ones are counted, not said.
const REMEMBERED: usize = 1024;

/// Receives log lines, from any thread, several at once perhaps, never re-entered on one.
pub type Sink = Box<dyn Fn(Level, &str) + Send + Sync>;

/// The log of one registry, shared by everything that belongs to it.
#[derive(Default)]
pub struct Log {
    sink: Option<Arc<Sink>>,
    said: Mutex<HashSet<String>>,
    unsaid: Mutex<VecDeque<(Level, String)>>,
    losses: [AtomicU64; LOSSES],
}

thread_local! {
    static SPEAKING: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

impl Log {
    /// A log that goes to `sink`, or is only counted.
    pub fn new(sink: Option<Arc<Sink>>) -> Self {
        Self {
            sink,
            ..Self::default()
        }
    }

    /// Says `text` in one line: names in it may have line breaks. A sink that logs again from inside its own call is not
    /// re-entered; what is said while a lock of metra is held is said later, as the sink is foreign code.
    pub fn say(&self, level: Level, text: impl fmt::Display) {
        if self.sink.is_some() {
            self.push(level, text.to_string().replace(char::is_control, " "));
        }
    }

    /// Says `text` in the lines that it has.
    #[cfg(feature = "push")]
    pub(crate) fn say_lines(&self, level: Level, text: impl fmt::Display) {
        if self.sink.is_some() {
            self.push(level, text.to_string());
        }
    }

    fn push(&self, level: Level, text: String) {
        self.unsaid.lock().push_back((level, text));
        self.catch_up();
    }

    /// Says what could not be said when it happened.
    pub(crate) fn catch_up(&self) {
        let Some(sink) = &self.sink else { return };
        if fork::is_inside() || SPEAKING.replace(true) {
            return;
        }
        loop {
            // An own statement, so that the lock is open when the sink is called.
            let line = self.unsaid.lock().pop_front();
            let Some((level, text)) = line else { break };
            sink(level, &text);
        }
        SPEAKING.set(false);
    }

    /// Says `text` unless the very same text was said before.
    pub fn say_once(&self, level: Level, text: impl fmt::Display) {
        let text = text.to_string();
        if self.is_new(&text) {
            self.say(level, text);
        }
    }

    /// Says `about` and what `text` says of it, unless something was said about it before: for text that somebody else
    /// writes, who may write another one every time.
    #[cfg(feature = "push-http")]
    pub(crate) fn say_once_about(&self, level: Level, about: &str, text: &str) {
        if self.is_new(about) {
            self.say(level, format_args!("{about}: {text}"));
        }
    }

    /// Whether `text` was not said before and there is room to remember it.
    fn is_new(&self, text: &str) -> bool {
        let mut said = self.said.lock();
        said.len() < REMEMBERED && said.insert(text.to_owned())
    }

    /// Counts one `loss` and says `text` if that was not said before.
    pub fn lose(&self, loss: Loss, text: impl fmt::Display) {
        self.count(loss);
        self.say_once(Level::Warn, text);
    }

    /// Counts one `loss`.
    pub fn count(&self, loss: Loss) {
        if let Some(counter) = self.losses.get(loss as usize) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How often `loss` happened.
    pub fn lost(&self, loss: Loss) -> u64 {
        self.losses
            .get(loss as usize)
            .map_or(0, |counter| counter.load(Ordering::Relaxed))
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_is_one_and_a_report_has_its_own() {
        let said: Arc<Mutex<Vec<String>>> = Arc::default();
        let sink: Sink = {
            let said = Arc::clone(&said);
            Box::new(move |_, text| said.lock().push(text.to_owned()))
        };
        let log = Log::new(Some(Arc::new(sink)));
        log.say(Level::Warn, "a\nb");
        log.lose(Loss::EqualIdentity, "c\r\u{85}d");
        assert_eq!(*said.lock(), ["a b", "c  d"]);
        #[cfg(feature = "push")]
        {
            log.say_lines(Level::Info, "e\nf");
            assert_eq!(said.lock().last().map(String::as_str), Some("e\nf"));
        }
    }
}
