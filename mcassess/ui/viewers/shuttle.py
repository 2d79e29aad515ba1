"""Going back through a video at a steady pace. Players only play forwards, so it is a seek now and then."""

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

_EVERY_MS = 150
_FASTEST = 8


class BackShuttle(QObject):
    """Wishes for earlier and earlier places while it runs; each further ``faster`` doubles its pace.

    Attributes:
        wished: Emits by how many milliseconds to go back now.
        changed: Emitted when it begins or stops.
    """

    wished = Signal(int)
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pace = 0
        self._since = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._go)

    @property
    def pace(self) -> int:
        """How many times the speed of the recording; 0 while it stands."""
        return self._pace

    def faster(self) -> None:
        """Begins, or doubles the pace."""
        self._pace = min(max(self._pace * 2, 1), _FASTEST)
        if not self._timer.isActive():
            self._since.start()
            self._timer.start()
            self.changed.emit()

    def stop(self) -> None:
        """Stands still."""
        ran, self._pace = self._pace > 0, 0
        self._timer.stop()
        if ran:
            self.changed.emit()

    def _go(self) -> None:
        self.wished.emit(round(self._since.restart() * self._pace))
