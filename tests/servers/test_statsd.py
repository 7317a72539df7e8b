"""metra and the statsd daemon.

The arguments are the program that emits, Node.js, and the folder of the daemon.
"""

import pathlib
import socket
import sys
import unittest

from emit import DOUBLES, MEASURES, NUMBERS, ODD, OPERATOR, OWN, TRUTHS, Emit, check_own
from process import send, settle
from statsd import StatsD



class StatsDTest(unittest.TestCase):
    emit = node = package = None

    @classmethod
    def start(cls):
        return StatsD(cls, cls.node, cls.package)


class Daemon(StatsDTest):
    """What the lines rest on."""

    @classmethod
    def setUpClass(cls):
        cls.daemon = cls.start()

    def take(self, *lines, kind="gauges"):
        """What a kind of values is after these lines, each a datagram."""
        for line in [*lines, "last:1|c"]:
            send(self.daemon.port, line.encode(), socket.SOCK_DGRAM)
        self.assertEqual(settle(lambda: self.daemon.values("counters").pop("last", 0) > 0, True), True)
        self.daemon.command_answer("delcounters last")
        return self.daemon.values(kind)

    def test_number_with_a_sign_is_a_change_unless_zero_comes_first(self):
        self.assertEqual(self.take("change:-5|g", "change:-5|g")["change"], -10)
        self.assertEqual(self.take("debt:7|g", "debt:0|g\ndebt:-5|g", "debt:0|g\ndebt:-5|g")["debt"], -5)

    def test_java_spells_numbers_as_it_reads_them(self):
        gauges = self.take("big:1.23456789E7|g", "small:1.0E-7|g", f"whole:{2**63 - 1}|g")
        self.assertEqual([gauges[name] for name in ("big", "small", "whole")], [12345678.9, 1e-7, 2.0**63])

    def test_counters_add_up(self):
        self.assertEqual(self.take("sum:3|c", "sum:4|c", kind="counters")["sum"], 7)

    def test_text_and_nan_are_bad_lines_and_infinity_is_none(self):
        before = len(self.daemon.complaints())
        gauges = self.take("truth:true|g", "lost:NaN|g", "endless:Infinity|g")
        self.assertEqual(len(self.daemon.complaints()) - before, 2)
        self.assertEqual([gauges.get(name, "none") for name in ("truth", "lost", "endless")], ["none", "none", None])

    def test_tags_become_part_of_the_name(self):
        gauges = self.take("tagged:5|g|#zone:b,time:1:2,odd:a;b")
        self.assertEqual(gauges["tagged;zone=b;time=1:2;odd=a_b"], 5)


class Way:
    """A daemon, a way of naming that metra reports to it in, and what has arrived."""

    def __init__(self, test, name, names, own, **keys):
        self.daemon = test.start()
        self.name = name
        self.names = names
        self.own = own
        self.keys = {"factory.class": "statsd", "host": "127.0.0.1", "port": self.daemon.port, "interval": "200 ms", **keys}

    def gauges(self, *names):
        """The values of these metrics in each place."""
        return self.values("gauges", names)

    def counters(self, *names):
        return self.values("counters", names)

    def values(self, kind, names):
        values = self.daemon.values(kind)
        return [{name: values.get(place.format(name)) for name in names} for place in self.names]

    def rate(self):
        return self.gauges("visits.rate")[0]["visits.rate"]

    def orders(self):
        return self.counters("orders")[0]["orders"]


class Reports(StatsDTest):
    """What arrives, in Flink's names and in logical ones with tags."""

    @classmethod
    def setUpClass(cls):
        # What would begin another tag is replaced; the daemon does the rest.
        tags = "".join(f";{key}={value.replace(',', '-')}" for key, value in sorted(OPERATOR.items()))
        cls.ways = [
            Way(cls, "plain", ["shop.{}", "worker_one.taskmanager.tm 7.Word, count.sum=\\.3.{}"],
                "metra.reporter.plain.{}"),
            Way(cls, "tagged", ["shop.{};zone=b", "flink.taskmanager.job.task.operator.{}" + tags],
                "metra.reporter.{};reporter=tagged", **{"dogstatsd-tags": True}),
        ]
        cls.program = Emit(cls, cls.emit, **{way.name: way.keys for way in cls.ways})
        cls.program.live(*cls.ways)

    def test_numbers_are_gauges(self):
        numbers = {name: value for name, value in DOUBLES.items() if name != "orders"}
        for way in self.ways:
            self.assertEqual(way.gauges(*numbers), [numbers, numbers], way.name)

    def test_what_only_goes_up_is_a_counter_of_which_nothing_is_lost(self):
        orders = {"orders": NUMBERS["orders"]}
        for way in self.ways:
            self.assertEqual(way.counters("orders"), [orders, orders], way.name)

    def test_truths_are_one_and_zero(self):
        for way in self.ways:
            self.assertEqual(way.gauges(*TRUTHS), [TRUTHS, TRUTHS], way.name)

    def test_measures_are_gauges_of_their_parts(self):
        parts = {f"{name}.{part}": value for name, parts in MEASURES.items() for part, value in parts.items()}
        for way in self.ways:
            self.assertEqual(way.gauges(*parts), [parts, parts], way.name)

    def test_what_the_daemon_has_no_words_for_is_left_out_and_said(self):
        absent = {name: None for name in ("state", "lost", "endless", "absent")}
        for way in self.ways:
            self.assertEqual(way.gauges(*absent), [absent, absent], way.name)
        self.assertEqual(sorted(self.program.complaints()), [
            f"WARN reporter {way.name}: {what} for StatsD" for way in self.ways
            for what in ("NaN and infinities are no values", "text is no value")])

    def test_no_line_is_bad_and_no_name_takes_another_along(self):
        odd = 2 * [*range(100, 100 + len(ODD)), *range(200, 200 + len(ODD))]
        for way in self.ways:
            self.assertEqual(way.daemon.complaints(), [])
            found = [value for name, value in way.daemon.values("gauges").items() if ".odd." in name]
            self.assertEqual(sorted(found), sorted(odd), way.name)

    def test_metra_says_how_reports_went(self):
        for way in self.ways:
            counters = way.daemon.values("counters")
            check_own(self, {name: counters[way.own.format(name)] for name in OWN}, dropped=2 * 3)


if __name__ == "__main__":
    StatsDTest.package, StatsDTest.node, StatsDTest.emit = pathlib.Path(sys.argv.pop()), sys.argv.pop(), sys.argv.pop()
    unittest.main()
