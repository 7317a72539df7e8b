"""What the package carries, as the environment of the build says."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import metra
import pytest
from support import TREE, Run

FOLDER = TREE / "bindings/python"


def build(into: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
    return subprocess.run(
        [*command, "--wheel-dir", into, FOLDER],
        env=os.environ | environment, capture_output=True, text=True, check=False,
    )


@pytest.fixture(scope="module")
def prefix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation: what `make install` puts in a folder."""
    folder = tmp_path_factory.mktemp("prefix")
    (folder / "lib").mkdir()
    (folder / "include").mkdir()
    (folder / "lib/libmetra.so.0").write_bytes(Path(metra.library_path()).read_bytes())
    (folder / "include/metra.h").write_bytes((TREE / "include/metra.h").read_bytes())
    return folder


def test_wheel_for_an_installation_carries_no_library_and_uses_that_one(
    prefix: Path, tmp_path: Path, run_python: Run
) -> None:
    done = build(tmp_path, METRA_PREFIX=str(prefix))
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as files:
        assert [name for name in files.namelist() if "libmetra" in name] == []
        files.extractall(tmp_path / "site")
    program = "import sys; sys.path.insert(0, sys.argv[1]); import metra; print(metra.library_path())"
    said = run_python(program, str(tmp_path / "site"), METRA_LIBRARY="")
    assert said == f"{prefix / 'lib/libmetra.so.0'}\n"


def test_wheel_serves_every_later_python(prefix: Path, tmp_path: Path) -> None:
    assert build(tmp_path, METRA_LIBRARY=str(prefix / "lib/libmetra.so.0")).returncode == 0
    (wheel,) = tmp_path.glob("*.whl")
    assert "-cp311-abi3-linux_" in wheel.name
    with zipfile.ZipFile(wheel) as files:
        assert {"metra/libmetra.so.0", "metra/_native.abi3.so", "metra/_native.pyi", "metra/py.typed"} <= set(files.namelist())


@pytest.mark.parametrize(
    ("broken", "says"),
    [("lib/libmetra.so.0", "there is no libmetra.so.0 in .*/lib: "), ("include/metra.h", "there is no metra.h in .*/include: ")],
)
def test_prefix_that_is_no_installation_is_refused_in_one_line(prefix: Path, tmp_path: Path, broken: str, says: str) -> None:
    kept = (prefix / broken).rename(tmp_path / "kept")
    try:
        done = build(tmp_path, METRA_PREFIX=str(prefix))
    finally:
        kept.rename(prefix / broken)
    assert done.returncode != 0 and re.search(says, done.stdout + done.stderr)


def test_building_leaves_the_sources_as_they_are() -> None:
    left = [path for path in FOLDER.rglob("*") if path.suffix in (".so", ".0", ".o") or path.name in ("build", "dist")]
    assert left == [] and not list(FOLDER.rglob("*.egg-info"))
