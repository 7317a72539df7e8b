"""A real Prometheus scrapes metra, and promtool reads its page.

The arguments are the program that serves, prometheus, and promtool.
"""

import json
import math
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

SECONDS = 60

# What promtool calls bad style, and why it stays.
ALLOWED_LINTS = [
    # Flink's names and PyFlink's.
    "names should be written in 'snake_case' not 'camelCase'",
    # Users' names that happen to look like something else, see register_odd_names in serve.c.
    "metric names should not contain ':'",
    "metric names should not contain abbreviated units",
    'non-histogram and non-summary metrics should not have "_count" suffix',
    'non-counter metrics should not have "_total" suffix',
    'non-histogram metrics should not have "le" label',
    'non-summary metrics should not have "quantile" label',
]


def fetch(url):
    with urllib.request.urlopen(url, timeout=SECONDS) as answer:
        return answer.read()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def stop(process):
    process.terminate()
    process.communicate(timeout=SECONDS)


class Prometheus(unittest.TestCase):
    serve = prometheus = promtool = None

    @classmethod
    def setUpClass(cls):
        cls.program = subprocess.Popen([cls.serve], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        cls.addClassCleanup(stop, cls.program)
        cls.address = cls.program.stdout.readline().strip()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.start_prometheus(pathlib.Path(folder.name))
        cls.wait_until_scraped()

    @classmethod
    def start_prometheus(cls, folder):
        config = folder / "prometheus.yml"
        config.write_text("global: {scrape_interval: 1s}\n"
                          "scrape_configs:\n"
                          f"  - {{job_name: metra, static_configs: [{{targets: ['{cls.address}']}}]}}\n")
        cls.api = f"http://127.0.0.1:{free_port()}"
        command = [cls.prometheus, f"--config.file={config}", f"--storage.tsdb.path={folder / 'data'}",
                   f"--web.listen-address={cls.api.removeprefix('http://')}", "--log.level=error"]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        cls.addClassCleanup(stop, server)

    @classmethod
    def wait_until_scraped(cls):
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            try:
                if cls.query("up") == [1.0] and cls.query("app_balance"):
                    return
            except (urllib.error.URLError, ConnectionError):
                pass
            time.sleep(0.2)
        raise AssertionError(f"not scraped in time: {cls.target()}")

    @classmethod
    def target(cls):
        return json.loads(fetch(f"{cls.api}/api/v1/targets"))["data"]["activeTargets"]

    @classmethod
    def series(cls, expression):
        """The series that an expression gives, each with its labels and value."""
        answer = json.loads(fetch(f"{cls.api}/api/v1/query?" + urllib.parse.urlencode({"query": expression})))
        return [(one["metric"], float(one["value"][1])) for one in answer["data"]["result"]]

    @classmethod
    def query(cls, expression):
        return [value for _, value in cls.series(expression)]

    def types(self):
        page = fetch(f"http://{self.address}/metrics").decode()
        return dict(re.findall(r"^# TYPE (\S+) (\w+)$", page, flags=re.MULTILINE))

    def test_target_is_healthy(self):
        self.assertEqual([(one["health"], one["lastError"]) for one in self.target()], [("up", "")])

    def test_every_type_arrives_with_its_value(self):
        expected = {
            "app_balance": -42.0,
            "app_monotonic_total": 9007199254740992.0,
            "app_whole": -7.0,
            "app_real": 0.125,
            "app_truth": 1.0,
            "app_text_info": 1.0,
            "app_distribution_count": 100.0,
            "app_distribution_sum": 5050.0,
            "app_distribution_min": 1.0,
            "app_distribution_max": 100.0,
            "app_distribution_mean": 50.5,
            "app_meter_events_total": 300.0,
            "app_latency_count": 100.0,
            "app_latency_sum": 5050.0,
            "flink_taskmanager_numRecordsIn": 1000.0,
        }
        for name, value in expected.items():
            self.assertEqual(self.query(name), [value], name)
        self.assertEqual(self.query("app_absent"), [])
        self.assertEqual(len(self.query("app_meter")), 1)

    def test_types_are_those_of_the_design(self):
        expected = {
            "app_balance": "gauge",
            "app_monotonic_total": "counter",
            "app_whole": "gauge",
            "app_text_info": "gauge",
            "app_distribution": "summary",
            "app_distribution_min": "gauge",
            "app_meter": "gauge",
            "app_meter_events_total": "counter",
            "app_latency": "summary",
        }
        types = self.types()
        self.assertEqual({name: types.get(name) for name in expected}, expected)

    def test_quantiles_are_flinks(self):
        quantiles = {float(labels["quantile"]): value for labels, value in self.series("app_latency")}
        self.assertEqual(sorted(quantiles), [0.5, 0.75, 0.95, 0.98, 0.99, 0.999])
        self.assertTrue(math.isclose(quantiles[0.5], 50.5))
        self.assertTrue(math.isclose(quantiles[0.999], 100.0))

    def test_labels_are_the_variables(self):
        [(labels, _)] = self.series("app_text_info")
        self.assertEqual((labels["zone"], labels["value"]), ("b", 'up "and"\\running\nμέτρα'))
        [(labels, _)] = self.series("flink_taskmanager_numRecordsIn")
        self.assertEqual((labels["host"], labels["tm_id"]), ("worker", "7"))

    def test_odd_names_do_not_spoil_the_page(self):
        odd = self.query('{__name__=~"app_odd_.*"}')
        self.assertGreater(len(odd), 20)
        [(labels, _)] = self.series('{__name__=~"app_odd_.*", x="x"}')
        self.assertEqual(labels["__name__"], "app_odd_x_x")
        self.assertEqual(self.query('app_odd_x_count{x_count=""}'), [14.0])

    def test_promtool_finds_nothing_but_what_is_flinks(self):
        page = fetch(f"http://{self.address}/metrics")
        check = subprocess.run([self.promtool, "check", "metrics"], input=page, capture_output=True, timeout=SECONDS)
        lints = (check.stdout + check.stderr).decode().splitlines()
        self.assertIn(check.returncode, (0, 3), lints)
        allowed = re.compile("|".join(re.escape(lint) for lint in ALLOWED_LINTS))
        self.assertEqual([lint for lint in lints if not allowed.search(lint)], [])


if __name__ == "__main__":
    Prometheus.promtool, Prometheus.prometheus, Prometheus.serve = sys.argv.pop(), sys.argv.pop(), sys.argv.pop()
    unittest.main()
