//! Metrics that cannot all be printed.

use std::collections::HashSet;

use super::*;
use crate::value::Value;

#[test]
fn text_without_a_place_is_left_out_until_there_is_one() {
    let mut fixture = Fixture::new();
    fixture.shop.histogram("state_info").unwrap();
    let text = Value::Text("up".into());
    fixture.shop.settable_gauge("state", text).unwrap();
    let info = r#"shop_state_info{value="up"} 1"#.to_owned();
    assert!(!fixture.samples().contains(&info));
    assert!(!fixture.samples().contains(&info));
    assert_eq!(fixture.lost(), 1);
    fixture.shop.unregister("state_info").unwrap();
    assert!(fixture.samples().contains(&info));
}

#[test]
fn help_is_that_of_the_metric_that_made_the_family() {
    let mut fixture = Fixture::new();
    let (one, other) = (
        fixture.shop.add_key_value("k", "1").unwrap(),
        fixture.shop.add_key_value("k", "2").unwrap(),
    );
    count(&one, "a\\b\nc", 1);
    count(&other, "a.b.c", 2);
    let help = "# HELP shop_k_a_b_c a\\\\b\\nc (scope: shop_k)\n";
    assert!(fixture.write().starts_with(help));
    one.close().unwrap();
    assert!(fixture.write().starts_with(help));
    assert_eq!(fixture.samples(), [r#"shop_k_a_b_c{k="2"} 2"#]);
}

#[test]
fn first_of_equal_series_stays_and_the_next_follows() {
    let mut fixture = Fixture::new();
    for (name, n) in [("a b", 1), ("a.b", 2), ("a-b", 3)] {
        count(&fixture.shop, name, n);
    }
    assert_eq!(fixture.samples(), ["shop_a_b 1"]);
    assert_eq!(fixture.lost(), 2);
    fixture.shop.unregister("a.b").unwrap();
    assert_eq!(fixture.samples(), ["shop_a_b 1"]);
    fixture.shop.unregister("a b").unwrap();
    assert_eq!(fixture.samples(), ["shop_a_b 3"]);
    assert_eq!(fixture.lost(), 2);
}

#[test]
fn label_with_an_empty_value_does_not_tell_series_apart() {
    let mut fixture = Fixture::new();
    count(&fixture.shop.add_key_value("k", "").unwrap(), "x", 1);
    count(&fixture.shop.add_group("k").unwrap(), "x", 2);
    assert_eq!(fixture.samples(), [r#"shop_k_x{k=""} 1"#]);
    assert_eq!(fixture.lost(), 1);
}

#[test]
fn labels_that_are_replaced_do_not_tell_series_apart() {
    let mut fixture = Fixture::replacing(&[], &["job", "my_zone"]);
    for (key, value) in [("job", "1"), ("job", "2"), ("my zone", "3")] {
        let group = fixture.shop.add_key_value(key, value).unwrap();
        count(&group.add_key_value("k", "x").unwrap(), "n", 1);
    }
    let expected = [r#"shop_job_k_n{k="x"} 1"#, r#"shop_my_zone_k_n{k="x"} 1"#];
    assert_eq!(fixture.samples(), expected);
    assert_eq!(fixture.lost(), 1);
}

#[test]
fn first_type_of_a_name_stays_until_its_last_series_goes() {
    let mut fixture = Fixture::new();
    let groups = ["1", "2", "3"].map(|value| fixture.shop.add_key_value("k", value).unwrap());
    count(&groups[0], "x", 1);
    count(&groups[1], "x", 2);
    groups[2].distribution("x").unwrap();
    let counts = [r#"shop_k_x{k="1"} 1"#, r#"shop_k_x{k="2"} 2"#];
    assert_eq!(fixture.samples(), counts);
    groups[0].close().unwrap();
    assert_eq!(fixture.samples(), counts[1..]);
    groups[1].close().unwrap();
    let summary = [r#"shop_k_x_count{k="3"} 0"#, r#"shop_k_x_sum{k="3"} 0"#];
    assert_eq!(fixture.samples(), summary);
}

#[test]
fn no_two_families_print_one_sample_name() {
    let mut fixture = Fixture::new();
    count(&fixture.shop, "x_count", 1);
    fixture.shop.histogram("x").unwrap();
    fixture.shop.distribution("y").unwrap();
    count(&fixture.shop, "y_sum", 2);
    fixture.shop.monotonic_counter("z").unwrap();
    count(&fixture.shop, "z_total", 3);
    let expected = [
        "shop_x_count 1",
        "shop_y_count 0",
        "shop_y_sum 0",
        "shop_z_total 0",
    ];
    assert_eq!(fixture.samples(), expected);
    assert_eq!(fixture.lost(), 3);
    for name in ["x_count", "y", "z"] {
        fixture.shop.unregister(name).unwrap();
    }
    let samples = fixture.samples();
    assert_eq!(samples[..2], ["shop_x_count 0", "shop_x_sum 0"]);
    assert_eq!(samples[8..], ["shop_y_sum 2", "shop_z_total 3"]);
}

#[test]
fn metric_loses_only_what_another_prints() {
    let mut fixture = Fixture::new();
    count(&fixture.shop, "size_max", 100);
    fixture.shop.distribution("size").unwrap().update(7);
    let expected = [
        "shop_size_count 1",
        "shop_size_sum 7",
        "shop_size_max 100",
        "shop_size_mean 7.0",
        "shop_size_min 7",
    ];
    assert_eq!(fixture.samples(), expected);
    assert_eq!(fixture.lost(), 1);
}

#[test]
fn metric_does_not_stand_in_its_own_way() {
    let mut fixture = Fixture::new();
    fixture.shop.distribution("size_max").unwrap().update(7);
    fixture.shop.meter("x_events_total", 60).unwrap();
    let text = Value::Text("t".into());
    fixture.shop.settable_gauge("build_info", text).unwrap();
    let samples = fixture.samples();
    for sample in [
        r#"shop_build_info_info{value="t"} 1"#,
        "shop_size_max_count 1",
        "shop_size_max_max 7",
        "shop_x_events_total 0.0",
        "shop_x_events_total_events_total 0",
    ] {
        assert!(samples.iter().any(|there| there == sample), "{sample}");
    }
    assert_eq!(fixture.lost(), 0);
}

#[test]
fn metric_takes_nothing_of_another_with_it() {
    let mut fixture = Fixture::new();
    let number = Value::Int64(1);
    fixture.shop.settable_gauge("state", number).unwrap();
    count(&fixture.shop, "state_info", 2);
    assert_eq!(fixture.samples(), ["shop_state 1", "shop_state_info 2"]);
    fixture.shop.unregister("state").unwrap();
    assert_eq!(fixture.samples(), ["shop_state_info 2"]);
}

/// Names that come to few families, which clash in every way there is.
const NAMES: [&str; 11] = [
    "x",
    "x_count",
    "x.sum",
    "x_info",
    "x-min",
    "x_total",
    "x_events",
    "x sum",
    "x_bucket",
    "x_created",
    "x_created_total",
];

/// A group out of few, some of which print equal labels.
fn some_group(shop: &Group, choice: u64) -> Group {
    match choice % 5 {
        0 => shop.add_group("k").unwrap(),
        1 => shop.add_key_value("k", "").unwrap(),
        2 => shop.add_key_value("k", "a.b").unwrap(),
        3 => shop.add_key_value("k", "a b").unwrap(),
        _ => shop
            .add_group("exported")
            .unwrap()
            .add_key_value("value", "v")
            .unwrap(),
    }
}

fn register_something(group: &Group, name: &str, choice: u64) {
    let text = || Value::Text("t".into());
    // Whatever the name belongs to already stays.
    let _ = match choice % 8 {
        0 => group.counter(name).map(drop),
        7 => group.histogram(name).map(|metric| metric.update(-1)),
        1 => group.monotonic_counter(name).map(drop),
        2 => group.distribution(name).map(|metric| metric.update(1)),
        3 => group.histogram(name).map(drop),
        4 => group.meter(name, 60).map(drop),
        5 => group.settable_gauge(name, Value::Int64(1)).map(drop),
        _ => group.settable_gauge(name, text()).map(drop),
    };
}

/// Asserts what Prometheus asks of a page: every family once, and every sample once, in the family that it belongs to.
pub(super) fn assert_valid(page: &str) {
    let mut seen = HashSet::new();
    let mut family = "";
    for line in page.lines() {
        if let Some(header) = line.strip_prefix("# ") {
            let mut words = header.split(' ');
            let (word, name) = (words.next().unwrap(), words.next().unwrap());
            family = name;
            assert!(seen.insert(format!("{word} {name}")), "{name} comes twice");
        } else {
            let labels = line.rfind(' ').unwrap();
            let name = line.split(['{', ' ']).next().unwrap();
            let ending = name.strip_prefix(family).unwrap();
            assert!(
                ["", "_count", "_sum"].contains(&ending),
                "{name} in {family}"
            );
            let sample = line[..labels].replace("k=\"\"", "").replace("{}", "");
            assert!(seen.insert(sample), "{line} comes twice");
        }
    }
}

/// Pseudo-random numbers, the same in every run.
pub(crate) fn random() -> impl FnMut() -> u64 {
    let mut state = 42_u64;
    move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    }
}

/// Closes a group, takes a metric away, or registers one.
pub(super) fn change_something(shop: &Group, random: &mut impl FnMut() -> u64) {
    let group = some_group(shop, random());
    let name = NAMES[random() as usize % NAMES.len()];
    match random() % 16 {
        0 => group.close().unwrap(),
        1..=6 => drop(group.unregister(name)),
        _ => register_something(&group, name, random()),
    }
}

#[test]
fn page_is_valid_whatever_clashes_and_nothing_stays_of_what_went() {
    let mut fixture = Fixture::new();
    let mut random = random();
    for round in 0..2_000 {
        change_something(&fixture.shop, &mut random);
        if round % 3 == 0 {
            assert_valid(&fixture.write());
            assert!(!fixture.page.lock().keeps_waiting_in_vain());
        }
    }
    assert!(fixture.lost() > 100);
    fixture.shop.close().unwrap();
    assert_eq!(fixture.write(), "");
    assert!(fixture.page.lock().is_empty());
}
