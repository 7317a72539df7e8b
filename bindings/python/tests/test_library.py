"""Which copy of the library a process uses."""

import shutil
import subprocess
from pathlib import Path

import metra
import pytest
from support import Run

OTHER = """
const char *metra_version(void) { return "%s"; }
"""
IMPORT = """
    import sys
    try:
        import metra
    except ImportError as error:
        print(type(error).__name__, error)
    else:
        print(metra.library_path())
    """
PRELOAD = """
    import ctypes, sys
    ctypes.CDLL(sys.argv[1])
    """


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the library in another place."""
    return Path(shutil.copy(metra.library_path(), tmp_path / "copy.so"))


def other(folder: Path, version: str) -> Path:
    """A library that calls itself metra's, of another version."""
    source, library = folder / "other.c", folder / "other.so"
    source.write_text(OTHER % version, encoding="utf-8")
    subprocess.run(["cc", "-shared", "-fPIC", "-Wl,-soname,libmetra.so.0", source, "-o", library], check=True)
    return library


def test_package_carries_a_library(run_python: Run) -> None:
    folder = Path(metra.__file__).parent
    assert run_python(IMPORT, METRA_LIBRARY="") == f"{folder / 'libmetra.so.0'}\n"


def test_configured_path_goes_before_the_packages_own(run_python: Run, copy: Path) -> None:
    assert run_python(IMPORT, METRA_LIBRARY=str(copy)) == f"{copy}\n"


def test_copy_that_is_loaded_goes_before_all_others(run_python: Run, copy: Path, tmp_path: Path) -> None:
    assert run_python(PRELOAD + IMPORT, str(copy), METRA_LIBRARY=str(tmp_path / "missing.so")) == f"{copy}\n"


def test_missing_library_is_an_error_that_says_what_is_wanted(run_python: Run, tmp_path: Path) -> None:
    said = run_python(IMPORT, METRA_LIBRARY=str(tmp_path / "missing.so"))
    assert said.startswith("LibraryError metra 0.1.0 is wanted") and "missing.so" in said


@pytest.mark.parametrize("version", ["0.0.9", "0.2.0", "1.0.0", "nonsense"])
def test_library_of_another_version_is_an_error_that_names_both(run_python: Run, tmp_path: Path, version: str) -> None:
    library = other(tmp_path, version)
    for said in (
        run_python(IMPORT, METRA_LIBRARY=str(library)),
        run_python(PRELOAD + IMPORT, str(library), METRA_LIBRARY=""),
    ):
        assert said == f"LibraryError {library} is metra {version}, and metra 0.1.0 is wanted\n"


def test_later_library_without_a_function_is_an_error_that_names_it(run_python: Run, tmp_path: Path) -> None:
    said = run_python(IMPORT, METRA_LIBRARY=str(other(tmp_path, "0.1.9")))
    assert "has no metra_hot_path, and metra 0.1.0 is wanted" in said


def test_other_languages_of_the_process_share_the_library_and_its_default_registry(run_python: Run) -> None:
    assert run_python("""
        import ctypes, os
        import metra
        found = ctypes.CDLL("libmetra.so.0", mode=os.RTLD_NOW | os.RTLD_NOLOAD)
        group = metra.Registry.default().root("app")
        found.metra_group_token.restype = ctypes.c_uint64
        out = ctypes.c_void_p()
        assert found.metra_group_from_token(ctypes.c_uint64(group.token), ctypes.byref(out)) == 0
        counter = ctypes.c_void_p()
        assert found.metra_group_counter(out, b"events", ctypes.byref(counter)) == 0
        found.metra_counter_inc(counter, ctypes.c_int64(5))
        print(group.counter("events").get_count())
        """) == "5\n"


def test_subinterpreters_are_refused(run_python: Run) -> None:
    refusal, count = run_python("""
        import sys
        if sys.version_info >= (3, 14):
            from concurrent import interpreters
            run = interpreters.create().exec
        elif sys.version_info >= (3, 13):
            import _interpreters
            inner = _interpreters.create("legacy")
            run = lambda code: _interpreters.run_string(inner, code)
        else:
            import _xxsubinterpreters
            inner = _xxsubinterpreters.create()
            run = lambda code: _xxsubinterpreters.run_string(inner, code)
        run('''try:
            import metra
        except ImportError as error:
            print(error, flush=True)''')
        import metra
        print(metra.Registry.default().root("app").counter("events").get_count())
        """).splitlines()[-2:]
    # From 3.12 on CPython may say it first.
    assert refusal.endswith("subinterpreters") and count == "0"
