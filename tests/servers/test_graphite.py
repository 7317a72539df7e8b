"""metra and Graphite's carbon.

The arguments are the program that emits, and carbon-cache.
"""

import math
import socket
import sys
import time
import unittest

from carbon import Carbon
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


if __name__ == "__main__":
    GraphiteTest.carbon, GraphiteTest.emit = sys.argv.pop(), sys.argv.pop()
    unittest.main()
