"""Time, for tests."""

from metra import _native


class Clock(_native.Clock):
    """A clock that stands still until it is advanced, so that tests of rates and intervals need not sleep."""

    __slots__ = ()

    def advance(self, seconds: float) -> None:
        """Moves time forward and returns when all that became due is done: ticks, reports, news for reporters. Zero does
        what is due already. Not inside a callback of metra: it would wait for itself."""
        if seconds < 0:
            raise ValueError(f"a clock cannot go back by {-seconds} seconds")
        self._advance(round(seconds * 1000))
