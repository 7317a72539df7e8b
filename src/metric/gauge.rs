//! A value that somebody else knows, or that somebody sets.

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use crate::caught::caught;
use crate::error::{Error, ErrorKind};
use crate::os::fork;
use crate::os::sync::{Condvar, Guard, Mutex};
use crate::value::Value;

/// Answers with a gauge's value, or with nothing when there is none now. Dropped once, after its last call.
pub type Callback = Box<dyn Fn() -> Option<Value> + Send + Sync>;

thread_local! {
    static ASKING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is inside a gauge's callback, where waiting for gauges would be waiting for itself.
pub(crate) fn is_asking() -> bool {
    ASKING.get()
}

/// A gauge: asked for its value when somebody reads, or holding the one that was set last.
pub struct Gauge {
    source: Source,
    was_late: AtomicBool,
}

enum Source {
    Asked(Asked),
    Set(Settable),
}

impl Gauge {
    /// A gauge that asks `callback` at every reading.
    pub(crate) fn asking(callback: Callback) -> Self {
        let state = AskedState {
            callback: Some(Arc::new(callback)),
            running: None,
        };
        Self {
            source: Source::Asked(Asked {
                state: Mutex::new(state),
                quiet: Condvar::new(),
            }),
            was_late: AtomicBool::new(false),
        }
    }

    /// A gauge that holds what is set, of the type of `initial` for good.
    pub(crate) fn settable(initial: Value) -> Self {
        let settable = match initial {
            Value::Int64(value) => Settable::number(NumberType::Int64, value.cast_unsigned()),
            Value::Double(value) => Settable::number(NumberType::Double, value.to_bits()),
            Value::Bool(value) => Settable::number(NumberType::Bool, u64::from(value)),
            Value::Text(text) => Settable::Text(Mutex::new(text)),
        };
        Self {
            source: Source::Set(settable),
            was_late: AtomicBool::new(false),
        }
    }

    /// Sets the value of a settable gauge, from any thread.
    ///
    /// Numbers and truth values are converted to the gauge's type as Rust's `as` does (a double is cut, out of range it
    /// saturates). Text for a number, a number for text, and any value for a gauge with a callback are ignored.
    pub fn set(&self, value: Value) {
        if let Source::Set(settable) = &self.source {
            settable.set(value);
        }
    }

    /// The value of a settable gauge; `None` for one that asks a callback.
    pub(crate) fn held(&self) -> Option<Value> {
        match &self.source {
            Source::Set(settable) => Some(settable.get()),
            Source::Asked(_) => None,
        }
    }

    /// Whether reading it runs foreign code.
    pub(crate) fn asks(&self) -> bool {
        matches!(self.source, Source::Asked(_))
    }

    /// Whether it is settable and holds the type of `value`.
    pub(crate) fn holds_type_of(&self, value: &Value) -> bool {
        self.held()
            .is_some_and(|held| std::mem::discriminant(&held) == std::mem::discriminant(value))
    }

    /// Asks for the value on this thread. Nothing comes from a gauge that is being asked already or is retired.
    pub(crate) fn ask(&self) -> Option<Value> {
        match &self.source {
            Source::Set(settable) => Some(settable.get()),
            Source::Asked(asked) => asked.ask(),
        }
    }

    /// Whether its callback needed too long the last time.
    pub(crate) fn was_late(&self) -> bool {
        self.was_late.load(Ordering::Relaxed)
    }

    /// Remembers whether its callback needed too long.
    pub(crate) fn set_late(&self, was_late: bool) {
        self.was_late.store(was_late, Ordering::Relaxed);
    }

    /// Whether its callback runs, or is being dropped, at this moment.
    pub(crate) fn is_running(&self) -> bool {
        match &self.source {
            Source::Asked(asked) => asked.lock().is_running(),
            Source::Set(_) => false,
        }
    }

    /// Takes the callback out of service; it will not be called again, and is dropped once it does not run.
    pub(crate) fn retire(&self) {
        if let Source::Asked(asked) = &self.source {
            asked.retire();
        }
    }

    /// Waits until the callback neither runs nor is being dropped, at most until `deadline`. Inside any callback it does not wait.
    pub(crate) fn wait_until_quiet(&self, deadline: Instant) -> Result<(), Error> {
        match &self.source {
            Source::Asked(asked) => asked.wait_until_quiet(deadline),
            Source::Set(_) => Ok(()),
        }
    }
}

impl fmt::Debug for Gauge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gauge").finish_non_exhaustive()
    }
}

struct Asked {
    state: Mutex<AskedState>,
    quiet: Condvar,
}

struct AskedState {
    /// Gone once the gauge is retired. The running call holds the other reference, and gives it up under the lock as long as
    /// this one is here: so whoever has the last one knows it.
    callback: Option<Arc<Callback>>,
    /// Who is in the callback, or drops it.
    running: Option<Running>,
}

/// A thread inside foreign code.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Running {
    /// The generation of its process: the thread of a parent is not here.
    generation: u64,
    /// Where it has its own [`ASKING`], as no other living thread has.
    thread: usize,
}

impl Running {
    fn here() -> Self {
        Self {
            generation: fork::generation(),
            thread: ASKING.with(|asking| std::ptr::from_ref(asking).addr()),
        }
    }
}

impl AskedState {
    fn is_running(&self) -> bool {
        let generation = self.running.map(|running| running.generation);
        generation == Some(fork::generation())
    }

    /// Whether waiting for it would be waiting for this very thread.
    fn is_running_here(&self) -> bool {
        self.running == Some(Running::here())
    }
}

impl Asked {
    fn lock(&self) -> Guard<'_, AskedState> {
        self.state.lock()
    }

    fn ask(&self) -> Option<Value> {
        let callback = {
            let mut state = self.lock();
            let callback = Arc::clone(state.callback.as_ref()?);
            if state.is_running() {
                return None;
            }
            state.running = Some(Running::here());
            callback
        };
        let asking_already = ASKING.replace(true);
        let answer = caught(|| callback());
        self.leave(callback);
        ASKING.set(asking_already);
        answer.flatten()
    }

    /// Ends a call. If the gauge was retired meanwhile, `callback` is the last reference: dropping it runs foreign code,
    /// so it happens outside the lock, and before anybody who waits for quiet is let go.
    fn leave(&self, callback: Arc<Callback>) {
        let mut state = self.lock();
        if state.callback.is_some() {
            drop(callback);
        } else {
            drop(state);
            // A panic in it stays here.
            caught(|| drop(callback));
            state = self.lock();
        }
        state.running = None;
        drop(state);
        self.quiet.notify_all();
    }

    /// Takes the callback away. A call under way has it as well, and drops it when it leaves; without one it is dropped
    /// here, and runs for those who wait until that is done.
    fn retire(&self) {
        let mut state = self.lock();
        let Some(callback) = state.callback.take() else {
            return;
        };
        if state.is_running() {
            drop(callback);
            return;
        }
        state.running = Some(Running::here());
        drop(state);
        self.leave(callback);
    }

    fn wait_until_quiet(&self, deadline: Instant) -> Result<(), Error> {
        let mut state = self.lock();
        while state.is_running() && !state.is_running_here() && !is_asking() {
            if Instant::now() >= deadline {
                return Err(Error::new(
                    ErrorKind::Timeout,
                    "a gauge's callback is still running; call again to wait again",
                ));
            }
            state = self.quiet.wait_until(state, deadline);
        }
        Ok(())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum NumberType {
    Int64,
    Double,
    Bool,
}

/// What was set last. The type never changes, so a number is one word and setting it one store.
enum Settable {
    Number(NumberType, AtomicU64),
    Text(Mutex<Arc<str>>),
}

impl Settable {
    fn number(number_type: NumberType, bits: u64) -> Self {
        Self::Number(number_type, AtomicU64::new(bits))
    }

    fn set(&self, value: Value) {
        match (self, value) {
            (Self::Number(number_type, word), value) => {
                if let Some(bits) = bits(*number_type, &value) {
                    word.store(bits, Ordering::Relaxed);
                }
            }
            (Self::Text(held), Value::Text(text)) => {
                *held.lock() = text;
            }
            (Self::Text(_), _) => {}
        }
    }

    fn get(&self) -> Value {
        match self {
            Self::Number(number_type, word) => {
                let bits = word.load(Ordering::Relaxed);
                match number_type {
                    NumberType::Int64 => Value::Int64(bits.cast_signed()),
                    NumberType::Double => Value::Double(f64::from_bits(bits)),
                    NumberType::Bool => Value::Bool(bits != 0),
                }
            }
            Self::Text(held) => Value::Text(Arc::clone(&held.lock())),
        }
    }
}

/// `value` as a word of the number type; `None` for text.
fn bits(number_type: NumberType, value: &Value) -> Option<u64> {
    let (whole, double) = match *value {
        Value::Int64(value) => (value, value as f64),
        Value::Double(value) => (value as i64, value),
        Value::Bool(value) => (i64::from(value), f64::from(u8::from(value))),
        Value::Text(_) => return None,
    };
    Some(match number_type {
        NumberType::Int64 => whole.cast_unsigned(),
        NumberType::Double => double.to_bits(),
        NumberType::Bool => u64::from(double != 0.0),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;
    use std::time::Duration;

    /// Counts how often it was dropped.
    struct Dropped(Arc<AtomicUsize>);
    impl Drop for Dropped {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn soon() -> Instant {
        Instant::now() + Duration::from_millis(20)
    }

    #[test]
    fn settable_gauge_keeps_its_type() {
        let gauge = Gauge::settable(Value::Int64(3));
        gauge.set(Value::Double(-2.9));
        assert_eq!(gauge.ask(), Some(Value::Int64(-2)));
        gauge.set(Value::Text("x".into()));
        assert_eq!(gauge.ask(), Some(Value::Int64(-2)));
        gauge.set(Value::Double(f64::INFINITY));
        assert_eq!(gauge.ask(), Some(Value::Int64(i64::MAX)));
        let text = Gauge::settable(Value::Text("a".into()));
        text.set(Value::Int64(1));
        assert_eq!(text.ask(), Some(Value::Text("a".into())));
    }

    #[test]
    fn retired_gauge_is_dropped_once_and_never_asked_again() {
        let drops = Arc::new(AtomicUsize::new(0));
        let held = Dropped(Arc::clone(&drops));
        let gauge = Gauge::asking(Box::new(move || {
            let _ = &held;
            Some(Value::Int64(1))
        }));
        assert_eq!(gauge.ask(), Some(Value::Int64(1)));
        gauge.retire();
        gauge.retire();
        assert_eq!(gauge.ask(), None);
        assert!(gauge.wait_until_quiet(soon()).is_ok());
        assert_eq!(drops.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn waiting_ends_after_the_running_call_and_its_drop() {
        let drops = Arc::new(AtomicUsize::new(0));
        let held = Dropped(Arc::clone(&drops));
        let (entered, has_entered) = std::sync::mpsc::channel();
        let (leave, may_leave) = std::sync::mpsc::channel::<()>();
        let may_leave = std::sync::Mutex::new(may_leave);
        let gauge = Arc::new(Gauge::asking(Box::new(move || {
            let _ = &held;
            entered.send(()).unwrap();
            may_leave.lock().unwrap().recv().unwrap();
            None
        })));
        let asking = Arc::clone(&gauge);
        let thread = std::thread::spawn(move || asking.ask());
        has_entered.recv().unwrap();
        gauge.retire();
        let refused = gauge.wait_until_quiet(soon()).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Timeout);
        assert_eq!(drops.load(Ordering::SeqCst), 0);
        leave.send(()).unwrap();
        assert!(
            gauge
                .wait_until_quiet(Instant::now() + Duration::from_secs(60))
                .is_ok()
        );
        assert_eq!(drops.load(Ordering::SeqCst), 1);
        assert_eq!(thread.join().unwrap(), None);
    }

    #[test]
    fn waiting_ends_after_a_drop_on_another_thread() {
        struct SlowToDrop(
            std::sync::mpsc::Sender<()>,
            std::sync::Mutex<std::sync::mpsc::Receiver<()>>,
        );
        impl Drop for SlowToDrop {
            fn drop(&mut self) {
                self.0.send(()).unwrap();
                self.1.lock().unwrap().recv().unwrap();
            }
        }
        let (entered, has_entered) = std::sync::mpsc::channel();
        let (leave, may_leave) = std::sync::mpsc::channel();
        let held = SlowToDrop(entered, std::sync::Mutex::new(may_leave));
        let gauge = Arc::new(Gauge::asking(Box::new(move || {
            let _ = &held;
            None
        })));
        let replaced = Arc::clone(&gauge);
        let thread = std::thread::spawn(move || replaced.retire());
        has_entered.recv().unwrap();
        gauge.retire();
        let refused = gauge.wait_until_quiet(soon()).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Timeout);
        leave.send(()).unwrap();
        thread.join().unwrap();
        assert!(gauge.wait_until_quiet(soon()).is_ok());
    }

    #[test]
    fn drop_does_not_wait_for_its_own_gauge() {
        type Own = Arc<std::sync::OnceLock<Arc<Gauge>>>;
        struct Waiting(Own, std::sync::mpsc::Sender<bool>);
        impl Drop for Waiting {
            fn drop(&mut self) {
                let own = self.0.get().unwrap();
                self.1.send(own.wait_until_quiet(soon()).is_ok()).unwrap();
            }
        }
        let own = Own::default();
        let (done, was_done) = std::sync::mpsc::channel();
        let held = Waiting(Arc::clone(&own), done);
        let gauge = Arc::new(Gauge::asking(Box::new(move || {
            let _ = &held;
            None
        })));
        own.set(Arc::clone(&gauge)).unwrap();
        gauge.retire();
        assert_eq!(was_done.recv(), Ok(true));
    }

    #[test]
    fn panic_of_a_callback_is_no_value() {
        let gauge = Gauge::asking(Box::new(|| std::panic::resume_unwind(Box::new(()))));
        assert_eq!(gauge.ask(), None);
        assert!(!gauge.is_running());
    }
}
