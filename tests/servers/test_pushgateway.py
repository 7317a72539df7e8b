"""metra and the Pushgateway, and a Prometheus that scrapes it.

The arguments are the program that emits, prometheus-pushgateway, and prometheus.
"""

import json
import math
import sys
import unittest
import urllib.error

from emit import DOUBLES, MEASURES, ODD, OPERATOR, OWN, SHOP, STATE, Emit, check_own
from process import fetch, settle
from promql import Prometheus
from pushgateway import Pushgateway, SecurePushgateway

PLACES = ["shop_", "flink_taskmanager_job_task_operator_"]


class PushgatewayTest(unittest.TestCase):
    emit = pushgateway = prometheus = None


class Gateway(PushgatewayTest):
    """What pushes rest on."""

    @classmethod
    def setUpClass(cls):
        cls.gateway = Pushgateway(cls, cls.pushgateway)
        cls.scraper = Prometheus(cls, cls.prometheus, cls.gateway.address)

    def push(self, path, page):
        fetch(f"{self.gateway.url}/metrics/job/{path}", page.encode())

    def test_values_of_a_path_may_be_base64(self):
        self.push("slash/zone@base64/YS9i", "a 5\n")
        self.assertEqual(settle(lambda: self.scraper.series('a{job="slash"}'),
                                [({"__name__": "a", "job": "slash", "zone": "a/b"}, 5.0)]),
                         [({"__name__": "a", "job": "slash", "zone": "a/b"}, 5.0)])

    def test_types_and_all_numbers_are_kept(self):
        self.push("types", '# TYPE c_total counter\nc_total 1\n# TYPE s summary\ns{quantile="0.5"} NaN\ns_sum -0.5\n'
                           's_count 2\ng{v="a\\"\\\\\\nμ"} +Inf\n')
        [(_, families)] = [group for group in self.gateway.groups() if group[0]["job"] == "types"]
        types = {name: family["type"] for name, family in families.items() if not name.startswith("push_")}
        self.assertEqual(types, {"c_total": "COUNTER", "s": "SUMMARY", "g": "UNTYPED"})
        self.assertEqual(families["g"]["metrics"][0]["labels"]["v"], 'a"\\\nμ')

    def test_page_with_one_bad_line_is_refused_as_a_whole(self):
        with self.assertRaises(urllib.error.HTTPError) as refused:
            self.push("bad", "good 1\nbad line here\n")
        self.assertEqual(refused.exception.code, 400)
        refused.exception.close()
        self.assertEqual([group for group in self.gateway.groups() if group[0]["job"] == "bad" and "good" in group[1]], [])


class Way:
    """A job that metra pushes, as Prometheus knows it."""

    def __init__(self, scraper, gateway, name, job, **keys):
        self.scraper = scraper
        self.name = name
        # The labels that all its series have.
        self.labels = job
        self.keys = {"factory.class": "pushgateway", "hostUrl": gateway.url, "randomJobNameSuffix": False,
                     "jobName": job["job"], "deleteOnShutdown": False, "interval": "200 ms", **keys}

    def values(self, *names):
        """The values of these metrics in each place."""
        return [{name: self.value(place + name) for name in names} for place in PLACES]

    def value(self, name, **labels):
        values = self.scraper.values(selector(name, self.labels | labels))
        return values[0] if len(values) == 1 else values

    def rate(self):
        return self.value("shop_visits")

    def orders(self):
        return self.value("shop_orders_total")


def selector(name, labels):
    matchers = (f"{label}={json.dumps(value)}" for label, value in {"__name__": name, **labels}.items())
    return "{" + ", ".join(matchers) + "}"


class Reports(PushgatewayTest):
    """What arrives, job by job."""

    @classmethod
    def setUpClass(cls):
        cls.gateway = Pushgateway(cls, cls.pushgateway)
        # A gateway takes no histogram of the name of a summary that it has.
        second = Pushgateway(cls, cls.pushgateway)
        scraper = cls.scraper = Prometheus(cls, cls.prometheus, cls.gateway.address, second.address)
        cls.ways = [
            Way(scraper, cls.gateway, "plain", {"job": "shop/β +job", "area": "a b/c", "k": "v&w=x"},
                groupingKey="area=a b/c;k=v&w=x", filterLabelValueCharacters=False),
            Way(scraper, second, "buckets", {"job": "buckets"}, buckets=True),
        ]
        cls.secure = SecurePushgateway(cls, cls.pushgateway)
        forgotten = Way(scraper, cls.secure, "forgotten", {"job": "forgotten"}, deleteOnShutdown=True,
                        randomJobNameSuffix=True, username=cls.secure.USER, password=cls.secure.PASSWORD,
                        **{"ca-file": str(cls.secure.authority)})
        cls.program = Emit(cls, cls.emit, **{way.name: way.keys for way in [*cls.ways, forgotten]})
        cls.program.wait_for(lambda: len(cls.secure.groups()), 1)
        cls.suffixed = cls.secure.groups()
        cls.program.live(*cls.ways)

    def check(self, expected):
        """Checks values of both places; the last ones are scraped after the end."""
        for way in self.ways:
            ask = lambda: way.values(*expected)
            self.assertEqual(settle(ask, [expected, expected]), [expected, expected], way.name)

    def test_numbers_arrive(self):
        numbers = {name: value for name, value in DOUBLES.items() if name != "orders"}
        self.check(numbers | {"orders_total": DOUBLES["orders"]})

    def test_truths_text_and_infinity_are_what_prometheus_makes_of_them(self):
        self.check({"open": 1.0, "shut": 0.0, "endless": math.inf, "absent": []})
        for way in self.ways:
            texts = {labels["value"] for labels, _ in self.scraper.series(selector("shop_state_info", way.labels))}
            self.assertEqual(texts, {STATE})
            self.assertTrue(math.isnan(way.value("shop_lost")))

    def test_measures_arrive(self):
        basket = {f"basket_{part}": float(value) for part, value in MEASURES["basket"].items()}
        visits = {"visits": 5.0, "visits_events_total": 300.0}
        self.check(basket | visits | {"latency_count": 100.0, "latency_sum": 5050.0})
        plain, buckets = self.ways
        self.assertEqual([plain.value("shop_latency", quantile=part) for part in ("0.5", "0.999")], [50.5, 100.0])
        self.assertEqual([buckets.value("shop_latency_bucket", le=bound) for bound in ("63", "127", "+Inf")],
                         [63.0, 100.0, 100.0])

    def test_types_are_those_of_the_page(self):
        expected = {"orders_total": "COUNTER", "stock": "GAUGE", "basket": "SUMMARY", "latency": "SUMMARY",
                    "visits": "GAUGE"}
        [(_, families)] = self.gateway.groups()
        self.assertEqual({name: families[f"shop_{name}"]["type"] for name in expected}, expected)

    def test_labels_are_variables_and_those_of_the_group(self):
        plain = self.ways[0]
        for name, variables in ("shop_queue", SHOP), ("flink_taskmanager_job_task_operator_queue", OPERATOR):
            labels = self.scraper.labels(selector(name, plain.labels))
            labels.pop("__name__")
            self.assertEqual(labels, variables | plain.labels)
        seen = {labels["customer"]: value for labels, value in
                self.scraper.series(selector("shop_odd_customer_seen", plain.labels))}
        self.assertEqual(seen, {text: 100.0 + at for at, text in enumerate(ODD)})

    def test_job_with_a_suffix_is_forgotten_at_the_end(self):
        [(labels, families)] = self.suffixed
        self.assertRegex(labels["job"], "^forgotten[0-9a-f]{32}$")
        self.assertIn("metra_reporter_reports_total", families)
        self.assertEqual(self.secure.groups(), [])

    def test_metra_says_how_reports_went(self):
        self.assertEqual(self.program.complaints(), [])
        for way in self.ways:
            own = {name: way.value(f"metra_reporter_{name}_total", reporter=way.name) for name in OWN}
            self.assertEqual(own["droppedMetrics"], 0.0)
            check_own(self, own)


if __name__ == "__main__":
    PushgatewayTest.prometheus, PushgatewayTest.pushgateway, PushgatewayTest.emit = (sys.argv.pop() for _ in range(3))
    unittest.main()
