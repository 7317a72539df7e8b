//! Groups through the safe API: identity, collisions, closing, limits.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod app;

use app::{root, runtime};
use metra::{ErrorKind, Group, JobInfo, OperatorInfo, TaskManagerInfo};

#[test]
fn same_name_gives_the_same_metric() {
    let runtime = runtime(&[]);
    let root = root(&runtime);
    root.counter("c").unwrap().inc(2);
    root.counter("c").unwrap().inc(3);
    assert_eq!(root.counter("c").unwrap().count(), 5);
    assert_eq!(runtime.registry().size(), (1, 1));
}

#[test]
fn name_of_another_type_is_refused_and_the_first_stays() {
    let runtime = runtime(&[]);
    let root = root(&runtime);
    root.counter("x").unwrap().inc(1);
    let refused = root.meter("x", 60).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NameCollision);
    assert_eq!(
        refused.message(),
        "'x' is a counter in this group; take another name or unregister it first"
    );
    assert_eq!(root.counter("x").unwrap().count(), 1);
    root.unregister("x").unwrap();
    assert!(root.meter("x", 60).is_ok());
}

#[test]
fn meters_are_the_same_only_over_the_same_span_and_counter() {
    let runtime = runtime(&[]);
    let root = root(&runtime);
    let (one, other) = (root.counter("a").unwrap(), root.counter("b").unwrap());
    root.meter("m", 60).unwrap().mark_event(1);
    assert_eq!(root.meter("m", 61).unwrap().count(), 1);
    assert!(root.meter("m", 120).is_err());
    root.meter_over("n", &one, 60).unwrap();
    assert!(root.meter_over("n", &one, 60).is_ok());
    assert!(root.meter_over("n", &other, 60).is_err());
}

#[test]
fn key_value_group_differs_from_groups_of_the_same_names() {
    let runtime = runtime(&[]);
    let root = root(&runtime);
    let pair = root.add_key_value("k", "v").unwrap();
    let nested = root.add_group("k").unwrap().add_group("v").unwrap();
    pair.counter("c").unwrap().inc(1);
    assert_eq!(nested.counter("c").unwrap().count(), 0);
    assert_eq!(pair.metric_identifier("c"), nested.metric_identifier("c"));
    assert_eq!(&**pair.scope().variable("<k>").unwrap(), "v");
    assert!(nested.scope().variables().is_empty());
}

#[test]
fn closed_group_refuses_and_its_parent_makes_a_new_one() {
    let runtime = runtime(&[]);
    let root = root(&runtime);
    let group = root.add_group("g").unwrap();
    let below = group.add_group("h").unwrap();
    let counter = below.counter("c").unwrap();
    group.close().unwrap();
    group.close().unwrap();
    assert!(below.is_closed() && !root.is_closed());
    assert_eq!(below.counter("d").unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(
        group.add_group("i").map(|_| ()).unwrap_err().kind(),
        ErrorKind::Closed
    );
    counter.inc(7);
    assert_eq!(counter.count(), 7);
    let again = root.add_group("g").unwrap().add_group("h").unwrap();
    assert_eq!(again.counter("c").unwrap().count(), 0);
}

#[test]
fn closed_registry_refuses_everything_and_updates_stay_safe() {
    let runtime = runtime(&[]);
    let root = root(&runtime);
    let counter = root.counter("c").unwrap();
    runtime.close(std::time::Duration::ZERO).unwrap();
    runtime.close(std::time::Duration::ZERO).unwrap();
    assert_eq!(root.counter("d").unwrap_err().kind(), ErrorKind::Closed);
    let info = TaskManagerInfo::default();
    let refused = runtime
        .registry()
        .taskmanager(&info)
        .map(|_| ())
        .unwrap_err();
    assert_eq!(refused.message(), "the registry is closed");
    counter.inc(1);
    drop(runtime);
    assert_eq!(counter.count(), 1);
}

#[test]
fn limits_are_kept_counted_and_freed_again() {
    let runtime = runtime(&[("metrics.limit", "3"), ("metrics.group.limit", "2")]);
    let root = root(&runtime);
    let group = root.add_group("g").unwrap();
    root.counter("a").unwrap();
    root.counter("b").unwrap();
    let refused = root.counter("c").unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Limit);
    assert!(refused.message().starts_with("metrics.group.limit of 2"));
    group.counter("a").unwrap();
    assert!(
        group
            .counter("b")
            .unwrap_err()
            .message()
            .starts_with("metrics.limit of 3")
    );
    assert_eq!(runtime.registry().log().lost(metra::log::Loss::Limit), 2);
    group.close().unwrap();
    root.unregister("a").unwrap();
    assert!(root.counter("c").is_ok());
}

#[test]
fn tokens_are_of_open_groups_only() {
    let runtime = runtime(&[]);
    let root = root(&runtime);
    let group = root.add_group("g").unwrap();
    let token = group.token();
    assert_eq!(root.add_group("g").unwrap().token(), token);
    assert_ne!(root.token(), token);
    assert_eq!(
        Group::from_token(token).unwrap().metric_identifier("m"),
        "app.g.m"
    );
    group.close().unwrap();
    assert_eq!(group.token(), 0);
    assert_eq!(
        Group::from_token(token).map(|_| ()).unwrap_err().kind(),
        ErrorKind::NotFound
    );
    assert_ne!(root.add_group("g").unwrap().token(), token);
}

#[test]
fn components_stand_only_where_flink_has_them() {
    let runtime = runtime(&[]);
    let root = root(&runtime);
    let refused = root.job(&JobInfo::default()).map(|_| ()).unwrap_err();
    assert_eq!(
        refused.message(),
        "a job cannot stand here; it belongs below a job manager or a task manager"
    );
    let tm = runtime
        .registry()
        .taskmanager(&TaskManagerInfo::default())
        .unwrap();
    assert!(tm.operator(&OperatorInfo::default()).is_err());
    assert!(tm.job(&JobInfo::default()).is_ok());
}

#[test]
fn odd_names_are_kept_and_bad_ones_refused() {
    let runtime = runtime(&[]);
    let root = root(&runtime);
    for name in [" ", "a\nb", "ключ", "a.b{c=\"d\"}", &"x".repeat(65_535)] {
        assert!(root.counter(name).is_ok(), "{name}");
        assert!(root.add_group(name).is_ok(), "{name}");
    }
    for name in ["", "a\0b", &"x".repeat(65_536)] {
        assert_eq!(
            root.counter(name).unwrap_err().kind(),
            ErrorKind::InvalidArgument
        );
        let refused = root.add_group(name).map(|_| ()).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidArgument);
    }
}

#[test]
fn groups_nest_deep_but_not_for_ever() {
    let runtime = runtime(&[]);
    let mut group = root(&runtime);
    let refused = loop {
        match group.add_group("deeper") {
            Ok(below) => group = below,
            Err(refused) => break refused,
        }
    };
    assert_eq!(refused.kind(), ErrorKind::InvalidArgument);
    assert_eq!(group.scope().components().len(), 1000);
    assert!(group.counter("c").is_ok());
}

#[test]
fn groups_and_metrics_come_and_go_without_leaving_anything() {
    let runtime = runtime(&[]);
    let root = root(&runtime);
    for round in 0..1000 {
        let group = root.add_group(&format!("g{round}")).unwrap();
        group.counter(&format!("c{round}")).unwrap();
        group.histogram("h").unwrap();
        group.close().unwrap();
    }
    assert_eq!(runtime.registry().size(), (1, 0));
}
