"""What decides that it is time for the lock screen. Shows nothing."""

from datetime import timedelta

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

from mcassess.clock import Clock

IDLE_MINUTES = 15
_TICK_MS = 5_000
_SLEPT_MS = 60_000
_MOST_WATCHING_MS = 60 * 60_000
_SIGNS_OF_LIFE = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


class LockWatch(QObject):
    """Tells when to lock: after some minutes without a sign of life, and after the computer slept.

    What plays counts as watching, for an hour at most since the last touch.

    Signals:
        idle: Nobody has been here for long enough.
        slept: The computer has been asleep.

    Args:
        clock: Its wall clock goes on while the computer sleeps, its monotonic one may not.
        tick_ms: How often to look.
    """

    idle = Signal()
    slept = Signal()

    def __init__(self, clock: Clock, parent: QObject | None = None, *, tick_ms: int = _TICK_MS) -> None:
        super().__init__(parent)
        self._clock = clock
        self._limit_ms = 0
        self._touched_ms = self._alive_ms = 0
        self._ticked = (clock.now(), clock.monotonic_ms())
        self._timer = QTimer(self)
        self._timer.setInterval(tick_ms)
        self._timer.timeout.connect(self._look)

    def start(self, minutes: int) -> None:
        """Watches from now on; 0 minutes lock at sleep alone."""
        self._limit_ms = minutes * 60_000
        self._ticked = (self._clock.now(), self._clock.monotonic_ms())
        self.touch()
        self._timer.start()

    def set_limit(self, minutes: int) -> None:
        """Keeps to another time from now on; no sign of life by itself."""
        self._limit_ms = minutes * 60_000

    def stop(self) -> None:
        """Watches no more."""
        self._timer.stop()

    def touch(self) -> None:
        """The person did something."""
        self._touched_ms = self._alive_ms = self._clock.monotonic_ms()

    def watching(self) -> None:
        """Something plays or moves, which she may be looking at."""
        now = self._clock.monotonic_ms()
        if now - self._touched_ms < _MOST_WATCHING_MS:
            self._alive_ms = now

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Sees what the person does in a window; takes nothing away."""
        if event.type() in _SIGNS_OF_LIFE:
            self.touch()
        return False

    def _look(self) -> None:
        before, self._ticked = self._ticked, (self._clock.now(), self._clock.monotonic_ms())
        gap = max((self._ticked[0] - before[0]) // timedelta(milliseconds=1), self._ticked[1] - before[1])
        if gap > self._timer.interval() + _SLEPT_MS:
            self.slept.emit()
        elif self._limit_ms and self._ticked[1] - self._alive_ms >= self._limit_ms:
            self.idle.emit()
