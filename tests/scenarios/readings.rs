//! Steps that read, and how readings and values look in the table.

use metra::metric::{DistributionReading, HistogramReading};
use metra::reporter::MetricInfo;
use metra::{Format, Reading, Value};
use serde_json::{Map, Value as Json, json};

use crate::stage::{Outcome, Stage, Thing};
use crate::step::Step;

pub(crate) fn read(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let reading = match stage.metric(step) {
        Thing::Counter(counter) => Reading::Counter(counter.count()),
        Thing::MonotonicCounter(counter) => Reading::MonotonicCounter(counter.count()),
        Thing::Gauge(gauge, ..) => Reading::Gauge(stage.runtime.read_gauge(gauge)?),
        Thing::Distribution(distribution) => Reading::Distribution(distribution.read()),
        Thing::Meter(meter) => Reading::Meter {
            count: meter.count(),
            rate: meter.rate(),
        },
        Thing::Histogram(histogram) => Reading::Histogram(Box::new(histogram.read())),
        _ => panic!("no metric: {step}"),
    };
    Ok(Some(of_reading(&reading)))
}

/// The page as its lines, each of which ends with a line feed.
pub(crate) fn page(stage: &mut Stage) -> Outcome {
    let mut page = Vec::new();
    stage.runtime.write(Format::Prometheus, &mut page)?;
    let page = String::from_utf8(page).expect("UTF-8");
    assert!(page.is_empty() || page.ends_with('\n'), "{page}");
    Ok(Some(page.split_terminator('\n').collect()))
}

pub(crate) fn collect(stage: &mut Stage) -> Outcome {
    let mut metrics = Vec::new();
    stage
        .runtime
        .collect(|metric, reading| metrics.push(of_metric(metric, reading)))?;
    Ok(Some(metrics.into()))
}

fn of_metric(metric: &MetricInfo<'_>, reading: &Reading) -> Json {
    let variables = metric.variables().into_iter();
    let variables: Map<_, _> = variables
        .map(|(key, value)| (key.to_string(), Json::from(&*value)))
        .collect();
    json!({
        "type": metric.metric_type().name().replace(' ', "_"),
        "name": metric.name(),
        "identifier": metric.identifier(),
        "logical_scope": metric.logical_scope(),
        "variables": variables,
        "value": of_reading(reading),
    })
}

fn of_reading(reading: &Reading) -> Json {
    match reading {
        Reading::Counter(count) | Reading::MonotonicCounter(count) => (*count).into(),
        Reading::Gauge(value) => value.as_ref().map_or(Json::Null, of_value),
        Reading::Distribution(reading) => of_distribution(reading),
        Reading::Meter { count, rate } => json!({"count": count, "rate": of_double(*rate)}),
        Reading::Histogram(reading) => of_histogram(reading),
    }
}

fn of_distribution(reading: &DistributionReading) -> Json {
    json!({
        "count": reading.count,
        "sum": reading.sum,
        "min": reading.min,
        "max": reading.max,
        "mean": of_double(reading.mean),
    })
}

fn of_histogram(reading: &HistogramReading) -> Json {
    json!({
        "count": reading.count,
        "sum": reading.sum,
        "window_count": reading.window_count,
        "min": reading.min,
        "max": reading.max,
        "mean": of_double(reading.mean),
        "stddev": of_double(reading.stddev),
        "p50": of_double(reading.p50),
        "p75": of_double(reading.p75),
        "p95": of_double(reading.p95),
        "p98": of_double(reading.p98),
        "p99": of_double(reading.p99),
        "p999": of_double(reading.p999),
    })
}

fn of_value(value: &Value) -> Json {
    match value {
        Value::Int64(number) => (*number).into(),
        Value::Double(number) => of_double(*number),
        Value::Bool(truth) => (*truth).into(),
        Value::Text(text) => Json::from(&**text),
    }
}

/// JSON has no word for three of them.
fn of_double(number: f64) -> Json {
    if number.is_nan() {
        "NaN".into()
    } else if number.is_infinite() {
        if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .into()
    } else {
        number.into()
    }
}

/// The value that the table means; null is none.
pub(crate) fn gauge_value(value: &Json) -> Option<Value> {
    Some(match value {
        Json::Null => return None,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) => number.as_i64().map_or_else(
            || Value::Double(number.as_f64().expect("a double")),
            Value::Int64,
        ),
        Json::String(text) => {
            double(text).map_or_else(|| Value::Text(text.as_str().into()), Value::Double)
        }
        other => panic!("no value of a gauge: {other}"),
    })
}

/// The double that JSON has no word for.
fn double(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}
