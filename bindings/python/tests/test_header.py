"""The binding covers the whole header, in the numbers of the header."""

import re
from enum import IntEnum
from pathlib import Path

import metra
import pytest
from support import TREE

HEADER = re.sub(r"//[^\n]*|/\*.*?\*/", "", (TREE / "include/metra.h").read_text(encoding="utf-8"), flags=re.DOTALL)
NATIVE = TREE / "bindings/python/src/native"


def source(files: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(Path(NATIVE).glob(files)))


def inline_functions() -> set[str]:
    return set(re.findall(r"static inline \w+ (metra_\w+)\(", HEADER))


def exported_functions() -> set[str]:
    return set(re.findall(r"\b(metra_\w+)\s*\(", HEADER)) - inline_functions()


def test_every_exported_function_is_looked_up_and_used() -> None:
    looked_up = {f"metra_{name}" for name in re.findall(r"each\((\w+)\)", source("library.h"))}
    used = {f"metra_{name}" for name in re.findall(r"\bmetra\.(\w+)\(", source("*.c"))}
    assert exported_functions() == looked_up == used


def test_every_writer_of_cells_is_used() -> None:
    # What other writers are made of.
    inner = {"metra_owned_cell_add"}
    used = set(re.findall(r"\b(metra_\w+)\(", source("*_cell.c")))
    assert len(inline_functions()) > 5 and inline_functions() - inner == used


def header_enum(name: str, prefix: str) -> dict[str, int]:
    match = re.search(rf"enum {name} \{{(.*?)\}}", HEADER, flags=re.DOTALL)
    assert match is not None
    found = re.findall(rf"{prefix}(\w+) = (\d+)", match.group(1))
    return {key.removeprefix("ERROR_"): int(value) for key, value in found}


@pytest.mark.parametrize(
    ("ours", "name", "prefix"),
    [
        (metra.Status, "metra_status", "METRA_"),
        (metra.LogLevel, "metra_log_level", "METRA_LOG_"),
        (metra.MetricType, "metra_metric_type", "METRA_METRIC_"),
        (metra.Format, "metra_format", "METRA_FORMAT_"),
        (metra.ForkMode, "metra_fork_mode", "METRA_FORK_"),
    ],
)
def test_numbers_are_the_headers(ours: type[IntEnum], name: str, prefix: str) -> None:
    assert {member.name: member.value for member in ours} == header_enum(name, prefix)


def test_versions_are_the_same_everywhere() -> None:
    parts = [re.search(rf"METRA_VERSION_{part} (\d+)", HEADER) for part in ("MAJOR", "MINOR", "PATCH")]
    version = ".".join(part.group(1) for part in parts if part)
    project = (TREE / "bindings/python/pyproject.toml").read_text(encoding="utf-8")
    assert metra.__version__ == metra.library_version() == version
    assert f'\nversion = "{version}"\n' in project


def test_default_time_span_is_the_headers() -> None:
    assert f"#define METRA_METER_DEFAULT_TIME_SPAN {metra.group.METER_TIME_SPAN}\n" in HEADER
