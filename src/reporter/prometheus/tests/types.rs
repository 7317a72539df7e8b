//! What a metric of each type prints.

use std::sync::Mutex;

use super::*;
use crate::collect::read_gauge;
use crate::value::Value;

#[test]
fn empty_registry_gives_an_empty_page() {
    assert_eq!(Fixture::new().write(), "");
}

#[test]
fn counter_is_a_gauge_and_monotonic_counter_a_counter() {
    let mut fixture = Fixture::new();
    count(&fixture.shop, "open.orders", -3);
    fixture.shop.monotonic_counter("orders").unwrap().inc(7);
    let expected = "\
# HELP shop_open_orders open.orders (scope: shop)
# TYPE shop_open_orders gauge
shop_open_orders -3
# HELP shop_orders_total orders (scope: shop)
# TYPE shop_orders_total counter
shop_orders_total 7
";
    assert_eq!(fixture.write(), expected);
}

#[test]
fn meter_is_its_rate_and_its_events() {
    let mut fixture = Fixture::new();
    let meter = fixture.shop.meter("clicks", 60).unwrap();
    meter.mark_event(120);
    meter.tick(Duration::from_secs(5));
    let expected = "\
# HELP shop_clicks clicks (scope: shop)
# TYPE shop_clicks gauge
shop_clicks 2.0
# HELP shop_clicks_events_total clicks (scope: shop)
# TYPE shop_clicks_events_total counter
shop_clicks_events_total 120
";
    assert_eq!(fixture.write(), expected);
}

#[test]
fn distribution_is_a_summary_with_three_gauges() {
    let mut fixture = Fixture::new();
    let sizes = fixture.shop.distribution("size").unwrap();
    assert_eq!(fixture.samples(), ["shop_size_count 0", "shop_size_sum 0"]);
    for value in [1, 2, 6] {
        sizes.update(value);
    }
    let page = fixture.write();
    assert!(page.contains("# TYPE shop_size summary\nshop_size_count 3\nshop_size_sum 9\n"));
    assert!(page.contains("# TYPE shop_size_min gauge\nshop_size_min 1\n"));
    assert!(page.contains("# TYPE shop_size_max gauge\nshop_size_max 6\n"));
    assert!(page.contains("# TYPE shop_size_mean gauge\nshop_size_mean 3.0\n"));
}

#[test]
fn histogram_is_a_summary_with_flinks_quantiles() {
    let mut fixture = Fixture::new();
    let group = fixture.shop.add_key_value("path", "/").unwrap();
    let times = group.histogram("ms").unwrap();
    (1..=3).for_each(|value| times.update(value));
    let expected = r#"# HELP shop_path_ms ms (scope: shop_path)
# TYPE shop_path_ms summary
shop_path_ms_count{path="_"} 3
shop_path_ms_sum{path="_"} 6
shop_path_ms{path="_",quantile="0.5"} 2.0
shop_path_ms{path="_",quantile="0.75"} 3.0
shop_path_ms{path="_",quantile="0.95"} 3.0
shop_path_ms{path="_",quantile="0.98"} 3.0
shop_path_ms{path="_",quantile="0.99"} 3.0
shop_path_ms{path="_",quantile="0.999"} 3.0
"#;
    assert_eq!(fixture.write(), expected);
}

#[test]
fn gauges_print_numbers_truth_values_and_text() {
    let mut fixture = Fixture::new();
    let values = [
        ("a", Value::Int64(-5)),
        ("b", Value::Double(0.25)),
        ("c", Value::Bool(true)),
        ("d", Value::Text("1.2 \"beta\"\n".into())),
    ];
    for (name, value) in values {
        fixture.shop.settable_gauge(name, value).unwrap();
    }
    fixture.shop.gauge("e", Box::new(|| None)).unwrap();
    let expected = [
        "shop_a -5",
        "shop_b 0.25",
        "shop_c 1",
        r#"shop_d_info{value="1.2 \"beta\"\n"} 1"#,
    ];
    assert_eq!(fixture.samples(), expected);
    assert!(fixture.write().contains("# TYPE shop_d_info gauge\n"));
    assert!(!fixture.write().contains("shop_e"));
}

#[test]
fn gauge_may_turn_from_number_to_text_and_back() {
    let mut fixture = Fixture::new();
    let value = Arc::new(Mutex::new(Value::Int64(1)));
    let shown = Arc::clone(&value);
    let callback = Box::new(move || Some(shown.lock().unwrap().clone()));
    fixture.shop.gauge("state", callback).unwrap();
    assert_eq!(fixture.samples(), ["shop_state 1"]);
    *value.lock().unwrap() = Value::Text("up".into());
    assert_eq!(fixture.samples(), [r#"shop_state_info{value="up"} 1"#]);
    *value.lock().unwrap() = Value::Int64(2);
    assert_eq!(fixture.samples(), ["shop_state 2"]);
}

#[test]
fn replaced_gauge_leaves_its_place_to_the_new_one() {
    let mut fixture = Fixture::new();
    let gauge = |value: &str| {
        let value = Value::Text(value.into());
        Box::new(move || Some(value.clone()))
    };
    fixture.shop.gauge("state", gauge("old")).unwrap();
    assert_eq!(fixture.samples(), [r#"shop_state_info{value="old"} 1"#]);
    fixture.shop.gauge("state", gauge("new")).unwrap();
    assert_eq!(fixture.samples(), [r#"shop_state_info{value="new"} 1"#]);
    assert_eq!(fixture.lost(), 0);
}

#[test]
fn inside_a_callback_gauges_that_were_set_are_shown() {
    let mut fixture = Fixture::new();
    fixture.shop.settable_gauge("set", Value::Int64(1)).unwrap();
    let asked = fixture
        .shop
        .gauge("asked", Box::new(|| Some(Value::Int64(2))))
        .unwrap();
    assert_eq!(fixture.samples(), ["shop_asked 2", "shop_set 1"]);
    let fixture = Arc::new(Mutex::new(fixture));
    let inner = Arc::clone(&fixture);
    let group = fixture.lock().unwrap().shop.clone();
    let callback = move || {
        Some(Value::Text(
            inner.lock().unwrap().samples().join(" ").into(),
        ))
    };
    let writing = group.gauge("writing", Box::new(callback)).unwrap();
    let reader = GaugeReader::new(Duration::from_secs(60), Arc::default());
    let shown = read_gauge(&writing, &reader).unwrap();
    assert_eq!(shown, Some(Value::Text("shop_set 1".into())));
    assert_eq!(read_gauge(&asked, &reader), Ok(Some(Value::Int64(2))));
    group.close().unwrap();
}
