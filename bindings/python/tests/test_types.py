"""The package is typed, tests and example included."""

import subprocess
import sys

from support import TREE

FOLDER = TREE / "bindings/python"


def mypy(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--cache-dir=/dev/null", *arguments],
        cwd=FOLDER, capture_output=True, text=True, check=False,
    )
    return done.stdout + done.stderr


def test_package_is_strictly_typed() -> None:
    assert mypy("src/metra").startswith("Success")


def test_users_of_the_package_are_checked_against_it() -> None:
    assert mypy("tests").startswith("Success")


def test_wrong_uses_are_found() -> None:
    wrong = """
import metra
group = metra.Registry().root("app")
group.counter(1)
group.counter("c").inc("x")
group.counter("c").inc(1.5)
group.gauge("g", 1)
group.settable_gauge("s", int).set(None)
group.add_group()
group.meter("m", "60")
"""
    assert "Found 7 errors" in mypy("-c", wrong)


def test_stub_says_what_the_extension_has() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", "metra._native", "--ignore-disjoint-bases"],
        cwd=FOLDER / "tests", capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
