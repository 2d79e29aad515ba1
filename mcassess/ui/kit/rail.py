"""The rail: the way between screens, at the window's left edge."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from mcassess.ui.kit.options import OptionButton, OptionGroup
from mcassess.ui.kit.painting import icon_size, paint_box, paint_focus, paint_text
from mcassess.ui.theme.icons import draw_icon, logo_pixmap
from mcassess.ui.theme.style import colours_of, text_font
from mcassess.ui.theme.tokens import RADII, SPACES, TextSize

_ICON_SHARE = 1.35
_LOGO = 32
_ITEM = 44


@dataclass(frozen=True, slots=True, kw_only=True)
class RailItem:
    """One place to go: its id, its translated title, its icon, and whether it stands at the bottom."""

    id: str
    title: str
    icon: str
    at_bottom: bool = False


class _RailButton(OptionButton):
    def __init__(self, item: RailItem, group: OptionGroup) -> None:
        super().__init__(item.id, item.title, group)
        self._icon_name = item.icon
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _icon_side(self) -> float:
        return round(icon_size(text_font(self)) * _ICON_SHARE)

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self._font())
        width = max(_ITEM, round(metrics.horizontalAdvance(self.text())) + 6)
        return QSize(width, max(_ITEM, round(self._icon_side() + metrics.height() + SPACES.inner)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _font(self) -> QFont:
        return text_font(self, TextSize.TINY, QFont.Weight.Medium if self.isChecked() else QFont.Weight.Normal)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = colours_of(self)
        painter = QPainter(self)
        rect = QRectF(self.rect())
        ink = colours.accent if self.isChecked() else colours.ink if self.underMouse() else colours.muted
        if self.isChecked() or self.underMouse():
            paint_box(painter, rect, RADII.item, colours.accent_soft if self.isChecked() else colours.hover, None)
        text_height = QFontMetricsF(self._font()).height()
        icon = self._icon_side()
        top = rect.center().y() - (icon + 2 + text_height) / 2
        draw_icon(painter, QRectF(rect.center().x() - icon / 2, top, icon, icon), self._icon_name, ink)
        place = QRectF(rect.left(), top + icon + 2, rect.width(), text_height)
        paint_text(painter, place, self.text(), ink, self._font(), Qt.AlignmentFlag.AlignHCenter)
        if self.hasFocus():
            paint_focus(painter, rect, RADII.item, colours.accent)


class _Logo(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(_LOGO, _LOGO)

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).drawPixmap(0, 0, logo_pixmap(colours_of(self), _LOGO, self.devicePixelRatio()))


class Rail(OptionGroup):
    """Icons with their words in a column; one is chosen. Emits ``chosen(id)``; arrows move, Tab passes through."""

    def __init__(self, name: str, items: Sequence[RailItem], parent: QWidget | None = None) -> None:
        """Makes the rail and chooses its first item; ``name`` is spoken by screen readers."""
        super().__init__(name, parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACES.near, SPACES.inner, SPACES.near + 1, SPACES.inner)
        column.setSpacing(6)
        column.addWidget(_Logo(self), alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(SPACES.near)
        buttons = {item.id: _RailButton(item, self) for item in items}
        for item in items:
            if not item.at_bottom:
                column.addWidget(buttons[item.id])
        column.addStretch(1)
        for item in items:
            if item.at_bottom:
                column.addWidget(buttons[item.id])
        self._adopt(list(buttons.values()))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        if items:
            self.set_chosen(items[0].id)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the ground and its right edge."""
        colours = colours_of(self)
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colours.surface))
        painter.fillRect(self.width() - 1, 0, 1, self.height(), QColor(colours.line))
