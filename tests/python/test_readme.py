"""The README's first C example, built with the commands that the README gives, prints what the README says.

The arguments are the README, the header's folder, and the folder of the built library.
"""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)


class Readme(unittest.TestCase):
    page = include = release = None

    def checkout(self):
        """A folder as it looks after the README's first build command, with the example as program.c."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        top = pathlib.Path(folder.name)
        (top / "include").symlink_to(self.include)
        (top / "target" / "release").mkdir(parents=True)
        built = ["libmetra.so", "libmetra.a"]
        if "make" in self.commands():
            built.append("libmetra.so.0")
        for name in built:
            (top / "target" / "release" / name).symlink_to(self.release / name)
        (top / "program.c").write_text(blocks(self.page, "c")[0], encoding="utf-8")
        return top

    def commands(self):
        lines = "".join(blocks(self.page, "sh")).splitlines()
        return [line.split("  #")[0].strip() for line in lines if line.startswith(("make", "cargo build", "ln ", "cc "))]

    def test_example_prints_what_the_page_says_however_it_is_linked(self):
        top = self.checkout()
        builds = 0
        for command in self.commands():
            if command.startswith(("make", "cargo")):
                continue
            self.run_in(top, command + (" -Wall -Wextra -Wpedantic -Werror -O1" if command.startswith("cc ") else ""))
            if command.startswith("cc "):
                self.assertEqual(self.run_in(top, "./a.out"), blocks(self.page, "text")[0])
                builds += 1
        self.assertEqual(builds, 2)

    def run_in(self, folder, command):
        done = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""), command)
        return done.stdout


if __name__ == "__main__":
    Readme.release, Readme.include = pathlib.Path(sys.argv.pop()), pathlib.Path(sys.argv.pop())
    Readme.page = pathlib.Path(sys.argv.pop()).read_text(encoding="utf-8")
    unittest.main()
