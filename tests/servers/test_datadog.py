"""metra and what Datadog publishes of its API.

The arguments are the program that emits, and the folder of the judges, which requirements.txt and datadog.txt name.
"""

import gzip
import json
import pathlib
import sys
import unittest

from datadog import API
from process import fetch
from recorder import Recorder


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


if __name__ == "__main__":
    DatadogTest.judges, DatadogTest.emit = pathlib.Path(sys.argv.pop()), sys.argv.pop()
    unittest.main()
