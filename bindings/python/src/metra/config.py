"""Configurations."""

import logging
import os
from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import TypeAlias

from metra import _native
from metra.clock import Clock
from metra.reporter import Reporter

Setting: TypeAlias = str | bool | int | float
"""A value of a key: text as in Flink's configuration file, or what text stands for."""


class LogLevel(IntEnum):
    """How much a line of the log matters, numbered as in metra.h."""

    ERROR = 0
    WARN = 1
    INFO = 2

    @property
    def of_logging(self) -> int:
        """The same for Python's logging."""
        return {LogLevel.ERROR: logging.ERROR, LogLevel.WARN: logging.WARNING}.get(self, logging.INFO)


class Config(_native.Config):
    """What registries are made after: Flink's configuration keys, a clock, a log, reporters of the program's own.

    A registry copies what it needs, so later changes concern later registries only.
    """

    __slots__ = ()

    def __init__(self, settings: Mapping[str, Setting] | None = None) -> None:
        """With these keys set; `ConfigError` as for `set`."""
        for key, value in (settings or {}).items():
            self.set(key, value)

    def __new__(cls, settings: Mapping[str, Setting] | None = None) -> "Config":
        return super().__new__(cls)

    def set(self, key: str, value: Setting) -> None:
        """Sets one of Flink's configuration keys. Keys that metra does not know are kept and ignored; `ConfigError` for a
        value that a key cannot have, naming both and what would be right."""
        self._set(key, str(value).lower() if isinstance(value, bool) else _text(value))

    def load(self, path: str | os.PathLike[str]) -> None:
        """Sets all keys of a YAML file such as Flink's config.yaml; on an error, `ConfigError` or `InputOutputError`, none."""
        self._load(os.fspath(path))

    def set_clock(self, clock: Clock) -> None:
        """Makes registries run on a clock that stands still until it is advanced."""
        self._set_clock(clock)

    def set_log(self, log: Callable[[LogLevel, str], object] | logging.Logger) -> None:
        """Makes registries say what they survive, each complaint once; without this they are silent.

        A callable is called from any thread, and must not call metra. What it raises goes to `sys.unraisablehook`.
        """
        self._set_log(_to_logger(log) if isinstance(log, logging.Logger) else _to_callable(log))

    def add_reporter(self, factory_class: str, reporter: Reporter) -> None:
        """Makes `metrics.reporter.<name>.factory.class: <factory_class>` mean this reporter."""
        if not isinstance(reporter, Reporter):
            raise TypeError(f"{reporter!r} is no metra.Reporter")
        self._add_reporter(factory_class, reporter, type(reporter).report is not Reporter.report)


def _text(value: str | float) -> str:
    if isinstance(value, (str, int, float)):
        return str(value)
    raise TypeError(f"the value of a key is a str, a bool or a number, not {value!r}")


def _to_callable(log: Callable[[LogLevel, str], object]) -> Callable[[int, str], object]:
    if not callable(log):
        raise TypeError(f"{log!r} cannot be called")
    return lambda level, text: log(LogLevel(level), text)


def _to_logger(logger: logging.Logger) -> Callable[[int, str], object]:
    return lambda level, text: logger.log(LogLevel(level).of_logging, "%s", text)
