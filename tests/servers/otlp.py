"""OTLP's own messages: what a request says to the classes that OpenTelemetry publishes."""

from google.protobuf import json_format, unknown_fields
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.metrics.v1.metrics_pb2 import AggregationTemporality

PROTOBUF, JSON = "application/x-protobuf", "application/json"


def reply(request):
    """What a Recorder answers: everything was taken."""
    content_type = request.fields["Content-Type"]
    answer = ExportMetricsServiceResponse()
    return content_type, b"{}" if content_type == JSON else answer.SerializeToString()


def decode(request):
    """The message of a request; nothing in it may be unknown."""
    message = ExportMetricsServiceRequest()
    if request.fields["Content-Type"] == JSON:
        return json_format.Parse(request.body.decode(), message)
    if request.fields["Content-Type"] != PROTOBUF:
        raise ValueError(f"content type {request.fields['Content-Type']}")
    message.ParseFromString(request.body)
    refuse_unknown(message)
    return message


def refuse_unknown(message):
    if len(unknown_fields.UnknownFieldSet(message)) > 0:
        raise ValueError(f"unknown fields in {message.DESCRIPTOR.name}: {message}")
    for field, value in message.ListFields():
        if field.message_type is not None:
            for part in value if field.is_repeated else [value]:
                refuse_unknown(part)


def attributes(keyed):
    """Attributes of a message that has some, as a dictionary of texts."""
    return {one.key: one.value.string_value for one in keyed.attributes}


class Point:
    """One data point, with what its metric says of it."""

    def __init__(self, resource, scope, metric, point):
        self.resource = attributes(resource)
        self.scope = scope.name
        self.name = metric.name
        self.kind = metric.WhichOneof("data")
        data = getattr(metric, self.kind)
        self.temporality = AggregationTemporality.Name(getattr(data, "aggregation_temporality", 0))
        self.is_monotonic = getattr(data, "is_monotonic", None)
        self.attributes = attributes(point)
        self.point = point

    @property
    def value(self):
        """A number: int for an integer point, float for a double one."""
        return getattr(self.point, self.point.WhichOneof("value"))


def points(message):
    """All data points of a message."""
    return [Point(of_resource.resource, of_scope.scope, metric, point)
            for of_resource in message.resource_metrics for of_scope in of_resource.scope_metrics
            for metric in of_scope.metrics for point in getattr(metric, metric.WhichOneof("data")).data_points]
