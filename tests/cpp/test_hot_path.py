"""An update from C++ compiles to the instructions of the same update from C.

The arguments are the folders of metra.h and metra.hpp, and pairs of compilers, "<C>:<C++>".
"""

import pathlib
import re
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).parent


def assembly(compiler, standard, source, includes):
    command = [compiler, standard, "-O2", "-Wall", "-Wextra", "-Werror", "-S", "-o", "-", source]
    return subprocess.run(command + [f"-I{folder}" for folder in includes],
                          check=True, capture_output=True, text=True).stdout


def without_numbers(labels, line):
    """The line with labels of the compiler's own counted from the function's first."""
    return re.sub(r"\.L\w+", lambda label: f".{labels.setdefault(label.group(), len(labels))}", line)


def functions(text):
    """The instructions and labels of each function, without directives and comments."""
    found, labels = {}, {}
    for line in text.splitlines():
        line = re.sub(r"\s*#.*", "", line)
        if name := re.match(r"([a-z]\w*):", line):
            labels = {}
            instructions = found[name.group(1)] = []
        elif found and line and not re.match(r"\s+\.|\.L(FB|FE|func)|\w+[.\w]*:$", line):
            instructions.append(without_numbers(labels, line.strip()))
    return found


class HotPath(unittest.TestCase):
    includes = compilers = None

    def test_updates_are_the_same_instructions_in_both_languages(self):
        for pair in self.compilers:
            c, cpp = pair.split(":")
            expected = functions(assembly(c, "-std=c11", HERE / "hot_path.c", self.includes))
            self.assertGreater(len(expected), 10)
            self.assertTrue(all(any("metra_" in line or "(%r" in line for line in body) for body in expected.values()))
            for standard in ("-std=c++17", "-std=c++20"):
                actual = functions(assembly(cpp, standard, HERE / "hot_path.cpp", self.includes))
                for name, body in expected.items():
                    with self.subTest(f"{cpp} {standard} {name}"):
                        self.assertEqual(actual.get(name), body)


if __name__ == "__main__":
    HotPath.includes, HotPath.compilers = sys.argv[1:3], sys.argv[3:]
    del sys.argv[1:]
    unittest.main()
