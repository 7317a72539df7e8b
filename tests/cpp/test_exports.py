"""The binding wraps the whole header, and its tests call all of it.

The arguments are the library, the header, the folder of metra.hpp, and the binding's test programs.
"""

import pathlib
import re
import subprocess
import sys
import unittest


def symbols(*arguments):
    lines = subprocess.run(["nm", *arguments], check=True, capture_output=True, text=True).stdout.splitlines()
    return {line.split()[-1].split("@")[0] for line in lines}


def names(source):
    """What C or C++ source names of metra's, outside of comments."""
    return set(re.findall(r"\bmetra_\w+", re.sub(r"//[^\n]*|/\*.*?\*/", "", source, flags=re.DOTALL)))


class Exports(unittest.TestCase):
    header = binding = programs = exported = None

    def test_every_export_is_wrapped(self):
        self.assertGreater(len(self.exported), 80)
        self.assertEqual(self.exported - self.binding, set())

    def test_every_inline_function_is_wrapped_or_helps_one_that_is(self):
        inline = set(re.findall(r"^static inline [\w ]+?\*?(metra_\w+)\(", self.header, flags=re.MULTILINE))
        self.assertGreater(len(inline), 5)
        helpers = {name for name in inline if len(re.findall(rf"\b{name}\(", self.header)) > 1}
        self.assertEqual(inline - self.binding - helpers, set())

    def test_every_struct_that_a_program_fills_in_or_reads_is_wrapped(self):
        pattern = r"^} (metra_\w+(?:_info|_options|_reading|_losses));"
        structs = set(re.findall(pattern, self.header, flags=re.MULTILINE))
        self.assertGreater(len(structs), 8)
        self.assertEqual(structs - self.binding, set())

    def test_every_export_is_called_by_a_test(self):
        called = set().union(*(symbols("--dynamic", "--undefined-only", program) for program in self.programs))
        self.assertEqual(self.exported - called, set())


if __name__ == "__main__":
    library, header, folder, *Exports.programs = sys.argv[1:]
    del sys.argv[1:]
    Exports.exported = symbols("--dynamic", "--defined-only", library)
    Exports.header = pathlib.Path(header).read_text(encoding="utf-8")
    sources = [path.read_text(encoding="utf-8") for path in pathlib.Path(folder).rglob("*.hpp")]
    Exports.binding = names("\n".join(sources))
    unittest.main()
