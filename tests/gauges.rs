//! Gauges through the safe API: who asks them, when they are left out, when they are dropped.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod app;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use app::root;
use metra::log::Loss;
use metra::{ErrorKind, Group, Reading, Runtime, Value};

/// A registry that gives gauges so much time.
fn runtime(timeout: &str) -> Runtime {
    app::runtime(&[("metrics.gauge.timeout", timeout)])
}

/// The values of all gauges by name.
fn read(runtime: &Runtime) -> Vec<(String, Option<Value>)> {
    let mut values = Vec::new();
    runtime
        .collect(|info, reading| {
            if let Reading::Gauge(value) = reading {
                values.push((info.name().to_owned(), value.clone()));
            }
        })
        .unwrap();
    values
}

fn value(runtime: &Runtime, name: &str) -> Option<Value> {
    let values = read(runtime).into_iter();
    values
        .filter(|(other, _)| other == name)
        .find_map(|(_, value)| value)
}

/// A gauge that hangs until it is told to go on.
fn hanging(group: &Group, name: &str) -> (Sender<()>, Receiver<()>) {
    let (go, may_go) = channel::<()>();
    let (left, has_left) = channel();
    let may_go = Mutex::new(may_go);
    let callback = move || {
        // The end of the channel is a go as well.
        let _ = may_go.lock().unwrap().recv();
        let _ = left.send(());
        Some(Value::Int64(1))
    };
    group.gauge(name, Box::new(callback)).unwrap();
    (go, has_left)
}

#[test]
fn callbacks_run_on_the_gauge_thread_one_at_a_time() {
    let runtime = runtime("10 s");
    let root = root(&runtime);
    let threads = Arc::new(Mutex::new(Vec::new()));
    for number in 0..5 {
        let threads = Arc::clone(&threads);
        let callback = move || {
            let thread = std::thread::current();
            threads
                .lock()
                .unwrap()
                .push((thread.id(), thread.name().map(str::to_owned)));
            Some(Value::Int64(number))
        };
        root.gauge(&format!("g{number}"), Box::new(callback))
            .unwrap();
    }
    let values = read(&runtime).into_iter().map(|(_, value)| value);
    assert!(values.eq((0..5).map(|number| Some(Value::Int64(number)))));
    let threads = threads.lock().unwrap();
    assert!(threads.iter().all(|thread| *thread == threads[0]));
    assert_eq!(threads[0].1.as_deref(), Some("metra-gauges"));
}

#[test]
fn hanging_gauge_is_left_out_until_it_returns_and_the_others_are_read() {
    let runtime = runtime("50 ms");
    let root = root(&runtime);
    let (go, has_left) = hanging(&root, "a");
    root.gauge("b", Box::new(|| Some(Value::Int64(2)))).unwrap();
    let set = root.settable_gauge("c", Value::Int64(0)).unwrap();
    set.set(Value::Int64(3));
    let first = read(&runtime);
    assert_eq!(first[0].1, None);
    assert_eq!(first[2].1, Some(Value::Int64(3)));
    assert_eq!(value(&runtime, "b"), Some(Value::Int64(2)));
    assert!(runtime.registry().log().lost(Loss::GaugeTimeout) > 0);
    go.send(()).unwrap();
    drop(go);
    has_left.recv().unwrap();
    while value(&runtime, "a") != Some(Value::Int64(1)) {
        std::thread::yield_now();
    }
}

#[test]
fn five_hanging_gauges_stop_gauges_and_one_that_returns_starts_them_again() {
    let runtime = runtime("20 ms");
    let root = root(&runtime);
    let mut hanging_ones = Vec::new();
    for number in 0..5 {
        hanging_ones.push(hanging(&root, &format!("hangs{number}")));
    }
    root.gauge("fine", Box::new(|| Some(Value::Bool(true))))
        .unwrap();
    for _ in 0..10 {
        read(&runtime);
    }
    assert_eq!(value(&runtime, "fine"), None);
    for (go, has_left) in hanging_ones {
        drop(go);
        has_left.recv().unwrap();
    }
    while value(&runtime, "fine") != Some(Value::Bool(true)) {
        std::thread::yield_now();
    }
}

#[test]
fn slow_gauges_share_the_time_of_a_reading_and_none_starves() {
    let runtime = runtime("50 ms");
    let root = root(&runtime);
    for number in 0..10 {
        let callback = move || {
            std::thread::sleep(Duration::from_millis(20));
            Some(Value::Int64(number))
        };
        root.gauge(&format!("g{number}"), Box::new(callback))
            .unwrap();
    }
    let mut seen = std::collections::HashSet::new();
    for _ in 0..100 {
        let values = read(&runtime).into_iter();
        seen.extend(
            values
                .filter(|(_, value)| value.is_some())
                .map(|(name, _)| name),
        );
        if seen.len() == 10 {
            return;
        }
    }
    panic!("only {seen:?} were ever read");
}

#[test]
fn gauge_that_was_too_slow_is_asked_last_from_then_on() {
    let runtime = runtime("500 ms");
    let root = root(&runtime);
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let slow = move || {
        counted.fetch_add(1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(800));
        Some(Value::Int64(1))
    };
    root.gauge("slow", Box::new(slow)).unwrap();
    root.gauge("fine", Box::new(|| Some(Value::Int64(2))))
        .unwrap();
    assert_eq!(value(&runtime, "fine"), None);
    while calls.load(Ordering::SeqCst) < 4 {
        assert_eq!(value(&runtime, "fine"), Some(Value::Int64(2)));
    }
}

#[test]
fn gauge_that_panics_or_declines_loses_its_own_value_only() {
    let runtime = runtime("10 s");
    let root = root(&runtime);
    root.gauge(
        "panics",
        Box::new(|| std::panic::resume_unwind(Box::new("no"))),
    )
    .unwrap();
    root.gauge("declines", Box::new(|| None)).unwrap();
    root.gauge("fine", Box::new(|| Some(Value::Double(0.5))))
        .unwrap();
    assert_eq!(value(&runtime, "panics"), None);
    assert_eq!(value(&runtime, "fine"), Some(Value::Double(0.5)));
    assert!(runtime.registry().log().lost(Loss::GaugeFailure) >= 4);
}

/// Counts how often it was dropped.
struct Dropped(Arc<AtomicUsize>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn counted(drops: &Arc<AtomicUsize>) -> metra::metric::Callback {
    let held = Dropped(Arc::clone(drops));
    Box::new(move || {
        let _ = &held;
        Some(Value::Int64(1))
    })
}

#[test]
fn callback_is_dropped_once_on_every_way_out() {
    let runtime = runtime("10 s");
    let root = root(&runtime);
    let drops = Arc::new(AtomicUsize::new(0));
    let mut expected = 0;
    let mut check = |what: &str| {
        expected += 1;
        assert_eq!(drops.load(Ordering::SeqCst), expected, "{what}");
    };
    root.gauge("a", counted(&drops)).unwrap();
    root.gauge("a", counted(&drops)).unwrap();
    check("replaced");
    let gauge = root.gauge("b", counted(&drops)).unwrap();
    root.unregister_gauge("b", &gauge).unwrap();
    check("unregistered by its handle");
    root.unregister("a").unwrap();
    check("unregistered by its name");
    root.counter("c").unwrap();
    assert!(root.gauge("c", counted(&drops)).is_err());
    check("refused");
    let group = root.add_group("g").unwrap();
    group.gauge("d", counted(&drops)).unwrap();
    group.close().unwrap();
    check("group closed");
    assert!(group.gauge("e", counted(&drops)).is_err());
    check("refused by a closed group");
    root.settable_gauge("f", Value::Int64(0)).unwrap();
    root.gauge("f", counted(&drops)).unwrap();
    root.settable_gauge("f", Value::Int64(0)).unwrap();
    check("replaced by a settable one");
    root.gauge("h", counted(&drops)).unwrap();
    runtime.close(Duration::from_secs(10)).unwrap();
    check("registry closed");
}

#[test]
fn unregistering_inside_a_callback_does_not_wait() {
    let runtime = runtime("10 s");
    let root = root(&runtime);
    let group = root.add_group("g").unwrap();
    let inside = group.clone();
    let callback = move || {
        inside.unregister("self").unwrap();
        inside.close().unwrap();
        Some(Value::Int64(1))
    };
    group.gauge("self", Box::new(callback)).unwrap();
    read(&runtime);
    assert!(group.is_closed());
    assert_eq!(read(&runtime), []);
}

#[test]
fn reading_inside_a_callback_leaves_gauges_out_and_says_so() {
    let runtime = Arc::new(runtime("10 s"));
    let root = root(&runtime);
    root.counter("c").unwrap();
    let (inner, outcome) = (Arc::downgrade(&runtime), Arc::new(Mutex::new(None)));
    let seen = Arc::clone(&outcome);
    let callback = move || {
        let runtime = inner.upgrade()?;
        let mut names = Vec::new();
        let status = runtime.collect(|info, _| names.push(info.name().to_owned()));
        let mut page = Vec::new();
        let written = runtime.write(metra::Format::Prometheus, &mut page);
        *seen.lock().unwrap() = Some((names, status, written));
        Some(Value::Int64(1))
    };
    root.gauge("g", Box::new(callback)).unwrap();
    read(&runtime);
    let (names, status, written) = outcome.lock().unwrap().take().unwrap();
    assert_eq!(names, ["c"]);
    assert_eq!(status.unwrap_err().kind(), ErrorKind::Busy);
    assert_eq!(written.unwrap_err().kind(), ErrorKind::Busy);
}

#[test]
fn closing_gives_up_on_a_hanging_gauge_and_waits_again_when_asked_again() {
    let runtime = Arc::new(runtime("20 ms"));
    let root = root(&runtime);
    let group = root.add_group("g").unwrap();
    let (go, has_left) = hanging(&group, "hangs");
    read(&runtime);
    for _ in 0..2 {
        assert_eq!(group.close().unwrap_err().kind(), ErrorKind::Timeout);
    }
    assert!(group.is_closed());
    drop(go);
    has_left.recv().unwrap();
    while group.close().is_err() {
        std::thread::yield_now();
    }
}
