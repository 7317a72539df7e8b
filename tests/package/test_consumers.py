"""Programs of others find an installed metra, run clean, and their metrics arrive in a real Prometheus.

The arguments are the folder of the built library, valgrind, and prometheus.
"""

import http.server
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import unittest

from prefix import SECONDS, TOP, Built, output
from scraper import Scraper

PROJECT = TOP / "tests" / "package" / "consumer"
CLEAN = ["--quiet", "--error-exitcode=9", "--leak-check=full", "--errors-for-leak-kinds=definite,indirect"]


class Page(http.server.BaseHTTPRequestHandler):
    """Serves a text that a program printed, as a program with a server of its own would."""

    text = ""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(self.text.encode())

    def log_message(self, *arguments):
        pass


class Consumers(unittest.TestCase):
    release = valgrind = prometheus = None

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.prefix = Built(cls.release, folder.name).install_and_move(folder.name)
        cls.environment = {"PKG_CONFIG_PATH": str(cls.prefix / "lib" / "pkgconfig")}
        cls.programs = pathlib.Path(folder.name, "programs")
        output(["cmake", "-S", PROJECT, "-B", cls.programs, f"-DCMAKE_PREFIX_PATH={cls.prefix}"])
        output(["cmake", "--build", cls.programs])
        output(["make", "-f", PROJECT / "Makefile"], cls.programs, **cls.environment)
        cls.readme = (TOP / "README.md").read_text(encoding="utf-8")

    def block(self, language):
        return re.search(rf"^```{language}\n(.*?)^```$", self.readme, flags=re.MULTILINE | re.DOTALL).group(1)

    def readme_programs(self):
        """The README's program, built in an empty folder by each of the commands for an installed metra."""
        commands = re.findall(r"^\$ (cc .*)$", self.block("console"), flags=re.MULTILINE)
        self.assertEqual(len(commands), 2)
        for command in commands:
            folder = tempfile.TemporaryDirectory()
            self.addCleanup(folder.cleanup)
            pathlib.Path(folder.name, "program.c").write_text(self.block("c"), encoding="utf-8")
            output(command, folder.name, **self.environment)
            yield command, pathlib.Path(folder.name, "a.out")

    def test_readme_lines_for_cmake_build_its_program(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "program.c").write_text(self.block("c"), encoding="utf-8")
            project = ("cmake_minimum_required(VERSION 3.18)\nproject(readme LANGUAGES C)\n"
                       "add_executable(program program.c)\n" + self.block("cmake"))
            pathlib.Path(folder, "CMakeLists.txt").write_text(project, encoding="utf-8")
            output(["cmake", f"-DCMAKE_PREFIX_PATH={self.prefix}", "."], folder)
            output(["cmake", "--build", "."], folder)
            self.assertEqual(output([pathlib.Path(folder, "program")]), self.block("text"))

    def shared_metra(self, program):
        """The name by which a program loads metra, if it does."""
        return re.findall(r"NEEDED.*\[(libmetra.*)\]", output(["readelf", "--dynamic", "--wide", program]))

    def test_readme_program_runs_clean(self):
        for command, program in self.readme_programs():
            with self.subTest(command):
                self.assertEqual(output([self.valgrind, *CLEAN, program]), self.block("text"))
                self.assertEqual(self.shared_metra(program), [] if "--static" in command else ["libmetra.so.0"])

    def test_projects_are_linked_as_they_asked(self):
        expected = {"cmake_shared": ["libmetra.so.0"], "make_shared": ["libmetra.so.0"],
                    "cmake_static": [], "make_static": [], "make_alone": []}
        self.assertEqual({name: self.shared_metra(self.programs / name) for name in expected}, expected)

    def test_projects_run_clean(self):
        # Not make_alone: valgrind cannot follow a C library that is part of the program.
        for name in ("cmake_shared", "cmake_static", "make_shared", "make_static"):
            with self.subTest(name):
                self.assertRegex(output([self.valgrind, *CLEAN, self.programs / name]), r"\A127\.0\.0\.1:\d+\n\Z")

    def start(self, name):
        """Starts a program that serves; gives its address."""
        program = subprocess.Popen([self.programs / name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(program.communicate, timeout=SECONDS)
        return program.stdout.readline().strip()

    def serve(self, text):
        """Serves what a program printed; gives the address."""
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("PageOf", (Page,), {"text": text}))
        threading.Thread(target=server.serve_forever).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"127.0.0.1:{server.server_port}"

    def test_their_metrics_arrive_in_prometheus(self):
        targets = {name: self.start(name)
                   for name in ("cmake_shared", "cmake_static", "make_shared", "make_static", "make_alone")}
        _, program = next(self.readme_programs())
        targets["readme"] = self.serve(output([program]))
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        scraper = Scraper(self.prometheus, folder.name, targets)
        self.addCleanup(scraper.stop)
        for metric, value in {"shop_orders": 2, "shop_queue": 3}.items():
            expected = dict.fromkeys(targets, value)
            self.assertEqual(scraper.wait_for(metric, expected), expected)


if __name__ == "__main__":
    Consumers.prometheus, Consumers.valgrind = sys.argv.pop(), sys.argv.pop()
    Consumers.release = pathlib.Path(sys.argv.pop())
    unittest.main()
