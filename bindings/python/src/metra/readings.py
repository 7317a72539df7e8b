"""What metrics and registries say when they are read."""

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple, TypeAlias


class MetricType(IntEnum):
    """The type of a metric, numbered as in metra.h."""

    COUNTER = 0
    MONOTONIC_COUNTER = 1
    GAUGE = 2
    DISTRIBUTION = 3
    METER = 4
    HISTOGRAM = 5


@dataclass(frozen=True, slots=True)
class DistributionReading:
    """What a distribution says: minimum <= mean <= maximum, all five of the same moment; zeros without values."""

    count: int
    sum: int
    min: int
    max: int
    mean: float


@dataclass(frozen=True, slots=True)
class MeterReading:
    """What a meter says: events so far, and events per second as of the last tick."""

    count: int
    rate: float


@dataclass(frozen=True, slots=True)
class HistogramReading:
    """What a histogram says: count and sum of all values ever, and the rest of the window (`metrics.histogram.window`),
    within 1 % of each value. Without values in the window min and max are zero and the floats NaN."""

    count: int
    sum: int
    window_count: int
    min: int
    max: int
    mean: float
    stddev: float
    p50: float
    p75: float
    p95: float
    p98: float
    p99: float
    p999: float


GaugeValue: TypeAlias = int | float | bool | str
"""What a gauge may say."""


class Metric(NamedTuple):
    """A metric as its reader sees it: a reporter with its delimiter and variables, others with the registry's."""

    id: int
    type: MetricType
    name: str
    identifier: str
    logical_scope: str
    variables: dict[str, str]


class Reading(NamedTuple):
    """A metric with what it says: an int for counters, None for a gauge that has no value now."""

    metric: Metric
    value: GaugeValue | DistributionReading | MeterReading | HistogramReading | None


class ReporterInfo(NamedTuple):
    """A reporter that was started; the interval is in seconds, the address that of one that listens."""

    name: str
    factory_class: str
    delimiter: str
    interval: float
    address: str | None


class Losses(NamedTuple):
    """What a registry survived and counted instead of failing."""

    name_collisions: int
    limits: int
    hidden_variables: int
    equal_identities: int
    gauge_timeouts: int
    gauge_failures: int
    inexpressible_values: int
    panics: int
