"""Forked children: os.fork, multiprocessing, and servers that fork their workers."""

from pathlib import Path

import pytest
from support import Run

PRELUDE = """
    import os, sys, urllib.request
    import metra

    def in_child(work):
        child = os.fork()
        if child == 0:
            status = 1
            try:
                work()
                status = 0
            finally:
                sys.stdout.flush()
                os._exit(status)
        assert os.waitpid(child, 0)[1] == 0

    PAGE = {"metrics.reporter.p.factory.class": "prometheus", "metrics.reporter.p.port": "0"}
    registry = metra.Registry(PAGE)
    group = registry.root("app")
    events = group.counter("events")
    events.inc(5)
    answer = group.gauge("answer", lambda: os.getpid())

    def scrape():
        with urllib.request.urlopen(f"http://{registry.reporters[0].address}/metrics", timeout=30) as page:
            return page.read().decode()
    """


def test_child_goes_on_with_the_values_and_without_reporters(run_python: Run) -> None:
    assert run_python(PRELUDE + """
    assert registry.read_gauge(answer) == os.getpid()
    def work():
        events.inc()
        group.counter("own").inc()
        print(events.get_count(), registry.reporters, registry.read_gauge(answer) == os.getpid(), flush=True)
    in_child(work)
    print(events.get_count())
    registry.close()
    """) == "6 [] True\n5\n"


@pytest.mark.parametrize(("mode", "count"), [("KEEP", 5), ("ZERO", 0)])
def test_child_reports_again_once_it_is_told_to(run_python: Run, mode: str, count: int) -> None:
    assert run_python(PRELUDE + f"""
    def work():
        registry.after_fork(metra.ForkMode.{mode})
        page = scrape()
        print(f"app_events {count}" in page, f"app_answer {{os.getpid()}}" in page, flush=True)
        try:
            registry.after_fork()
        except metra.BusyError:
            registry.close()
    in_child(work)
    print("app_events 5" in scrape())
    registry.close()
    """) == "True True\nTrue\n"


def test_registry_that_follows_forks_reports_in_every_child(run_python: Run) -> None:
    assert run_python(PRELUDE + """
    registry.follow_forks(metra.ForkMode.ZERO)
    def grandchild():
        print("app_events 0" in scrape(), flush=True)
        registry.close()
    def work():
        events.inc()
        print("app_events 1" in scrape(), flush=True)
        in_child(grandchild)
        registry.close()
    in_child(work)
    registry.close()
    in_child(lambda: print("closed", flush=True))
    """) == "True\nTrue\nclosed\n"


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_workers_of_multiprocessing_count_for_themselves(run_python: Run, tmp_path: Path, method: str) -> None:
    assert run_python(
        """
        import os, pathlib, sys
        folder = pathlib.Path(sys.argv[1])
        (folder / "work.py").write_text('''
        import metra
        registry = metra.Registry()
        counter = registry.root("app").counter("events")
        gauge = registry.root("app").gauge("answer", lambda: 7)
        def work(n):
            before = counter.get_count()
            counter.inc(n)
            return counter.get_count() - before, registry.read_gauge(gauge)
        '''.replace("\\n        ", "\\n"))
        sys.path.insert(0, str(folder))
        import multiprocessing, work
        context = multiprocessing.get_context(sys.argv[2])
        with context.Pool(2) as pool:
            assert pool.map(work.work, range(20)) == [(n, 7) for n in range(20)]
            pool.close()
            pool.join()
        print(work.counter.get_count())
        work.registry.close()
        """,
        str(tmp_path),
        method,
        PYTHONWARNINGS="ignore::ResourceWarning",
    ) == "0\n"


def test_fork_in_the_middle_of_everything_leaves_a_child_that_works(run_python: Run) -> None:
    assert run_python(PRELUDE + """
    import threading, time
    stop = threading.Event()
    def busy():
        n = 0
        while not stop.is_set():
            n += 1
            with group.add_group("busy", str(threading.get_ident())) as below:
                below.gauge(f"g{n}", lambda: n)
                below.histogram("h").update(n)
                registry.collect()
    threads = [threading.Thread(target=busy) for _ in range(3)]
    for thread in threads:
        thread.start()
    def work():
        assert registry.read_gauge(answer) == os.getpid()
        assert {metric.name for metric, _ in registry.collect()} >= {"events", "answer"}
        registry.after_fork()
        registry.close()
    for _ in range(30):
        in_child(work)
    stop.set()
    for thread in threads:
        thread.join()
    registry.close()
    """) == ""


def test_gauge_that_forks_leaves_two_processes_that_work(run_python: Run) -> None:
    assert run_python(PRELUDE + """
    def forking():
        in_child(lambda: events.inc())
        return 1
    assert registry.read_gauge(group.gauge("forking", forking)) == 1
    registry.close()
    """) == ""
