"""metra and Graphite's carbon.

The arguments are the program that emits, and carbon-cache.
"""

import math
import re
import socket
import sys
import time
import unittest

from carbon import Carbon
from emit import COUNTERS, DOUBLES, MEASURES, ODD, OPERATOR, OWN, TRUTHS, Emit, check_own
from process import send, settle


class GraphiteTest(unittest.TestCase):
    emit = carbon = None


class Daemon(GraphiteTest):
    """What the lines rest on."""

    @classmethod
    def setUpClass(cls):
        cls.daemon = Carbon(cls, cls.carbon)
        lines = ["plain.a 1.5", "plain.java 1.0E7", f"plain.largest {2**63 - 1}", "plain.below -1", "plain.lost NaN",
                 "plain.endless inf", "plain.truth true", "plain.a\u00a0b 1", "plain.two words 1", "plain.sl/ash 2",
                 "plain.μ\"😀 3", "t;zone=b;a=x=y 4", "t;zone=~b 5", "t;zone= 6", "t;z!one=b 7", 'o{zone="b"} 8',
                 "last 1"]
        now = int(time.time())
        send(cls.daemon.port, "".join(f"{line} {now}\n" for line in lines).encode())
        settle(lambda: "last" in cls.daemon.last(), True)
        cls.series = cls.daemon.last()
        cls.complaints = "\n".join(cls.daemon.complaints())

    def test_numbers_are_doubles(self):
        found = [self.series[f"plain.{name}"] for name in ("a", "java", "largest", "below")]
        self.assertEqual(found, [1.5, 1e7, 2.0**63, -1.0])
        self.assertEqual(self.series["plain.endless"], math.inf)

    def test_nan_is_no_point_and_text_no_line(self):
        self.assertNotIn("plain.lost", self.series)
        self.assertNotIn("plain.truth", self.series)
        self.assertIn("[plain.truth true", self.complaints)

    def test_blanks_of_any_kind_end_a_path(self):
        self.assertIn("[plain.two words 1", self.complaints)
        self.assertIn("[plain.a\\xa0b 1", self.complaints)

    def test_other_letters_may_stand_in_a_path_but_a_slash_is_a_dot(self):
        self.assertEqual((self.series["plain.μ\"😀"], self.series["plain.sl.ash"]), (3.0, 2.0))

    def test_tags_are_sorted_and_odd_ones_are_only_said(self):
        tagged = {name for name in self.series if ";" in name}
        # The second is Prometheus' notation, which it understands as well.
        self.assertEqual(tagged, {"t;a=x=y;zone=b", "o;zone=b", "t;zone=~b", "t;zone=", "t;z!one=b"})
        for line in "t;zone=~b", "t;zone=", "t;z!one=b":
            self.assertIn(f"Error parsing metric {line}:", self.complaints)

    def test_datagram_may_have_several_lines(self):
        now = int(time.time())
        send(self.daemon.port, f"udp.a 1 {now}\nudp.b 2 {now}\n".encode(), socket.SOCK_DGRAM)
        self.assertTrue(settle(lambda: {"udp.a", "udp.b"} <= set(self.daemon.last()), True))


class Way:
    """A daemon, and a way that metra reports to it in."""

    def __init__(self, test, name, names, own, **keys):
        self.daemon = Carbon(test, test.carbon)
        self.name = name
        self.names = names
        self.own = own
        self.keys = {"factory.class": "graphite", "host": "127.0.0.1", "port": self.daemon.port, "interval": "200 ms",
                     **keys}

    def values(self, *names):
        """The values of these metrics in each place."""
        values = self.daemon.last()
        return [{name: values.get(place.format(name)) for name in names} for place in self.names]

    def rate(self):
        return self.values("visits.m1_rate")[0]["visits.m1_rate"]

    def orders(self):
        return self.values("orders.count")[0]["orders.count"]


class Reports(GraphiteTest):
    """What arrives: by TCP, by UDP below a prefix, and in tagged series."""

    @classmethod
    def setUpClass(cls):
        operator = "worker_one.taskmanager.tm-7.Word,-count.sum=\\.3.{}"
        tags = "".join(f";{key}={re.sub(' +', '-', value.replace(chr(34), ''))}" for key, value in sorted(OPERATOR.items()))
        cls.ways = [
            Way(cls, "tcp", ["shop.{}", operator], "metra.reporter.tcp.{}"),
            Way(cls, "udp", ["my-app.shop.{}", f"my-app.{operator}"], "my-app.metra.reporter.udp.{}", protocol="UDP",
                prefix="my app"),
            Way(cls, "tagged", ["shop.{};zone=b", "flink.taskmanager.job.task.operator.{}" + tags],
                "metra.reporter.{};reporter=tagged", tags=True),
        ]
        cls.program = Emit(cls, cls.emit, **{way.name: way.keys for way in cls.ways})
        cls.program.live(*cls.ways)

    def check(self, expected):
        """Checks values in each place and way; what came last is written a moment later."""
        for way in self.ways:
            found = settle(lambda: way.values(*expected), [expected, expected])
            self.assertEqual(found, [expected, expected], way.name)

    def test_numbers_keep_their_values(self):
        self.check({f"{name}.count" if name in COUNTERS else name: number for name, number in DOUBLES.items()})

    def test_truths_are_one_and_zero(self):
        self.check(TRUTHS)

    def test_measures_have_their_parts(self):
        parts = {f"{name}.{part}": value for name, parts in MEASURES.items() for part, value in parts.items()}
        parts["visits.m1_rate"] = parts.pop("visits.rate")
        self.check(parts)

    def test_what_graphite_has_no_words_for_is_left_out_and_said(self):
        self.check({name: None for name in ("state", "lost", "endless", "absent")})
        self.assertEqual(sorted(self.program.complaints()), [
            f"WARN reporter {name}: {what} for Graphite" for name in ("tagged", "tcp", "udp")
            for what in ("NaN and infinities are no values", "text is no value")])

    def test_no_line_is_bad_and_no_name_takes_another_along(self):
        odd = 2 * [*range(100, 100 + len(ODD)), *range(200, 200 + len(ODD))]
        for way in self.ways:
            found = [value for name, value in way.daemon.last().items() if ".odd." in name]
            self.assertEqual(sorted(found), sorted(odd), way.name)
            self.assertEqual(way.daemon.complaints(), [])

    def test_metra_says_how_reports_went(self):
        for way in self.ways:
            values = way.daemon.last()
            check_own(self, {name: values[way.own.format(f"{name}.count")] for name in OWN}, dropped=2 * 3)


if __name__ == "__main__":
    GraphiteTest.carbon, GraphiteTest.emit = sys.argv.pop(), sys.argv.pop()
    unittest.main()
