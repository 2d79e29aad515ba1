"""The stretch of a video between its in and out marks, and whether it is played over and over. Plays nothing."""

from PySide6.QtCore import QObject, Signal

from mcassess.ui.viewers.marks import Marks


class Stretch(QObject):
    """What is marked in the video that lies open. All times are milliseconds from its start.

    Signals:
        changed: Marks or loop differ.

    Attributes:
        marks: The in and out marks.
        looping: Whether the stretch, or without one the whole video, is played over and over.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.marks = Marks()
        self.looping = False

    def mark_in(self, at_ms: int) -> None:
        """Sets its beginning."""
        self._set(self.marks.with_in(at_ms))

    def mark_out(self, at_ms: int) -> None:
        """Sets its end; a whole stretch is played over and over."""
        self._set(self.marks.with_out(at_ms))

    def clear(self) -> None:
        """Takes both marks away, and plays on."""
        self._set(Marks())

    def toggle_loop(self) -> None:
        """Plays over and over, or no more."""
        self.looping = not self.looping
        self.changed.emit()

    def loop(self, duration_ms: int) -> tuple[int, int] | None:
        """Returns from where to where a video of this length is played over and over; None for not at all."""
        return (self.marks.stretch() or (0, duration_ms)) if self.looping else None

    def _set(self, marks: Marks) -> None:
        self.marks = marks
        self.looping = marks.stretch() is not None
        self.changed.emit()
