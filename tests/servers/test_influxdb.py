"""metra and InfluxDB 1.x.

The arguments are the program that emits, and influxd.
"""

import sys
import unittest
import urllib.error

from influxdb import InfluxDB


class InfluxDBTest(unittest.TestCase):
    emit = influxd = None


class Database(InfluxDBTest):
    """What the lines rest on."""

    @classmethod
    def setUpClass(cls):
        cls.database = InfluxDB(cls, cls.influxd)

    def refused(self, lines, **credentials):
        """What the server has against lines."""
        with self.assertRaises(urllib.error.HTTPError) as refused:
            self.database.write(lines, **credentials)
        refused.exception.close()
        return refused.exception.code, refused.exception.headers["X-Influxdb-Error"]

    def test_fields_have_types(self):
        self.database.write(r'm\ x,a=1,b\ c=d\,e\=f count=5i,rate=1.0,text="q\"\\ ",truth=true')
        self.assertEqual(self.database.last("m x"), [
            ({"a": "1", "b c": "d,e=f"}, {"count": 5, "rate": 1.0, "text": 'q"\\ ', "truth": True})])
        self.assertEqual(self.database.fields("m x"),
                         {"count": "integer", "rate": "float", "text": "string", "truth": "boolean"})

    def test_whole_numbers_keep_all_digits(self):
        self.database.write(f"largest v={2**63 - 1}i,w=1e300,x=0.0000001")
        self.assertEqual(self.database.last("largest"), [({}, {"v": 2**63 - 1, "w": 1e300, "x": 1e-7})])

    def test_nan_is_refused(self):
        self.assertEqual(self.refused("m v=NaN"), (400, "unable to parse 'm v=NaN': invalid number"))

    def test_backslash_at_the_end_of_a_tag_cannot_be_escaped(self):
        for tag in "a\\", "a\\\\":
            self.assertEqual(self.refused(f"m,t={tag} v=1"), (400, f"unable to parse 'm,t={tag} v=1': invalid tag format"))
        self.database.write(r"backslash,t=a\b,u=c\\d v=1")
        self.assertEqual(self.database.last("backslash"), [({"t": "a\\b", "u": "c\\\\d"}, {"v": 1})])

    def test_refusal_of_one_line_leaves_the_others(self):
        self.database.write("mixed v=1i")
        code, why = self.refused("mixed v=1.5\nwell v=2i")
        self.assertEqual((code, why.partition(":")[0]), (400, "partial write"))
        self.assertEqual(self.database.last("well"), [({}, {"v": 2})])

    def test_body_of_nothing_is_taken(self):
        self.database.write("")

    def test_nobody_is_let_in_unknown(self):
        self.assertEqual(self.refused("m v=1", user="null", password="null")[0], 401)


if __name__ == "__main__":
    InfluxDBTest.influxd, InfluxDBTest.emit = sys.argv.pop(), sys.argv.pop()
    unittest.main()
