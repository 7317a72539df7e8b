"""The shared library through Python's ctypes: what a binding without a compiler sees. The argument is its path."""

import ctypes
import sys
import threading
import unittest
from ctypes import (CFUNCTYPE, POINTER, Structure, Union, byref, c_char_p, c_double, c_int, c_int32, c_int64, c_size_t,
                    c_uint32, c_uint64, c_void_p, sizeof)

OK, ERROR_NULL_ARGUMENT, ERROR_INVALID_UTF8, ERROR_NAME_COLLISION, ERROR_NOT_FOUND = 0, 1, 2, 4, 10
COUNTER = 0


class Content(Union):
    _fields_ = [("int64", c_int64), ("float64", c_double), ("boolean", c_int32), ("text", c_char_p)]


class Value(Structure):
    _fields_ = [("type", c_int32), ("content", Content)]


class RootInfo(Structure):
    _fields_ = [("size", c_size_t), ("name", c_char_p), ("variables", c_void_p), ("variables_len", c_size_t)]


class MetricInfo(Structure):
    _fields_ = [("size", c_size_t), ("id", c_uint64), ("type", c_int32), ("name", c_char_p), ("identifier", c_char_p),
                ("logical_scope", c_char_p), ("variables", c_void_p), ("variables_len", c_size_t)]


class Reading(Structure):
    """The part of metra_reading that counters use."""

    _fields_ = [("size", c_size_t), ("metric", POINTER(MetricInfo)), ("has_value", c_int32), ("count", c_int64)]


GAUGE = CFUNCTYPE(c_int, c_void_p, POINTER(Value))
DROP = CFUNCTYPE(None, c_void_p)
COLLECT = CFUNCTYPE(None, c_void_p, POINTER(Reading))
WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_size_t)

PROTOTYPES = {
    "metra_version": (c_char_p,),
    "metra_last_error": (c_char_p,),
    "metra_registry_new": (c_int, c_void_p, POINTER(c_void_p)),
    "metra_registry_root": (c_int, c_void_p, POINTER(RootInfo), POINTER(c_void_p)),
    "metra_registry_close": (c_int, c_void_p, c_uint32),
    "metra_registry_free": (None, c_void_p),
    "metra_registry_collect": (c_int, c_void_p, COLLECT, c_void_p),
    "metra_registry_write": (c_int, c_void_p, c_int32, WRITE, c_void_p),
    "metra_registry_read_gauge": (c_int, c_void_p, c_void_p, POINTER(Value)),
    "metra_group_counter": (c_int, c_void_p, c_char_p, POINTER(c_void_p)),
    "metra_group_gauge": (c_int, c_void_p, c_char_p, GAUGE, c_void_p, DROP, POINTER(c_void_p)),
    "metra_group_meter": (c_int, c_void_p, c_char_p, c_int64, POINTER(c_void_p)),
    "metra_group_unregister": (c_int, c_void_p, c_char_p),
    "metra_group_free": (None, c_void_p),
    "metra_counter_inc": (None, c_void_p, c_int64),
    "metra_counter_count": (c_int64, c_void_p),
    "metra_counter_free": (None, c_void_p),
    "metra_gauge_free": (None, c_void_p),
}


def load(path):
    library = ctypes.CDLL(path)
    for name, (result, *arguments) in PROTOTYPES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


class Metra(unittest.TestCase):
    library = None

    def setUp(self):
        self.registry, self.root = c_void_p(), c_void_p()
        self.succeeds(self.library.metra_registry_new(None, byref(self.registry)))
        info = RootInfo(sizeof(RootInfo), b"app", None, 0)
        self.succeeds(self.library.metra_registry_root(self.registry, byref(info), byref(self.root)))

    def tearDown(self):
        self.succeeds(self.library.metra_registry_close(self.registry, 10000))
        self.library.metra_group_free(self.root)
        self.library.metra_registry_free(self.registry)

    def succeeds(self, status):
        self.assertEqual(status, OK, self.library.metra_last_error())

    def counter(self, name):
        counter = c_void_p()
        self.succeeds(self.library.metra_group_counter(self.root, name, byref(counter)))
        return counter

    def test_counter_counts_from_many_threads(self):
        counter = self.counter(b"events")

        def count():
            for _ in range(1000):
                self.library.metra_counter_inc(counter, 2)

        threads = [threading.Thread(target=count) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(self.library.metra_counter_count(counter), 8000)
        self.library.metra_counter_free(counter)

    def test_gauge_runs_python_on_another_thread_and_is_dropped_once(self):
        threads, drops = [], []

        @GAUGE
        def answer(_userdata, value):
            threads.append(threading.get_ident())
            value.contents.type = 1
            value.contents.content.float64 = 0.25
            return 1

        drop = DROP(drops.append)
        gauge, value = c_void_p(), Value()
        self.succeeds(self.library.metra_group_gauge(self.root, b"load", answer, 7, drop, byref(gauge)))
        self.succeeds(self.library.metra_registry_read_gauge(self.registry, gauge, byref(value)))
        self.assertEqual((value.type, value.content.float64), (1, 0.25))
        self.assertNotEqual(threads, [threading.get_ident()])
        self.assertEqual(drops, [])
        self.succeeds(self.library.metra_group_unregister(self.root, b"load"))
        self.assertEqual(drops, [7])
        self.library.metra_gauge_free(gauge)

    def test_gauge_without_a_value_is_left_out(self):
        silent = GAUGE(lambda _userdata, _value: 0)
        gauge = c_void_p()
        self.succeeds(self.library.metra_group_gauge(self.root, b"silent", silent, None, DROP(0), byref(gauge)))
        value = Value()
        status = self.library.metra_registry_read_gauge(self.registry, gauge, byref(value))
        self.assertEqual(status, ERROR_NOT_FOUND)
        self.succeeds(self.library.metra_group_unregister(self.root, b"silent"))
        self.library.metra_gauge_free(gauge)

    def test_collect_shows_every_counter(self):
        counters = [self.counter(name.encode()) for name in ("a", "μ")]
        for count, counter in enumerate(counters, 1):
            self.library.metra_counter_inc(counter, count)
        seen = {}

        @COLLECT
        def visit(_userdata, reading):
            metric = reading.contents.metric.contents
            self.assertEqual(metric.type, COUNTER)
            seen[metric.identifier.decode()] = reading.contents.count

        self.succeeds(self.library.metra_registry_collect(self.registry, visit, None))
        self.assertEqual(seen, {"app.a": 1, "app.μ": 2})
        for counter in counters:
            self.library.metra_counter_free(counter)

    def test_page_is_written_through_a_callback(self):
        counter, page = self.counter(b"events"), bytearray()

        @WRITE
        def append(_userdata, start, length):
            page.extend(ctypes.string_at(start, length))
            return 0

        self.succeeds(self.library.metra_registry_write(self.registry, 0, append, None))
        self.assertIn(b"\napp_events 0\n", page)
        self.library.metra_counter_free(counter)

    def test_failures_are_statuses_with_texts(self):
        out = c_void_p(1)
        counter = self.counter(b"taken")
        for name, status, text in [(None, ERROR_NULL_ARGUMENT, b"name"), (b"\xff", ERROR_INVALID_UTF8, b"UTF-8"),
                                   (b"taken", ERROR_NAME_COLLISION, b"counter")]:
            self.assertEqual(self.library.metra_group_meter(self.root, name, 60, byref(out)), status)
            self.assertIn(text, self.library.metra_last_error())
            self.assertIsNone(out.value)
        self.library.metra_counter_free(counter)

    def test_structs_have_the_size_of_the_header(self):
        self.assertEqual(sizeof(Value), 16)
        self.assertEqual(sizeof(RootInfo), 32)
        self.assertEqual(sizeof(MetricInfo), 64)


if __name__ == "__main__":
    Metra.library = load(sys.argv.pop())
    unittest.main()
