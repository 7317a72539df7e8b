"""Distributions, histograms, and batches for both."""

from array import array
from collections.abc import Iterable
from math import isnan

import metra
import pytest
from metra import DistributionReading


def test_distribution_says_five_numbers(group: metra.MetricGroup) -> None:
    distribution = group.distribution("size")
    assert distribution.read() == DistributionReading(0, 0, 0, 0, 0.0)
    distribution.update(3)
    distribution.update(value=-1)
    distribution.update(n=4)  # type: ignore[call-arg]
    assert distribution.read() == DistributionReading(count=3, sum=6, min=-1, max=4, mean=2.0)


def test_histogram_knows_quantiles_of_its_window(group: metra.MetricGroup, clock: metra.Clock) -> None:
    histogram = group.histogram("latency")
    histogram.update_many(range(1, 101))
    reading = histogram.read()
    assert (reading.count, reading.sum, reading.window_count, reading.min, reading.max) == (100, 5050, 100, 1, 100)
    assert reading.p50 == pytest.approx(50.5, rel=0.01)
    assert histogram.quantile(0.99) == pytest.approx(99.99, rel=0.02)
    clock.advance(5)
    clock.advance(120)
    assert histogram.read().window_count == 0
    assert isnan(histogram.quantile(1))


@pytest.mark.parametrize("q", [0, -1, 1.5, float("nan")])
def test_histogram_refuses_quantiles_that_are_none(group: metra.MetricGroup, q: float) -> None:
    with pytest.raises(metra.InvalidArgumentError):
        group.histogram("latency").quantile(q)


@pytest.mark.parametrize(
    "values",
    [
        [1, 2, 3],
        (1, 2, 3),
        range(1, 4),
        (n for n in (1, 2, 3)),
        array("q", [1, 2, 3]),
        array("l", [1, 2, 3]),
        array("i", [1, 2, 3]),
        memoryview(array("q", [1, 2, 3])),
        memoryview(array("q", [1, 9, 2, 9, 3]))[::2],
        {1: "a", 2: "b", 3: "c"},
        b"\x01\x02\x03",
    ],
    ids=lambda values: type(values).__name__,
)
def test_batch_is_any_iterable_of_ints(group: metra.MetricGroup, values: Iterable[int]) -> None:
    distribution = group.distribution("size")
    distribution.update_many(values)
    assert distribution.read() == DistributionReading(3, 6, 1, 3, 2.0)


def test_batch_may_be_empty(group: metra.MetricGroup) -> None:
    group.distribution("size").update_many([])
    group.distribution("size").update_many(array("q"))
    assert group.distribution("size").read().count == 0


def test_batch_gives_its_buffer_back(group: metra.MetricGroup) -> None:
    values = array("q", range(1000))
    group.histogram("size").update_many(values)
    values.append(1)
    assert group.histogram("size").read().count == 1000


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ([1, "x"], TypeError),
        ([1, 1.5], TypeError),
        ([1, 2**63], OverflowError),
        (array("d", [1.0]), TypeError),
        (7, TypeError),
        (None, TypeError),
        ("12", TypeError),
    ],
    ids=repr,
)
def test_batch_with_one_bad_value_adds_none(group: metra.MetricGroup, values: Iterable[int], error: type) -> None:
    distribution, histogram = group.distribution("size"), group.histogram("latency")
    for metric in (distribution, histogram):
        with pytest.raises(error):
            metric.update_many(values)
        assert metric.read().count == 0


def test_batch_passes_on_what_its_iterable_raises(group: metra.MetricGroup) -> None:
    def broken() -> Iterable[int]:
        yield 1
        raise KeyError("broken")

    with pytest.raises(KeyError, match="broken"):
        group.distribution("size").update_many(broken())
