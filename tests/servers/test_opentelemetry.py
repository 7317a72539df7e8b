"""metra and OTLP's messages as OpenTelemetry publishes them.

The argument is the program that emits. Needs what requirements.txt names.
"""

import gzip
import sys
import unittest

from google.protobuf import json_format
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

import otlp
from process import fetch
from recorder import Recorder

EXAMPLE = {"resourceMetrics": [{
    "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]},
    "scopeMetrics": [{"scope": {"name": "metra"}, "metrics": [
        {"name": "orders", "sum": {"aggregationTemporality": "AGGREGATION_TEMPORALITY_CUMULATIVE", "isMonotonic": True,
                                   "dataPoints": [{"asInt": "1000", "timeUnixNano": "1"}]}}]}]}]}


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


if __name__ == "__main__":
    OpenTelemetryTest.emit = sys.argv.pop()
    unittest.main()
