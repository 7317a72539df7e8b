"""metra and OTLP's messages as OpenTelemetry publishes them.

The argument is the program that emits. Needs what requirements.txt names.
"""

import gzip
import math
import sys
import time
import unittest

from google.protobuf import json_format
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

import otlp
from emit import COUNTERS, NUMBERS, ODD, OPERATOR, OWN, SHOP, TRUTHS, VISITS, Emit, check_own, check_requests
from process import fetch
from recorder import Recorder

EXAMPLE = {"resourceMetrics": [{
    "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]},
    "scopeMetrics": [{"scope": {"name": "metra"}, "metrics": [
        {"name": "orders", "sum": {"aggregationTemporality": "AGGREGATION_TEMPORALITY_CUMULATIVE", "isMonotonic": True,
                                   "dataPoints": [{"asInt": "1000", "timeUnixNano": "1"}]}}]}]}]}

CUMULATIVE, DELTA = "AGGREGATION_TEMPORALITY_CUMULATIVE", "AGGREGATION_TEMPORALITY_DELTA"


class OpenTelemetryTest(unittest.TestCase):
    emit = None


class Judge(OpenTelemetryTest):
    """Both encodings are understood, and not everything is."""

    def decode(self, body, content_type, **fields):
        recorder = Recorder(self, 200, otlp.reply)
        fetch(f"{recorder.url}/v1/metrics", body, **{"Content-Type": content_type, **fields})
        [request] = recorder.requests
        return otlp.decode(request)

    def test_encodings_say_the_same(self):
        message = json_format.ParseDict(EXAMPLE, ExportMetricsServiceRequest())
        binary = gzip.compress(message.SerializeToString())
        for decoded in (self.decode(binary, otlp.PROTOBUF, **{"Content-Encoding": "gzip"}),
                        self.decode(json_format.MessageToJson(message).encode(), otlp.JSON)):
            [point] = otlp.points(decoded)
            self.assertEqual((point.resource, point.scope, point.name, point.kind, point.temporality, point.is_monotonic,
                              point.value), ({"service.name": "shop"}, "metra", "orders", "sum",
                             "AGGREGATION_TEMPORALITY_CUMULATIVE", True, 1000))

    def test_what_is_no_message_is_refused(self):
        with self.assertRaises(DecodeError):
            self.decode(b"\xff\xff", otlp.PROTOBUF)
        with self.assertRaises(ValueError):
            self.decode(b"\x98\x06\x01", otlp.PROTOBUF)
        with self.assertRaises(json_format.ParseError):
            self.decode(b'{"resourceMetric": []}', otlp.JSON)


class Way:
    """An encoding and a temporality that metra reports in, and all points that it sent, series by series."""

    PLACES = [("shop.{}", SHOP), ("flink.taskmanager.job.task.operator.{}", OPERATOR)]

    def __init__(self, test, name, temporality, **keys):
        self.recorder = Recorder(test, 200, otlp.reply)
        self.name = name
        self.temporality = temporality
        self.keys = {"factory.class": "opentelemetry", "exporter.endpoint": f"{self.recorder.url}/v1/metrics",
                     "exporter.headers": "X-Tenant:a b", "interval": "200 ms", "temporality": temporality.lower(),
                     "service.name": "shop", **keys}
        self.requests = []
        self.known = {}

    def series(self):
        """The points of each series, by name and attributes, in the order in which they came."""
        for request in self.recorder.requests[len(self.requests):]:
            points = otlp.points(otlp.decode(request))
            self.requests.append(points)
            for point in points:
                self.known.setdefault((point.name, identity(point.attributes)), []).append(point)
        return self.known

    def points(self, name):
        """The points of a metric in each place."""
        series = self.series()
        return [series.get((pattern.format(name), identity(attributes)), []) for pattern, attributes in self.PLACES]

    def rate(self):
        points, _ = self.points("visits.rate")
        return points[-1].value if points else None

    def orders(self):
        return total(self.points("orders")[0])


def identity(attributes):
    return tuple(sorted(attributes.items()))


def total(points):
    """What a sum has come to."""
    if points and points[0].temporality == DELTA:
        return sum(point.value for point in points)
    return points[-1].value if points else None


class Reports(OpenTelemetryTest):
    """What is sent, in both encodings and temporalities."""

    @classmethod
    def setUpClass(cls):
        cls.ways = [
            Way(cls, "binary", "CUMULATIVE", **{"exporter.encoding": "protobuf", "exporter.compression": "gzip",
                                                "batch.size": 20}),
            Way(cls, "text", "DELTA", **{"exporter.encoding": "json"}),
        ]
        cls.program = Emit(cls, cls.emit, **{way.name: way.keys for way in cls.ways})
        cls.program.live(*cls.ways)

    def each(self, *names):
        """Each way, with the points of each metric in each place."""
        for way in self.ways:
            for name in names:
                for points in way.points(name):
                    self.assertNotEqual(points, [], (way.name, name))
                    yield way, name, points

    def test_requests_are_as_they_should_be(self):
        heads = [{(request.path, *(request.fields[name] for name in ("Content-Type", "Content-Encoding", "X-Tenant")))
                  for request in way.recorder.requests} for way in self.ways]
        binary, text = ("/v1/metrics", otlp.PROTOBUF, "gzip", "a b"), ("/v1/metrics", otlp.JSON, None, "a b")
        self.assertEqual(heads, [{binary}, {text}])
        for way in self.ways:
            way.series()
            for points in way.requests:
                self.assertEqual({(point.resource["service.name"], point.scope) for point in points}, {("shop", "metra")})
        self.assertLessEqual(max(map(len, self.ways[0].requests)), 20)

    def test_sums_say_whether_they_only_go_up(self):
        for way, name, points in self.each("orders", "visits.count"):
            expected = NUMBERS["orders"] if name == "orders" else VISITS["count"]
            temporality = f"AGGREGATION_TEMPORALITY_{way.temporality}"
            self.assertEqual({(point.kind, point.is_monotonic, point.temporality) for point in points},
                             {("sum", True, temporality)}, way.name)
            self.assertEqual(total(points), expected, (way.name, name))
        for _, name, points in self.each("stock", "balance"):
            self.assertEqual({(point.kind, point.is_monotonic, point.temporality) for point in points},
                             {("sum", False, CUMULATIVE)})
            self.assertEqual(points[-1].value, NUMBERS[name])

    def test_times_of_sums_follow_each_other(self):
        now = time.time_ns()
        for way, _, points in self.each("orders", "basket", "latency"):
            starts = [point.point.start_time_unix_nano for point in points]
            times = [point.point.time_unix_nano for point in points]
            self.assertTrue(now - 10**11 < starts[0] < times[0] and times[-1] < now)
            self.assertEqual(times, sorted(set(times)))
            others = starts[:1] * (len(starts) - 1) if way.temporality == "CUMULATIVE" else times[:-1]
            self.assertEqual(starts[1:], others, way.name)

    def test_gauges_are_whole_or_real(self):
        for _, name, points in self.each(*(name for name in NUMBERS if name not in COUNTERS), *TRUTHS):
            expected = NUMBERS[name] if name in NUMBERS else int(TRUTHS[name])
            value = points[-1].value
            self.assertEqual((points[-1].kind, type(value), value), ("gauge", type(expected), expected))
        self.assertEqual({point.value for _, _, points in self.each("endless") for point in points}, {math.inf})
        for _, _, points in self.each("lost"):
            self.assertTrue(math.isnan(points[-1].value))

    def test_distribution_is_a_histogram_of_one_bucket(self):
        for way, _, points in self.each("basket"):
            first = points[0].point
            self.assertEqual((first.count, list(first.bucket_counts), list(first.explicit_bounds), first.min, first.max),
                             (3, [3], [], -5, 25))
            # Sums are for values that cannot be negative.
            self.assertFalse(first.HasField("sum"))
            last = points[-1].point
            self.assertEqual(last.count, 3 if way.temporality == "CUMULATIVE" else 0)

    def test_histogram_is_an_exponential_one(self):
        for way, _, points in self.each("latency"):
            first = points[0].point
            self.assertEqual((first.count, first.sum, first.min, first.max), (100, 5050, 1, 100))
            self.assertEqual((first.zero_count, len(first.negative.bucket_counts)), (0, 0))
            base = 2 ** 2 ** -first.scale
            for at, count in enumerate(first.positive.bucket_counts, first.positive.offset):
                # A bound belongs to the bucket below it; powers are not exact.
                low, high = (base**bound * (1 + 1e-9) for bound in (at, at + 1))
                within = [value for value in range(1, 101) if low < value <= high]
                self.assertEqual(count, len(within), (at, within))
            self.assertEqual(points[-1].point.count, 100 if way.temporality == "CUMULATIVE" else 0)

    def test_text_is_left_out_and_said(self):
        for way in self.ways:
            self.assertEqual([*way.points("state"), *way.points("absent")], [[], [], [], []])
        self.assertEqual(sorted(self.program.complaints()), [
            f"WARN reporter {way.name}: text is no value for OpenTelemetry" for way in self.ways])

    def test_odd_texts_stay_as_they_are(self):
        for way in self.ways:
            series = way.series()
            for at, text in enumerate(ODD):
                seen = series["shop.odd.customer.seen", identity(SHOP | {"customer": text})]
                named = series[f"shop.odd.{text}", identity(SHOP)]
                self.assertEqual((seen[-1].value, named[-1].value), (100 + at, 200 + at))

    def test_metra_says_how_reports_went(self):
        for way in self.ways:
            series = way.series()
            own = {name: total(series[f"metra.reporter.{name}", identity({"reporter": way.name})]) for name in OWN}
            check_own(self, own, dropped=2)
            # The other has several requests for each report.
            if way.name == "text":
                check_requests(self, own, way.recorder.requests)


if __name__ == "__main__":
    OpenTelemetryTest.emit = sys.argv.pop()
    unittest.main()
