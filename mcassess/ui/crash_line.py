"""The quiet line after a bad end: that there was one, and on request at which lines of code."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from mcassess.texts import tr
from mcassess.ui.kit.buttons import Button, ButtonKind
from mcassess.ui.kit.labels import ElidedLabel
from mcassess.ui.theme.style import colours_of
from mcassess.ui.theme.tokens import SPACES

_LINES_HEIGHT = 180


class CrashLine(QWidget):
    """Says that the program ended badly the last time.

    Args:
        lines: Lines of code.
        played: What was being played then.

    Signals:
        forgotten: The record of it can go.
    """

    forgotten = Signal()

    def __init__(self, lines: str, played: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = QPlainTextEdit(lines, self)
        self._lines.setReadOnly(True)
        self._lines.setAccessibleName(tr("Where in the program it happened"))
        self._lines.setFixedHeight(_LINES_HEIGHT)
        self._lines.hide()
        show = Button(tr("Show"), ButtonKind.QUIET, parent=self)
        forget = Button(tr("Forget"), ButtonKind.QUIET, parent=self)
        text = tr("mcassess ended by itself the last time. All that was saved is here.")
        if played:
            text = tr("mcassess ended by itself the last time, while {files} was open. All that was saved is here.")
            text = text.format(files=", ".join(played))
        row = QHBoxLayout()
        row.setSpacing(SPACES.inner)
        row.addWidget(ElidedLabel(text, "small", self), 1)
        row.addWidget(show)
        row.addWidget(forget)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACES.card, SPACES.tight, SPACES.card, SPACES.tight)
        column.addLayout(row)
        column.addWidget(self._lines)
        show.clicked.connect(self._show_lines)
        forget.clicked.connect(self._forget)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the ground and its upper edge."""
        colours = colours_of(self)
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colours.surface))
        painter.fillRect(0, 0, self.width(), 1, QColor(colours.line))

    def _show_lines(self) -> None:
        self._lines.setVisible(not self._lines.isVisibleTo(self))

    def _forget(self) -> None:
        self.hide()
        self.forgotten.emit()
