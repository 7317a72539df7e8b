"""Gauges: values that are asked for, or told."""

from metra import _native
from metra._handle import Handle
from metra.readings import GaugeValue


class Gauge(_native.Gauge, Handle):
    """A value that is asked for at every reading, or that is told.

    It need not be kept: the group keeps it. Closing it unregisters it, waits until its callable does not run, and lets go
    of the callable.
    """

    __slots__ = ()

    def set(self, value: GaugeValue) -> None:
        """Sets the value of a settable gauge, which converts between numbers and bools to the type it was registered with.

        It is ignored between text and numbers, and by gauges that ask a callable. Other types raise TypeError.
        """
        self._set(value)

    def close(self) -> None:
        """Unregisters the gauge, unless another one has replaced it.

        It returns when the callable does not run and will not be called again; inside a gauge's callable it does not wait.
        `MetraTimeoutError` if the callable still runs after `metrics.gauge.timeout`: closing again waits again.
        """
        self._close()

    @property
    def closed(self) -> bool:
        """Whether `close` ended it."""
        return self._is_closed
