"""Plays scenarios of tests/vectors/scenarios.json: every verb of SCENARIOS.md is a method with the verb's fields."""

import gc
import math
import time
import weakref
from collections.abc import Callable
from typing import Any

import metra
from metra import Metric, Reading, Report, Reporter, ReporterInfo

PATIENCE = 10
TYPES = {"int64": int, "double": float, "bool": bool, "text": str}
DOUBLES = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def to_python(value: Any) -> Any:
    """A value of the table."""
    return DOUBLES.get(value, value) if isinstance(value, str) else value


def to_table(value: Any) -> Any:
    """A value as the table has it, which tells 1, 1.0 and true from each other."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {key: to_table(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [to_table(inner) for inner in value]
    return value


def is_same(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    return type(one) is type(other) and one == other


class Answers:
    """The callable of a gauge: one answer after the other, the last one for ever."""

    def __init__(self, answers: list[Any]) -> None:
        self.answers = [to_python(answer) for answer in answers]

    def __call__(self) -> Any:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is None:
            raise RuntimeError("no value now")
        return answer


class Scribe(Reporter):
    """Writes down what each reporter is told."""

    def __init__(self) -> None:
        self.lines: dict[str, list[str]] = {}

    def _write(self, reporter: ReporterInfo, line: str) -> None:
        self.lines.setdefault(reporter.name, []).append(line)

    def _write_metric(self, reporter: ReporterInfo, what: str, metric: Metric) -> None:
        variables = "".join(f" {key}={value}" for key, value in metric.variables.items())
        self._write(reporter, f"{what} {metric.identifier} in {metric.logical_scope}{variables}")

    def added(self, reporter: ReporterInfo, metric: Metric) -> None:
        self._write_metric(reporter, "added", metric)

    def removed(self, reporter: ReporterInfo, metric: Metric) -> None:
        self._write_metric(reporter, "removed", metric)

    def report(self, reporter: ReporterInfo, report: Report) -> None:
        self._write(reporter, " ".join(["report", *(metric.identifier for metric, _ in report.collect())]))

    def close(self, reporter: ReporterInfo) -> None:
        self._write(reporter, "close")


class Player:
    """One scenario under way."""

    def __init__(self, config: dict[str, str]) -> None:
        self.clock = metra.Clock()
        self.scribe = Scribe()
        self.names: dict[str, Any] = {}
        self.callables: dict[str, weakref.ref[Answers]] = {}
        self.expected: Any = None
        started = metra.Config(config)
        started.set_clock(self.clock)
        started.add_reporter("scenario", self.scribe)
        self.registry = metra.Registry(started)

    def play(self, step: dict[str, Any]) -> None:
        """Plays one step, whose outcome must be as it says."""
        fields = dict(step)
        verb, made = fields.pop("do"), fields.pop("as", None)
        error, says = fields.pop("error", None), fields.pop("says", "")
        gives, self.expected = "expect" in fields, fields.pop("expect", None)
        if verb == "gauge":
            fields["called"] = made
        method: Callable[..., Any] = getattr(self, f"do_{verb}")
        try:
            result = method(**fields)
        except metra.MetraError as raised:
            assert f"METRA_ERROR_{metra.Status(raised.status).name}" == error and says in str(raised), repr(raised)
            return
        assert error is None, f"{error} was not raised"
        if gives:
            assert is_same(to_table(result), self.expected), f"gives {to_table(result)!r}"
        elif made is not None:
            self.names[made] = result
        else:
            assert result is None, f"gives {result!r}, and nothing is expected"

    # --- the tree ---

    def do_root(self, name: str, variables: dict[str, str] | None = None) -> Any:
        return self.registry.root(name, variables)

    def do_taskmanager(self, host: str | None = None, tm_id: str | None = None) -> Any:
        return self.registry.taskmanager(host, tm_id)

    def do_jobmanager(self, host: str | None = None) -> Any:
        return self.registry.jobmanager(host)

    def do_job(self, group: str, **job: Any) -> Any:
        return self.names[group].job(**job)

    def do_task(self, group: str, **task: Any) -> Any:
        return self.names[group].task(**task)

    def do_operator(self, group: str, **operator: Any) -> Any:
        return self.names[group].operator(**operator)

    def do_add_group(self, group: str, name: str, value: str | None = None) -> Any:
        return self.names[group].add_group(name, value)

    def do_token(self, group: str) -> Any:
        return self.names[group].token

    def do_from_token(self, token: str) -> Any:
        return metra.MetricGroup.from_token(self.names[token])

    def do_close(self, group: str | None = None) -> None:
        (self.registry if group is None else self.names[group]).close()

    def do_is_closed(self, group: str) -> Any:
        return self.names[group].closed

    def do_unregister(self, group: str | None = None, name: str | None = None, metric: str | None = None) -> None:
        if metric is not None:
            self.names[metric].close()
        else:
            self.names[group or ""].unregister(name)

    # --- names ---

    def do_identifier(
        self, group: str, name: str, delimiter: str | None = None, replace: dict[str, str] | None = None
    ) -> Any:
        return self.names[group].get_metric_identifier(name, _filter(replace), delimiter=delimiter)

    def do_logical_scope(
        self,
        group: str,
        delimiter: str | None = None,
        logical_delimiter: str | None = None,
        replace: dict[str, str] | None = None,
    ) -> Any:
        return self.names[group].get_logical_scope(
            _filter(replace), delimiter=delimiter, logical_delimiter=logical_delimiter
        )

    def do_scope_components(self, group: str) -> Any:
        return self.names[group].get_scope_components()

    def do_variables(self, group: str) -> Any:
        return self.names[group].get_all_variables()

    # --- metrics ---

    def do_counter(self, group: str, name: str) -> Any:
        return self.names[group].counter(name)

    def do_monotonic_counter(self, group: str, name: str) -> Any:
        return self.names[group].monotonic_counter(name)

    def do_gauge(self, group: str, name: str, answers: list[Any], called: str) -> Any:
        function = Answers(answers)
        self.callables[called] = weakref.ref(function)
        return self.names[group].gauge(name, function)

    def do_settable_gauge(self, group: str, name: str, type: str) -> Any:
        return self.names[group].settable_gauge(name, TYPES[type])

    def do_distribution(self, group: str, name: str) -> Any:
        return self.names[group].distribution(name)

    def do_meter(self, group: str, name: str, over: str | None = None, **span: int) -> Any:
        if over is None:
            return self.names[group].meter(name, **span)
        return self.names[group].meter_over(name, self.names[over], **span)

    def do_histogram(self, group: str, name: str) -> Any:
        return self.names[group].histogram(name)

    def do_dropped(self, metric: str) -> Any:
        deadline = time.monotonic() + PATIENCE
        gc.collect()
        while self.callables[metric]() is not None and self.expected and time.monotonic() < deadline:
            gc.collect()
        return self.callables[metric]() is None

    # --- updates ---

    def do_inc(self, metric: str, by: int) -> None:
        self.names[metric].inc(by)

    def do_dec(self, metric: str, by: int) -> None:
        self.names[metric].dec(by)

    def do_set(self, metric: str, value: Any) -> None:
        self.names[metric].set(to_python(value))

    def do_update(self, metric: str, value: int) -> None:
        self.names[metric].update(value)

    def do_update_many(self, metric: str, values: list[int]) -> None:
        self.names[metric].update_many(values)

    def do_mark_event(self, metric: str, by: int) -> None:
        self.names[metric].mark_event(by)

    def do_cell_acquire(self, metric: str) -> Any:
        return self.names[metric].cell()

    def do_cell_shared(self, metric: str) -> Any:
        return self.names[metric].shared_cell()

    def do_cell_write(self, cell: str, value: int) -> None:
        self.names[cell].write(value)

    def do_cell_release(self, cell: str) -> None:
        self.names[cell].close()

    # --- readings ---

    def do_read(self, metric: str) -> Any:
        it = self.names[metric]
        if isinstance(it, metra.Gauge):
            return self.registry.read_gauge(it)
        if isinstance(it, metra.Meter):
            return {"count": it.get_count(), "rate": it.get_rate()}
        if isinstance(it, (metra.Distribution, metra.Histogram)):
            return _fields(it.read())
        return it.get_count()

    def do_page(self) -> Any:
        lines = self.registry.page().decode().split("\n")
        assert lines.pop() == "", "the last line has no line feed"
        return lines

    def do_collect(self) -> Any:
        return [_shown(reading) for reading in self.registry.collect()]

    def do_told(self, reporter: str) -> Any:
        self.clock.advance(0)
        return self.scribe.lines.pop(reporter, [])

    def do_advance(self, ms: int) -> None:
        self.clock.advance(ms / 1000)


def _filter(replace: dict[str, str] | None) -> Callable[[str], str] | None:
    if replace is None:
        return None
    return lambda text: "".join(replace.get(character, character) for character in text)


def _fields(reading: Any) -> dict[str, Any]:
    return {field: getattr(reading, field) for field in reading.__dataclass_fields__}


def _shown(reading: Reading) -> dict[str, Any]:
    metric, value = reading
    return {
        "type": metric.type.name.lower(),
        "name": metric.name,
        "identifier": metric.identifier,
        "logical_scope": metric.logical_scope,
        "variables": metric.variables,
        "value": _fields(value) if hasattr(value, "__dataclass_fields__") else value,
    }
