"""Registries: their configuration, reading them, their end."""

import gc
import logging
import urllib.request
from pathlib import Path

import metra
import pytest
from metra import LogLevel
from support import Open, Run


def test_page_is_served_by_prometheus_reporter(open_registry: Open) -> None:
    registry = open_registry(
        {"metrics.reporter.prom.factory.class": "prometheus", "metrics.reporter.prom.port": 0}
    )
    registry.root("shop", {"zone": "eu"}).counter("orders").inc(2)
    (reporter,) = registry.reporters
    assert (reporter.name, reporter.factory_class, reporter.interval) == ("prom", "prometheus", 10.0)
    with urllib.request.urlopen(f"http://{reporter.address}/metrics", timeout=10) as answer:
        assert b'\nshop_orders{zone="eu"} 2\n' in answer.read()


def test_page_is_written_for_a_server_of_the_program(registry: metra.Registry, group: metra.MetricGroup) -> None:
    group.counter("events").inc()
    pieces: list[bytes] = []
    registry.write(pieces.append)
    assert b"".join(pieces) == registry.page() and registry.page().endswith(b"\napp_events 1\n")


def test_writer_that_raises_stops_the_page(registry: metra.Registry, group: metra.MetricGroup) -> None:
    group.counter("events")

    def full(_piece: bytes) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        registry.write(full)
    with pytest.raises(metra.InvalidArgumentError):
        registry.write(full, 99)  # type: ignore[arg-type]


def test_collect_shows_every_metric_with_its_value(registry: metra.Registry) -> None:
    group = registry.root("app", {"zone": "eu"})
    group.counter("a").inc(2)
    group.monotonic_counter("b").inc(3)
    group.gauge("c", lambda: 0.5)
    group.distribution("d").update(4)
    group.add_group("k", "v").meter("e").mark_event(5)
    group.histogram("f").update(6)
    shown = {metric.name: (metric, value) for metric, value in registry.collect()}
    assert list(shown) == ["a", "b", "c", "d", "f", "e"]
    assert [shown[name][0].type for name in "abcdef"] == list(metra.MetricType)
    metric = shown["e"][0]
    assert (metric.identifier, metric.logical_scope) == ("app.k.v.e", "app.k")
    assert metric.variables == {"<zone>": "eu", "<k>": "v"}
    values = [shown[name][1] for name in "abcdef"]
    assert values[:5] == [2, 3, 0.5, metra.DistributionReading(1, 4, 4, 4, 4.0), metra.MeterReading(5, 0.0)]
    assert isinstance(values[5], metra.HistogramReading) and values[5].max == 6


def test_default_registry_is_one_for_all(run_python: Run) -> None:
    assert run_python("""
        import metra
        metra.Registry.default().root("app").counter("events").inc()
        print(metra.Registry.default().root("app").counter("events").get_count())
        with metra.Registry() as other:
            try:
                other.set_default()
            except metra.BusyError as error:
                print(type(error).__name__)
        """) == "1\nBusyError\n"


def test_registry_made_the_default_is_what_others_get(run_python: Run) -> None:
    assert run_python("""
        import metra
        registry = metra.Registry({"metrics.scope.delimiter": "/"})
        registry.set_default()
        registry.set_default()
        print(metra.Registry.default().root("app").get_metric_identifier("x"))
        """) == "app/x\n"


def test_default_registry_after_a_bad_file_works_and_warns(run_python: Run, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("metrics.limit: many\n", encoding="utf-8")
    program = """
        import metra, warnings
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            registry = metra.Registry.default()
        print("metrics.limit" in str(caught[0].message), registry.root("app").counter("c").get_count())
        """
    assert run_python(program, METRA_CONFIG=str(tmp_path / "config.yaml")) == "True 0\n"


def test_closing_twice_is_harmless_and_registering_after_it_is_refused(
    registry: metra.Registry, group: metra.MetricGroup
) -> None:
    counter = group.counter("events")
    registry.close()
    registry.close(timeout=0)
    counter.inc()
    assert counter.get_count() == 1 and registry.closed and group.closed
    assert registry.collect() == [] and registry.losses.name_collisions == 0
    for late in (lambda: group.counter("late"), lambda: registry.root("late"), lambda: registry.taskmanager()):
        with pytest.raises(metra.ClosedError, match="closed"):
            late()
    with pytest.raises(metra.ClosedError, match="this Registry is already closed"), registry:
        pass


@pytest.mark.parametrize("timeout", [-1, -0.001])
def test_timeout_is_not_below_zero(registry: metra.Registry, timeout: float) -> None:
    with pytest.raises(ValueError, match="below zero"):
        registry.close(timeout)


def test_registry_nobody_keeps_ends_with_a_resource_warning() -> None:
    group = metra.MetricGroup()

    def start() -> None:
        nonlocal group
        group = metra.Registry().root("app")

    with pytest.warns(ResourceWarning, match="unclosed"):
        start()
        gc.collect()
    assert group.closed


def test_losses_are_counted(registry: metra.Registry, group: metra.MetricGroup) -> None:
    group.counter("taken")
    with pytest.raises(metra.NameCollisionError, match="counter"):
        group.meter("taken")
    assert registry.losses == metra.Losses(1, 0, 0, 0, 0, 0, 0, 0)


def test_limit_is_an_error_of_its_own(open_registry: Open) -> None:
    registry = open_registry({"metrics.limit": 1})
    group = registry.root("app")
    group.counter("first")
    with pytest.raises(metra.LimitError, match="metrics.limit") as caught:
        group.counter("second")
    assert caught.value.status is metra.Status.LIMIT


# --- configuration ---


def test_configuration_is_read_from_a_file(config: metra.Config, open_registry: Open, tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("metrics:\n  scope:\n    delimiter: /\nunknown.key: 1\n", encoding="utf-8")
    config.load(file)
    assert open_registry().root("app").get_metric_identifier("x") == "app/x"


def test_bad_files_are_errors_with_line_or_reason(config: metra.Config, tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("metrics.limit: many\n", encoding="utf-8")
    with pytest.raises(metra.ConfigError, match="line 1") as caught:
        config.load(file)
    assert isinstance(caught.value, ValueError)
    with pytest.raises(metra.InputOutputError, match="missing.yaml") as missing:
        config.load(str(tmp_path / "missing.yaml"))
    assert isinstance(missing.value, OSError)


def test_value_of_a_key_may_be_what_its_text_stands_for(config: metra.Config) -> None:
    config.set("metrics.system-resource", True)
    config.set("metrics.limit", 7)
    with pytest.raises(metra.ConfigError, match="metrics.system-resource"):
        config.set("metrics.system-resource", "maybe")
    with pytest.raises(TypeError):
        config.set("metrics.limit", None)  # type: ignore[arg-type]
    with pytest.raises(metra.ConfigError, match="python.metric.enabled"):
        metra.Config({"python.metric.enabled": "perhaps"})


def test_port_in_use_is_an_os_error(open_registry: Open) -> None:
    prometheus: dict[str, metra.config.Setting] = {"metrics.reporter.p.factory.class": "prometheus"}
    first = open_registry(prometheus | {"metrics.reporter.p.port": 0})
    port = str(first.reporters[0].address).rpartition(":")[2]
    with pytest.raises(metra.InputOutputError, match=port):
        open_registry({"metrics.reporter.p.port": port})


# --- the log ---


def test_log_says_what_the_registry_survived(config: metra.Config, open_registry: Open) -> None:
    said: list[tuple[LogLevel, str]] = []
    config.set_log(lambda level, text: said.append((level, text)))
    open_registry({"metrics.reporter.x.factory.class": "no.such.Reporter"})
    ((level, text),) = said
    assert level is LogLevel.WARN and "no.such.Reporter" in text


def test_log_goes_to_a_logger(config: metra.Config, open_registry: Open, caplog: pytest.LogCaptureFixture) -> None:
    config.set_log(logging.getLogger("metra"))
    open_registry({"metrics.reporter.x.factory.class": "no.such.%s"})
    (record,) = caplog.records
    assert record.levelno == logging.WARNING and "no.such.%s" in record.getMessage()


def test_log_that_raises_is_reported_once(
    config: metra.Config, open_registry: Open, unraisable: list[BaseException]
) -> None:
    config.set_log(lambda level, text: 1 // 0)
    for name in "ab":
        open_registry({f"metrics.reporter.{name}.factory.class": "no.such.Reporter"})
    assert [type(error) for error in unraisable] == [ZeroDivisionError]


def test_log_is_callable(config: metra.Config) -> None:
    with pytest.raises(TypeError):
        config.set_log("stderr")  # type: ignore[arg-type]
