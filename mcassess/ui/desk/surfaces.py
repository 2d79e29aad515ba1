"""Grounds that parts of the desk lie on, and words that can be clicked. They know nothing of reviews."""

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QWidget

from mcassess.ui.kit.painting import paint_box, paint_focus
from mcassess.ui.theme.icons import draw_icon
from mcassess.ui.theme.style import colours_of
from mcassess.ui.theme.tokens import RADII, Tone

_PRESSING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class Surface(QFrame):
    """A plain ground in the colour of surfaces, or of the window, with hairlines at some of its edges."""

    def __init__(self, parent: QWidget | None = None, *, lines: Qt.Edge | None = None, window: bool = False) -> None:
        """Makes a ground.

        Args:
            parent: The widget that owns it.
            lines: The edges that have a hairline.
            window: Whether it has the colour of the window instead.
        """
        super().__init__(parent)
        self._lines = lines
        self._window = window

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints ground and hairlines."""
        colours = colours_of(self)
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colours.window if self._window else colours.surface))
        line = QColor(colours.line)
        width, height = self.width(), self.height()
        for edge, rect in (
            (Qt.Edge.TopEdge, QRectF(0, 0, width, 1)),
            (Qt.Edge.BottomEdge, QRectF(0, height - 1, width, 1)),
            (Qt.Edge.LeftEdge, QRectF(0, 0, 1, height)),
            (Qt.Edge.RightEdge, QRectF(width - 1, 0, 1, height)),
        ):
            if self._lines is not None and self._lines & edge:
                painter.fillRect(rect, line)


class Notice(QFrame):
    """A rounded ground in a tone, for a sentence in place."""

    def __init__(self, tone: Tone, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = tone

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the ground."""
        ink, ground = colours_of(self).tone(self._tone)
        border = colours_of(self).line if self._tone is Tone.NEUTRAL else ink
        paint_box(QPainter(self), QRectF(self.rect()), RADII.item, ground, border)


class Sign(QWidget):
    """An icon in the colour of a tone; the words beside it say the same."""

    def __init__(self, size: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = ""
        self._tone = Tone.NEUTRAL
        self.setFixedSize(size, size)

    def show_sign(self, icon: str, tone: Tone) -> None:
        """Shows another icon."""
        self._icon, self._tone = icon, tone
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the icon."""
        if self._icon:
            draw_icon(QPainter(self), QRectF(self.rect()), self._icon, colours_of(self).tone(self._tone)[0])


class WordLink(QLabel):
    """Words that lead somewhere, wrapped like any text; click, Enter or Space follow them.

    Signals:
        followed: The person followed them.
    """

    followed = Signal()

    def __init__(self, text: str, tip: str, rank: str = "small", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("rank", rank)
        self.setWordWrap(True)
        self.setToolTip(tip)
        self.setAccessibleName(text)
        self.setAccessibleDescription(tip)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def event(self, event: QEvent) -> bool:
        """Underlines the words under the pointer."""
        if event.type() in (QEvent.Type.HoverEnter, QEvent.Type.HoverLeave):
            font = self.font()
            font.setUnderline(event.type() == QEvent.Type.HoverEnter)
            self.setFont(font)
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Takes the press, so that what lies below is not clicked as well."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Follows the words."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.pos()):
            self.followed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Follows the words on Enter and Space."""
        if event.key() in _PRESSING:
            self.followed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the words, and the focus ring."""
        super().paintEvent(event)
        if self.hasFocus():
            paint_focus(QPainter(self), QRectF(self.rect()), RADII.key, colours_of(self).accent)


class Column(QScrollArea):
    """A column that scrolls up and down only, and never takes the keyboard's focus itself."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scrolls by pages; all other keys mean something to what lies around it."""
        if event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            super().keyPressEvent(event)
        else:
            event.ignore()
