//! Names, labels, and what is chosen.

use super::*;
use crate::group::TaskManagerInfo;
use crate::value::Value;

#[test]
fn components_of_flink_have_a_prefix() {
    let scoped = |keys| {
        let mut fixture = Fixture::with(keys);
        let (host, tm_id) = (Some("h 1"), Some("tm-2"));
        let info = TaskManagerInfo { host, tm_id };
        let task_manager = fixture.registry.taskmanager(&info).unwrap();
        count(&task_manager.add_group("my.group").unwrap(), "x", 1);
        count(&fixture.shop, "x", 1);
        fixture.samples()
    };
    let labels = r#"{host="h_1",tm_id="tm_2"} 1"#;
    assert_eq!(
        scoped(&[]),
        [
            format!("flink_taskmanager_my_group_x{labels}"),
            "shop_x 1".to_owned()
        ]
    );
    assert_eq!(
        scoped(&[("prefix", "my-co")])[0],
        format!("my_co_taskmanager_my_group_x{labels}")
    );
    assert_eq!(
        scoped(&[("prefix", "")])[1],
        format!("taskmanager_my_group_x{labels}")
    );
}

#[test]
fn delimiter_in_group_names_is_replaced() {
    let sample = |delimiter| {
        let mut fixture = Fixture::with(&[("scope.delimiter", delimiter)]);
        let group = fixture.shop.add_group("a:b").unwrap();
        count(&group, "c:d", 1);
        fixture.samples()
    };
    assert_eq!(sample("."), ["shop_a:b_c:d 1"]);
    assert_eq!(sample(":"), ["shop_a_b_c:d 1"]);
    assert_eq!(sample("_"), ["shop_a:b_c:d 1"]);
}

#[test]
fn values_of_variables_are_filtered_unless_switched_off() {
    let sample = |keys| {
        let mut fixture = Fixture::with(keys);
        let group = fixture.shop.add_key_value("path", "a \"b\"").unwrap();
        count(&group, "x", 1);
        fixture.samples()
    };
    assert_eq!(sample(&[]), [r#"shop_path_x{path="a__b_"} 1"#]);
    assert_eq!(
        sample(&[("filterLabelValueCharacters", "false")]),
        [r#"shop_path_x{path="a \"b\""} 1"#]
    );
}

#[test]
fn variables_are_those_of_the_reporter() {
    let keys = [
        ("scope.variables.excludes", "zone"),
        ("scope.variables.additional", "env:prod"),
    ];
    let mut fixture = Fixture::with(&keys);
    let zone = fixture.shop.add_key_value("zone", "a").unwrap();
    count(&zone.add_key_value("rack", "1").unwrap(), "x", 1);
    assert_eq!(
        fixture.samples(),
        [r#"shop_zone_rack_x{env="prod",rack="1"} 1"#]
    );
}

#[test]
fn filter_and_allow_list_both_have_to_let_a_metric_through() {
    let keys = [
        ("filter.excludes", "*:*:histogram"),
        ("allowList", "my_group.x,shop.y"),
    ];
    let mut fixture = Fixture::with(&keys);
    let group = fixture.shop.add_group("my group").unwrap();
    count(&group, "x1", 1);
    count(&group, "y", 1);
    count(&fixture.shop, "y", 1);
    group.histogram("x2").unwrap();
    assert_eq!(fixture.samples(), ["shop_my_group_x1 1", "shop_y 1"]);
    group.close().unwrap();
    assert_eq!(fixture.samples(), ["shop_y 1"]);
}

#[test]
fn wanted_names_are_those_of_samples() {
    let mut fixture = Fixture::new();
    fixture.shop.histogram("ms").unwrap();
    count(&fixture.shop, "a", 1);
    assert_eq!(
        fixture.samples_of(&["shop_ms_count", "shop_a", "none"]),
        "# HELP shop_a a (scope: shop)\n# TYPE shop_a gauge\nshop_a 1\n\
         # HELP shop_ms ms (scope: shop)\n# TYPE shop_ms summary\nshop_ms_count 0\n"
    );
    let quantiles = fixture.samples_of(&["shop_ms"]);
    assert!(quantiles.contains("quantile=\"0.5\"") && !quantiles.contains("shop_ms_sum"));
    assert_eq!(fixture.samples_of(&["shop_m", "_count", ""]), "");
}

#[test]
fn labels_with_a_meaning_of_their_own_are_renamed_where_they_have_it() {
    let mut fixture = Fixture::with(&[("filter.excludes", "*:other")]);
    let outer = fixture.shop.add_key_value("quantile", "q").unwrap();
    let group = outer.add_key_value("value", "v").unwrap();
    group.settable_gauge("g", Value::Text("t".into())).unwrap();
    count(&group, "c", 1);
    group.distribution("d").unwrap();
    assert_eq!(
        fixture.samples(),
        [
            r#"shop_quantile_value_c{quantile="q",value="v"} 1"#,
            r#"shop_quantile_value_d_count{exported_quantile="q",value="v"} 0"#,
            r#"shop_quantile_value_d_sum{exported_quantile="q",value="v"} 0"#,
            r#"shop_quantile_value_g_info{exported_value="v",quantile="q",value="t"} 1"#,
        ]
    );
}
