"""Groups: the tree, its names, and handing it on."""

import metra
import pytest
from support import Open


def test_group_goes_by_both_spellings_of_its_arguments(group: metra.MetricGroup) -> None:
    group.add_group("plain").counter("events").inc()
    assert group.add_group(name="plain").counter("events").get_count() == 1
    assert group.add_group(key="plain").counter("events").get_count() == 1
    pairs = [
        group.add_group("k", "v"),
        group.add_group(name="k", extra="v"),
        group.add_group(key="k", value="v"),
        group.add_group("k", extra="v"),
        group.add_group("k", value="v"),
    ]
    for pair in pairs:
        pair.counter("events").inc()
    assert pairs[0].counter("events").get_count() == len(pairs)


def test_group_takes_no_argument_twice_and_needs_one(group: metra.MetricGroup) -> None:
    with pytest.raises(TypeError, match="the same argument"):
        group.add_group("a", key="b")  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="the same argument"):
        group.add_group("a", "b", value="c")  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="needs the name"):
        group.add_group()  # type: ignore[call-overload]


def test_group_knows_its_scope_and_variables(registry: metra.Registry) -> None:
    group = registry.root("shop", {"zone": "eu"}).add_group("cache").add_group("topic", "orders")
    assert group.get_scope_components() == ["shop", "cache", "topic", "orders"]
    assert group.get_all_variables() == {"<topic>": "orders", "<zone>": "eu"}
    assert group.get_metric_identifier("lag") == "shop.cache.topic.orders.lag"
    assert group.get_logical_scope() == "shop.cache.topic"


def test_group_spells_names_as_a_reporter_does(group: metra.MetricGroup) -> None:
    below = group.add_group("a.b")
    assert below.get_metric_identifier("x y", lambda text: text.replace(" ", "-")) == "app.a.b.x-y"
    assert below.get_metric_identifier("c_d", delimiter="_") == "app_a.b_c-d"
    assert below.get_logical_scope(str.upper, delimiter=".", logical_delimiter="/") == "app/A_B"


def test_filter_may_answer_with_more_than_it_was_given(group: metra.MetricGroup) -> None:
    assert group.get_metric_identifier("x", lambda text: text * 1000) == "app" * 1000 + "." + "x" * 1000


def test_filter_that_raises_is_not_swallowed(group: metra.MetricGroup) -> None:
    with pytest.raises(ZeroDivisionError):
        group.get_metric_identifier("x", lambda text: str(1 // 0))
    with pytest.raises(TypeError):
        group.get_metric_identifier("x", lambda text: 1)  # type: ignore[arg-type, return-value]
    with pytest.raises(TypeError):
        group.get_metric_identifier("x", "upper")  # type: ignore[arg-type]


def test_components_of_flink_stand_below_each_other(registry: metra.Registry) -> None:
    job = registry.taskmanager("host", "tm-1").job("ab", "word count")
    task = job.task("cd", "map", "attempt", subtask_index=3, task_attempt_num=1)
    operator = task.operator("ef", "filter", variables={"<colour>": "red"})
    assert operator.get_scope_components() == ["host", "taskmanager", "tm-1", "word count", "filter", "3"]
    assert operator.get_all_variables()["<colour>"] == "red"
    assert operator.get_logical_scope() == "taskmanager.job.task.operator"
    coordinator = registry.jobmanager("host").job("ab", "word count").operator("ef", "source", task_id="cd", task_name="map")
    assert coordinator.get_scope_components() == ["host", "jobmanager", "word count", "source"]
    with pytest.raises(metra.InvalidArgumentError):
        registry.root("app").job("ab")


def test_group_closes_with_everything_below_it(registry: metra.Registry, group: metra.MetricGroup) -> None:
    below = group.add_group("cache")
    counter = below.counter("hits")
    with group:
        assert [reading.metric.name for reading in registry.collect()] == ["hits"]
    assert group.closed and below.closed and registry.collect() == []
    counter.inc()
    assert counter.get_count() == 1
    group.close()
    for register in (below.counter, below.histogram, below.add_group):
        with pytest.raises(metra.ClosedError) as caught:
            register("late")
        assert caught.value.status is metra.Status.CLOSED and "closed" in str(caught.value)
    with pytest.raises(metra.ClosedError, match="already closed"), group:
        pass


def test_metric_is_unregistered_by_its_name(registry: metra.Registry, group: metra.MetricGroup) -> None:
    counter = group.counter("events")
    group.unregister("events")
    counter.inc()
    assert registry.collect() == []
    with pytest.raises(metra.NotFoundError) as caught:
        group.unregister("events")
    assert isinstance(caught.value, LookupError)


def test_group_is_handed_over_by_its_token(group: metra.MetricGroup) -> None:
    group.counter("events").inc()
    assert metra.MetricGroup.from_token(group.token).counter("events").get_count() == 1
    token = group.token
    group.close()
    assert group.token == 0
    for stale in (token, 0, 2**64 - 1):
        with pytest.raises(metra.NotFoundError):
            metra.MetricGroup.from_token(stale)
    with pytest.raises(OverflowError):
        metra.MetricGroup.from_token(2**64)


def test_groups_are_made_in_the_class_that_asks_for_them(group: metra.MetricGroup) -> None:
    class Mine(metra.MetricGroup):
        pass

    mine = Mine.from_token(group.token)
    assert type(mine.add_group("below")) is Mine


def test_metrics_of_a_group_that_is_nowhere_count_for_nobody() -> None:
    nowhere = metra.MetricGroup()
    use_everything(nowhere)
    assert nowhere.get_scope_components() == [] and nowhere.get_all_variables() == {}
    assert nowhere.get_metric_identifier("x") == "" and not nowhere.closed
    nowhere.close()


def test_switching_python_off_gives_metrics_that_count_for_nobody(open_registry: Open) -> None:
    registry = open_registry({"python.metric.enabled": False})
    group = registry.root("app").add_group("below")
    use_everything(group)
    use_everything(metra.MetricGroup.from_token(group.token))
    assert group.get_scope_components() == ["app", "below"]
    assert registry.collect() == []


def use_everything(group: metra.MetricGroup) -> None:
    counter, monotonic = group.counter("c"), group.monotonic_counter("m")
    distribution, histogram = group.distribution("d"), group.histogram("h")
    meter = group.meter("r")
    counter.inc()
    counter.dec(3)
    monotonic.inc()
    meter.mark_event()
    distribution.update(1)
    distribution.update_many([1])
    histogram.update(1)
    histogram.update_many([1])
    group.gauge("g", lambda: 1).close()
    group.settable_gauge("s", str).set("x")
    group.meter_over("o", counter).mark_event()
    group.unregister("c")
    assert (counter.get_count(), monotonic.get_count(), meter.get_count(), meter.get_rate()) == (0, 0, 0, 0.0)
    assert distribution.read() == metra.DistributionReading(0, 0, 0, 0, 0.0)
    assert histogram.read().count == 0 and histogram.quantile(0.5) != histogram.quantile(0.5)
    assert group.add_group("k", "v").counter("c").get_count() == 0
