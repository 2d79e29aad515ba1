"""A timer in a time that the test gives: it goes off when its moment has come, however busy the machine is."""

from collections.abc import Callable


class GivenTimer:
    """Stands where a single-shot QTimer stood.

    Attributes:
        now_ms: How much time was given so far.
    """

    def __init__(self, goes_off: Callable[[], None]) -> None:
        self.now_ms = 0
        self._goes_off = goes_off
        self._due_ms: int | None = None

    def isActive(self) -> bool:
        return self._due_ms is not None

    def remainingTime(self) -> int:
        return -1 if self._due_ms is None else self._due_ms - self.now_ms

    def start(self, interval_ms: int) -> None:
        self._due_ms = self.now_ms + interval_ms

    def stop(self) -> None:
        self._due_ms = None

    def give(self, milliseconds: int) -> None:
        """Lets so much time go by."""
        until = self.now_ms + milliseconds
        while self._due_ms is not None and self._due_ms <= until:
            self.now_ms, self._due_ms = self._due_ms, None
            self._goes_off()
        self.now_ms = until
