"""User-defined functions as PyFlink has them, for programs that run them outside of Flink.

A program opens the functions itself: with the group that their metrics are to stand in, and with its parameters.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from metra.group import MetricGroup


class FunctionContext:
    """What a function is opened with."""

    __slots__ = ("_job_parameters", "_metric_group")

    def __init__(
        self, metric_group: MetricGroup | None = None, job_parameters: Mapping[str, str] | None = None
    ) -> None:
        """Without a group, metrics can be registered and updated all the same, and count for nobody."""
        self._metric_group = MetricGroup() if metric_group is None else metric_group
        self._job_parameters = dict(job_parameters or {})

    def get_metric_group(self) -> MetricGroup:
        """The group in which the function registers its metrics."""
        return self._metric_group

    def get_job_parameter(self, key: str, default_value: str) -> str:
        """A parameter of the job, or the default where it was not given."""
        return self._job_parameters.get(key, default_value)


class UserDefinedFunction(ABC):
    """What all user-defined functions have."""

    def open(self, function_context: FunctionContext) -> None:
        """Runs once, before anything is evaluated: the place to register metrics."""

    def close(self) -> None:
        """Runs once, after everything is evaluated."""

    def is_deterministic(self) -> bool:
        """Whether equal arguments always give equal results."""
        return True


class ScalarFunction(UserDefinedFunction):
    """A function of zero, one or more values that gives one."""

    @abstractmethod
    def eval(self, *args: Any) -> Any:
        """Evaluates the function."""
