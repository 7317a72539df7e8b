//! Pages in OpenMetrics' format.

use std::collections::{BTreeSet, HashSet};

use super::*;
use crate::value::Value;

#[test]
fn empty_page_is_its_end() {
    assert_eq!(Fixture::new().write_openmetrics(), "# EOF\n");
}

#[test]
fn families_have_the_names_of_openmetrics_and_samples_those_of_both_formats() {
    let mut fixture = Fixture::new();
    count(&fixture.shop, "open", -3);
    fixture.shop.monotonic_counter("orders").unwrap().inc(7);
    let text = Value::Text("1.2 \"beta\"\n".into());
    fixture.shop.settable_gauge("build", text).unwrap();
    fixture.shop.distribution("size").unwrap().update(6);
    let expected = r#"# TYPE shop_build info
# HELP shop_build build (scope: shop)
shop_build_info{value="1.2 \"beta\"\n"} 1
# TYPE shop_open gauge
# HELP shop_open open (scope: shop)
shop_open -3
# TYPE shop_orders counter
# HELP shop_orders orders (scope: shop)
shop_orders_total 7
# TYPE shop_size summary
# HELP shop_size size (scope: shop)
shop_size_count 1
shop_size_sum 6
"#;
    let page = fixture.write_openmetrics();
    assert!(page.starts_with(expected), "{page}");
    assert!(page.ends_with("\nshop_size_min 6\n# EOF\n"), "{page}");
    assert_eq!(samples(&page), samples(&fixture.write()));
}

#[test]
fn help_has_its_quotes_escaped() {
    let mut fixture = Fixture::new();
    count(&fixture.shop, "a\"b\\c\nd", 1);
    let help = "# HELP shop_a_b_c_d a\\\"b\\\\c\\nd (scope: shop)\n";
    assert!(fixture.write_openmetrics().contains(help));
}

#[test]
fn wanted_names_are_those_of_samples() {
    let mut fixture = Fixture::new();
    fixture.shop.monotonic_counter("orders").unwrap();
    count(&fixture.shop, "a", 1);
    let mut page = |wanted: &str| fixture.write_wanted(Format::OpenMetrics, &[wanted]);
    assert!(page("shop_orders_total").starts_with("# TYPE shop_orders counter\n"));
    assert_eq!(page("shop_orders"), "# EOF\n");
}

#[test]
fn counter_whose_family_has_another_name_is_of_no_type() {
    let mut fixture = Fixture::new();
    fixture.shop.monotonic_counter("orders_total").unwrap();
    count(&fixture.shop, "orders", 1);
    let page = fixture.write_openmetrics();
    assert!(page.contains("# TYPE shop_orders gauge\n"));
    assert!(page.contains("# TYPE shop_orders_total unknown\n"));
    fixture.shop.unregister("orders").unwrap();
    let page = fixture.write_openmetrics();
    assert!(page.contains("# TYPE shop_orders counter\n"));
}

#[test]
fn text_beside_a_number_of_the_same_name_is_a_gauge() {
    let mut fixture = Fixture::new();
    let groups = ["1", "2"].map(|value| fixture.shop.add_key_value("k", value).unwrap());
    let text = Value::Text("up".into());
    groups[0].settable_gauge("state", text).unwrap();
    let page = fixture.write_openmetrics();
    assert!(page.starts_with("# TYPE shop_k_state info\n"));
    groups[1].settable_gauge("state", Value::Int64(1)).unwrap();
    let page = fixture.write_openmetrics();
    assert!(page.contains("# TYPE shop_k_state gauge\n"));
    assert!(page.contains("# TYPE shop_k_state_info gauge\n"));
    assert!(page.contains("shop_k_state_info{k=\"1\",value=\"up\"} 1\n"));
}

#[test]
fn names_that_a_type_keeps_free_are_for_whoever_prints_them() {
    let mut fixture = Fixture::new();
    fixture.shop.histogram("ms").unwrap().update(5);
    count(&fixture.shop, "ms_created", 1);
    let page = fixture.write_openmetrics();
    for expected in [
        "# TYPE shop_ms unknown\n# HELP shop_ms ms (scope: shop)\nshop_ms{quantile=\"0.5\"} 5.0\n",
        "# TYPE shop_ms_count unknown\n# HELP shop_ms_count ms (scope: shop)\nshop_ms_count 1\n",
        "# TYPE shop_ms_sum unknown\n# HELP shop_ms_sum ms (scope: shop)\nshop_ms_sum 5\n",
        "# TYPE shop_ms_created gauge\n",
    ] {
        assert!(page.contains(expected), "{page}");
    }
    assert_eq!(fixture.lost(), 0);
}

#[test]
fn what_goes_below_zero_has_no_type_that_forbids_it() {
    let mut fixture = Fixture::with(&[("filter.excludes", "*:*min,*max,*mean")]);
    let size = fixture.shop.distribution("size").unwrap();
    size.update(5);
    let net = fixture.shop.counter("net").unwrap();
    fixture.shop.meter_over("rate", &net, 60).unwrap();
    let types = |fixture: &mut Fixture| {
        let page = fixture.write_openmetrics();
        assert_eq!(samples(&page), samples(&fixture.write()));
        let summary = page.contains("# TYPE shop_size summary\n");
        (summary, page.contains("# TYPE shop_rate_events counter\n"))
    };
    assert_eq!(types(&mut fixture), (true, true));
    size.update(-1);
    net.inc(-1);
    assert_eq!(types(&mut fixture), (false, false));
    assert!(fixture.write().contains("# TYPE shop_size summary\n"));
}

#[test]
fn histogram_has_buckets_if_asked_for() {
    let mut fixture = Fixture::with(&[("buckets", "true")]);
    let group = fixture.shop.add_key_value("le", "x").unwrap();
    let times = group.histogram("ms").unwrap();
    for value in [5, 5, 2_000_000] {
        times.update(value);
    }
    let buckets = r#"shop_le_ms_bucket{exported_le="x",le="7.0"} 2
shop_le_ms_bucket{exported_le="x",le="15.0"} 2
"#;
    let end = r#"shop_le_ms_bucket{exported_le="x",le="1.099511627775e+12"} 3
shop_le_ms_bucket{exported_le="x",le="+Inf"} 3
shop_le_ms_count{exported_le="x"} 3
shop_le_ms_sum{exported_le="x"} 2000010
"#;
    let (text, open) = (fixture.write(), fixture.write_openmetrics());
    for page in [&text, &open] {
        assert!(page.contains("# TYPE shop_le_ms histogram\n"));
        assert!(page.contains(buckets) && page.contains(end), "{page}");
        assert!(!page.contains("quantile"));
    }
    assert_eq!(samples(&text), samples(&open));
}

#[test]
fn histogram_without_values_has_one_bucket() {
    let mut fixture = Fixture::with(&[("buckets", "true")]);
    fixture.shop.histogram("ms").unwrap();
    let expected = [
        r#"shop_ms_bucket{le="+Inf"} 0"#,
        "shop_ms_count 0",
        "shop_ms_sum 0",
    ];
    assert_eq!(fixture.samples(), expected);
}

#[test]
fn histogram_with_values_below_zero_has_buckets_and_no_type() {
    let mut fixture = Fixture::with(&[("buckets", "true")]);
    fixture.shop.histogram("ms").unwrap().update(-5);
    let page = fixture.write_openmetrics();
    assert!(page.contains("# TYPE shop_ms_bucket unknown\n"));
    assert!(page.contains("shop_ms_bucket{le=\"-5.0\"} 1\n"), "{page}");
    assert!(page.contains("# TYPE shop_ms_sum unknown\n"));
    assert!(fixture.write().contains("# TYPE shop_ms histogram\n"));
}

#[test]
fn name_of_buckets_is_taken_once() {
    let mut fixture = Fixture::with(&[("buckets", "true")]);
    count(&fixture.shop, "ms_bucket", 1);
    fixture.shop.histogram("ms").unwrap();
    assert_eq!(fixture.samples(), ["shop_ms_bucket 1"]);
    assert_eq!(fixture.lost(), 1);
}

#[test]
fn both_pages_say_the_same_and_are_valid_whatever_clashes() {
    for keys in [&[][..], &[("buckets", "true")]] {
        let mut fixture = Fixture::with(keys);
        let mut random = clashes::random();
        for round in 0..1_000 {
            clashes::change_something(&fixture.shop, &mut random);
            if round % 3 == 0 {
                let page = fixture.write_openmetrics();
                assert_valid(&page);
                assert_eq!(samples(&page), samples(&fixture.write()));
            }
        }
    }
}

/// The samples of a page. OpenMetrics' page may have those of a family in another order.
fn samples(page: &str) -> BTreeSet<&str> {
    page.lines().filter(|line| !line.starts_with('#')).collect()
}

/// Asserts what OpenMetrics asks of the names on a page: nothing that a family prints or keeps free is another's.
pub(super) fn assert_valid(page: &str) {
    let mut taken = HashSet::new();
    let (mut family, mut endings) = ("", [""].as_slice());
    for line in page.strip_suffix("# EOF\n").unwrap().lines() {
        if let Some(header) = line.strip_prefix("# TYPE ") {
            let (name, kind) = header.split_once(' ').unwrap();
            family = name;
            endings = match kind {
                "counter" => &["_total", "_created"],
                "info" => &["_info"],
                "summary" => &["", "_count", "_sum", "_created"],
                "histogram" => &["_bucket", "_count", "_sum", "_created"],
                _ => &[""],
            };
            let names = endings.iter().chain(&[""]).collect::<BTreeSet<_>>();
            for ending in names {
                let name = format!("{family}{ending}");
                assert!(taken.insert(name), "{family}{ending} twice:\n{page}");
            }
            continue;
        }
        let words = ["# HELP ", ""].map(|start| line.strip_prefix(start));
        let name = words.into_iter().flatten().next().unwrap();
        let name = name.split(['{', ' ']).next().unwrap();
        let ending = name.strip_prefix(family).unwrap();
        let is_help = line.starts_with('#') && ending.is_empty();
        assert!(is_help || endings.contains(&ending), "{line} in {family}");
        let is_gauge = endings == [""];
        let value = line.rsplit(' ').next().unwrap();
        assert!(is_help || is_gauge || !value.starts_with('-'), "{line}");
    }
}
