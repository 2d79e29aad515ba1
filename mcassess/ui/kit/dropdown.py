"""A choice from a list that folds down, for settings and ranges; levels use the segmented choice instead."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from mcassess.ui.kit.painting import icon_size, paint_box, paint_focus, paint_text
from mcassess.ui.theme.icons import draw_icon
from mcassess.ui.theme.style import colours_of, text_font
from mcassess.ui.theme.tokens import RADII, SPACES, TextSize

_SIDE = 12.0
_TOP = 6.0


class Dropdown(QComboBox):
    """A button that shows the choice and folds a list down; filled and heard as QComboBox is."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Makes an empty dropdown; ``name`` is what is chosen, for screen readers."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Returns the room for the longest choice."""
        metrics = QFontMetricsF(text_font(self))
        texts = [metrics.horizontalAdvance(self.itemText(index)) for index in range(self.count())]
        width = max(texts, default=0.0) + 2 * _SIDE + SPACES.near + icon_size(text_font(self))
        return QSize(round(width) + 2, round(metrics.height() + 2 * _TOP + 2))

    def minimumSizeHint(self) -> QSize:
        """Returns the room for some letters."""
        return QSize(72, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints box, choice and chevron."""
        colours = colours_of(self)
        painter = QPainter(self)
        rect = QRectF(self.rect())
        lit = self.underMouse() and self.isEnabled()
        paint_box(painter, rect, RADII.control, colours.hover if lit else colours.surface, colours.line)
        size = icon_size(text_font(self))
        ink = colours.ink if self.isEnabled() else colours.line_strong
        text = rect.adjusted(_SIDE, 0, -_SIDE - size - SPACES.near, 0)
        font = text_font(self, TextSize.BODY)
        paint_text(painter, text, self.currentText(), ink, font, Qt.AlignmentFlag.AlignLeft)
        chevron = QRectF(rect.right() - _SIDE - size + 2, rect.center().y() - size / 2, size, size)
        draw_icon(painter, chevron, "chevron-down", colours.muted)
        if self.hasFocus():
            paint_focus(painter, rect, RADII.control, colours.accent)
