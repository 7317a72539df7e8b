"""The README's first C example, built with the commands that the README gives, prints what the README says, and its
second one counts.

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


# What surrounds the function of the second example.
CALLER = """
#include <stdio.h>

int main(void) {
    const int64_t lengths[] = {3, 4, 5};
    metra_registry *registry = NULL;
    metra_group *group = NULL;
    metra_counter *records = NULL;
    metra_distribution *length = NULL;
    metra_root_info info = {.size = sizeof info, .name = "app"};
    metra_distribution_reading reading = {.size = sizeof reading};
    if (metra_registry_new(NULL, &registry) != METRA_OK || metra_registry_root(registry, &info, &group) != METRA_OK
        || metra_group_counter(group, "records", &records) != METRA_OK
        || metra_group_distribution(group, "length", &length) != METRA_OK)
        return 1;
    process(lengths, 3, records, length);
    process(lengths, 2, records, length);
    process(lengths, 2, NULL, NULL);
    if (metra_distribution_read(length, &reading) != METRA_OK) return 1;
    printf("%d records, lengths %d to %d, %d in all\\n", (int)metra_counter_count(records), (int)reading.min,
        (int)reading.max, (int)reading.sum);
    metra_distribution_free(length);
    metra_counter_free(records);
    metra_group_free(group);
    metra_registry_free(registry);
    return 0;
}
"""


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
        program, function = blocks(self.page, "c")
        (top / "program.c").write_text(program, encoding="utf-8")
        (top / "function.c").write_text(function + CALLER, encoding="utf-8")
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

    def test_function_of_the_second_example_counts_by_cell_and_in_a_batch(self):
        top = self.checkout()
        command = next(command for command in self.commands() if command.startswith("cc "))
        command = command.replace("program.c", "function.c")
        self.run_in(top, command + " -Wall -Wextra -Wpedantic -Werror -O1")
        self.assertEqual(self.run_in(top, "./a.out"), "5 records, lengths 3 to 5, 19 in all\n")

    def run_in(self, folder, command):
        done = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""), command)
        return done.stdout


if __name__ == "__main__":
    Readme.release, Readme.include = pathlib.Path(sys.argv.pop()), pathlib.Path(sys.argv.pop())
    Readme.page = pathlib.Path(sys.argv.pop()).read_text(encoding="utf-8")
    unittest.main()
