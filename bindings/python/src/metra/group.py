"""Groups: where metrics are registered."""

from collections.abc import Callable, Mapping
from typing import Self, overload

from metra import _native
from metra._handle import Handle
from metra._native import Counter, Distribution, Histogram, Meter, MonotonicCounter
from metra.gauge import Gauge
from metra.readings import GaugeValue

METER_TIME_SPAN = 60
"""The time span of a meter where nothing else is wanted, in seconds."""


class MetricGroup(_native.Group, Handle):
    """A group of the tree: a place to register metrics and further groups, which it owns.

    Registering a name again gives the metric that is there; names must not be empty or contain U+0000. Any thread may use
    a group. `MetricGroup()` is a group that is nowhere: its metrics can be used and count for nobody, as can those of
    every group where `python.metric.enabled` is false.
    """

    __slots__ = ()

    # --- the tree ---

    @overload
    def add_group(self, name: str, extra: str | None = None) -> Self: ...
    @overload
    def add_group(self, key: str, /, *, value: str | None) -> Self: ...
    @overload
    def add_group(self, *, key: str, value: str | None = None) -> Self: ...
    def add_group(
        self, name: str | None = None, extra: str | None = None, *, key: str | None = None, value: str | None = None
    ) -> Self:
        """Gives the group of that name below this one, or with a second argument the group of a variable.

        The arguments go by two pairs of names: `name` and `extra`, `key` and `value`.
        """
        first = _one_of("add_group", "name", name, "key", key)
        if first is None:
            raise TypeError("add_group() needs the name of the group, a str")
        return self._add_group(first, _one_of("add_group", "extra", extra, "value", value))

    def close(self) -> None:
        """Unregisters everything in this group and below it, for good; asking its parent again makes a new group.

        It waits for gauges that run: `MetraTimeoutError` if one still does after `metrics.gauge.timeout`.
        """
        self._close()

    @property
    def closed(self) -> bool:
        """Whether the group, one above it, or its registry was closed."""
        return self._is_closed

    def unregister(self, name: str) -> None:
        """Unregisters one metric, of which handles stay valid and count for nobody. It waits as `close` does."""
        self._unregister(name)

    @property
    def token(self) -> int:
        """The number that stands for this group in this process, to hand it to another language; 0 once closed."""
        return self._token

    @classmethod
    def from_token(cls, token: int) -> Self:
        """Gives the group that another language hands over; `NotFoundError` for the token of no open group."""
        return cls._from_token(token)

    # --- metrics ---

    def counter(self, name: str) -> Counter:
        """Gives a sum that goes up and down."""
        return self._counter(name)

    def monotonic_counter(self, name: str) -> MonotonicCounter:
        """Gives a sum that only goes up."""
        return self._monotonic_counter(name)

    def gauge(self, name: str, obj: Callable[[], GaugeValue | None]) -> Gauge:
        """Registers a callable that answers with a value: an int, a float, a bool, a str, or None for "no value now".

        It is called on a thread of the registry's. An exception, or an answer of another type, is no value; the first one
        goes to `sys.unraisablehook`. A gauge of that name is replaced. The group keeps the callable, and what it refers
        to, until the gauge is unregistered.
        """
        return self._gauge(Gauge, name, obj)

    def settable_gauge(self, name: str, type: type[GaugeValue]) -> Gauge:
        """Gives a value that is told: `type` is int, float, bool or str."""
        return self._settable_gauge(Gauge, name, type)

    def distribution(self, name: str) -> Distribution:
        """Gives count, sum, minimum, maximum and mean of values."""
        return self._distribution(name)

    def meter(self, name: str, time_span_in_seconds: int = METER_TIME_SPAN) -> Meter:
        """Gives events and their rate per second over a time span, which is cut to a multiple of 5 and at least 5."""
        return self._meter(name, time_span_in_seconds)

    def meter_over(self, name: str, counter: Counter, time_span_in_seconds: int = METER_TIME_SPAN) -> Meter:
        """Gives a meter whose count and rate are those of a counter, of any group."""
        return self._meter_over(name, counter, time_span_in_seconds)

    def histogram(self, name: str) -> Histogram:
        """Gives values in buckets, with quantiles over a window of time."""
        return self._histogram(name)

    # --- Flink's components ---

    def job(self, job_id: str | None = None, job_name: str | None = None) -> Self:
        """Gives the job of that id, below a job manager or a task manager."""
        return self._job(job_id, job_name)

    def task(
        self,
        task_id: str | None = None,
        task_name: str | None = None,
        task_attempt_id: str | None = None,
        subtask_index: int = 0,
        task_attempt_num: int = 0,
    ) -> Self:
        """Gives the task of that attempt id, below a task manager's job."""
        return self._task(task_id, task_name, task_attempt_id, subtask_index, task_attempt_num)

    def operator(
        self,
        operator_id: str | None = None,
        operator_name: str | None = None,
        *,
        task_id: str | None = None,
        task_name: str | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> Self:
        """Gives the operator of that id and name below a task, or, with its task, the operator's coordinator below a job
        manager's job. Keys of further variables are as they are to be read, brackets included."""
        more = None if variables is None else dict(variables)
        return self._operator(operator_id, operator_name, task_id, task_name, more)

    # --- names ---

    def get_scope_components(self) -> list[str]:
        """The scope: what the scope format makes of the component, then the names of the user's groups."""
        return self._scope_components()

    def get_all_variables(self) -> dict[str, str]:
        """All variables, inherited ones included; keys have their angle brackets: `<host>`."""
        return self._all_variables()

    def get_metric_identifier(
        self, metric_name: str, filter: Callable[[str], str] | None = None, *, delimiter: str | None = None
    ) -> str:
        """Scope components and name, joined.

        A filter is applied to each of them. With a delimiter it is spelled as a reporter with this delimiter does, which
        replaces it inside of names; without, `metrics.scope.delimiter` joins and names stay as they are.
        """
        if filter is None and delimiter is None:
            return self._metric_identifier(metric_name)
        return self._metric_identifier_with(metric_name, delimiter, filter)

    def get_logical_scope(
        self,
        filter: Callable[[str], str] | None = None,
        *,
        delimiter: str | None = None,
        logical_delimiter: str | None = None,
    ) -> str:
        """The names of the levels and of the user's groups, without values, joined by the logical delimiter if there is
        one; filter and delimiter as for `get_metric_identifier`."""
        return self._logical_scope(delimiter, logical_delimiter, filter)


def _one_of(function: str, name: str, value: str | None, alias: str, other: str | None) -> str | None:
    """The value of an argument that goes by two names."""
    if value is not None and other is not None:
        raise TypeError(f"{function}() got {name!r} and {alias!r}, which are the same argument")
    return value if other is None else other
