"""metra and InfluxDB 1.x.

The arguments are the program that emits, and influxd.
"""

import sys
import unittest
import urllib.error

from emit import COUNTERS, MEASURES, NUMBERS, ODD, OPERATOR, OWN, SHOP, STATE, VISITS, Emit, check_own
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


class Way:
    """A retention policy that metra reports to."""

    def __init__(self, database, name, policy, **keys):
        self.database = database
        self.name = name
        self.policy = policy
        self.keys = {"factory.class": "influxdb", "host": "127.0.0.1", "port": database.port, "db": database.DATABASE,
                     "username": database.USER, "password": database.USER_PASSWORD, "interval": "200 ms", **keys}

    def points(self, scope, *names):
        """The fields of the newest points of these metrics, and tags that all of them have."""
        found = {name: self.database.last(f"{scope}_{name}", self.policy) for name in names}
        tags = [tags for points in found.values() for tags, _ in points]
        fields = {name: points[0][1] for name, points in found.items() if len(points) == 1}
        return fields, tags[0] if tags.count(tags[0]) == len(tags) else tags

    def field(self, name, field):
        for _, fields in self.database.last(name, self.policy):
            return fields.get(field)

    def rate(self):
        return self.field("shop_visits", "rate")

    def orders(self):
        return self.field("shop_orders", "count")


def written(text, control):
    """A text as the database is told it, with something else for control characters, and for a backslash at the end."""
    text = "".join(letter if letter.isprintable() else control for letter in text)
    return text[:-1] + "_" if text.endswith("\\") else text


class Reports(InfluxDBTest):
    """What arrives, in the default retention policy and, compressed, in another."""

    # What the tags of each place are to the database: it cannot be told of a backslash at the end.
    PLACES = [("shop", SHOP), ("taskmanager_job_task_operator", OPERATOR | {"operator_name": "sum=_"})]

    @classmethod
    def setUpClass(cls):
        cls.database = InfluxDB(cls, cls.influxd)
        cls.ways = [Way(cls.database, "plain", "autogen"),
                    Way(cls.database, "kept", "week", retentionPolicy="week", gzip=True)]
        cls.program = Emit(cls, cls.emit, **{way.name: way.keys for way in cls.ways})
        cls.program.live(*cls.ways)

    def check(self, expected):
        """Checks the fields of metrics in each place and way, and their tags."""
        for way in self.ways:
            for scope, tags in self.PLACES:
                self.assertEqual(way.points(scope, *expected), (expected, tags), way.name)

    def test_numbers_keep_their_values(self):
        counters = {name: {"count": NUMBERS[name]} for name in COUNTERS}
        gauges = {name: {"value": number} for name, number in NUMBERS.items() if name not in COUNTERS}
        self.check(counters | gauges)

    def test_fields_have_flinks_types(self):
        whole = {"orders": {"count"}, "balance": {"count"}, "debt": {"value"}, "largest": {"value"},
                 "basket": {"count", "sum", "min", "max"}, "visits": {"count"}, "latency": {"count", "min", "max"}}
        for name, integers in whole.items():
            for scope, _ in self.PLACES:
                types = self.database.fields(f"{scope}_{name}")
                self.assertEqual({field for field, kind in types.items() if kind == "integer"}, integers)
                self.assertLessEqual(set(types.values()), {"integer", "float"})
        self.assertEqual(self.database.fields("shop_share"), {"value": "float"})
        self.assertEqual(self.database.fields("shop_open"), {"value": "string"})

    def test_text_and_truths_are_text(self):
        self.check({"state": {"value": STATE}, "open": {"value": "true"}, "shut": {"value": "false"}})

    def test_measures_have_their_parts(self):
        self.check({"basket": MEASURES["basket"], "visits": VISITS})
        for way in self.ways:
            for scope, _ in self.PLACES:
                [(_, latency)] = self.database.last(f"{scope}_latency", way.policy)
                self.assertEqual(len(latency), 11)
                self.assertEqual({part: latency[part] for part in MEASURES["latency"]}, MEASURES["latency"])

    def test_what_the_database_has_no_words_for_is_left_out_and_said(self):
        for scope, _ in self.PLACES:
            for name in "lost", "endless", "absent":
                self.assertEqual(self.database.ask(f'SHOW SERIES FROM "{scope}_{name}"'), [])
        self.assertEqual(sorted(self.program.complaints()), [
            f"WARN reporter {name}: NaN and infinities are no values for InfluxDB" for name in ("kept", "plain")])

    def test_odd_texts_are_one_tag_and_one_name_each(self):
        for way in self.ways:
            for scope, tags in self.PLACES:
                points = self.database.last(f"{scope}_odd_customer_seen", way.policy)
                seen = {tags["customer"]: fields for tags, fields in points}
                self.assertEqual(seen, {written(text, ""): {"count": 100 + at} for at, text in enumerate(ODD)})
                for at, text in enumerate(ODD):
                    points = self.database.last(f"{scope}_odd_{written(text, '_')}", way.policy)
                    self.assertEqual(points, [(tags, {"count": 200 + at})])

    def test_metra_says_how_reports_went(self):
        for way in self.ways:
            own = {name: dict((tags["reporter"], fields["count"]) for tags, fields in
                              self.database.last(f"metra_reporter_{name}", way.policy)) for name in OWN}
            check_own(self, {name: counts[way.name] for name, counts in own.items()}, dropped=2 * 2)


if __name__ == "__main__":
    InfluxDBTest.influxd, InfluxDBTest.emit = sys.argv.pop(), sys.argv.pop()
    unittest.main()
