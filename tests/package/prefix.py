"""`make install` into a folder of the test's own."""

import os
import pathlib
import shutil
import subprocess

TOP = pathlib.Path(__file__).resolve().parents[2]
SECONDS = 240

# What would reach the commands from outside: make's own variables if a make runs the tests, and the caller's choices.
FOREIGN = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "PREFIX", "LIBDIR", "DESTDIR", "CARGO_TARGET_DIR",
           "CMAKE_PREFIX_PATH", "PKG_CONFIG_PATH", "PKG_CONFIG_LIBDIR", "LD_LIBRARY_PATH", "CFLAGS", "LDFLAGS")


def run(command, folder=None, **environment):
    """Runs a command, or a line for the shell, and gives what it came to."""
    clean = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return subprocess.run(command, shell=isinstance(command, str), cwd=folder, env=clean | environment,
                          capture_output=True, text=True, timeout=SECONDS, stdin=subprocess.DEVNULL, check=False)


def output(command, folder=None, **environment):
    """What a command prints that must succeed."""
    done = run(command, folder, **environment)
    if done.returncode:
        raise AssertionError(f"{command}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Built:
    """A copy of the built libraries, which installs without cargo, as for a root who has none."""

    def __init__(self, release, folder):
        self.target = pathlib.Path(folder, "target")
        (self.target / "release").mkdir(parents=True)
        for name in ("libmetra.so", "libmetra.a"):
            shutil.copyfile(release / name, self.target / "release" / name)

    def command(self, goal, **variables):
        variables = {"CARGO": "false", "CARGO_TARGET_DIR": self.target} | variables
        assignments = [f"{name}={value}" for name, value in variables.items()]
        return ["make", "--no-print-directory", "-C", TOP, goal, *assignments]

    def make(self, goal, **variables):
        output(self.command(goal, **variables))

    def install_and_move(self, folder, **variables):
        """Installs below a DESTDIR with a blank in its name, and moves the prefix to `folder`/moved."""
        stage = pathlib.Path(folder, "stage of a package")
        self.make("install", DESTDIR=stage, PREFIX="/opt/metra", **variables)
        moved = pathlib.Path(folder, "moved")
        (stage / "opt" / "metra").rename(moved)
        shutil.rmtree(stage)
        return moved


def pkg_config(prefix, *arguments, libdir="lib"):
    return output(["pkg-config", *arguments, "metra"], PKG_CONFIG_PATH=str(prefix / libdir / "pkgconfig")).strip()
