"""metra installed three times over, as three people would: a prefix, a wheel, a jar, each with a library of its own."""

import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "package"))

from prefix import TOP, Built, output, pkg_config


class Installed:
    """Everything below one folder."""

    def __init__(self, folder, release, python):
        self.folder = pathlib.Path(folder)
        self.target = str(release.parent)
        self.python = python
        self.prefix = self.folder / "prefix"
        self.site = self.folder / "site"
        self.classes = self.folder / "classes"
        Built(release, folder).make("install", PREFIX=self.prefix)
        self.install_wheel(release)
        self.install_jar()
        self.part = self.compile_part(self.prefix)

    @property
    def version(self):
        """That of the library, as its file says."""
        (library,) = self.prefix.glob("lib/libmetra.so.*.*.*")
        return library.name.removeprefix("libmetra.so.")

    def install_wheel(self, release):
        pip = [self.python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        output([*pip, "wheel", "--no-deps", "--wheel-dir", self.folder, TOP / "bindings" / "python"],
               METRA_LIBRARY=str(release / "libmetra.so"), CARGO_TARGET_DIR=self.target)
        (wheel,) = self.folder.glob("*.whl")
        output([*pip, "install", "--no-deps", "--no-index", "--target", self.site, wheel])

    def install_jar(self):
        output(["mvn", "-B", "-q", "-f", TOP / "bindings" / "java", "-Dmaven.test.skip=true", "package"],
               CARGO_TARGET_DIR=self.target)
        (jar,) = (TOP / "bindings" / "java" / "target").glob("metra-*.jar")
        self.jar = pathlib.Path(shutil.copy(jar, self.folder))
        output(["javac", "-Xlint:all", "-Werror", "-cp", self.jar, "-d", self.classes, HERE / "Part.java"])

    def compile_part(self, prefix):
        """C's part, linked to the metra of a prefix as the README says."""
        part = prefix / "part.so"
        flags = pkg_config(prefix, "--cflags", "--libs").split()
        output(["cc", "-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-shared", "-fPIC", HERE / "part.c", *flags,
                f"-Wl,-rpath,{prefix / 'lib'}", "-o", part])
        return part

    def part_with_another_version(self, version):
        """C's part, linked to a metra that says it is of this version, which must be as long as the real one."""
        prefix = self.folder / version
        shutil.copytree(self.prefix, prefix, symlinks=True)
        library = prefix / "lib" / f"libmetra.so.{self.version}"
        was, now = (f"{name}\0".encode() for name in (self.version, version))
        code = library.read_bytes()
        assert was in code and len(was) == len(now)
        library.write_bytes(code.replace(was, now))
        return self.compile_part(prefix)

    def places(self):
        """What each language is started with."""
        return {"c": self.part, "python": self.python, "java": f"{self.jar}:{self.classes}"}
