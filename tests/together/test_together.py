"""One process, three languages: a C host with an interpreter and a JVM, which share one metra and one registry.

The arguments are the host program, the interpreter that it embeds, and the folder of the built library.
METRA_LONG repeats every order of endings twenty times.
"""

import http.client
import itertools
import os
import pathlib
import sys
import tempfile
import threading
import unittest

from installed import Installed
from process import Host, page, until

LANGUAGES = ("c", "python", "java")
CALLS = {"c": "10", "python": "20", "java": "30"}
ANSWERS = {"c": "1", "python": "2", "java": "3"}
ROUNDS = 20 if "METRA_LONG" in os.environ else 1


def calls(language):
    return f'together_language_calls{{language="{language}"}}'


def answer(language):
    return f'together_language_answer{{language="{language}"}}'


class Together(unittest.TestCase):
    maxDiff = None
    program = python = release = installed = None

    def host(self, *arguments, **variables):
        return Host(self.program, self.installed, *arguments, **variables)

    def assert_left_in_peace(self, host):
        self.assertEqual(host.leave(), (0, ""))

    def whole_page(self, ended=()):
        """What the page says once those have ended: C takes its metrics with it, gauges of the others have no value."""
        counters = {calls(language): CALLS[language] for language in LANGUAGES if language != "c" or "c" not in ended}
        gauges = {answer(language): ANSWERS[language] for language in LANGUAGES if language not in ended}
        return {"together_visits": "6"} | counters | gauges


def setUpModule():
    folder = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(folder.cleanup)
    Together.installed = Installed(folder.name, Together.release, Together.python)


class OneCopy(Together):
    """Who comes first brings the library for all."""

    def own_folder(self, language):
        return {"c": str(self.installed.prefix), "python": str(self.installed.site), "java": "/metra"}[language]

    def files(self, host):
        """The files of the process's copies, by where each has metra_version."""
        words = host.ask("copies").split()
        return dict(zip(words[::2], words[1::2])).values()

    def test_the_first_copy_serves_all(self):
        for order in itertools.permutations(LANGUAGES):
            with self.subTest(order), self.host() as host:
                host.start(*order)
                (file,) = self.files(host)
                self.assertIn(self.own_folder(order[0]), file)
                version = self.installed.version
                self.assertEqual(host.do("python", "copy"), f"{version} {file}")
                self.assertEqual(host.do("java", "copy"), version)
                self.assert_left_in_peace(host)

    def test_a_copy_of_another_version_is_refused(self):
        for version in ("0.0.9", "9.9.9"):
            with self.subTest(version), self.host() as host:
                part = self.installed.part_with_another_version(version)
                host.do("c", "start", part)
                for language in ("python", "java"):
                    refusal = host.ask(language, "start", host.places[language])
                    self.assertRegex(refusal, f"^error: .*Error.*{version}.* wanted")
                    self.assertIn(self.installed.version, refusal)


class OnePage(Together):
    def test_one_page_shows_all_in_whichever_order_they_come(self):
        for order in itertools.permutations(LANGUAGES):
            with self.subTest(order), self.host() as host:
                host.start(*order)
                address, _ = host.join(*order)
                self.assertEqual({host.do(language, "where") for language in LANGUAGES}, {address})
                self.assertEqual(page(address), self.whole_page())
                self.assert_left_in_peace(host)

    def test_a_default_registry_of_c_serves_all(self):
        with self.host(None) as host:
            host.start(*LANGUAGES)
            host.do("c", "configure")
            address, _ = host.join("java", "python", "c")
            self.assertEqual(page(address), self.whole_page())

    def test_a_token_of_no_group_is_an_error(self):
        with self.host() as host:
            host.start(*LANGUAGES)
            _, token = host.join(*LANGUAGES)
            for language in LANGUAGES:
                self.assertRegex(host.ask(language, "join", int(token) + 1000), "^error: .*token")

    def test_gauges_that_fail_lose_their_own_value_only(self):
        with self.host() as host:
            host.start(*LANGUAGES)
            address, token = host.join(*LANGUAGES)
            host.do("python", "trouble", token)
            host.do("java", "trouble", token)
            for _ in range(20):
                self.assertEqual(page(address), self.whole_page())
            status, complaints = host.leave()
            self.assertEqual(status, 0)
            for name in ("IndexError", "RecursionError", "NullPointerException", "StackOverflowError"):
                self.assertIn(name, complaints)

    def test_a_held_interpreter_lock_costs_pythons_gauges_only(self):
        with self.host(Host.PAGE + "metrics.gauge.timeout: 100 ms\n") as host:
            host.start(*LANGUAGES)
            address, _ = host.join(*LANGUAGES)
            host.do("python", "hold")
            held = page(address)
            self.assertNotIn(answer("python"), held)
            self.assertLessEqual({calls(language): CALLS[language] for language in LANGUAGES}.items(), held.items())
            until(lambda: page(address) == self.whole_page(["python"]))
            host.do("python", "copy")
            until(lambda: page(address) == self.whole_page())

    def test_signal_handlers_stay_as_the_languages_set_them(self):
        with self.host() as host:
            host.start(*LANGUAGES)
            before = host.ask("handlers")
            address, _ = host.join(*LANGUAGES)
            page(address)
            host.do("c", "close")
            self.assertEqual(host.ask("handlers"), before)


class Endings(Together):
    """Everything may end in any order, gauges and all."""

    STEPS = (*LANGUAGES, "registry")

    def close_registry(self, host, ended):
        """Lets whoever is left close it; where nobody is, C comes once more."""
        left = [language for language in ("python", "java", "c") if language not in ended]
        if left:
            host.do(left[0], "close")
        else:
            host.start("c")
            host.do("c", "close")
            host.do("c", "end")

    def end(self, host, step, ended):
        if step == "registry":
            self.close_registry(host, ended)
        else:
            host.do(step, "end")

    def assert_page(self, address, ended):
        if "registry" in ended:
            self.assertRaises(ConnectionRefusedError, page, address)
        else:
            self.assertEqual(page(address), self.whole_page(ended))

    def play_out(self, order, host):
        address, _ = host.join(*LANGUAGES)
        self.assert_page(address, [])
        for count, step in enumerate(order, 1):
            self.end(host, step, order[:count - 1])
            self.assert_page(address, order[:count])

    def test_any_order_of_ends_is_clean(self):
        for order in itertools.permutations(self.STEPS):
            for start in itertools.islice(itertools.cycle(itertools.permutations(LANGUAGES)), ROUNDS):
                with self.subTest(order=order, start=start), self.host() as host:
                    host.start(*start)
                    self.play_out(order, host)
                    self.assert_left_in_peace(host)

    def test_main_may_return_whatever_has_ended(self):
        for count in range(len(self.STEPS)):
            for ended in itertools.combinations(self.STEPS, count):
                with self.subTest(ended), self.host() as host:
                    host.start("java", "python", "c")
                    address, _ = host.join(*LANGUAGES)
                    page(address)
                    for place, step in enumerate(ended):
                        self.end(host, step, ended[:place])
                    self.assert_left_in_peace(host)

    def test_python_may_end_and_begin_again(self):
        with self.host() as host:
            host.start(*LANGUAGES)
            address, token = host.join(*LANGUAGES)
            for _ in range(3):
                host.do("python", "end")
                self.assertEqual(page(address), self.whole_page(["python"]))
                host.start("python")
                host.do("python", "leave")
            self.assert_left_in_peace(host)

    def test_a_checking_jvm_finds_nothing(self):
        with self.host(JAVA_TOOL_OPTIONS="-Xcheck:jni") as host:
            host.start(*LANGUAGES)
            self.play_out(("java", "python", "registry", "c"), host)
            status, complaints = host.leave()
            self.assertEqual(status, 0)
            self.assertNotRegex(complaints, "WARNING|FATAL|in native")

    def test_pages_may_be_asked_for_while_all_ends(self):
        for order in itertools.permutations(("python", "java", "registry")):
            for _ in range(ROUNDS):
                with self.subTest(order), self.host() as host:
                    host.start(*LANGUAGES)
                    address, _ = host.join(*LANGUAGES)
                    askers = [Asker(address) for _ in range(2)]
                    for count, step in enumerate(order):
                        until(lambda: all(asker.has_asked() for asker in askers))
                        self.end(host, step, order[:count])
                    for asker in askers:
                        asker.join()
                        self.assertIsNone(asker.failure)
                    self.assert_left_in_peace(host)


class Asker(threading.Thread):
    """Asks for the page until nobody serves it."""

    def __init__(self, address):
        super().__init__(daemon=True)
        self.address = address
        self.asked = threading.Event()
        self.failure = None
        self.start()

    def has_asked(self):
        """Whether it has, since somebody wanted to know."""
        done = self.asked.is_set() or not self.is_alive()
        self.asked.clear()
        return done

    def run(self):
        try:
            while page(self.address)["together_visits"] == "6":
                self.asked.set()
        except (ConnectionError, http.client.HTTPException, KeyError):
            # The server has closed, or closes.
            pass
        except Exception as failure:
            self.failure = failure


if __name__ == "__main__":
    Together.release = pathlib.Path(sys.argv.pop()).resolve()
    Together.python = sys.argv.pop()
    Together.program = sys.argv.pop()
    unittest.main()
