"""What metra raises: each error has the library's status, and is what Python calls such an error besides."""

from enum import IntEnum


class Status(IntEnum):
    """What a call of the library came to, numbered as in metra.h."""

    OK = 0
    NULL_ARGUMENT = 1
    INVALID_UTF8 = 2
    INVALID_ARGUMENT = 3
    NAME_COLLISION = 4
    CLOSED = 5
    LIMIT = 6
    TIMEOUT = 7
    CONFIG = 8
    IO = 9
    NOT_FOUND = 10
    BUSY = 11
    UNSUPPORTED = 12
    PANIC = 13


class LibraryError(ImportError):
    """No library of metra's, or one of a version that does not fit."""


class MetraError(Exception):
    """Something that metra refused."""

    status: int
    """One of `Status`, or a number that only a later library knows."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class InvalidArgumentError(MetraError, ValueError):
    """A value outside what the call accepts."""


class NameCollisionError(MetraError, ValueError):
    """The name belongs to a metric of another type in this group, or to one with other parameters."""


class ClosedError(MetraError, ValueError):
    """The group or the registry is closed."""


class LimitError(MetraError):
    """`metrics.limit` or `metrics.group.limit` is reached."""


class MetraTimeoutError(MetraError, TimeoutError):
    """A callback did not finish in time."""


class ConfigError(MetraError, ValueError):
    """A configuration key has a value it cannot have, or a file is malformed."""


class InputOutputError(MetraError, OSError):
    """The operating system refused: a file, a socket, a thread."""


class NotFoundError(MetraError, LookupError):
    """Nothing of that name, or a token of something that is gone."""


class BusyError(MetraError, RuntimeError):
    """Not possible at this moment, or from inside this callback."""


class UnsupportedError(MetraError, NotImplementedError):
    """The library was built without the feature."""


class PanicError(MetraError, RuntimeError):
    """A defect in metra."""


_ERRORS: dict[int, type[MetraError]] = {
    Status.NULL_ARGUMENT: InvalidArgumentError,
    Status.INVALID_UTF8: InvalidArgumentError,
    Status.INVALID_ARGUMENT: InvalidArgumentError,
    Status.NAME_COLLISION: NameCollisionError,
    Status.CLOSED: ClosedError,
    Status.LIMIT: LimitError,
    Status.TIMEOUT: MetraTimeoutError,
    Status.CONFIG: ConfigError,
    Status.IO: InputOutputError,
    Status.NOT_FOUND: NotFoundError,
    Status.BUSY: BusyError,
    Status.UNSUPPORTED: UnsupportedError,
    Status.PANIC: PanicError,
}


def error_of(status: int, name: str, message: str) -> MetraError:
    """The error of a status; its name stands in for a message that is missing. The extension calls this."""
    known = Status(status) if status in _ERRORS else status
    return _ERRORS.get(status, MetraError)(message or name, known)
