"""Which copy of the library this process uses."""

import os
from pathlib import Path

from metra import _native

_OWN = Path(__file__).with_name("libmetra.so.0")


def _configured() -> str | None:
    """What METRA_LIBRARY says, else the installation that the package was built for."""
    return os.environ.get("METRA_LIBRARY") or _native.INSTALLED


PATH = _native.load(_configured(), str(_OWN) if _OWN.exists() else None)


def library_path() -> str:
    """The file that the library was loaded from: one that the process had already, else the one that the environment
    variable METRA_LIBRARY names, else the package's own."""
    return PATH


def library_version() -> str:
    """The version of the library, "0.1.0" for instance."""
    return _native.version()


def hot_path() -> str:
    """The path that updates take in this process: "rseq …" or "portable"."""
    return _native.hot_path()
