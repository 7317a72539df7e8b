"""metra: Apache Flink's metric system, with PyFlink's interface, over one shared library.

    import metra

    registry = metra.Registry({"metrics.reporter.prom.factory.class": "prometheus"})
    shop = registry.root("shop")
    orders = shop.counter("orders")
    orders.inc()
"""

import atexit

from metra import _native
from metra._library import hot_path, library_path, library_version
from metra._native import (
    Cell,
    Counter,
    Distribution,
    Histogram,
    Meter,
    MonotonicCounter,
    Report,
    SharedCell,
)
from metra.clock import Clock
from metra.config import Config, LogLevel
from metra.errors import (
    BusyError,
    ClosedError,
    ConfigError,
    InputOutputError,
    InvalidArgumentError,
    LibraryError,
    LimitError,
    MetraError,
    MetraTimeoutError,
    NameCollisionError,
    NotFoundError,
    PanicError,
    Status,
    UnsupportedError,
)
from metra.gauge import Gauge
from metra.group import MetricGroup
from metra.readings import (
    DistributionReading,
    HistogramReading,
    Losses,
    MeterReading,
    Metric,
    MetricType,
    Reading,
    ReporterInfo,
)
from metra.registry import ForkMode, Format, Registry
from metra.reporter import Reporter

__version__ = "0.1.0"

__all__ = [
    "BusyError",
    "Cell",
    "Clock",
    "ClosedError",
    "Config",
    "ConfigError",
    "Counter",
    "Distribution",
    "DistributionReading",
    "ForkMode",
    "Format",
    "Gauge",
    "Histogram",
    "HistogramReading",
    "InputOutputError",
    "InvalidArgumentError",
    "LibraryError",
    "LimitError",
    "LogLevel",
    "Losses",
    "Meter",
    "MeterReading",
    "Metric",
    "MetricGroup",
    "MetricType",
    "MetraError",
    "MetraTimeoutError",
    "MonotonicCounter",
    "NameCollisionError",
    "NotFoundError",
    "PanicError",
    "Reading",
    "Registry",
    "Report",
    "Reporter",
    "ReporterInfo",
    "SharedCell",
    "Status",
    "UnsupportedError",
    "hot_path",
    "library_path",
    "library_version",
]

# Runs before the interpreter finalizes, and after whatever the program registers there later: closing its registry perhaps.
atexit.register(_native.close_gate)
