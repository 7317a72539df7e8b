"""What `make install` puts where, and that `make uninstall` takes it away.

The argument is the folder of the built library.
"""

import os
import pathlib
import re
import sys
import tempfile
import unittest

from prefix import TOP, Built, output, pkg_config, run


def contents(folder):
    """The files below a folder, each with where it leads if it is a link."""
    found = (path for path in folder.rglob("*") if path.is_symlink() or path.is_file())
    return {str(path.relative_to(folder)): os.readlink(path) if path.is_symlink() else None for path in found}


class Install(unittest.TestCase):
    release = None

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.built = Built(cls.release, folder.name)
        cls.prefix = cls.built.install_and_move(folder.name)
        cls.version = re.search(r'^version = "(.*)"$', (TOP / "Cargo.toml").read_text(), flags=re.MULTILINE).group(1)

    def scratch(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return pathlib.Path(folder.name)

    def test_files_are_those_of_a_c_library(self):
        expected = {
            "include/metra.h": None,
            "include/metra.hpp": None,
            **{f"include/metra/{part.name}": None for part in (TOP / "bindings/cpp/metra").iterdir()},
            "lib/libmetra.a": None,
            "lib/libmetra.so": "libmetra.so.0",
            "lib/libmetra.so.0": f"libmetra.so.{self.version}",
            f"lib/libmetra.so.{self.version}": None,
            "lib/cmake/metra/metra-config.cmake": None,
            "lib/cmake/metra/metra-config-version.cmake": None,
            "lib/pkgconfig/metra.pc": None,
        }
        self.assertEqual(contents(self.prefix), expected)

    def test_nothing_is_left_to_fill_in_and_no_place_is_named(self):
        for name in ("pkgconfig/metra.pc", "cmake/metra/metra-config.cmake", "cmake/metra/metra-config-version.cmake"):
            text = (self.prefix / "lib" / name).read_text(encoding="utf-8")
            self.assertNotRegex(text, r"@\w+@|/opt|stage", name)

    def test_the_header_and_the_package_say_one_version(self):
        header = (self.prefix / "include" / "metra.h").read_text(encoding="utf-8")
        parts = re.findall(r"^#define METRA_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)$", header, flags=re.MULTILINE)
        self.assertEqual((".".join(parts), pkg_config(self.prefix, "--modversion")), (self.version, self.version))

    def found_by_cmake(self, wanted):
        folder = self.scratch()
        project = ("cmake_minimum_required(VERSION 3.18)\nproject(versions LANGUAGES NONE)\n"
                   f"find_package(metra {wanted} REQUIRED)\n")
        (folder / "CMakeLists.txt").write_text(project, encoding="utf-8")
        return run(["cmake", f"-DCMAKE_PREFIX_PATH={self.prefix}", "."], folder).returncode == 0

    def test_cmake_finds_versions_that_fit(self):
        major, minor, patch = map(int, self.version.split("."))
        newer, next_minor = f"{major}.{minor}.{patch + 1}", f"{major}.{minor + 1}"
        expected = {
            "": True,
            f"{major}.{minor}": True,
            f"{self.version} EXACT": True,
            newer: False,
            f"{major + 1}.0": False,
            f"{major}.0...<{next_minor}": True,
            f"{major}.0...{self.version}": True,
            f"{major}.0...<{self.version}": False,
            f"{newer}...{next_minor}": False,
        }
        self.assertEqual({wanted: self.found_by_cmake(wanted) for wanted in expected}, expected)

    def test_libraries_go_to_libdir(self):
        for given, libdir in {"lib/x86_64-linux-gnu": "lib/x86_64-linux-gnu", "/opt/metra/lib64": "lib64"}.items():
            with self.subTest(given):
                prefix = self.built.install_and_move(self.scratch(), LIBDIR=given)
                self.assertTrue((prefix / libdir / f"libmetra.so.{self.version}").is_file())
                for variable, folder in {"prefix": "", "libdir": libdir, "includedir": "include"}.items():
                    value = pkg_config(prefix, f"--variable={variable}", libdir=libdir)
                    self.assertEqual(pathlib.Path(value).resolve(), (prefix / folder).resolve())

    def test_libdir_outside_the_prefix_is_refused(self):
        for goal in ("install", "uninstall"):
            refused = run(self.built.command(goal, DESTDIR=self.scratch(), PREFIX="/opt/metra", LIBDIR="/usr/lib"))
            self.assertEqual(refused.returncode, 2)
            self.assertIn("LIBDIR is not below PREFIX: /usr/lib", refused.stderr)

    def test_uninstall_leaves_what_others_put_there(self):
        stage = self.scratch() / "a stage"
        where = {"DESTDIR": stage, "PREFIX": "/usr", "LIBDIR": "lib64"}
        self.built.make("install", **where)
        others = ["include/metra/other.hpp", "include/metrics.h",
                  "lib64/libmetra.so.9", "lib64/libmetrics.a", "lib64/pkgconfig/other.pc"]
        for name in others:
            (stage / "usr" / name).touch()
        (stage / "usr/lib64/libmetra.so.0.0.9").touch()
        self.built.make("uninstall", **where)
        self.assertEqual(sorted(contents(stage / "usr")), others)
        self.assertFalse((stage / "usr/lib64/cmake/metra").exists())
        self.built.make("uninstall", **where)

    def test_install_builds_what_is_not_built(self):
        command = self.built.command("install", CARGO="build-it", CARGO_TARGET_DIR=self.scratch())
        self.assertIn("build-it build --release --locked\n", output([*command, "--dry-run"]))

    def test_static_programs_are_given_what_rustc_says_they_need(self):
        folder = self.scratch()
        (folder / "empty.rs").touch()
        rustc = ["rustc", "--crate-type=staticlib", "--print=native-static-libs", "empty.rs"]
        facts = run(rustc, folder).stderr
        needed = re.search(r"native-static-libs: (.*)", facts).group(1).split()
        needed = [name for name in needed if name not in ("-lgcc_s", "-lc")]
        self.assertEqual(pkg_config(self.prefix, "--static", "--libs-only-l").split(), ["-lmetra", *needed])
        config = (self.prefix / "lib" / "cmake" / "metra" / "metra-config.cmake").read_text(encoding="utf-8")
        self.assertIn(f"metra::metra_static PROPERTY INTERFACE_LINK_LIBRARIES {' '.join(needed)})", config)


if __name__ == "__main__":
    Install.release = pathlib.Path(sys.argv.pop())
    unittest.main()
