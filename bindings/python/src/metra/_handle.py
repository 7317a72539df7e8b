"""What everything has in common that is closed."""

from abc import abstractmethod
from types import TracebackType
from typing import Self

from metra.errors import ClosedError, Status


class Handle:
    """Something that `close` ends, or the end of a `with` statement. Closing again is harmless."""

    __slots__ = ()

    @abstractmethod
    def close(self) -> None:
        """Ends it."""

    @property
    @abstractmethod
    def closed(self) -> bool:
        """Whether it was ended."""

    def __enter__(self) -> Self:
        if self.closed:
            raise ClosedError(f"this {type(self).__name__} is already closed", Status.CLOSED)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
