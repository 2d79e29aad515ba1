"""How far something has come: a thin bar, a line of text, and where wanted a button that stops it."""

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from mcassess.texts import tr
from mcassess.ui.kit.buttons import IconButton
from mcassess.ui.kit.labels import ElidedLabel
from mcassess.ui.kit.painting import BAR_HEIGHT, paint_bar
from mcassess.ui.theme.style import colours_of
from mcassess.ui.theme.tokens import SPACES

_STEPS = 1000


class _Bar(QProgressBar):
    def __init__(self, parent: QWidget, thickness: float) -> None:
        super().__init__(parent)
        self._thickness = thickness
        self.setRange(0, _STEPS)
        self.setValue(0)
        self.setTextVisible(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(120, round(self._thickness))

    def minimumSizeHint(self) -> QSize:
        return QSize(40, round(self._thickness))

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_bar(QPainter(self), QRectF(self.rect()), self.value() / _STEPS, colours_of(self))


class ProgressLine(QWidget):
    """A thin bar with its words below, such as "downloading 1.1 GB · 4 min left".

    Attributes:
        stop_requested: Emitted when the person presses the stop button.
    """

    stop_requested = Signal()

    def __init__(
        self, name: str, parent: QWidget | None = None, *, stoppable: bool = False, thickness: float = BAR_HEIGHT
    ) -> None:
        """Makes a line at nought.

        Args:
            name: What is under way, for screen readers.
            parent: The widget that owns it.
            stoppable: Whether there is a stop button.
            thickness: The bar's height in pixels.
        """
        super().__init__(parent)
        self._bar = _Bar(self, thickness)
        self._bar.setAccessibleName(name)
        self._text = ElidedLabel("", "small", self)
        column = QVBoxLayout()
        column.setSpacing(3)
        column.addWidget(self._bar)
        column.addWidget(self._text)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACES.near)
        row.addLayout(column, 1)
        if stoppable:
            stop = IconButton("close", tr("Stop"), parent=self)
            stop.clicked.connect(self.stop_requested)
            row.addWidget(stop)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_progress(self, fraction: float, text: str) -> None:
        """Shows how far it is (0 to 1, cut where it lies outside) and what to say about it."""
        self._bar.setValue(round(min(max(fraction, 0.0), 1.0) * _STEPS))
        self._text.setText(text)
        self._bar.setAccessibleDescription(text)

    def fraction(self) -> float:
        """Returns how far it is, 0 to 1."""
        return self._bar.value() / _STEPS

    def text(self) -> str:
        """Returns what it says."""
        return self._text.text()
