"""A million registrations and closes leave nothing behind."""

import gc
from pathlib import Path

import metra
from support import Run

PROGRAM = """
    import gc, sys
    import metra

    BATCH, FIRST, ALL = 10, 100_000, 1_000_000

    class Answer:
        alive = 0
        def __init__(self):
            Answer.alive += 1
        def __del__(self):
            Answer.alive -= 1
        def __call__(self):
            return 1

    registry = metra.Registry()
    root = registry.root("app")

    def resident():
        gc.collect()
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[1])

    def register(n):
        with root.add_group("k", str(n)) as group:
            group.counter("c").inc()
            group.monotonic_counter("o").inc()
            group.distribution("d").update(n)
            group.meter("r").mark_event()
            group.histogram("h").update(n % 100)
            group.settable_gauge("s", int).set(n)
            group.gauge("g", Answer())
            group.gauge("g", Answer()).close()
            group.counter("p").cell().write(1)
            group.counter("q").shared_cell().write(1)

    for n in range(ALL // BATCH):
        register(n)
        if (n + 1) * BATCH == FIRST:
            after_first = resident()
    at_end = resident()
    print(Answer.alive, len(registry.collect()), at_end <= after_first * 1.05, after_first, at_end)
    registry.close()
    """


def test_a_million_registrations_and_closes_leave_nothing_behind(run_python: Run) -> None:
    alive, live, is_flat, *pages = run_python(PROGRAM).split()
    assert (alive, live, is_flat) == ("0", "0", "True"), pages


def test_reading_and_failing_leak_no_references(registry: metra.Registry, group: metra.MetricGroup) -> None:
    group.counter("taken")
    gauge = group.gauge("answer", lambda: "text")
    text = group.settable_gauge("told", str)

    def use_and_fail() -> None:
        registry.collect()
        registry.page()
        registry.read_gauge(gauge)
        text.set("x" * 100)
        group.get_scope_components()
        group.get_all_variables()
        group.get_metric_identifier("x", str.upper)
        group.histogram("h").update_many(range(100))
        group.histogram("h").read()
        for fail in (lambda: group.meter("taken"), lambda: group.counter(""), lambda: group.distribution("d").update_many([1, "x"])):  # type: ignore[list-item]
            try:
                fail()
            except (metra.MetraError, TypeError):
                pass

    for _ in range(100):
        use_and_fail()
    before = resident()
    for _ in range(5000):
        use_and_fail()
    assert resident() <= before * 1.05


def resident() -> int:
    gc.collect()
    return int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])


def test_threads_of_registries_that_come_and_go_leave_nothing_behind(run_python: Run) -> None:
    before, after = run_python("""
        import metra

        def come_and_go(times):
            for _ in range(times):
                with metra.Registry() as registry:
                    assert registry.read_gauge(registry.root("app").gauge("answer", lambda: 1)) == 1
            with open("/proc/self/statm") as statm:
                return int(statm.read().split()[1])

        print(come_and_go(300), come_and_go(1500))
        """).split()
    assert int(after) <= int(before) * 1.05
