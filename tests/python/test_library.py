"""The shared library as a file: its symbols are the header's functions, its name and flags are as promised.

The arguments are the library, the header, and the C test that calls every function with NULL.
"""

import os
import re
import subprocess
import sys
import tempfile
import unittest


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def without_comments(source):
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", source, flags=re.DOTALL)


def functions(source):
    """The names of metra's functions that C source declares or calls."""
    return set(re.findall(r"\b(metra_\w+)\s*\(", without_comments(source)))


def inline_functions(header):
    """Those that are compiled into programs: writers of cells."""
    return set(re.findall(r"^static inline \w+ (metra_\w+)\(", header, flags=re.MULTILINE))


class Library(unittest.TestCase):
    library = header = null_test = None

    def dynamic(self, tag):
        """The entries of one kind in the dynamic section."""
        lines = output("readelf", "--dynamic", "--wide", self.library).splitlines()
        return [line.split(")", 1)[1] for line in lines if f"({tag})" in line]

    def test_exported_symbols_are_the_functions_of_the_header(self):
        lines = output("nm", "--dynamic", "--defined-only", self.library).splitlines()
        exported = {line.split()[-1].split("@")[0] for line in lines}
        self.assertEqual(exported, functions(self.header) - inline_functions(self.header))

    def test_every_name_in_the_header_has_the_prefix(self):
        source = without_comments(self.header)
        macros = set(re.findall(r"^#define\s+(\w+)", source, flags=re.MULTILINE))
        types = set(re.findall(r"^}\s*(\w+);", source, flags=re.MULTILINE))
        constants = set(re.findall(r"^    (\w+) = \d+,", source, flags=re.MULTILINE))
        for name in macros | constants:
            self.assertTrue(name.startswith("METRA_"), name)
        for name in types:
            self.assertTrue(name.startswith("metra_"), name)
        self.assertTrue(macros and types and constants)

    def test_every_function_is_tried_with_null(self):
        # The one that has no NULL is a part of the others.
        untried = functions(self.header) - functions(self.null_test)
        self.assertEqual(untried, {"metra_owned_cell_add"})

    def test_name_is_the_one_that_every_language_looks_for(self):
        self.assertEqual(len(self.dynamic("SONAME")), 1)
        self.assertIn("[libmetra.so.0]", self.dynamic("SONAME")[0])

    def test_library_stays_loaded(self):
        self.assertTrue(any("NODELETE" in flags for flags in self.dynamic("FLAGS_1")))

    def test_stripped_library_has_at_most_4_mb(self):
        with tempfile.NamedTemporaryFile() as stripped:
            output("strip", "-o", stripped.name, self.library)
            self.assertLessEqual(os.path.getsize(stripped.name), 4_000_000)

    def test_library_needs_nothing_but_the_c_library(self):
        needed = {re.search(r"\[(.*)\]", entry).group(1) for entry in self.dynamic("NEEDED")}
        allowed = re.compile(r"(libc|libm|libgcc_s|libpthread|libdl|librt|ld-linux-[\w-]+)\.so\.\d+")
        self.assertEqual([name for name in sorted(needed) if not allowed.fullmatch(name)], [])


if __name__ == "__main__":
    Library.null_test = open(sys.argv.pop(), encoding="utf-8").read()
    Library.header = open(sys.argv.pop(), encoding="utf-8").read()
    Library.library = sys.argv.pop()
    unittest.main()
