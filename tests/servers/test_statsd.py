"""metra and the statsd daemon.

The arguments are the program that emits, Node.js, and the folder of the daemon.
"""

import pathlib
import socket
import sys
import unittest

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


if __name__ == "__main__":
    StatsDTest.package, StatsDTest.node, StatsDTest.emit = pathlib.Path(sys.argv.pop()), sys.argv.pop(), sys.argv.pop()
    unittest.main()
