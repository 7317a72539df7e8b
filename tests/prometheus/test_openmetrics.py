"""OpenMetrics pages, read by Prometheus' own Python client and by a real Prometheus that has to show who it is.

The arguments are the program that serves, and prometheus. Needs what requirements.txt names.
"""

import gzip
import json
import math
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

from prometheus_client import parser as text_format
from prometheus_client.openmetrics import parser as openmetrics

import test_prometheus as real

OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
PASSWORD = 'p:ä "word"'
TOKEN = "mF_9.B5f-4.1JqM"

# The names of register_odd_names in serve.c, each also the value of a variable.
ODD = [" ", ".", "a b", "a.b", "a-b", "0", "9lives", '"', "\\", "\n", "{}", "μέτρα", "😀",
       "x", "x_count", "x_total", "x_info", "le", "quantile", "__name__", "NaN", "#", ":"]


def start(test, *keys):
    """Starts the program with keys of its reporter; where it listens."""
    program = subprocess.Popen([OpenMetrics.serve, *keys], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    test.addClassCleanup(real.stop, program)
    return program.stdout.readline().strip()


def scrape(address, **fields):
    request = urllib.request.Request(f"http://{address}/metrics", headers=fields)
    with urllib.request.urlopen(request, timeout=real.SECONDS) as answer:
        return answer.headers, answer.read()


def families(address):
    headers, page = scrape(address, Accept="application/openmetrics-text")
    assert headers["Content-Type"] == OPENMETRICS, headers["Content-Type"]
    return {family.name: family for family in openmetrics.text_string_to_metric_families(page.decode())}


def samples(parsed):
    """What samples say, in an order of their own and such that NaN is equal to itself."""
    lines = [(sample.name, sorted(sample.labels.items()), str(float(sample.value)))
             for family in parsed for sample in family.samples]
    return sorted(lines)


class OpenMetrics(unittest.TestCase):
    serve = prometheus = None

    @classmethod
    def setUpClass(cls):
        cls.plain = start(cls)
        cls.buckets = start(cls, "buckets", "true")

    def test_every_name_label_and_value_is_that_of_the_other_format(self):
        for address in self.plain, self.buckets:
            _, page = scrape(address)
            other = list(text_format.text_string_to_metric_families(page.decode()))
            # Rates move on every five seconds; everything else stands still.
            is_rate = [name for name in families(address) if name.endswith("_meter")]
            both = [[line for line in samples(parsed) if line[0] not in is_rate]
                    for parsed in (families(address).values(), other)]
            self.assertGreater(len(both[0]), 90)
            self.assertEqual(both[0], both[1])

    def test_types_are_openmetrics_own_where_they_fit(self):
        expected = {
            "app_balance": "gauge",
            "app_monotonic": "counter",
            "app_text": "info",
            "app_distribution": "summary",
            "app_latency": "summary",
            "app_meter_events": "counter",
            "app_misfits_latency": "unknown",
            "app_misfits_latency_sum": "unknown",
            "app_misfits_latency_created": "gauge",
            "app_misfits_monotonic": "gauge",
            "app_misfits_monotonic_total": "unknown",
            "app_misfits_change_sum": "unknown",
            "app_misfits_drift": "unknown",
        }
        types = {name: family.type for name, family in families(self.plain).items()}
        self.assertEqual({name: types.get(name) for name in expected}, expected)

    def test_texts_come_back_as_they_went_in(self):
        parsed = families(self.plain)
        [text] = parsed["app_text"].samples
        self.assertEqual((text.labels["value"], text.value), ('up "and"\\running\nμέτρα', 1))
        helps = {family.documentation for family in parsed.values()}
        odd = [sample for name, family in parsed.items() if name.startswith("app_odd_") for sample in family.samples]
        values = {value for sample in odd for value in sample.labels.values()}
        self.assertEqual([name for name in ODD if name not in values], [])
        self.assertIn('with "quotes", a \\ and\na line (scope: app_misfits)', helps)
        self.assertIn("μέτρα (scope: app_odd______)", helps)

    def test_extreme_values_come_back_as_they_went_in(self):
        parsed = families(self.plain)
        whole = [parsed[f"app_extremes_{name}"].samples[0].value for name in ("lowest", "highest")]
        self.assertEqual(whole, [-2**63, 2**63 - 1])
        real_values = [parsed[f"app_extremes_v{at}"].samples[0].value for at in range(6)]
        self.assertTrue(math.isnan(real_values[0]))
        self.assertEqual(real_values[1:5], [math.inf, -math.inf, sys.float_info.max, 5e-324])
        self.assertEqual(math.copysign(1, real_values[5]), -1)

    def test_buckets_are_powers_of_two(self):
        parsed = families(self.buckets)
        latency = parsed["app_latency"]
        self.assertEqual(latency.type, "histogram")
        counts = {sample.labels["le"]: sample.value for sample in latency.samples if sample.name.endswith("_bucket")}
        self.assertEqual(list(counts)[:8], ["1.0", "3.0", "7.0", "15.0", "31.0", "63.0", "127.0", "255.0"])
        self.assertEqual([counts[le] for le in ("1.0", "63.0", "127.0", "+Inf")], [1, 63, 100, 100])
        self.assertEqual(parsed["app_misfits_drift_bucket"].type, "unknown")

    def test_page_is_compressed_for_who_asks(self):
        headers, page = scrape(self.plain, **{"Accept-Encoding": "gzip"})
        self.assertEqual(headers["Content-Encoding"], "gzip")
        self.assertIn("# TYPE app_balance gauge", gzip.decompress(page).decode())


class Credentials(unittest.TestCase):
    """A Prometheus scrapes the same page as a user and with a token."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        (cls.folder / "password").write_text(PASSWORD + "\n", encoding="utf-8")
        (cls.folder / "token").write_text(TOKEN + "\n")
        cls.address = start(cls, "buckets", "true", "username", "prometheus",
                            "password-file", str(cls.folder / "password"),
                            "bearer-token-file", str(cls.folder / "token"))
        cls.start_prometheus()

    @classmethod
    def start_prometheus(cls):
        config = cls.folder / "prometheus.yml"
        targets = f"static_configs: [{{targets: ['{cls.address}']}}]"
        config.write_text("global: {scrape_interval: 1s}\n"
                          "scrape_configs:\n"
                          f"  - {{job_name: user, {targets}, "
                          "basic_auth: {username: prometheus, password_file: password}}\n"
                          f"  - {{job_name: token, {targets}, authorization: {{credentials_file: token}}}}\n"
                          f"  - {{job_name: nobody, {targets}}}\n")
        cls.api = f"http://127.0.0.1:{real.free_port()}"
        command = [OpenMetrics.prometheus, f"--config.file={config}", f"--storage.tsdb.path={cls.folder / 'data'}",
                   f"--web.listen-address={cls.api.removeprefix('http://')}", "--log.level=error"]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        cls.addClassCleanup(real.stop, server)

    def by_job(self, expression):
        """What an expression gives now, by job."""
        answer = json.loads(real.fetch(f"{self.api}/api/v1/query?" + urllib.parse.urlencode({"query": expression})))
        return {one["metric"].get("job"): float(one["value"][1]) for one in answer["data"]["result"]}

    def query(self, expression):
        """What an expression gives, by job; waits until both that may have scraped."""
        deadline = time.monotonic() + real.SECONDS
        found = {}
        while time.monotonic() < deadline:
            try:
                found = self.by_job(expression)
            except (urllib.error.URLError, ConnectionError):
                pass
            if len(found) >= 2:
                return found
            time.sleep(0.2)
        raise AssertionError(f"{expression}: {found}")

    def test_prometheus_gets_in_with_either_credential_and_not_without(self):
        self.assertEqual(self.query("app_balance"), {"user": -42.0, "token": -42.0})
        self.assertEqual(self.query("up{job!='user'}"), {"token": 1.0, "nobody": 0.0})

    def test_quantiles_of_buckets_are_near_the_true_ones(self):
        median = self.query("histogram_quantile(0.5, app_latency_bucket)")
        self.assertTrue(31 <= median["user"] <= 63, median)
        below_zero = self.query("app_misfits_drift_sum")
        self.assertEqual(below_zero["token"], sum(range(-50, 21)))

    def test_answer_without_credentials_says_what_would_do(self):
        with self.assertRaises(urllib.error.HTTPError) as refused:
            scrape(self.address)
        self.assertEqual(refused.exception.code, 401)
        self.assertEqual(len(refused.exception.headers.get_all("WWW-Authenticate")), 2)
        refused.exception.close()


if __name__ == "__main__":
    OpenMetrics.prometheus, OpenMetrics.serve = sys.argv.pop(), sys.argv.pop()
    unittest.main()
