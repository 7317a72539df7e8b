"""Datadog's own word on what it is sent: the description that it publishes of its API."""

import json

from openapi_schema_validator import OAS30Validator


class API:
    """One version, "v1" or "v2", of POST /api/<version>/series, as the folder of judges describes it."""

    def __init__(self, folder, version):
        description = json.loads((folder / f"datadog-{version}.json").read_text())
        self.path = f"/api/{version}/series"
        self.key = description["components"]["securitySchemes"]["apiKeyAuth"]["name"]
        self.encodings = description["components"]["schemas"]["MetricContentEncoding"]["enum"]
        ((self.content_type, body),) = description["operation"]["requestBody"]["content"].items()
        self.example = body["examples"]["default"]["value"]
        schemas = {name: closed(schema) for name, schema in description["components"]["schemas"].items()}
        self.validator = OAS30Validator(body["schema"] | {"components": {"schemas": schemas}})
        ((status, answer),) = ((status, answer) for status, answer in description["operation"]["responses"].items()
                               if status.startswith("2"))
        self.accepted = int(status)
        (self.answer_type,) = answer["content"]

    def reply(self, request):
        """What a Recorder answers."""
        return self.answer_type, b'{"errors":[]}'

    def complaints(self, request):
        """What is wrong with a request; its key apart, whose value is the test's."""
        wrong = []
        if request.path != self.path:
            wrong.append(f"path {request.path}")
        if request.fields["Content-Type"].partition(";")[0] not in {self.content_type, "application/json"}:
            wrong.append(f"content type {request.fields['Content-Type']}")
        if request.fields["Content-Encoding"] not in {None, *self.encodings}:
            wrong.append(f"content encoding {request.fields['Content-Encoding']}")
        if request.fields[self.key] is None:
            wrong.append(f"no {self.key}")
        errors = self.validator.iter_errors(json.loads(request.body, parse_constant=refuse))
        return wrong + [f"{error.json_path}: {error.message}" for error in errors]


def closed(schema):
    """The schema, without room for members that it does not name."""
    if isinstance(schema, dict):
        narrow = {name: closed(part) for name, part in schema.items()}
        return narrow | {"additionalProperties": False} if isinstance(schema.get("properties"), dict) else narrow
    return [closed(part) for part in schema] if isinstance(schema, list) else schema


def refuse(constant):
    raise ValueError(f"{constant} is no JSON")
