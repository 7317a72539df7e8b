"""Cells: parts of a metric for compiled code, and for whoever has the GIL."""

import ctypes
from collections.abc import Callable
from typing import Any

import metra
import pytest

METRICS: dict[str, Callable[[metra.MetricGroup], Any]] = {
    "counter": lambda group: group.counter("c"),
    "monotonic_counter": lambda group: group.monotonic_counter("m"),
    "meter": lambda group: group.meter("r"),
    "distribution": lambda group: group.distribution("d"),
}


def count(metric: Any) -> int:
    return metric.read().count if isinstance(metric, metra.Distribution) else metric.get_count()


@pytest.mark.parametrize("kind", METRICS)
def test_what_cells_count_is_the_metrics(group: metra.MetricGroup, kind: str) -> None:
    metric = METRICS[kind](group)
    shared = metric.shared_cell()
    with metric.cell() as cell:
        cell.write(1)
        shared.write(value=1)
        cell.write(value=1)
    assert count(metric) == 3


@pytest.mark.parametrize("kind", METRICS)
def test_closed_cell_is_not_written_any_more(group: metra.MetricGroup, kind: str) -> None:
    cell = METRICS[kind](group).cell()
    cell.close()
    cell.close()
    assert cell.closed
    for use in (lambda: cell.write(1), cell.__enter__, lambda: cell.address):
        with pytest.raises(metra.ClosedError, match="already closed"):
            use()


@pytest.mark.parametrize("kind", METRICS)
def test_cell_keeps_its_metric_alive(group: metra.MetricGroup, kind: str) -> None:
    metric = METRICS[kind](group)
    cell, shared = metric.cell(), metric.shared_cell()
    del metric
    cell.write(1)
    shared.write(1)
    cell.close()
    assert count(METRICS[kind](group)) == 2


def test_monotonic_cells_ignore_what_would_take_back(group: metra.MetricGroup) -> None:
    metric = group.monotonic_counter("m")
    metric.cell().write(-1)
    metric.shared_cell().write(-1)
    assert metric.get_count() == 0


@pytest.mark.parametrize("kind", METRICS)
def test_cells_of_metrics_that_count_for_nobody_count_for_nobody(kind: str) -> None:
    metric = METRICS[kind](metra.MetricGroup())
    cell, shared = metric.cell(), metric.shared_cell()
    cell.write(1)
    shared.write(1)
    assert (cell.address, shared.address, count(metric)) == (0, 0, 0)
    cell.close()


@pytest.mark.parametrize("kind", METRICS)
@pytest.mark.parametrize("value", ["x", 1.5, None, 2**63])
def test_cells_take_whole_numbers_only(group: metra.MetricGroup, kind: str, value: Any) -> None:
    metric = METRICS[kind](group)
    for cell in (metric.cell(), metric.shared_cell()):
        with pytest.raises((TypeError, OverflowError)):
            cell.write(value)
    assert count(metric) == 0


def test_address_is_what_compiled_code_writes(group: metra.MetricGroup) -> None:
    counter = group.counter("c")
    shared, cell = counter.shared_cell(), counter.cell()
    for address in (shared.address, cell.address):
        ctypes.c_int64.from_address(address).value += 20
    assert counter.get_count() == 40
