"""metra and VictoriaMetrics, which takes what several reporters send.

The arguments are the program that emits, and victoria-metrics. Needs what requirements.txt names.
"""

import json
import math
import re
import sys
import time
import unittest
import urllib.error

from google.protobuf import json_format
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

from emit import COUNTERS, DOUBLES, MEASURES, OPERATOR, SHOP, Emit
from otlp import PROTOBUF
from process import fetch, send, settle
from promql import VictoriaMetrics

OTLP = "/opentelemetry/v1/metrics"
CUMULATIVE, DELTA = "AGGREGATION_TEMPORALITY_CUMULATIVE", "AGGREGATION_TEMPORALITY_DELTA"


class VictoriaMetricsTest(unittest.TestCase):
    emit = victoria_metrics = None


class Database(VictoriaMetricsTest):
    """What the requests rest on."""

    @classmethod
    def setUpClass(cls):
        cls.server = VictoriaMetrics(cls, cls.victoria_metrics)

    def export(self, name, kind, point, **data):
        """Sends one point by OTLP."""
        point["timeUnixNano"] = time.time_ns()
        metric = {"name": name, kind: {"dataPoints": [point], **data}}
        message = {"resourceMetrics": [{"scopeMetrics": [{"metrics": [metric]}]}]}
        body = json_format.ParseDict(message, ExportMetricsServiceRequest()).SerializeToString()
        fetch(self.server.url + OTLP, body, **{"Content-Type": PROTOBUF})

    def found(self, selector, expected):
        """Labels but for the name, and values, of what a selector gives once it is as much as expected."""
        ask = lambda: [({name: value for name, value in labels.items() if name != "__name__"}, value)
                       for labels, value in self.server.series(selector)]
        self.assertEqual(settle(ask, expected), expected)

    def test_types_of_otlp_are_kept_and_names_stay_as_they_are(self):
        texts = {"a b": 'b, "q"\\ μ', "empty": ""}
        attributes = [{"key": key, "value": {"stringValue": value}} for key, value in texts.items()]
        self.export("t.up", "sum", {"asInt": 1000, "attributes": attributes}, aggregationTemporality=CUMULATIVE,
                    isMonotonic=True)
        self.export("t.down", "sum", {"asInt": -40}, aggregationTemporality=CUMULATIVE)
        self.export("t.gauge", "gauge", {"asDouble": 0.1})
        self.found('{"t.up"}', [({"a b": 'b, "q"\\ μ'}, 1000.0)])
        self.found('{"t.down"}', [({}, -40.0)])
        self.found('{"t.gauge"}', [({}, 0.1)])
        types = {name: kind for name, kind in self.server.types().items() if name.startswith("t.")}
        self.assertEqual(types, {"t.up": "counter", "t.down": "gauge", "t.gauge": "gauge"})

    def test_deltas_are_not_added_up(self):
        for value in 5, 7:
            self.export("delta", "sum", {"asInt": value}, aggregationTemporality=DELTA, isMonotonic=True)
            self.found("delta", [({}, float(value))])
        self.found("sum_over_time(delta[1m])", [({}, 12.0)])

    def test_histogram_without_bounds_needs_its_one_bucket(self):
        self.export("bare", "histogram", {"count": 3, "sum": 30, "min": -5, "max": 25}, aggregationTemporality=CUMULATIVE)
        self.export("one", "histogram", {"count": 3, "sum": 30, "min": -5, "max": 25, "bucketCounts": [3]},
                    aggregationTemporality=CUMULATIVE)
        self.found('{__name__=~"one_.*"}', [({"le": "+Inf"}, 3.0), ({}, 3.0), ({}, 30.0)])
        self.assertEqual(self.server.series('{__name__=~"bare.*"}'), [])

    def test_exponential_histogram_has_ranges_that_quantiles_come_from(self):
        positive = {"offset": -1, "bucketCounts": [1, 1, 2, 4, 8, 16, 32, 36]}
        self.export("exponential", "exponentialHistogram", {"count": 101, "sum": 5050, "zeroCount": 1, "scale": 0,
                    "positive": positive}, aggregationTemporality=CUMULATIVE)
        self.found("sum(exponential_bucket)", [({}, 101.0)])
        [(_, median)] = self.server.series("histogram_quantile(0.5, exponential_bucket)")
        self.assertTrue(32 < median < 64, median)

    def test_nan_is_no_point_and_infinity_is(self):
        self.export("lost", "gauge", {"asDouble": "NaN"})
        self.export("endless", "gauge", {"asDouble": "Infinity"})
        self.found('{__name__=~"lost|endless"}', [({}, float("inf"))])

    def test_influxdb_lines_are_taken_by_both_versions(self):
        for at, path in enumerate(["/write?db=metra", "/api/v2/write?org=o&bucket=b"]):
            line = f'm{at},t=a\\,b\\ c\\=d,u=e\\\\ count=5i,rate=1.5,text="x",truth=true {time.time_ns()}'
            fetch(self.server.url + path, line.encode())
            labels = {"t": "a,b c=d", "u": "e\\"} | ({"db": "metra"} if at == 0 else {})
            # Text is there as well, as 0.
            self.found(f'{{__name__=~"m{at}_.*"}}', [(labels, 5.0), (labels, 1.5), (labels, 0.0), (labels, 1.0)])

    def test_datadog_tags_become_labels(self):
        now = int(time.time())
        first = {"metric": "dog.v1", "points": [[now, 5]], "type": "count", "host": "h",
                 "tags": ["zone:b", "a:b:c", "bare"]}
        second = {"metric": "dog.v2", "points": [{"timestamp": now, "value": 0.1}], "type": 3, "tags": ["zone:b"],
                  "resources": [{"type": "host", "name": "h"}]}
        for version, series in ("v1", first), ("v2", second):
            fetch(f"{self.server.url}/datadog/api/{version}/series", json.dumps({"series": [series]}).encode(),
                  **{"Content-Type": "application/json", "DD-API-KEY": "key"})
        self.found('{"dog.v1"}', [({"zone": "b", "a": "b:c", "bare": "no_label_value", "host": "h"}, 5.0)])
        self.found('{"dog.v2"}', [({"zone": "b", "host": "h"}, 0.1)])

    def test_graphite_tags_become_labels(self):
        send(self.server.graphite_port, f"graph.t;zone=b;x=~y=z 2 {int(time.time())}\n".encode())
        self.found('{"graph.t"}', [({"zone": "b", "x": "~y=z"}, 2.0)])

    def test_one_bad_message_is_refused(self):
        for content_type, body in (PROTOBUF, b"\xff\xff"), ("application/json", b"{}"):
            with self.assertRaises(urllib.error.HTTPError) as refused:
                fetch(self.server.url + OTLP, body, **{"Content-Type": content_type})
            refused.exception.close()
            self.assertEqual(refused.exception.code, 400)


class Way:
    """A protocol that metra speaks to the server: what it makes of a metric's part in one place or another."""

    # Parts of metrics that the server has no room for.
    lacks = set()

    def __init__(self, server, name, **keys):
        self.server = server
        self.name = name
        self.keys = {"interval": "200 ms", **keys}

    def series(self, place, metric, part):
        """The name of a series, and labels that it has."""
        raise NotImplementedError

    def question(self, place, metric, part):
        """Asks for the one series of that name and these labels."""
        name, labels = self.series(place, metric, part)
        matchers = ", ".join(f"{json.dumps(key)}={json.dumps(value)}" for key, value in labels.items())
        return "{" + f"{json.dumps(name)}, {matchers}" + "}"

    def value(self, place, metric, part):
        values = self.server.values(self.question(place, metric, part))
        return values[0] if len(values) == 1 else values

    def rate(self):
        return self.value("shop", "visits", "rate")

    def orders(self):
        return self.value("shop", "orders", "count")


class InfluxDBWay(Way):
    def __init__(self, server, name, labels, **keys):
        super().__init__(server, name, **{"factory.class": "influxdb", "host": "127.0.0.1", "port": server.port}, **keys)
        # What tells the two versions apart.
        self.labels = labels

    def series(self, place, metric, part):
        scope, labels = {"shop": ("shop", SHOP),
                         "operator": ("taskmanager_job_task_operator", OPERATOR | {"operator_name": "sum=_"})}[place]
        return f"{scope}_{metric}_{part}", labels | self.labels


class DatadogWay(Way):
    def __init__(self, server, version):
        super().__init__(server, f"datadog-{version}", **{
            "factory.class": "datadog", "url": f"{server.url}/datadog", "apikey": "key", "api-version": version,
            "useLogicalIdentifier": True, "tags": f"api:{version}"})
        self.labels = {"api": version}

    def series(self, place, metric, part):
        scope, labels = {"shop": ("shop", SHOP),
                         "operator": ("flink.taskmanager.job.task.operator", OPERATOR | {"job_name": "Word_ count"})}[place]
        name = {"value": "", "rate": "", "mean": ".avg"}.get(part, f".{part}")
        if metric in COUNTERS:
            name = ""
        return f"{scope}.{metric}{name}", labels | self.labels

    def question(self, place, metric, part):
        question = super().question(place, metric, part)
        # What came is not added up there.
        is_count = metric in COUNTERS or (metric, part) == ("visits", "count")
        return f"sum_over_time({question}[5m])" if is_count else question


class OpenTelemetryWay(Way):
    lacks = {("basket", part) for part in ("sum", "min", "max", "mean")}

    def __init__(self, server, name, **keys):
        super().__init__(server, name, **{"factory.class": "opentelemetry", "exporter.endpoint": server.url + OTLP,
                                          "service.name": name}, **keys)
        self.labels = {"service.name": name}

    def series(self, place, metric, part):
        scope, labels = {"shop": ("shop", SHOP), "operator": ("flink.taskmanager.job.task.operator", OPERATOR)}[place]
        ending = {"visits": f".{part}", "basket": f"_{part}", "latency": f"_{part}"}.get(metric, "")
        return f"{scope}.{metric}{ending}", labels | self.labels


class GraphiteWay(Way):
    def __init__(self, server, name, **keys):
        super().__init__(server, name, **{"factory.class": "graphite", "host": "127.0.0.1", "port": server.graphite_port,
                                          "tags": True, "scope.variables.additional": f"by:{name}"}, **keys)
        self.labels = {"by": name}

    def series(self, place, metric, part):
        # What ends a path is replaced, and quotes are left out.
        operator = {key: re.sub(" +", "-", value.replace('"', "")) for key, value in OPERATOR.items()}
        scope, labels = {"shop": ("shop", SHOP), "operator": ("flink.taskmanager.job.task.operator", operator)}[place]
        ending = {"value": "", "rate": ".m1_rate"}.get(part, f".{part}")
        return f"{scope}.{metric}{ending}", labels | self.labels

    def question(self, place, metric, part):
        question = super().question(place, metric, part)
        # Lines have whole seconds, and of two in one second the server answers with either: of what only rises, the last.
        return f"max_over_time({question}[5m])" if metric in ("orders", "stock") else question


class Reports(VictoriaMetricsTest):
    """What arrives, protocol by protocol."""

    @classmethod
    def setUpClass(cls):
        cls.server = VictoriaMetrics(cls, cls.victoria_metrics)
        cls.ways = [
            InfluxDBWay(cls.server, "influxdb", {"db": "metra"}, db="metra"),
            InfluxDBWay(cls.server, "influxdb2", {"db": ""}, org="o", bucket="b", token="t", gzip=True),
            GraphiteWay(cls.server, "graphite"),
            DatadogWay(cls.server, "v1"),
            DatadogWay(cls.server, "v2"),
            OpenTelemetryWay(cls.server, "otlp"),
            OpenTelemetryWay(cls.server, "batches", **{"exporter.compression": "gzip", "batch.size": 7}),
        ]
        cls.program = Emit(cls, cls.emit, **{way.name: way.keys for way in cls.ways})
        cls.program.live(*cls.ways)

    def check(self, parts):
        """Checks values by the names of metrics and their parts, in each place; what came last is found a second later."""
        for way in self.ways:
            known = {part: value for part, value in parts.items() if part not in way.lacks}
            for place in "shop", "operator":
                found = settle(lambda: {(metric, part): way.value(place, metric, part) for metric, part in known}, known)
                self.assertEqual(found, known, way.name)

    def test_numbers_arrive(self):
        self.check({(name, "count" if name in COUNTERS else "value"): number for name, number in DOUBLES.items()})

    def test_measures_arrive(self):
        self.check({(name, part): float(value) for name in ("basket", "visits") for part, value in MEASURES[name].items()})

    def test_types_of_otlp_are_right(self):
        expected = {"shop.orders": "counter", "shop.stock": "gauge", "shop.queue": "gauge", "shop.basket": "histogram",
                    "shop.latency": "histogram", "shop.visits.count": "counter", "shop.visits.rate": "gauge"}
        types = self.server.types()
        self.assertEqual({name: types.get(name) for name in expected}, expected)

    def test_quantiles_come_out_of_exponential_histograms(self):
        for way in self.ways[-2:]:
            for place in "shop", "operator":
                self.assertEqual([way.value(place, "latency", part) for part in ("count", "sum")], [100.0, 5050.0])
                buckets = way.question(place, "latency", "bucket")
                for quantile in 0.5, 0.95, 1:
                    [found] = self.server.values(f"histogram_quantile({quantile}, {buckets})")
                    self.assertTrue(math.isclose(found, 100 * quantile, rel_tol=0.05), (quantile, found))

    def test_nobody_complains(self):
        self.assertEqual(self.server.log(), "")
        lost = [line for line in self.program.complaints() if not re.search("(text is|infinities are) no value", line)]
        self.assertEqual(lost, [])


if __name__ == "__main__":
    VictoriaMetricsTest.victoria_metrics, VictoriaMetricsTest.emit = sys.argv.pop(), sys.argv.pop()
    unittest.main()
