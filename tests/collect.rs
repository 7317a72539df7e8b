//! Reading everything through the safe API: what is shown while the registry changes, and what that costs others.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod app;

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::time::Duration;

use app::{root, runtime};
use metra::{Group, Reading, Runtime, Value};

/// The identifiers of everything that a reading shows, in its order. `visit` is called for each before the next.
fn shown(runtime: &Runtime, mut visit: impl FnMut(usize, &str)) -> Vec<String> {
    let mut shown = Vec::new();
    runtime
        .collect(|info, _| {
            shown.push(info.identifier());
            visit(shown.len(), info.name());
        })
        .unwrap();
    shown
}

fn fill(group: &Group, prefix: &str, count: usize) {
    for number in 0..count {
        group.counter(&format!("{prefix}{number}")).unwrap();
    }
}

#[test]
fn metrics_come_group_by_group_in_the_order_of_registration() {
    let runtime = runtime(&[]);
    let (one, two) = (root(&runtime), root(&runtime).add_group("two").unwrap());
    for name in ["c", "b", "a"] {
        one.counter(name).unwrap();
        two.meter(name, 60).unwrap();
    }
    let in_order = [
        "app.c",
        "app.b",
        "app.a",
        "app.two.c",
        "app.two.b",
        "app.two.a",
    ];
    assert_eq!(shown(&runtime, |_, _| ()), in_order);
}

#[test]
fn what_goes_during_a_reading_moves_nothing_else() {
    let runtime = runtime(&[]);
    let group = root(&runtime);
    fill(&group, "m", 2000);
    // In the midst of the group most of what was shown goes, and some of what was not: its holes are closed.
    let seen = shown(&runtime, |count, _| {
        if count == 500 {
            for number in (0..450).chain(600..1990) {
                group.unregister(&format!("m{number}")).unwrap();
            }
        }
    });
    let unique: HashSet<&String> = seen.iter().collect();
    assert_eq!(unique.len(), seen.len(), "shown twice");
    for lasting in (450..600).chain(1990..2000) {
        assert!(unique.contains(&format!("app.m{lasting}")), "m{lasting}");
    }
    assert!(seen.len() < 1000, "what went was shown");
    assert_eq!(shown(&runtime, |_, _| ()).len(), 160);
}

#[test]
fn what_takes_the_place_of_a_closed_group_is_not_shown_in_its_name() {
    let runtime = runtime(&[]);
    let root = root(&runtime);
    let groups: Vec<Group> = (0..10)
        .map(|number| root.add_group(&format!("g{number}")).unwrap())
        .collect();
    groups.iter().for_each(|group| fill(group, "m", 100));
    let seen = shown(&runtime, |count, _| {
        // The reading is in the midst of g0, and closes what it has not come to, and what it is in.
        if count == 1 {
            for number in [0, 5, 9] {
                groups[number].close().unwrap();
            }
            for number in 0..5 {
                fill(&root.add_group(&format!("new{number}")).unwrap(), "m", 100);
            }
        }
    });
    assert!(seen.iter().all(|identifier| !identifier.contains("new")));
    let unique: HashSet<&String> = seen.iter().collect();
    assert_eq!(unique.len(), seen.len(), "shown twice");
    for group in [1, 2, 3, 4, 6, 7, 8] {
        for number in 0..100 {
            assert!(unique.contains(&format!("app.g{group}.m{number}")));
        }
    }
}

#[test]
fn everything_that_lasts_is_shown_once_while_threads_register_and_close() {
    let runtime = runtime(&[]);
    let root = root(&runtime);
    let groups: Vec<Group> = (0..8)
        .map(|number| root.add_key_value("shard", &number.to_string()).unwrap())
        .collect();
    // What lasts lies between what comes and goes, in groups of more than a stride.
    for group in &groups {
        for number in 0..400 {
            group.counter(&format!("lasting{number}")).unwrap().inc(1);
            group.counter(&format!("old{number}")).unwrap();
        }
    }
    let is_over = AtomicBool::new(false);
    struct Over<'a>(&'a AtomicBool);
    impl Drop for Over<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let goes_on = || !is_over.load(Ordering::Relaxed);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while goes_on() {
                let group = root.add_group("passing").unwrap();
                fill(&group.add_group("below").unwrap(), "m", 300);
                group.close().unwrap();
            }
        });
        scope.spawn(|| {
            for round in (0..).take_while(|_| goes_on()) {
                for group in &groups {
                    for number in 0..400 {
                        let _ = group.unregister(&format!("old{number}"));
                        let _ = group.unregister(&format!("new{number}"));
                        if round % 2 == 0 {
                            group.counter(&format!("new{number}")).unwrap();
                        }
                    }
                }
            }
        });
        // Also when an assertion fails, as the scope waits for its threads.
        let _over = Over(&is_over);
        for _ in 0..60 {
            let (mut ids, mut lasting) = (HashSet::new(), 0);
            runtime
                .collect(|info, reading| {
                    assert!(ids.insert(info.id()), "{} twice", info.identifier());
                    if info.name().starts_with("lasting") {
                        assert_eq!(*reading, Reading::Counter(1));
                        lasting += 1;
                    }
                })
                .unwrap();
            assert_eq!(lasting, 8 * 400);
        }
    });
}

#[test]
fn slow_visitor_holds_up_nobody() {
    let runtime = runtime(&[]);
    let root = root(&runtime);
    fill(&root, "m", 1000);
    let (ask, asked) = channel::<()>();
    let (done, is_done) = channel();
    let other = root.clone();
    std::thread::spawn(move || {
        while asked.recv().is_ok() {
            other.counter("late").unwrap().inc(1);
            let group = other.add_group("late").unwrap();
            group.counter("late").unwrap();
            group.close().unwrap();
            other.unregister("late").unwrap();
            done.send(()).unwrap();
        }
    });
    let seen = shown(&runtime, |count, name| {
        assert_ne!(name, "late");
        if count % 100 == 1 {
            ask.send(()).unwrap();
            is_done.recv_timeout(Duration::from_secs(60)).unwrap();
        }
    });
    assert_eq!(seen.len(), 1000);
}

#[test]
fn each_gauge_has_its_own_answer_also_when_others_go_meanwhile() {
    let runtime = runtime(&[]);
    let root = root(&runtime);
    fill(&root, "m", 300);
    for number in 0..600 {
        let callback = Box::new(move || Some(Value::Int64(number)));
        root.gauge(&format!("g{number}"), callback).unwrap();
        root.settable_gauge(&format!("s{number}"), Value::Int64(-number))
            .unwrap();
    }
    let (mut shown, mut gauges) = (0, 0);
    runtime
        .collect(|info, reading| {
            shown += 1;
            if shown == 1 {
                for number in (0..600).step_by(7) {
                    root.unregister(&format!("g{number}")).unwrap();
                }
            }
            if let Reading::Gauge(value) = reading {
                let (kind, number) = info.name().split_at(1);
                let number: i64 = number.parse().unwrap();
                let expected = if kind == "g" { number } else { -number };
                assert_eq!(*value, Some(Value::Int64(expected)), "{}", info.name());
                gauges += 1;
            }
        })
        .unwrap();
    assert_eq!(gauges, 1200 - 86);
}
