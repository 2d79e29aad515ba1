"""The status line at the window's lower edge: short facts, some with a dot, always with words."""

from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from mcassess.ui.kit.painting import key_size, paint_dot, paint_key, paint_text
from mcassess.ui.theme.style import colours_of, text_font
from mcassess.ui.theme.tokens import SPACES, TextSize, Tone

_DOT = 8.0


class Side(StrEnum):
    """Where a fact stands."""

    LEFT = "left"
    RIGHT = "right"


class _Fact(QLabel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._tone: Tone | None = None
        self._key = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_fact(self, text: str, tone: Tone | None, key: str) -> None:
        self._tone, self._key = tone, key
        self.setText(text)
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    def _font(self) -> QFont:
        return text_font(self, TextSize.SMALL)

    def _before(self) -> float:
        return _DOT + 6 if self._tone else 0.0

    def _after(self) -> float:
        return key_size(self._key, self._font()).width() + SPACES.tight if self._key else 0.0

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self._font())
        width = metrics.horizontalAdvance(self.text()) + self._before() + self._after()
        return QSize(round(width) + 2, round(metrics.height()) + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), 48), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = colours_of(self)
        painter = QPainter(self)
        rect = QRectF(self.rect())
        if self._tone:
            paint_dot(painter, QPointF(_DOT / 2, rect.center().y()), self._tone, colours, _DOT)
        text = rect.adjusted(self._before(), 0, -self._after(), 0)
        paint_text(painter, text, self.text(), colours.muted, self._font(), Qt.AlignmentFlag.AlignLeft)
        if self._key:
            size = key_size(self._key, self._font())
            left = min(text.left() + QFontMetricsF(self._font()).horizontalAdvance(self.text()), text.right())
            cap = QRectF(left + SPACES.tight, rect.center().y() - size.height() / 2, size.width(), size.height())
            paint_key(painter, cap, self._key, self._font(), colours.muted, colours.line)


class StatusLine(QWidget):
    """Facts from the left and from the right, each known by an id so that it can change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: dict[str, _Fact] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(SPACES.inner + 2, SPACES.tight, SPACES.inner + 2, SPACES.tight - 1)
        self._row.setSpacing(18)
        self._row.addStretch(1)
        self._stretch_at = 0
        self.setMinimumHeight(28)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_fact(
        self, fact_id: str, text: str, *, tone: Tone | None = None, key: str = "", side: Side = Side.LEFT
    ) -> None:
        """Shows a fact, or changes it; an empty text hides it.

        Args:
            fact_id: By what it is known; new ones come after the others of their side.
            text: What it says, translated.
            tone: The tone of a dot before it, or None for no dot.
            key: A key hint after it, or nothing.
            side: Where it stands; decided by its first showing.
        """
        fact = self._facts.get(fact_id)
        if fact is None:
            fact = self._facts[fact_id] = _Fact(self)
            if side is Side.LEFT:
                self._row.insertWidget(self._stretch_at, fact)
                self._stretch_at += 1
            else:
                self._row.addWidget(fact)
        fact.show_fact(text, tone, key)

    def text_of(self, fact_id: str) -> str:
        """Returns what a fact says, or nothing where there is no such fact."""
        fact = self._facts.get(fact_id)
        return fact.text() if fact else ""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the ground and its upper edge."""
        colours = colours_of(self)
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colours.surface))
        painter.fillRect(0, 0, self.width(), 1, QColor(colours.line))
