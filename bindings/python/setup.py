"""Builds the extension, and the library that the package carries.

The library is built by cargo from the tree that this folder stands in. Two environment variables choose another one:
METRA_LIBRARY, a file that is carried in its place, and METRA_PREFIX, an installation (`make install PREFIX=…`) that the
package is compiled for and loads the library from, so that it carries none.
"""

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

HERE = Path(__file__).resolve().parent
TREE = HERE.parents[1]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", TREE / "target"))
SONAME = "libmetra.so.0"
WARNINGS = ["-Wall", "-Wextra", "-Wno-missing-field-initializers"]
LIBRARY = os.environ.get("METRA_LIBRARY")
PREFIX = os.environ.get("METRA_PREFIX")


def header_folder():
    folder = Path(PREFIX) / "include" if PREFIX else TREE / "include"
    if not (folder / "metra.h").exists():
        raise SystemExit(f"there is no metra.h in {folder}: build in metra's source tree, or set METRA_PREFIX")
    return folder


def installed_library():
    folders = [Path(PREFIX, name) for name in ("lib", "lib64", f"lib/{sysconfig.get_config_var('MULTIARCH')}")]
    found = [folder / SONAME for folder in folders if (folder / SONAME).exists()]
    if not found:
        raise SystemExit(f"there is no {SONAME} in {folders[0]}: METRA_PREFIX should be an installation of metra")
    return found[0]


def cargo_library():
    command = ["cargo", "build", "--release", "--locked", "--manifest-path", TREE / "Cargo.toml", "--target-dir", TARGET]
    if shutil.which("cargo") is None:
        raise SystemExit("cargo is needed to build metra (https://rustup.rs), or METRA_LIBRARY or METRA_PREFIX be set")
    subprocess.run(command, check=True)
    return TARGET / "release" / "libmetra.so"


class BuildWithLibrary(build_ext):
    """Puts the library beside the extension."""

    def run(self):
        super().run()
        if PREFIX is None:
            folder = Path(self.get_ext_fullpath("metra._native")).parent
            shutil.copyfile(LIBRARY or cargo_library(), folder / SONAME)


def build_folders():
    """Where a build leaves its traces: not among the sources, if there is a place for them, and nothing of an earlier
    build, which may have been for another library."""
    if not (TREE / "Cargo.toml").exists():
        return {}
    base = TARGET / "python"
    base.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(base / "build", ignore_errors=True)
    return {"build": {"build_base": str(base / "build")}, "egg_info": {"egg_base": str(base)}}


if sysconfig.get_config_var("Py_GIL_DISABLED"):
    raise SystemExit("metra needs a Python with a GIL, which this free-threaded build has not")

setup(
    cmdclass={"build_ext": BuildWithLibrary},
    options=build_folders(),
    ext_modules=[
        Extension(
            "metra._native",
            sources=sorted(str(path.relative_to(HERE)) for path in HERE.glob("src/native/*.c")),
            depends=sorted(str(path.relative_to(HERE)) for path in HERE.glob("src/native/*.h")),
            include_dirs=[str(header_folder())],
            define_macros=[("METRA_INSTALLED", f'"{installed_library()}"')] if PREFIX else [],
            extra_compile_args=["-std=c11", "-g0", "-fvisibility=hidden", *WARNINGS],
            libraries=["dl"],
            py_limited_api=True,
        )
    ],
)
