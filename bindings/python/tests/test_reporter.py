"""Reporters of the program's own."""

import threading
from collections.abc import Iterator

import metra
import pytest
from metra import Metric, Report, Reporter, ReporterInfo
from support import Open

OURS: dict[str, metra.config.Setting] = {
    "metrics.reporter.ours.factory.class": "tests.Ours",
    "metrics.reporter.ours.interval": "1 s",
}


class Ours(Reporter):
    def __init__(self) -> None:
        self.told: list[tuple[str, object]] = []
        self.threads: set[int] = set()
        self.kept: Report | None = None

    def _tell(self, what: str, of: object = None) -> None:
        self.threads.add(threading.get_ident())
        self.told.append((what, of))

    def added(self, reporter: ReporterInfo, metric: Metric) -> None:
        self._tell("added", metric.identifier)

    def removed(self, reporter: ReporterInfo, metric: Metric) -> None:
        self._tell("removed", metric.identifier)

    def report(self, reporter: ReporterInfo, report: Report) -> None:
        self.kept = report
        self._tell("report", [(reading.metric.name, reading.value) for reading in report.collect()])

    def close(self, reporter: ReporterInfo) -> None:
        self._tell("close", reporter.name)


@pytest.fixture
def ours(config: metra.Config) -> Iterator[Ours]:
    reporter = Ours()
    config.add_reporter("tests.Ours", reporter)
    yield reporter


def test_reporter_is_told_of_everything_in_order(ours: Ours, open_registry: Open, clock: metra.Clock) -> None:
    registry = open_registry(OURS)
    group = registry.root("app")
    group.counter("events").inc(3)
    group.gauge("answer", lambda: 2.5)
    clock.advance(1)
    group.unregister("answer")
    clock.advance(0)
    registry.close()
    assert ours.told == [
        ("added", "app.events"),
        ("added", "app.answer"),
        ("report", [("events", 3), ("answer", 2.5)]),
        ("removed", "app.answer"),
        ("report", [("events", 3)]),
        ("close", "ours"),
    ]
    assert len(ours.threads) == 1 and threading.get_ident() not in ours.threads


def test_report_is_there_for_its_call_only(ours: Ours, open_registry: Open, clock: metra.Clock) -> None:
    open_registry(OURS)
    clock.advance(1)
    assert ours.kept is not None
    with pytest.raises(RuntimeError, match="inside the call"):
        ours.kept.collect()


def test_reporter_without_report_is_only_told_what_there_is(
    config: metra.Config, open_registry: Open, clock: metra.Clock
) -> None:
    class Quiet(Reporter):
        names: list[str] = []

        def added(self, reporter: ReporterInfo, metric: Metric) -> None:
            self.names.append(f"{reporter.name}: {metric.name}")

    config.add_reporter("tests.Ours", Quiet())
    registry = open_registry(OURS | {"metrics.reporter.too.factory.class": "tests.Ours"})
    registry.root("app").counter("events")
    clock.advance(0)
    registry.close()
    assert sorted(Quiet.names) == ["ours: events", "too: events"]


def test_reporter_that_raises_is_reported_once_and_called_on(
    config: metra.Config, open_registry: Open, clock: metra.Clock, unraisable: list[BaseException]
) -> None:
    class Broken(Reporter):
        calls = 0

        def report(self, reporter: ReporterInfo, report: Report) -> None:
            Broken.calls += 1
            raise ZeroDivisionError

    config.add_reporter("tests.Ours", Broken())
    open_registry(OURS)
    for _ in range(3):
        clock.advance(1)
    assert Broken.calls == 3 and [type(error) for error in unraisable] == [ZeroDivisionError]


def test_reporter_may_register_and_close(config: metra.Config, open_registry: Open, clock: metra.Clock) -> None:
    class Busy(Reporter):
        def report(self, reporter: ReporterInfo, report: Report) -> None:
            group.counter("reports").inc()
            group.add_group("below").close()

    config.add_reporter("tests.Ours", Busy())
    registry = open_registry(OURS)
    group = registry.root("app")
    clock.advance(1)
    clock.advance(1)
    assert group.counter("reports").get_count() == 2


def test_reporter_needs_the_methods_of_one(config: metra.Config) -> None:
    with pytest.raises(TypeError):
        config.add_reporter("tests.Ours", object())  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        config.add_reporter(None, Reporter())  # type: ignore[arg-type]
