"""What bad input gets: Python's own kind of error with the library's message; updates raise for wrong types only."""

from collections.abc import Callable
from typing import Any

import metra
import pytest

UPDATES: dict[str, Callable[[metra.MetricGroup], Callable[..., None]]] = {
    "inc": lambda group: group.counter("c").inc,
    "dec": lambda group: group.counter("c").dec,
    "monotonic inc": lambda group: group.monotonic_counter("m").inc,
    "distribution update": lambda group: group.distribution("d").update,
    "histogram update": lambda group: group.histogram("h").update,
    "mark_event": lambda group: group.meter("r").mark_event,
}
NAMED: dict[str, Callable[[Any], Callable[[Any], object]]] = {
    "counter": lambda group: group.counter,
    "monotonic_counter": lambda group: group.monotonic_counter,
    "gauge": lambda group: lambda name: group.gauge(name, lambda: 1),
    "settable_gauge": lambda group: lambda name: group.settable_gauge(name, int),
    "distribution": lambda group: group.distribution,
    "meter": lambda group: group.meter,
    "meter_over": lambda group: lambda name: group.meter_over(name, group.counter("over")),
    "histogram": lambda group: group.histogram,
    "add_group": lambda group: group.add_group,
    "add_group value": lambda group: lambda name: group.add_group("k", name or 1),
}


@pytest.mark.parametrize("update", UPDATES)
@pytest.mark.parametrize(
    ("value", "error"),
    [("x", TypeError), (1.5, TypeError), (None, TypeError), (b"1", TypeError), (2**63, OverflowError), (-(2**63) - 1, OverflowError)],
)
def test_update_with_the_wrong_type_raises_and_changes_nothing(
    registry: metra.Registry, group: metra.MetricGroup, update: str, value: Any, error: type[Exception]
) -> None:
    before = UPDATES[update](group)
    page = registry.page()
    with pytest.raises(error):
        before(value)
    assert registry.page() == page


@pytest.mark.parametrize("update", UPDATES)
def test_update_with_the_wrong_arguments_raises(group: metra.MetricGroup, update: str) -> None:
    call = UPDATES[update](group)
    with pytest.raises(TypeError, match="takes 1 argument but 2 were given"):
        call(1, 2)
    with pytest.raises(TypeError, match="unexpected keyword argument 'wrong'"):
        call(wrong=1)
    with pytest.raises(TypeError, match="takes 1 argument but 2 were given"):
        call(1, n=2)


def test_update_that_needs_a_value_says_so(group: metra.MetricGroup) -> None:
    for update in (group.distribution("d").update, group.histogram("h").update):
        with pytest.raises(TypeError, match="missing 1 required argument: 'value'"):
            update()  # type: ignore[call-arg]


def test_update_goes_on_after_everything_was_closed(registry: metra.Registry, group: metra.MetricGroup) -> None:
    updates = [make(group) for make in UPDATES.values()]
    registry.close()
    for update in updates:
        update(1)


@pytest.mark.parametrize("make", NAMED)
@pytest.mark.parametrize(("name", "error"), [(None, TypeError), (1, TypeError), (b"x", TypeError), ("a\0b", ValueError), ("\ud800", ValueError)])
def test_name_is_text_without_nul(group: metra.MetricGroup, make: str, name: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        NAMED[make](group)(name)


@pytest.mark.parametrize("make", [make for make in NAMED if make != "add_group value"])
def test_name_is_neither_empty_nor_endless(group: metra.MetricGroup, make: str) -> None:
    for name in ("", "x" * 65536):
        with pytest.raises(metra.InvalidArgumentError) as caught:
            NAMED[make](group)(name)
        assert isinstance(caught.value, ValueError) and caught.value.status is metra.Status.INVALID_ARGUMENT


@pytest.mark.parametrize("make", [make for make in NAMED if "group" not in make and make != "counter"])
def test_name_of_another_type_is_a_collision(group: metra.MetricGroup, make: str) -> None:
    group.counter("taken").inc()
    with pytest.raises(metra.NameCollisionError, match="counter"):
        NAMED[make](group)("taken")
    assert group.counter("taken").get_count() == 1


@pytest.mark.parametrize("make", NAMED)
def test_closed_group_registers_nothing(group: metra.MetricGroup, make: str) -> None:
    over = group.counter("over")
    group.close()
    register = (lambda name: group.meter_over(name, over)) if make == "meter_over" else NAMED[make](group)
    with pytest.raises(metra.ClosedError, match="closed"):
        register("late")


def test_time_span_is_a_whole_number_that_fits(group: metra.MetricGroup) -> None:
    for span, error in [("60", TypeError), (60.0, TypeError), (None, TypeError), (2**63, OverflowError), (2**31, metra.InvalidArgumentError)]:
        with pytest.raises(error):
            group.meter("r", span)  # type: ignore[arg-type]


def test_gauge_needs_something_to_call(group: metra.MetricGroup) -> None:
    with pytest.raises(TypeError, match="cannot be called"):
        group.gauge("g", 1)  # type: ignore[arg-type]


def test_root_needs_text(registry: metra.Registry) -> None:
    for name, variables in [(None, None), ("app", {"k": 1}), ("app", {1: "v"}), ("app", {"k": None})]:
        with pytest.raises(TypeError):
            registry.root(name, variables)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="null character"):
        registry.root("app", {"k": "a\0b"})
    with pytest.raises(metra.InvalidArgumentError):
        registry.root("")


def test_metrics_are_made_by_groups_only() -> None:
    for kind in (metra.Counter, metra.MonotonicCounter, metra.Gauge, metra.Distribution, metra.Meter, metra.Histogram, metra.Report):
        with pytest.raises(TypeError):
            kind()


def test_metrics_of_other_kinds_are_refused(registry: metra.Registry, group: metra.MetricGroup) -> None:
    with pytest.raises(TypeError):
        registry.read_gauge(group.counter("c"))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        group.meter_over("m", group.meter("r"))  # type: ignore[arg-type]


def test_clock_goes_forward_only(clock: metra.Clock) -> None:
    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance(-1)
    with pytest.raises(TypeError):
        clock.advance("1")  # type: ignore[arg-type]


def test_every_status_is_an_error_of_its_own_kind() -> None:
    kinds = {
        metra.Status.NULL_ARGUMENT: ValueError, metra.Status.INVALID_UTF8: ValueError, metra.Status.INVALID_ARGUMENT: ValueError,
        metra.Status.NAME_COLLISION: ValueError, metra.Status.CLOSED: ValueError, metra.Status.LIMIT: metra.MetraError,
        metra.Status.TIMEOUT: TimeoutError, metra.Status.CONFIG: ValueError, metra.Status.IO: OSError,
        metra.Status.NOT_FOUND: LookupError, metra.Status.BUSY: RuntimeError, metra.Status.UNSUPPORTED: NotImplementedError,
        metra.Status.PANIC: RuntimeError,
    }
    assert set(kinds) == set(metra.Status) - {metra.Status.OK}
    for status, kind in kinds.items():
        error = metra.errors.error_of(status, "NAME", "message")
        assert isinstance(error, kind) and isinstance(error, metra.MetraError)
        assert (error.status, str(error)) == (status, "message")
    later = metra.errors.error_of(99, "METRA_ERROR_UNKNOWN", "")
    assert (type(later), later.status, str(later)) == (metra.MetraError, 99, "METRA_ERROR_UNKNOWN")
