//! Pages that are written a piece at a time.

use std::collections::HashMap;

use super::*;
use crate::value::Value;

/// A registry with metrics of every type in several groups.
fn with_everything(keys: &[(&str, &str)]) -> Fixture {
    let fixture = Fixture::with(keys);
    for zone in ["a", "b", "c \"d\""] {
        let group = fixture.shop.add_key_value("zone", zone).unwrap();
        count(&group, "open", -3);
        group.monotonic_counter("orders").unwrap().inc(7);
        group.meter("clicks", 60).unwrap().mark_event(5);
        for value in [5, 1 << 40] {
            group.distribution("size").unwrap().update(value);
            group.histogram("ms").unwrap().update(value);
            group.histogram("low").unwrap().update(-value);
        }
        group.distribution("none").unwrap();
        for (name, value) in [
            ("load", Value::Double(0.5)),
            ("up", Value::Bool(true)),
            ("version", Value::Text("1 \"beta\"".into())),
        ] {
            group.settable_gauge(name, value).unwrap();
        }
    }
    fixture
}

#[test]
fn pieces_of_any_length_make_the_page_as_in_one_go() {
    for keys in [&[][..], &[("buckets", "true")]] {
        let fixture = with_everything(keys);
        for format in [Format::Text, Format::OpenMetrics] {
            let whole = rest(&mut fixture.walk(format));
            for length in [1, 2, 10, 100, 1_000] {
                let mut walk = fixture.walk(format).in_pieces_of(length);
                assert_eq!(rest(&mut walk), whole, "in pieces of {length}");
            }
        }
    }
}

#[test]
fn walk_counts_metrics_that_have_something_to_say() {
    for (keys, metrics) in [
        (&[][..], 30),
        (&[("filter.includes", "*:ms,size,version")], 9),
    ] {
        let fixture = with_everything(keys);
        let zone = fixture.shop.add_key_value("zone", "a").unwrap();
        zone.gauge("silent", Box::new(|| None)).unwrap();
        // It would be a sample of another metric.
        count(&zone, "size_count", 1);
        for length in [1, 100, 100_000] {
            let mut walk = fixture.walk(Format::Text).in_pieces_of(length);
            rest(&mut walk);
            assert_eq!(walk.metrics(), metrics, "in pieces of {length}");
        }
    }
}

#[test]
fn pieces_of_wanted_samples_make_them_as_in_one_go() {
    let fixture = with_everything(&[]);
    let wanted = ["shop_zone_ms_count", "shop_zone_low_sum", "shop_zone_up"];
    let wanted: Vec<String> = wanted.map(str::to_owned).into();
    for format in [Format::Text, Format::OpenMetrics] {
        let walk = || {
            fixture
                .page
                .walk(format, Some(wanted.clone()), &fixture.gauges, Duration::MAX)
        };
        let whole = rest(&mut walk());
        assert_eq!(whole.matches("zone=").count(), 9, "{whole}");
        assert_eq!(rest(&mut walk().in_pieces_of(1)), whole);
    }
}

#[test]
fn piece_ends_with_the_line_in_which_it_is_long_enough() {
    let fixture = Fixture::new();
    for number in 0..1_000 {
        let group = fixture
            .shop
            .add_key_value("k", &number.to_string())
            .unwrap();
        count(&group, "x", number);
    }
    let mut walk = fixture.walk(Format::Text).in_pieces_of(500);
    let (mut follows, mut pieces) = (true, Vec::new());
    while follows {
        let mut piece = Vec::new();
        follows = walk.next_piece(&mut piece);
        assert!(piece.is_empty() || piece.ends_with(b"\n"));
        assert!(piece.len() < 530, "{} bytes", piece.len());
        pieces.push(piece);
    }
    assert!(pieces.len() > 20);
    assert_eq!(pieces.concat(), fixture.walk(Format::Text).whole());
}

impl Walk {
    fn whole(mut self) -> Vec<u8> {
        rest(&mut self).into_bytes()
    }
}

#[test]
fn page_under_way_shows_what_was_there_and_still_is() {
    let mut fixture = Fixture::new();
    let groups = ["1", "2", "3", "4"].map(|k| fixture.shop.add_key_value("k", k).unwrap());
    for group in &groups {
        count(group, "x", 1);
        count(group, "y", 1);
    }
    let mut walk = fixture.walk(Format::Text).in_pieces_of(1);
    let mut begun = Vec::new();
    assert!(walk.next_piece(&mut begun));
    // The block of what goes is used again for what comes, which is why a page has to look at more than that.
    groups[0].close().unwrap();
    groups[2].close().unwrap();
    let again = fixture.shop.add_key_value("k", "1").unwrap();
    count(&again, "x", 2);
    count(&again, "y", 2);
    count(&groups[1], "w", 2);
    assert!(fixture.write().contains("shop_k_x{k=\"1\"} 2\n"));
    let page = String::from_utf8(begun).unwrap() + &rest(&mut walk);
    let expected = "\
# HELP shop_k_x x (scope: shop_k)
# TYPE shop_k_x gauge
shop_k_x{k=\"1\"} 1
shop_k_x{k=\"2\"} 1
shop_k_x{k=\"4\"} 1
# HELP shop_k_y y (scope: shop_k)
# TYPE shop_k_y gauge
shop_k_y{k=\"2\"} 1
shop_k_y{k=\"4\"} 1
";
    assert_eq!(page, expected);
}

#[test]
fn family_keeps_its_type_on_a_page_that_has_begun_it() {
    let mut fixture = Fixture::new();
    let counters = ["1", "2", "3"].map(|k| {
        let group = fixture.shop.add_key_value("k", k).unwrap();
        let counter = group.counter("net").unwrap();
        group.meter_over("rate", &counter, 60).unwrap();
        counter
    });
    let mut walk = fixture.walk(Format::OpenMetrics).in_pieces_of(1);
    let mut begun = Vec::new();
    let events = "# TYPE shop_k_rate_events counter\n";
    while !String::from_utf8_lossy(&begun).contains(events) {
        assert!(walk.next_piece(&mut begun));
    }
    counters[1].inc(-1);
    let page = String::from_utf8(begun).unwrap() + &rest(&mut walk);
    openmetrics::assert_valid(&page);
    assert!(page.contains("shop_k_rate_events_total{k=\"3\"} 0\n"));
    assert!(!page.contains("shop_k_rate_events_total{k=\"2\"}"));
    let page = fixture.write_openmetrics();
    assert!(page.contains("shop_k_rate_events_total{k=\"2\"} -1\n"));
}

#[test]
fn name_that_the_page_has_shown_is_taken_though_its_series_went() {
    let mut fixture = Fixture::new();
    let groups = ["1", "2"].map(|k| fixture.shop.add_key_value("k", k).unwrap());
    count(&groups[0], "x_min", 1);
    // Without values it has no minimum to show, so that only the other one's makes the name taken.
    groups[1].distribution("x").unwrap();
    groups[0].monotonic_counter("x_min_total").unwrap();
    let mut walk = fixture.walk(Format::OpenMetrics).in_pieces_of(1);
    let mut begun = Vec::new();
    while !begun.ends_with(b"shop_k_x_min{k=\"1\"} 1\n") {
        assert!(walk.next_piece(&mut begun));
    }
    groups[0].unregister("x_min").unwrap();
    let typed = "# TYPE shop_k_x_min counter\n";
    assert!(fixture.write_openmetrics().contains(typed));
    let page = String::from_utf8(begun).unwrap() + &rest(&mut walk);
    openmetrics::assert_valid(&page);
    assert!(page.contains("# TYPE shop_k_x_min_total unknown\n"));
}

#[test]
fn one_page_has_one_reading_whatever_other_pages_read_meanwhile() {
    let mut fixture = Fixture::new();
    let size = fixture.shop.distribution("size").unwrap();
    size.update(1);
    let load = fixture
        .shop
        .settable_gauge("load", Value::Int64(1))
        .unwrap();
    let mut walk = fixture.walk(Format::Text).in_pieces_of(1);
    size.update(100);
    load.set(Value::Int64(2));
    fixture.write();
    let page = rest(&mut walk);
    for line in [
        "shop_load 1",
        "shop_size_sum 1",
        "shop_size_max 1",
        "shop_size_mean 1.0",
    ] {
        assert!(page.lines().any(|there| there == line), "{line} in {page}");
    }
}

#[test]
fn pages_under_way_are_valid_whatever_changes_and_have_once_what_stays() {
    let formats = [Format::Text, Format::OpenMetrics];
    let mut fixture = Fixture::new();
    let mut random = clashes::random();
    for number in 0..20 {
        let group = fixture.shop.add_key_value("stays", &number.to_string());
        count(&group.unwrap(), "all.the.time", number);
    }
    let begin = |fixture: &Fixture, random: &mut dyn FnMut() -> u64| {
        let format = formats[random() as usize % 2];
        let length = random() as usize % 200;
        (
            format,
            fixture.walk(format).in_pieces_of(length),
            Vec::new(),
        )
    };
    let mut walks = HashMap::new();
    let mut pages = 0;
    for _ in 0..20_000 {
        clashes::change_something(&fixture.shop, &mut random);
        // The further down, the slower.
        let number = [0, 0, 0, 0, 1, 1, 2, 3][random() as usize % 8];
        let walk = walks
            .entry(number)
            .or_insert_with(|| begin(&fixture, &mut random));
        let (format, walk, out) = walk;
        if !walk.next_piece(out) {
            let page = std::str::from_utf8(out).unwrap();
            match format {
                Format::Text => clashes::assert_valid(page),
                Format::OpenMetrics => openmetrics::assert_valid(page),
            }
            let stays = page
                .lines()
                .filter(|line| line.starts_with("shop_stays_all_the_time{"));
            assert_eq!(stays.count(), 20, "{page}");
            walks.remove(&number);
            pages += 1;
        }
    }
    assert!(pages > 300, "{pages} pages");
    drop(walks);
    fixture.shop.close().unwrap();
    assert_eq!(fixture.write(), "");
    assert!(fixture.page.lock().is_empty());
}
