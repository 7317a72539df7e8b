"""metra and what Datadog publishes of its API.

The arguments are the program that emits, and the folder of the judges, which requirements.txt and datadog.txt name.
"""

import gzip
import json
import pathlib
import sys
import unittest

from datadog import API
from emit import COUNTERS, MEASURES, NUMBERS, ODD, OPERATOR, OWN, TRUTHS, VISITS, Emit, check_own, check_requests
from process import fetch
from recorder import Recorder

KEY = "0123456789abcdef0123456789abcdef"

# Flink's names of parts, where they are others.
PARTS = {"mean": "avg", "p50": "median"}


class DatadogTest(unittest.TestCase):
    emit = judges = None


class Judge(DatadogTest):
    """The description accepts its own examples, and not everything."""

    def complaints(self, api, series, **fields):
        recorder = Recorder(self, api.accepted, api.reply)
        fields = {"Content-Type": "application/json", "Content-Encoding": "gzip", api.key: "key", **fields}
        fetch(recorder.url + api.path, gzip.compress(json.dumps({"series": [series]}).encode()), **fields)
        [request] = recorder.requests
        return api.complaints(request)

    def test_examples_are_right(self):
        for version in "v1", "v2":
            api = API(self.judges, version)
            self.assertEqual(self.complaints(api, api.example["series"][0]), [])

    def test_what_is_wrong_is_named(self):
        api = API(self.judges, "v2")
        right = {"metric": "m", "points": [{"timestamp": 1, "value": 0.5}]}
        for wrong, complaint in [
            (right | {"type": 4}, "$.series[0].type: 4 is not one of [0, 1, 2, 3]"),
            (right | {"points": [{"timestamp": 1, "value": "NaN"}]},
             "$.series[0].points[0].value: 'NaN' is not of type 'number'"),
            (right | {"tag": []}, "$.series[0]: Additional properties are not allowed ('tag' was unexpected)"),
            ({"points": []}, "$.series[0]: 'metric' is a required property"),
        ]:
            self.assertEqual(self.complaints(api, wrong), [complaint])
        self.assertEqual(self.complaints(api, right, **{"Content-Type": "text/plain"}), ["content type text/plain"])
        with self.assertRaises(ValueError):
            self.complaints(api, {"metric": "m", "points": [{"value": float("nan")}]})


class Way:
    """A version of the API that metra reports by, and all that it was sent."""

    def __init__(self, test, name, version, names, **keys):
        self.api = API(test.judges, version)
        self.recorder = Recorder(test, self.api.accepted, self.api.reply)
        self.name = name
        self.names = names
        self.keys = {"factory.class": "datadog", "apikey": KEY, "url": self.recorder.url, "api-version": version,
                     "interval": "200 ms", **keys}
        # How many requests are in what is known.
        self.read = 0
        self.known = {}

    def series(self):
        """The type of each series, by name, tags and host, with its last value, or all counts added up."""
        news = self.recorder.requests[self.read:]
        self.read += len(news)
        for request in news:
            for one in json.loads(request.body)["series"]:
                self.add(one)
        return self.known

    def add(self, one):
        kind = {1: "count", 3: "gauge"}.get(one["type"], one["type"])
        hosts = [one["host"]] if "host" in one else [resource["name"] for resource in one.get("resources", [])]
        identity = one["metric"], tuple(sorted(one["tags"])), *hosts
        [point] = one["points"]
        value = point["value"] if isinstance(point, dict) else point[1]
        if kind == "count":
            value += self.known.get(identity, (kind, 0))[1]
        self.known[identity] = kind, value

    def found(self, *names):
        """Type and value of these metrics in each place."""
        series = self.series()
        return [{name: series.get((pattern.format(name), *identity)) for name in names}
                for pattern, identity in self.names]

    def value(self, name):
        _, value = self.found(name)[0][name] or (None, None)
        return value

    def rate(self):
        return self.value("visits")

    def orders(self):
        return self.value("orders")


class Reports(DatadogTest):
    """What arrives, by both versions of the API."""

    @classmethod
    def setUpClass(cls):
        variables = {**OPERATOR, "job_name": "Word_ count"}
        host = variables.pop("host")
        tags = [f"{key}:{value}" for key, value in variables.items()]
        cls.ways = [
            Way(cls, "v1", "v1", [("shop.{}", (tagged("env:x y", "team:z", "zone:b"),)),
                                  ("flink.taskmanager.job.task.operator.{}", (tagged("env:x y", "team:z", *tags), host))],
                useLogicalIdentifier=True, tags="env:x y,team:z", maxMetricsPerRequest=20, gzip=False),
            Way(cls, "v2", "v2", [("shop.{}", (tagged("zone:b"),)),
                                  ("worker_one.taskmanager.tm 7.Word, count.sum=\\.3.{}", (tagged(*tags), host))]),
        ]
        cls.program = Emit(cls, cls.emit, **{way.name: way.keys for way in cls.ways})
        cls.program.live(*cls.ways)

    def check(self, expected):
        for way in self.ways:
            self.assertEqual(way.found(*expected), [expected, expected], way.name)

    def test_every_request_is_as_datadog_publishes(self):
        for way in self.ways:
            for request in way.recorder.requests:
                self.assertEqual(way.api.complaints(request), [])
                self.assertEqual(request.fields[way.api.key], KEY)
        plain, compressed = (way.recorder.requests for way in self.ways)
        self.assertEqual({request.fields["Content-Encoding"] for request in plain}, {None})
        self.assertEqual({request.fields["Content-Encoding"] for request in compressed}, {"gzip"})
        self.assertLessEqual(max(len(json.loads(request.body)["series"]) for request in plain), 20)

    def test_increases_of_counters_add_up(self):
        self.check({name: ("count", NUMBERS[name]) for name in COUNTERS})

    def test_numbers_and_truths_are_gauges(self):
        gauges = {name: number for name, number in NUMBERS.items() if name not in COUNTERS}
        self.check({name: ("gauge", value) for name, value in {**gauges, **TRUTHS}.items()})

    def test_measures_have_flinks_parts(self):
        basket, latency = ({PARTS.get(part, part): value for part, value in MEASURES[name].items()}
                           for name in ("basket", "latency"))
        kept = {part: latency[part] for part in ("avg", "count", "median", "min", "max")}
        self.check({f"{name}.{part}": ("gauge", value) for name, parts in (("basket", basket), ("latency", kept))
                    for part, value in parts.items()})
        self.check({"visits": ("gauge", VISITS["rate"]), "visits.count": ("count", VISITS["count"])})

    def test_what_datadog_has_no_words_for_is_left_out_and_said(self):
        self.check({name: None for name in ("state", "lost", "endless", "absent")})
        self.assertEqual(sorted(self.program.complaints()), [
            f"WARN reporter {way.name}: {what} for Datadog" for way in self.ways
            for what in ("NaN and infinities are no values", "text is no value")])

    def test_odd_texts_are_one_tag_each(self):
        seen = {tag: value for (name, tags, *_), (_, value) in self.ways[0].series().items()
                if name == "shop.odd.customer.seen" for tag in tags if tag.startswith("customer:")}
        # What splits tags is replaced.
        written = ["".join(letter if letter.isprintable() and letter != "," else "_" for letter in text) for text in ODD]
        self.assertEqual(seen, {f"customer:{text}": 100 + at for at, text in enumerate(written)})

    def test_metra_says_how_reports_went(self):
        small, whole = self.ways
        for way, pattern, tags in [(small, "metra.reporter.{}", tagged("env:x y", "team:z", "reporter:v1")),
                                   (whole, "metra.reporter.v2.{}", tagged("reporter:v2"))]:
            series = way.series()
            own = {name: series[pattern.format(name), tags][1] for name in OWN}
            check_own(self, own, dropped=2 * 3)
        check_requests(self, own, whole.recorder.requests)


def tagged(*tags):
    return tuple(sorted(tags))


if __name__ == "__main__":
    DatadogTest.judges, DatadogTest.emit = pathlib.Path(sys.argv.pop()), sys.argv.pop()
    unittest.main()
