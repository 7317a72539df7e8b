"""What an update costs in Python, net of the loop, for metra, PyFlink's process mode, prometheus_client and dict.get.

Prints rows for ../report.py: `operation,subject,series,measure,value`. Every round measures each operation once, in a
loop of its own; a wrong total ends the program.
"""

import gc
import os
import statistics
import sys
import time
from array import array

import metra
import prometheus_client
from apache_beam.metrics.execution import MetricsContainer
from apache_beam.runners.worker import statesampler
from apache_beam.utils.counters import CounterFactory
from pyflink.fn_execution.metrics.process.metric_impl import GenericMetricGroup

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "41"))
LOOPS = 20_000
BATCH = 1000

LOOP = """
def loop(loops, clock):
    it = _it
    numbers = range(loops)
    begin = clock()
    for i in numbers:
        {statement}
    return clock() - begin
"""


class Plain:
    """The counter that everybody writes first."""

    def __init__(self):
        self.count = 0

    def inc(self, n=1):
        self.count += n


class Operation:
    """One statement about one object, measured in nanoseconds a round."""

    def __init__(self, name, subject, it, statement, updates=1):
        self.name, self.subject, self.updates = name, subject, updates
        namespace = {"_it": it}
        exec(LOOP.format(statement=statement), namespace)
        self.loop = namespace["loop"]
        self.samples = []

    def measure(self):
        loops = LOOPS // self.updates
        self.samples.append(self.loop(loops, time.perf_counter_ns) / loops)

    def row(self, empty, measure, of):
        net = (of(self.samples) - of(empty.samples)) / self.updates
        print(f"{self.name},{self.subject},,1 thread {measure},{net:.4f}")


def metra_operations(group):
    counter, distribution = group.counter("counter"), group.distribution("distribution")
    meter, histogram = group.meter("meter"), group.histogram("histogram")
    batch = array("q", range(BATCH))
    many = group.distribution("many")
    yield Operation("inc()", "metra", counter, "it.inc()")
    yield Operation("inc(i)", "metra", counter, "it.inc(i)")
    yield Operation("update(i)", "metra", distribution, "it.update(i)")
    yield Operation("mark_event()", "metra", meter, "it.mark_event()")
    yield Operation("mark_event(i)", "metra", meter, "it.mark_event(i)")
    yield Operation("histogram update(i)", "metra", histogram, "it.update(i)")
    yield Operation("update_many of 1000", "metra", (many, batch), "it[0].update_many(it[1])", BATCH)


def pyflink_operations():
    """PyFlink's metrics as a Python worker of Beam's has them."""
    sampler = statesampler.StateSampler("bench", CounterFactory())
    state = sampler.scoped_state("operation", "process", metrics_container=MetricsContainer("operation"))
    sampler.start()
    state.__enter__()
    group = GenericMetricGroup(None, None).add_group("operator")
    counter, distribution, meter = group.counter("counter"), group.distribution("distribution"), group.meter("meter")
    counter.inc()
    expect("PyFlink's counter", counter.get_count(), 1)
    yield Operation("inc()", "PyFlink", counter, "it.inc()")
    yield Operation("inc(i)", "PyFlink", counter, "it.inc(i)")
    yield Operation("update(i)", "PyFlink", distribution, "it.update(i)")
    yield Operation("mark_event()", "PyFlink", meter, "it.mark_event()")
    yield Operation("mark_event(i)", "PyFlink", meter, "it.mark_event(i)")


def prometheus_operations():
    registry = prometheus_client.CollectorRegistry()
    counter = prometheus_client.Counter("counter", "counts", registry=registry)
    summary = prometheus_client.Summary("summary", "sums", registry=registry)
    buckets = [2**power for power in range(10)]
    histogram = prometheus_client.Histogram("histogram", "buckets", registry=registry, buckets=buckets)
    yield Operation("inc()", "prometheus_client", counter, "it.inc()")
    yield Operation("inc(i)", "prometheus_client", counter, "it.inc(i)")
    yield Operation("update(i)", "prometheus_client Summary", summary, "it.observe(i)")
    yield Operation("histogram update(i)", "prometheus_client (10 buckets)", histogram, "it.observe(i)")


def bare_operations():
    yield Operation("baseline", "dict.get(x)", {1: 2}, "it.get(1)")
    yield Operation("inc()", "self.count += n", Plain(), "it.inc()")


def expect(what, got, wanted):
    if got != wanted:
        sys.exit(f"bench: {what} is {got} and should be {wanted}")


def check_totals(group):
    singles, batches = ROUNDS * LOOPS, ROUNDS * (LOOPS // BATCH)
    numbers, batch = ROUNDS * sum(range(LOOPS)), sum(range(BATCH))
    expect("the counter", group.counter("counter").get_count(), singles + numbers)
    expect("the meter", group.meter("meter").get_count(), singles + numbers)
    distribution, many = group.distribution("distribution").read(), group.distribution("many").read()
    expect("the distribution", (distribution.count, distribution.sum), (singles, numbers))
    expect("the histogram", group.histogram("histogram").read().count, singles)
    expect("the batches", (many.count, many.sum), (batches * BATCH, batches * batch))


def main():
    registry = metra.Registry()
    group = registry.root("bench")
    empty = Operation("", "", None, "pass")
    operations = [*bare_operations(), *metra_operations(group), *pyflink_operations(), *prometheus_operations()]
    gc.disable()
    for _ in range(ROUNDS):
        for operation in (empty, *operations):
            operation.measure()
    check_totals(group)
    print(f"path,{metra.hot_path()},,,0")
    for operation in operations:
        operation.row(empty, "min", min)
        operation.row(empty, "median", statistics.median)
    registry.close()
    sys.stdout.flush()
    # The sampler's thread would keep the process alive.
    os._exit(0)


main()
