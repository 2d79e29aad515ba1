"""Things that only say something: ranked labels, elided labels, pills and key hints."""

from typing import ClassVar

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from mcassess.ui.kit.painting import key_size, paint_key, paint_pill, pill_size
from mcassess.ui.theme.style import colours_of, text_font
from mcassess.ui.theme.tokens import TextSize, Tone


def make_label(text: str, rank: str = "", parent: QWidget | None = None, *, wrap: bool = False) -> QLabel:
    """Returns a plain-text label.

    Args:
        text: What it says, translated; never read as markup.
        rank: heading, title, strong, muted, small, caps, figure, bad, or nothing for running text.
        parent: The widget that owns it.
        wrap: Whether long text goes on in the next line.
    """
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wrap)
    if rank:
        label.setProperty("rank", rank)
    return label


class ElidedLabel(QLabel):
    """One line of text, cut with an ellipsis where room is short; the whole text is then its tool tip."""

    def __init__(
        self,
        text: str,
        rank: str = "",
        parent: QWidget | None = None,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        super().__init__(text, parent)
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        if rank:
            self.setProperty("rank", rank)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def shown_text(self) -> str:
        """Returns the text as it is painted now, cut or whole."""
        return self.fontMetrics().elidedText(self.text(), self._mode, self.contentsRect().width())

    def minimumSizeHint(self) -> QSize:
        """Returns the room for an ellipsis and three letters."""
        return QSize(self.fontMetrics().horizontalAdvance("mmm…"), super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        """Returns the room for the whole text."""
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 2, super().sizeHint().height())

    def event(self, event: QEvent) -> bool:
        """Offers the whole text as a tool tip while it is cut."""
        if event.type() == QEvent.Type.ToolTip:
            self.setToolTip("" if self.shown_text() == self.text() else self.text())
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the text."""
        painter = QPainter(self)
        self.style().drawItemText(
            painter,
            self.contentsRect(),
            int(self.alignment() | Qt.TextFlag.TextSingleLine),
            self.palette(),
            self.isEnabled(),
            self.shown_text(),
            self.foregroundRole(),
        )


class Pill(QLabel):
    """A state in a rounded box: a word, perhaps an icon, and a tone that never says more than the word."""

    def __init__(self, text: str, tone: Tone = Tone.NEUTRAL, icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._tone = tone
        self._icon = icon
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    @property
    def tone(self) -> Tone:
        """The tone that it has now."""
        return self._tone

    def show_state(self, text: str, tone: Tone, icon: str = "") -> None:
        """Shows another state."""
        self._tone, self._icon = tone, icon
        self.setText(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Returns the room for text and icon."""
        return pill_size(self.text(), self._font(), self._icon).toSize()

    def minimumSizeHint(self) -> QSize:
        """Returns the room for three letters."""
        return pill_size("mmm…" if len(self.text()) > 4 else self.text(), self._font(), self._icon).toSize()

    def _font(self) -> QFont:
        return text_font(self, TextSize.SMALL)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the pill."""
        painter = QPainter(self)
        rect = QRectF(self.rect())
        paint_pill(painter, rect, self.text(), self._tone, colours_of(self), self._font(), icon=self._icon)


class KeyHint(QLabel):
    """The cap of a key that does what stands beside it."""

    spoken: ClassVar[dict[str, str]] = {",": "Comma", ".": "Period", "\\": "Backslash", "↵": "Enter"}

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(key, parent)
        self.setAccessibleName(self.spoken.get(key, key))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Returns the room for the cap."""
        return key_size(self.text(), text_font(self, TextSize.SMALL)).toSize()

    def minimumSizeHint(self) -> QSize:
        """Returns the room for the cap."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the cap."""
        colours = colours_of(self)
        font = text_font(self, TextSize.SMALL)
        paint_key(
            QPainter(self), QRectF(self.rect()), self.text(), font, colours.muted, colours.line, fill=colours.surface
        )
