"""Registries."""

import os
import warnings
import weakref
from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import Self

from metra import _native
from metra._handle import Handle
from metra.config import Config, Setting
from metra.gauge import Gauge
from metra.group import MetricGroup
from metra.readings import GaugeValue, Losses, Reading, ReporterInfo


class Format(IntEnum):
    """The formats of a page, numbered as in metra.h."""

    PROMETHEUS = 0
    """Prometheus' text format 0.0.4, `text/plain; version=0.0.4; charset=utf-8`."""


class ForkMode(IntEnum):
    """What becomes of the values in a forked child, numbered as in metra.h."""

    KEEP = 0
    """Metrics go on from what they counted in the parent."""
    ZERO = 1
    """Metrics begin again at zero; settable gauges keep their values."""


class Registry(_native.Registry, Handle):
    """A registry with its reporters and threads; any thread may use it.

    The program keeps it: one that nobody refers to any more ends without last reports, and a ResourceWarning says so
    if it was not closed.
    """

    __slots__ = ("__weakref__", "_was_closed", "_is_shared")

    _was_closed: bool
    _is_shared: bool

    def __new__(cls, config: Config | Mapping[str, Setting] | None = None) -> Self:
        self = super().__new__(cls, config if isinstance(config, Config) else Config(config))
        self._was_closed = False
        self._is_shared = False
        return self

    def __init__(self, config: Config | Mapping[str, Setting] | None = None) -> None:
        """Starts the reporters that the configuration names; without one there are none, and every default holds.

        `ConfigError` names key and value; `InputOutputError` for a port in use.
        """

    def __del__(self) -> None:
        started = hasattr(self, "_was_closed")
        if started and not (self._was_closed or self._is_shared):
            warnings.warn(f"unclosed {self!r}", ResourceWarning, source=self)

    @classmethod
    def default(cls) -> Self:
        """The registry that all languages of this process share.

        The first use makes it, after the file that METRA_CONFIG names. If that file is bad, it is a registry without
        reporters, and the warning says what is wrong.
        """
        self, complaint = cls._default()
        self._was_closed = False
        self._is_shared = True
        if complaint is not None:
            warnings.warn(f"metra's default registry has no reporters: {complaint}", stacklevel=2)
        return self

    def set_default(self) -> None:
        """Makes this the registry that all languages share; `BusyError` once there is another."""
        self._set_default()
        self._is_shared = True

    # --- its end ---

    def close(self, timeout: float = 10.0) -> None:
        """Lets reporters report a last time, closes all groups, ends all threads; waits for `timeout` seconds at most.

        `MetraTimeoutError` if a callback still runs then; the registry is closed all the same.
        """
        self._close(_milliseconds(timeout))
        self._was_closed = True

    @property
    def closed(self) -> bool:
        """Whether it was closed by this object."""
        return self._was_closed

    # --- forks ---

    def after_fork(self, mode: ForkMode = ForkMode.KEEP) -> None:
        """Starts tick and reporters again in a forked child, which has none of its parent's threads and listeners.

        Groups, metrics and values are as they were, and updates go on, without this call too. `InputOutputError` for a
        port in use: give a reporter that listens a range of ports, as the parent has the first.
        """
        self._after_fork(mode)

    def follow_forks(self, mode: ForkMode = ForkMode.KEEP) -> None:
        """Calls `after_fork` in every child that is forked from now on, by os.fork, multiprocessing or a server that forks
        its workers. What goes wrong there is told by `sys.unraisablehook`, and the child lives on without reporters."""
        os.register_at_fork(after_in_child=_restart(weakref.ref(self), mode))

    # --- roots ---

    def root(self, name: str, variables: Mapping[str, str] | None = None) -> MetricGroup:
        """Gives the root of a program without Flink: its name is the first scope component and the prefix of Prometheus
        names, its variables (keys without brackets) stand on everything below."""
        return self._root(MetricGroup, name, None if variables is None else dict(variables))

    def jobmanager(self, host: str | None = None) -> MetricGroup:
        """Gives the group of a job manager."""
        return self._jobmanager(MetricGroup, host)

    def taskmanager(self, host: str | None = None, tm_id: str | None = None) -> MetricGroup:
        """Gives the group of a task manager."""
        return self._taskmanager(MetricGroup, host, tm_id)

    # --- reading ---

    def collect(self) -> list[Reading]:
        """What every metric says: group by group, and in each in the order of registration; `BusyError` inside a gauge's
        callable."""
        return self._collect()

    def write(self, write: Callable[[bytes], object], format: Format = Format.PROMETHEUS) -> None:
        """Writes a page with all metrics, for programs with a server of their own: `write` gets it in pieces. An exception
        of `write` ends it and is passed on."""
        self._write(write, format)

    def page(self, format: Format = Format.PROMETHEUS) -> bytes:
        """The page as `write` writes it."""
        pieces: list[bytes] = []
        self.write(pieces.append, format)
        return b"".join(pieces)

    def read_gauge(self, gauge: Gauge) -> GaugeValue | None:
        """Asks one gauge, of any registry; None if it has no value now, or not in time. `BusyError` inside a gauge's
        callable."""
        return self._read_gauge(gauge)

    @property
    def reporters(self) -> list[ReporterInfo]:
        """The reporters that were started, in the order of their names."""
        return self._reporters()

    @property
    def losses(self) -> Losses:
        """What the registry survived and counted."""
        return self._losses()


def _milliseconds(seconds: float) -> int:
    """A timeout as the library takes it: 32 bits of milliseconds."""
    if seconds < 0:
        raise ValueError(f"a timeout of {seconds} seconds is below zero")
    return round(min(seconds * 1000, 2**32 - 1))


def _restart(registry: weakref.ref[Registry], mode: ForkMode) -> Callable[[], None]:
    def restart() -> None:
        alive = registry()
        if alive is not None and not alive.closed:
            alive.after_fork(mode)

    return restart
