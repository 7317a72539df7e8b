"""What most behaviours begin with: a registry on a clock that stands still, with one group."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator

import metra
import pytest
from support import SECONDS, Open, Run

@pytest.fixture
def clock() -> metra.Clock:
    return metra.Clock()


@pytest.fixture
def config(clock: metra.Clock) -> metra.Config:
    config = metra.Config()
    config.set_clock(clock)
    return config


@pytest.fixture
def open_registry(config: metra.Config) -> Iterator[Open]:
    """Makes registries of the configuration with further keys, and closes them at the end."""
    opened: list[metra.Registry] = []

    def start(settings: dict[str, metra.config.Setting] | None = None) -> metra.Registry:
        for key, value in (settings or {}).items():
            config.set(key, value)
        opened.append(metra.Registry(config))
        return opened[-1]

    yield start
    for registry in opened:
        registry.close()


@pytest.fixture
def registry(open_registry: Open) -> metra.Registry:
    return open_registry()


@pytest.fixture
def group(registry: metra.Registry) -> metra.MetricGroup:
    return registry.root("app")


@pytest.fixture
def unraisable(monkeypatch: pytest.MonkeyPatch) -> list[BaseException | None]:
    """The exceptions that were reported because nobody could be told."""
    reported: list[BaseException | None] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda report: reported.append(report.exc_value))
    return reported


@pytest.fixture
def run_python() -> Run:
    """Runs a program in a Python of its own, which must succeed without a word to stderr, and gives what it prints."""

    def run(program: str, *arguments: str, **environment: str) -> str:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", textwrap.dedent(program), *arguments],
            capture_output=True, text=True, timeout=SECONDS, env=os.environ | environment, check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    return run


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The last line, as all of metra's tests have it."""
    passed, failed = (sum(len(terminalreporter.stats.get(kind, [])) for kind in kinds)
                      for kinds in (("passed",), ("failed", "error", "skipped")))
    terminalreporter.write_line(f"{passed} passed, {failed} failed")
