"""The time on a review: counted while the desk is shown and somebody is there. Writing it down is its owner's."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from mcassess.clock import Clock

IDLE_MS = 60_000
RECORD_MS = 15_000
_TICK_MS = 1_000
_LONGEST_TICK_MS = 5_000  # the laptop slept: that is no time of the review


class TimeOnReview(QObject):
    """Counts, and hands over what was counted in pieces of some seconds.

    Signals:
        ticked: The whole time in milliseconds, about once a second while it runs.
        asking: Before each count: whoever sees a sign of life says so now.
    """

    ticked = Signal(int)
    asking = Signal()

    def __init__(self, clock: Clock, record: Callable[[int], None], parent: QObject | None = None) -> None:
        """Makes a counter at nought.

        Args:
            clock: Its monotonic clock is what counts.
            record: Takes milliseconds that were spent and not handed over yet.
            parent: The object that owns it.
        """
        super().__init__(parent)
        self._clock = clock
        self._record = record
        self._total_ms = 0
        self._pending_ms = 0
        self._last_tick = 0
        self._last_sign = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.tick)

    @property
    def total_ms(self) -> int:
        """All time on this review, in milliseconds."""
        return self._total_ms

    @property
    def runs(self) -> bool:
        """Whether it counts now."""
        return self._timer.isActive()

    def take_up(self, total_ms: int) -> None:
        """Takes another review in hand, on which so much time was spent before."""
        self.stop()
        self._total_ms = total_ms
        self.ticked.emit(total_ms)

    def start(self) -> None:
        """Counts on."""
        self._last_tick = self._last_sign = self._clock.monotonic_ms()
        self._timer.start()

    def stop(self) -> None:
        """Stops counting and hands over the rest."""
        if self._timer.isActive():
            self.tick()
            self._timer.stop()
            self._hand_over()

    def sign_of_life(self) -> None:
        """Tells that somebody is there: a key, the mouse, a video that plays."""
        self._last_sign = self._clock.monotonic_ms()

    def tick(self) -> None:
        """Counts what has passed since the last tick."""
        self.asking.emit()
        now = self._clock.monotonic_ms()
        passed, self._last_tick = now - self._last_tick, now
        if now - self._last_sign > IDLE_MS or not 0 <= passed <= _LONGEST_TICK_MS:
            return
        self._total_ms += passed
        self._pending_ms += passed
        self.ticked.emit(self._total_ms)
        if self._pending_ms >= RECORD_MS:
            self._hand_over()

    def _hand_over(self) -> None:
        pending, self._pending_ms = self._pending_ms, 0
        if pending > 0:
            self._record(pending)
