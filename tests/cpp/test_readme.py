"""The example in bindings/cpp/README.md is built as the page says, runs, and serves what the page says.

The argument is the folder of the built library.
"""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import urllib.request

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(TOP / "tests" / "package"))

from prefix import SECONDS, Built, output  # noqa: E402

BINDING = TOP / "bindings" / "cpp"
STRICT = " -Wall -Wextra -Wpedantic -Werror"


class Readme(unittest.TestCase):
    release = None

    @classmethod
    def setUpClass(cls):
        cls.page = (BINDING / "README.md").read_text(encoding="utf-8")
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.prefix = Built(cls.release, folder.name).install_and_move(folder.name)

    def block(self, language):
        return re.search(rf"^```{language}\n(.*?)^```$", self.page, flags=re.MULTILINE | re.DOTALL).group(1)

    def empty_folder(self):
        """A folder with nothing in it but the example."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        pathlib.Path(folder.name, "example.cpp").write_text(self.block("cpp"), encoding="utf-8")
        return pathlib.Path(folder.name)

    def check_serves(self, program):
        with subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
            address = running.stdout.readline().split()[0]
            with urllib.request.urlopen(address, timeout=SECONDS) as answer:
                self.assertEqual(answer.read().decode(), self.block("text"))
            running.communicate("\n", timeout=SECONDS)
            self.assertEqual(running.returncode, 0)

    def test_example_is_the_one_beside_the_page(self):
        self.assertEqual(self.block("cpp"), (BINDING / "example.cpp").read_text(encoding="utf-8"))

    def test_example_is_built_with_pkg_config(self):
        commands = re.findall(r"^\$ (c\+\+ .*)$", self.block("console"), flags=re.MULTILINE)
        self.assertEqual(len(commands), 2)
        for command in commands:
            with self.subTest(command):
                folder = self.empty_folder()
                output(command + STRICT, folder, PKG_CONFIG_PATH=str(self.prefix / "lib" / "pkgconfig"))
                self.check_serves(folder / "a.out")

    def test_example_is_built_with_cmake(self):
        folder = self.empty_folder()
        project = ("cmake_minimum_required(VERSION 3.18)\nproject(example LANGUAGES CXX)\n"
                   "add_executable(example example.cpp)\n" + self.block("cmake"))
        (folder / "CMakeLists.txt").write_text(project, encoding="utf-8")
        output(["cmake", f"-DCMAKE_PREFIX_PATH={self.prefix}", f"-DCMAKE_CXX_FLAGS={STRICT}", "."], folder)
        output(["cmake", "--build", "."], folder)
        self.check_serves(folder / "example")

    def test_example_is_built_in_the_source_tree(self):
        folder = self.empty_folder()
        for name in ("include", "bindings"):
            (folder / name).symlink_to(TOP / name)
        (folder / "target").mkdir()
        (folder / "target" / "release").symlink_to(self.release)
        output(self.block("sh").strip() + STRICT, folder)
        self.check_serves(folder / "a.out")


if __name__ == "__main__":
    Readme.release = pathlib.Path(sys.argv.pop())
    unittest.main()
