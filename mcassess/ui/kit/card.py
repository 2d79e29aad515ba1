"""The card: a rounded surface that holds other widgets, perhaps to be chosen as a whole."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from mcassess.ui.kit.painting import paint_box
from mcassess.ui.theme.style import colours_of
from mcassess.ui.theme.tokens import RADII, SPACES, STROKES, Tone


class Card(QFrame):
    """A surface with a border, and perhaps a bar in a criterion's colour at its left edge.

    Attributes:
        body: The column that the content goes into.
        clicked: Emitted when a clickable card is clicked, or Enter or Space is pressed on it.
    """

    clicked = Signal()

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        criterion: int | None = None,
        clickable_name: str = "",
        padding: int = SPACES.inner,
    ) -> None:
        """Makes a card.

        Args:
            parent: The widget that owns it.
            criterion: The place (from 0) of the criterion whose colour the bar has, or None for no bar.
            clickable_name: What choosing it does or what it is, for screen readers; makes it clickable.
            padding: Room around the content.
        """
        super().__init__(parent)
        self._criterion = criterion
        self._clickable = bool(clickable_name)
        self._selected = False
        self._tone = Tone.NEUTRAL
        self.body = QVBoxLayout(self)
        self.body.setSpacing(SPACES.tight)
        bar = round(STROKES.accent_bar) if criterion is not None else 0
        self.body.setContentsMargins(padding + bar, padding, padding, padding)
        if self._clickable:
            self.setAccessibleName(clickable_name)
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_selected(self, *, selected: bool) -> None:
        """Shows it as the one in hand, by a ring."""
        self._selected = selected
        self.update()

    def is_selected(self) -> bool:
        """Returns whether it is shown as the one in hand."""
        return self._selected

    def set_tone(self, tone: Tone) -> None:
        """Gives the border a tone, for a card that says by its words that something is wrong or open."""
        self._tone = tone
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Keeps the press where the card is clickable."""
        if not self._clickable:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Counts as a click where the card is clickable."""
        inside = self.rect().contains(event.position().toPoint())
        if self._clickable and inside and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space count as a click where the card is clickable."""
        if self._clickable and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints surface, bar, border and ring."""
        colours = colours_of(self)
        painter = QPainter(self)
        rect = QRectF(self.rect())
        lit = self._clickable and self.underMouse() and not self._selected
        border = colours.line if self._tone is Tone.NEUTRAL else colours.tone(self._tone)[0]
        paint_box(painter, rect, RADII.item, colours.hover if lit else colours.surface, border)
        if self._selected or self.hasFocus():
            paint_box(painter, rect, RADII.item, None, colours.accent, STROKES.focus)
        if self._criterion is not None:
            shape = QPainterPath()
            shape.addRoundedRect(rect, RADII.item, RADII.item)
            painter.setClipPath(shape)
            painter.fillRect(
                QRectF(0, 0, STROKES.accent_bar, rect.height()), QColor(colours.criterion(self._criterion))
            )
            painter.setClipping(False)


def lay_in_the_middle(card: Card, page: QWidget, width: int) -> None:
    """Lays a card that is so many pixels wide alone onto a page, a little above its middle."""
    card.setFixedWidth(width)
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(card)
    row.addStretch(1)
    column = QVBoxLayout(page)
    column.addStretch(2)
    column.addLayout(row)
    column.addStretch(3)
