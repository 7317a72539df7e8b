"""Threads: totals, and nobody who waits with the GIL."""

import threading
from collections.abc import Callable

import metra

THREADS = 8
ROUNDS = 20_000


def run_all(work: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=work, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_totals_are_exact(registry: metra.Registry, group: metra.MetricGroup) -> None:
    counter, distribution, meter = group.counter("c"), group.distribution("d"), group.meter("r")

    def work(n: int) -> None:
        cell = counter.cell()
        for _ in range(ROUNDS):
            counter.inc()
            cell.write(1)
            distribution.update(n)
            meter.mark_event(2)
        cell.close()

    run_all(work)
    assert counter.get_count() == 2 * THREADS * ROUNDS and meter.get_count() == 2 * THREADS * ROUNDS
    reading = distribution.read()
    assert (reading.count, reading.sum) == (THREADS * ROUNDS, ROUNDS * sum(range(THREADS)))
    assert (reading.min, reading.max) == (0, THREADS - 1)


def test_threads_that_register_read_and_close_do_not_wait_for_each_other_for_ever(registry: metra.Registry) -> None:
    """Every gauge needs the GIL while somebody closes, collects or replaces it."""
    app = registry.root("app")

    def work(n: int) -> None:
        for round in range(100):
            group = app.add_group("k", str((n + round) % 3))
            try:
                gauge = group.gauge("g", lambda: round)
                group.counter("c").inc()
                registry.read_gauge(gauge)
                registry.collect()
                registry.page()
                gauge.close()
                group.close()
            except metra.ClosedError:
                pass

    run_all(work)
    assert registry.collect() == []


def test_reading_lets_other_threads_run(registry: metra.Registry, group: metra.MetricGroup) -> None:
    """The gauge answers only once another thread has run, while this one reads."""
    asked, answered = threading.Event(), threading.Event()

    def answer() -> int:
        asked.set()
        answered.wait(30)
        return 1

    def other() -> None:
        asked.wait(30)
        answered.set()

    gauge = group.gauge("g", answer)
    for read in (lambda: registry.read_gauge(gauge), registry.collect, registry.page):
        asked.clear()
        answered.clear()
        thread = threading.Thread(target=other)
        thread.start()
        read()
        thread.join()
        assert asked.is_set()
    assert registry.losses.gauge_timeouts == 0


def test_metrics_are_freed_on_any_thread(registry: metra.Registry, group: metra.MetricGroup) -> None:
    metrics = [group.add_group("k", str(n)).counter("c") for n in range(1000)]

    def work(n: int) -> None:
        while metrics:
            try:
                metrics.pop().inc()
            except IndexError:
                pass

    run_all(work)
    assert sum(value for _, value in registry.collect() if isinstance(value, int)) == 1000
