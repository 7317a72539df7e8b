"""Gauges that are asked and gauges that are told."""

import gc
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import metra
import pytest
from support import Open


@pytest.mark.parametrize(
    ("answer", "value"),
    [(3, 3), (-(2**63), -(2**63)), (True, True), (2.5, 2.5), ("héllo", "héllo"), ("", ""), (Decimal("0.5"), 0.5), (None, None)],
)
def test_gauge_says_what_its_callable_answers(
    registry: metra.Registry, group: metra.MetricGroup, answer: Any, value: object
) -> None:
    gauge = group.gauge("answer", lambda: answer)
    read = registry.read_gauge(gauge)
    assert (read, type(read)) == (value, type(value))
    assert [reading.value for reading in registry.collect()] == [value]


def test_gauge_is_asked_on_a_thread_of_its_registry(registry: metra.Registry, group: metra.MetricGroup) -> None:
    assert registry.read_gauge(group.gauge("thread", threading.get_ident)) != threading.get_ident()


@pytest.mark.parametrize("answer", [object(), [1], b"1", 2**63, -(2**63) - 1, "a\0b", "\ud800", 1j], ids=repr)
def test_gauge_without_a_fitting_answer_has_no_value_and_says_so_once(
    registry: metra.Registry, group: metra.MetricGroup, unraisable: list[BaseException], answer: Any
) -> None:
    gauge = group.gauge("odd", lambda: answer)
    group.counter("events").inc()
    assert [registry.read_gauge(gauge), registry.read_gauge(gauge)] == [None, None]
    assert [type(error) for error in unraisable] in ([TypeError], [OverflowError], [ValueError], [UnicodeEncodeError])
    assert b"\napp_events 1\n" in registry.page() and b"odd" not in registry.page()


def test_gauge_that_raises_has_no_value_until_it_answers_again(
    registry: metra.Registry, group: metra.MetricGroup, unraisable: list[BaseException]
) -> None:
    answers: Iterator[Exception | int] = iter([ZeroDivisionError("broken"), 5, KeyError("again")])

    def answer() -> int:
        found = next(answers)
        if isinstance(found, int):
            return found
        raise found

    gauge = group.gauge("answer", answer)
    assert [registry.read_gauge(gauge) for _ in range(3)] == [None, 5, None]
    assert [str(error) for error in unraisable] == ["broken"]
    assert registry.losses.gauge_failures == 2


def test_gauge_of_the_same_name_replaces_the_first_and_lets_its_callable_go(
    registry: metra.Registry, group: metra.MetricGroup
) -> None:
    class Answer:
        def __call__(self) -> int:
            return 1

    first = Answer()
    gone = weakref.ref(first)
    group.gauge("answer", first)
    del first
    assert gone() is not None
    gauge = group.gauge("answer", lambda: 2)
    assert registry.read_gauge(gauge) == 2
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize(
    "end",
    [
        lambda registry, group, gauge: gauge.close(),
        lambda registry, group, gauge: group.unregister("answer"),
        lambda registry, group, gauge: group.close(),
        lambda registry, group, gauge: registry.close(),
    ],
    ids=["gauge", "unregister", "group", "registry"],
)
def test_callable_is_let_go_however_its_gauge_ends(
    registry: metra.Registry, group: metra.MetricGroup, end: Callable[..., None]
) -> None:
    def answer() -> int:
        return 1

    before = sys.getrefcount(answer)
    gauge = group.gauge("answer", answer)
    registry.read_gauge(gauge)
    assert sys.getrefcount(answer) == before + 1
    end(registry, group, gauge)
    assert sys.getrefcount(answer) == before


def test_callable_is_let_go_when_the_registration_fails(group: metra.MetricGroup) -> None:
    def answer() -> int:
        return 1

    before = sys.getrefcount(answer)
    group.counter("taken")
    for name, error in (("taken", metra.NameCollisionError), ("", metra.InvalidArgumentError), ("a\0b", ValueError)):
        with pytest.raises(error):
            group.gauge(name, answer)
    group.close()
    with pytest.raises(metra.ClosedError):
        group.gauge("late", answer)
    assert sys.getrefcount(answer) == before


def test_gauge_is_closed_by_a_with_statement(registry: metra.Registry, group: metra.MetricGroup) -> None:
    with group.gauge("answer", lambda: 1) as gauge:
        assert not gauge.closed and len(registry.collect()) == 1
    assert gauge.closed and registry.collect() == []
    gauge.close()
    with pytest.raises(metra.ClosedError, match="already closed"), gauge:
        pass


def test_gauge_may_close_its_own_group(registry: metra.Registry, group: metra.MetricGroup) -> None:
    def answer() -> int:
        group.close()
        return 1

    gauge = group.gauge("answer", answer)
    registry.read_gauge(gauge)
    group.close()
    assert group.closed and registry.collect() == []


def test_gauge_may_register_and_update_but_not_read(registry: metra.Registry, group: metra.MetricGroup) -> None:
    refused: list[type] = []

    def answer() -> int:
        group.counter("asked").inc()
        for read in (registry.collect, registry.page):
            try:
                read()
            except metra.BusyError as error:
                refused.append(type(error))
        return 1

    assert registry.read_gauge(group.gauge("answer", answer)) == 1
    assert refused == [metra.BusyError, metra.BusyError]
    assert group.counter("asked").get_count() == 1


def test_gauge_that_blocks_for_ever_hinders_nobody_else(open_registry: Open, unraisable: list[BaseException]) -> None:
    registry = open_registry({"metrics.gauge.timeout": "50 ms"})
    group = registry.root("app")
    stop, started = threading.Event(), threading.Event()

    def answer() -> int:
        started.set()
        stop.wait()
        return 1

    stuck = group.gauge("stuck", answer)
    quick = group.gauge("quick", lambda: 7)
    assert registry.read_gauge(stuck) is None and started.is_set()
    assert registry.read_gauge(quick) == 7
    with pytest.raises(metra.MetraTimeoutError) as caught:
        stuck.close()
    assert isinstance(caught.value, TimeoutError) and not stuck.closed
    stop.set()
    while not stuck.closed:
        try:
            stuck.close()
        except metra.MetraTimeoutError:
            pass
    assert unraisable == []


def test_gauge_that_needs_a_lock_of_the_closing_thread_ends_in_a_timeout_and_no_deadlock(open_registry: Open) -> None:
    registry = open_registry({"metrics.gauge.timeout": "50 ms"})
    group = registry.root("app")
    lock, started = threading.Lock(), threading.Event()

    def answer() -> int:
        started.set()
        with lock:
            return 1

    group.gauge("locked", answer)
    with lock:
        reader = threading.Thread(target=registry.collect)
        reader.start()
        started.wait()
        begin = time.monotonic()
        with pytest.raises(metra.MetraTimeoutError):
            group.close()
        assert time.monotonic() - begin < 30
    reader.join()
    group.close()


# --- settable gauges ---


@pytest.mark.parametrize(("kind", "first", "value"), [(int, 0, -7), (float, 0.0, 2.5), (bool, False, True), (str, "", "blü")])
def test_settable_gauge_says_what_it_was_told(
    registry: metra.Registry, group: metra.MetricGroup, kind: Any, first: Any, value: Any
) -> None:
    gauge = group.settable_gauge("told", kind)
    assert registry.read_gauge(gauge) == first
    gauge.set(value)
    read = registry.read_gauge(gauge)
    assert (read, type(read)) == (value, kind)


def test_settable_gauge_converts_between_numbers_and_ignores_text(
    registry: metra.Registry, group: metra.MetricGroup
) -> None:
    gauge = group.settable_gauge("told", float)
    gauge.set(3)
    gauge.set("four")
    assert registry.read_gauge(gauge) == 3.0
    asked = group.gauge("asked", lambda: 1)
    asked.set(2)
    assert registry.read_gauge(asked) == 1


@pytest.mark.parametrize(
    ("kind", "value", "error"),
    [(int, 2**63, OverflowError), (int, None, TypeError), (float, [1.5], TypeError), (bool, b"1", TypeError),
     (str, "a\0b", ValueError), (str, None, TypeError)],
)
def test_settable_gauge_refuses_what_is_no_value(
    registry: metra.Registry, group: metra.MetricGroup, kind: Any, value: Any, error: type[Exception]
) -> None:
    gauge = group.settable_gauge("told", kind)
    with pytest.raises(error):
        gauge.set(value)
    assert registry.read_gauge(gauge) == kind()


@pytest.mark.parametrize("kind", [complex, None, "int", object])
def test_settable_gauge_has_one_of_four_types(group: metra.MetricGroup, kind: Any) -> None:
    with pytest.raises(TypeError):
        group.settable_gauge("told", kind)
