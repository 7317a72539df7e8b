"""The README's example runs, and its page says what the README says."""

import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable

import pytest
from support import SECONDS, TREE

README = (TREE / "bindings/python/README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


def test_example_is_scraped() -> None:
    (example, _), (said,) = blocks("python"), blocks("text")
    command = [sys.executable, "-W", "error", "-c", example]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdin is not None and running.stdout is not None
        with urllib.request.urlopen(running.stdout.readline().strip(), timeout=SECONDS) as answer:
            page = answer.read().decode().splitlines()
        running.stdin.write("\n")
        running.stdin.close()
        assert running.wait(SECONDS) == 0
    assert [line for line in said.splitlines() if line not in page] == []


def test_function_counts(run_python: Callable[[str], str]) -> None:
    program = "import metra\n" + blocks("python")[1] + "\nprint(count_words.eval('a b c'), count_words.words.get_count())"
    assert run_python(program) == "3 3\n"


@pytest.mark.parametrize("name", re.findall(r"`(?:metra\.)?([A-Z]\w+(?:\.\w+)?)[`(]", README))
def test_what_is_named_is_there(name: str) -> None:
    import builtins

    import metra
    import metra.udf

    found: object = next((place for place in (metra, metra.udf, builtins) if hasattr(place, name.split(".")[0])), None)
    if not name.isupper() and not name.startswith("METRA_"):
        for part in name.split("."):
            found = getattr(found, part)
