"""metra and the Pushgateway, and a Prometheus that scrapes it.

The arguments are the program that emits, prometheus-pushgateway, and prometheus.
"""

import sys
import unittest
import urllib.error

from process import fetch, settle
from promql import Prometheus
from pushgateway import Pushgateway


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


if __name__ == "__main__":
    PushgatewayTest.prometheus, PushgatewayTest.pushgateway, PushgatewayTest.emit = (sys.argv.pop() for _ in range(3))
    unittest.main()
