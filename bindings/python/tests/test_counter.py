"""Counters, monotonic counters and meters: what counts."""

import metra
import pytest


def test_counter_goes_up_and_down(group: metra.MetricGroup) -> None:
    counter = group.counter("events")
    counter.inc()
    counter.inc(10)
    counter.inc(n=5)
    counter.dec()
    counter.dec(2)
    counter.dec(n=3)
    assert counter.get_count() == 10


def test_counter_wraps_at_64_bits(group: metra.MetricGroup) -> None:
    counter = group.counter("events")
    counter.inc(2**63 - 1)
    counter.inc()
    assert counter.get_count() == -(2**63)


def test_counter_of_the_same_name_is_the_same_counter(group: metra.MetricGroup) -> None:
    group.counter("events").inc(2)
    assert group.counter("events").get_count() == 2


def test_counter_takes_whatever_stands_for_an_int(group: metra.MetricGroup) -> None:
    class Two:
        def __index__(self) -> int:
            return 2

    counter = group.counter("events")
    counter.inc(Two())
    counter.inc(True)
    assert counter.get_count() == 3


def test_monotonic_counter_ignores_what_would_take_back(group: metra.MetricGroup) -> None:
    counter = group.monotonic_counter("bytes")
    counter.inc()
    counter.inc(n=4)
    counter.inc(-3)
    assert counter.get_count() == 5


def test_meter_counts_and_has_a_rate_once_time_goes_by(group: metra.MetricGroup, clock: metra.Clock) -> None:
    meter = group.meter("rate", time_span_in_seconds=10)
    clock.advance(5)
    meter.mark_event()
    meter.mark_event(50)
    meter.mark_event(value=40)
    meter.mark_event(n=9)  # type: ignore[call-arg]
    clock.advance(5)
    assert (meter.get_count(), meter.get_rate()) == (100, 10.0)


def test_meter_spans_sixty_seconds_unless_told_otherwise(group: metra.MetricGroup) -> None:
    group.meter("rate")
    group.meter("rate", 60)
    with pytest.raises(metra.NameCollisionError):
        group.meter("rate", time_span_in_seconds=120)


def test_meter_over_a_counter_has_its_count(group: metra.MetricGroup) -> None:
    counter = group.counter("events")
    meter = group.meter_over("eventsPerSecond", counter)
    counter.inc(3)
    meter.mark_event()
    assert (counter.get_count(), meter.get_count()) == (4, 4)
