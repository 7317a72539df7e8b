"""What PyFlink's metrics page shows runs unchanged but for its imports."""

import pytest

from metra import DistributionReading, MetricGroup, Registry
from metra.udf import FunctionContext, ScalarFunction
from support import Open

# mypy: disable-error-code="no-untyped-def, no-untyped-call, no-any-return, override, var-annotated, attr-defined, union-attr, abstract"


@pytest.fixture
def function_context(group: MetricGroup) -> FunctionContext:
    return FunctionContext(group, {"my_parameter": "17"})


def test_counter(function_context, group):
    class MyUDF(ScalarFunction):

        def __init__(self):
            self.counter = None

        def open(self, function_context):
            self.counter = function_context.get_metric_group().counter("my_counter")

        def eval(self, i):
            self.counter.inc(i)
            return i

    udf = MyUDF()
    udf.open(function_context)
    assert [udf.eval(i) for i in (1, 2, 3)] == [1, 2, 3]
    udf.counter.inc()
    udf.counter.dec()
    udf.counter.dec(2)
    udf.close()
    assert group.counter("my_counter").get_count() == 4


def test_gauge(function_context, registry):
    class MyUDF(ScalarFunction):

        def __init__(self):
            self.length = 0

        def open(self, function_context):
            function_context.get_metric_group().gauge("my_gauge", lambda : self.length)

        def eval(self, i):
            self.length = i
            return i - 1

    udf = MyUDF()
    udf.open(function_context)
    assert [reading.value for reading in registry.collect()] == [0]
    assert udf.eval(5) == 4
    assert [reading.value for reading in registry.collect()] == [5]


def test_distribution(function_context, group):
    class MyUDF(ScalarFunction):

        def __init__(self):
            self.distribution = None

        def open(self, function_context):
            self.distribution = function_context.get_metric_group().distribution("my_distribution")

        def eval(self, i):
            self.distribution.update(i)
            return i - 1

    udf = MyUDF()
    udf.open(function_context)
    assert [udf.eval(i) for i in (1, 2, 3)] == [0, 1, 2]
    assert group.distribution("my_distribution").read() == DistributionReading(3, 6, 1, 3, 2.0)


def test_meter(function_context, group, clock):
    class MyUDF(ScalarFunction):

        def __init__(self):
            self.meter = None

        def open(self, function_context):
            super().open(function_context)
            # an average rate of events per second over 120s, default is 60s.
            self.meter = function_context.get_metric_group().meter("my_meter", time_span_in_seconds=120)

        def eval(self, i):
            self.meter.mark_event(i)
            return i - 1

    udf = MyUDF()
    udf.open(function_context)
    clock.advance(5)
    assert udf.eval(119) == 118
    udf.meter.mark_event()
    clock.advance(5)
    assert (udf.meter.get_count(), udf.meter.get_rate()) == (120, 1.0)


def test_user_scope(function_context, group):
    counter = (
        function_context
        .get_metric_group()
        .add_group("my_metrics")
        .counter("my_counter")
    )
    counter.inc()
    assert group.add_group("my_metrics").get_metric_identifier("my_counter") == "app.my_metrics.my_counter"
    assert group.add_group("my_metrics").counter("my_counter").get_count() == 1


def test_user_variables(function_context, group):
    (
        function_context
        .get_metric_group()
        .add_group("my_metrics_key", "my_metrics_value")
        .counter("my_counter")
    ).inc()
    below = group.add_group(key="my_metrics_key", value="my_metrics_value")
    assert below.get_scope_components() == ["app", "my_metrics_key", "my_metrics_value"]
    assert below.get_all_variables() == {"<my_metrics_key>": "my_metrics_value"}
    assert below.counter("my_counter").get_count() == 1


def test_list_of_all_variables_below_an_operator_of_flink(registry: Registry):
    task = registry.taskmanager("host", "tm").job("ab", "job").task("cd", "task", "attempt", 1, 0)
    context = FunctionContext(task.operator("ef", "operator"))
    assert context.get_metric_group().get_all_variables() == {
        "<host>": "host", "<tm_id>": "tm", "<job_id>": "ab", "<job_name>": "job", "<task_id>": "cd",
        "<task_name>": "task", "<task_attempt_id>": "attempt", "<subtask_index>": "1", "<task_attempt_num>": "0",
        "<operator_id>": "ef", "<operator_name>": "operator",
    }


def test_job_parameters_have_defaults(function_context):
    assert function_context.get_job_parameter("my_parameter", "0") == "17"
    assert function_context.get_job_parameter("other", default_value="0") == "0"


def test_function_runs_where_metrics_are_switched_off(open_registry: Open):
    off = open_registry({"python.metric.enabled": "false"})
    for context in (FunctionContext(off.root("app")), FunctionContext()):
        counter = context.get_metric_group().add_group("k", "v").counter("my_counter")
        counter.inc(5)
        assert counter.get_count() == 0
    assert off.collect() == []


def test_function_without_eval_is_none():
    with pytest.raises(TypeError):
        ScalarFunction()

    class Silent(ScalarFunction):
        def eval(self):
            return 1

    udf = Silent()
    udf.open(FunctionContext())
    assert udf.is_deterministic() and udf.eval() == 1
