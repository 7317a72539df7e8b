//! The fields of OTLP's messages that metra writes: `opentelemetry/proto/metrics/v1/metrics.proto` and what that builds on,
//! in version 1 of the protocol.

use super::writer::Field;

/// Gives the fields of messages their names.
macro_rules! messages {
    ($($message:ident { $($field:ident = $number:literal $name:literal,)* })*) => {
        $(pub(super) mod $message {
            use super::Field;
            $(pub(in super::super) const $field: Field = Field::new($number, $name);)*
        })*
    };
}

messages! {
    request {
        RESOURCE_METRICS = 1 "resourceMetrics",
    }
    resource_metrics {
        RESOURCE = 1 "resource",
        SCOPE_METRICS = 2 "scopeMetrics",
    }
    resource {
        ATTRIBUTES = 1 "attributes",
    }
    scope_metrics {
        SCOPE = 1 "scope",
        METRICS = 2 "metrics",
    }
    scope {
        NAME = 1 "name",
        VERSION = 2 "version",
    }
    key_value {
        KEY = 1 "key",
        VALUE = 2 "value",
    }
    any_value {
        STRING = 1 "stringValue",
    }
    metric {
        NAME = 1 "name",
        GAUGE = 5 "gauge",
        SUM = 7 "sum",
        HISTOGRAM = 9 "histogram",
        EXPONENTIAL_HISTOGRAM = 10 "exponentialHistogram",
        SUMMARY = 11 "summary",
    }
    // A gauge, a sum, a histogram of either kind, a summary.
    data {
        DATA_POINTS = 1 "dataPoints",
        AGGREGATION_TEMPORALITY = 2 "aggregationTemporality",
        IS_MONOTONIC = 3 "isMonotonic",
    }
    // All points but for their attributes.
    point {
        START_TIME = 2 "startTimeUnixNano",
        TIME = 3 "timeUnixNano",
    }
    // With the attributes of summaries.
    number {
        AS_DOUBLE = 4 "asDouble",
        AS_INT = 6 "asInt",
        ATTRIBUTES = 7 "attributes",
    }
    histogram {
        COUNT = 4 "count",
        SUM = 5 "sum",
        BUCKET_COUNTS = 6 "bucketCounts",
        ATTRIBUTES = 9 "attributes",
        MIN = 11 "min",
        MAX = 12 "max",
    }
    exponential {
        ATTRIBUTES = 1 "attributes",
        COUNT = 4 "count",
        SUM = 5 "sum",
        SCALE = 6 "scale",
        ZERO_COUNT = 7 "zeroCount",
        POSITIVE = 8 "positive",
        NEGATIVE = 9 "negative",
        MIN = 12 "min",
        MAX = 13 "max",
    }
    buckets {
        OFFSET = 1 "offset",
        BUCKET_COUNTS = 2 "bucketCounts",
    }
    summary {
        COUNT = 4 "count",
        SUM = 5 "sum",
        QUANTILE_VALUES = 6 "quantileValues",
    }
    quantile_value {
        QUANTILE = 1 "quantile",
        VALUE = 2 "value",
    }
}
