"""The chip: a small thing that was picked, such as a citation: click to go there, or remove it."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from mcassess.texts import tr
from mcassess.ui.kit.painting import icon_size, key_size, paint_box, paint_focus, paint_key, paint_text
from mcassess.ui.theme.icons import draw_icon
from mcassess.ui.theme.style import colours_of, text_font
from mcassess.ui.theme.tokens import RADII, SPACES, TextSize

_SIDE = 7.0
_TOP = 3.0
_BAR = 3.0
_REMOVE = tr("Delete removes it")


class Chip(QPushButton):
    """Icon and text in a small box, with a bar in a criterion's colour at its left edge.

    ``clicked`` (from QPushButton) means: go there. Space and Enter click it; Delete and Backspace ask to remove it.

    Attributes:
        remove_requested: Emitted when the person asks to remove it; the owner decides and takes the chip away.
    """

    remove_requested = Signal()

    def __init__(
        self,
        text: str,
        *,
        icon: str = "",
        criterion: int | None = None,
        removable: bool = False,
        key: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Makes a chip.

        Args:
            text: What it says, translated.
            icon: The name of an icon, or nothing.
            criterion: The place (from 0) of the criterion whose colour bar and icon have, or None.
            removable: Whether it has a cross.
            key: The hint of a key, for a chip that adds something.
            parent: The widget that owns it.
        """
        super().__init__(text, parent)
        self._icon_name = icon
        self._criterion = criterion
        self._removable = removable
        self._key = key
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setToolTip(text)
        self.setAccessibleDescription(_REMOVE if removable else key)

    def sizeHint(self) -> QSize:
        """Returns the room for all of it."""
        width = QFontMetricsF(self._font()).horizontalAdvance(self.text()) + 1
        return QSize(round(width + self._before() + self._after()), self._height())

    def minimumSizeHint(self) -> QSize:
        """Returns the room for some letters; the rest is cut."""
        width = QFontMetricsF(self._font()).horizontalAdvance(self.text()[:6] + "…")
        return QSize(min(round(width + self._before() + self._after()), self.sizeHint().width()), self._height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Clicks on Enter; asks to remove it on Delete and Backspace."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif self._removable and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_requested.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Leaves a press on the cross to its release."""
        if not self._on_cross(event.position()):
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Asks to remove it when the cross is clicked."""
        if self._on_cross(event.position()) and not self.isDown() and event.button() == Qt.MouseButton.LeftButton:
            self.remove_requested.emit()
        else:
            super().mouseReleaseEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Lights the cross up under the pointer."""
        self.update()
        super().mouseMoveEvent(event)

    def cross_rect(self) -> QRectF:
        """Returns where the cross is; empty where the chip cannot be removed."""
        if not self._removable:
            return QRectF()
        side = self._cross_side()
        return QRectF(self.width() - side - 3, (self.height() - side) / 2, side, side)

    def _on_cross(self, point: QPointF) -> bool:
        return self._removable and self.cross_rect().adjusted(-2, -3, 3, 3).contains(point)

    def _cross_side(self) -> float:
        return max(icon_size(self._font()), 14.0)

    def _font(self) -> QFont:
        return text_font(self, TextSize.SMALL)

    def _height(self) -> int:
        return round(QFontMetricsF(self._font()).height() + 2 * _TOP + 2)

    def _before(self) -> float:
        bar = _BAR if self._criterion is not None else 0.0
        return _SIDE + bar + (icon_size(self._font()) + SPACES.tight if self._icon_name else 0.0)

    def _after(self) -> float:
        if self._removable:
            return self._cross_side() + SPACES.tight + 3
        return _SIDE + (key_size(self._key, self._font()).width() + SPACES.tight if self._key else 0.0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints box, bar, icon, text, cross and focus ring."""
        colours = colours_of(self)
        painter = QPainter(self)
        rect = QRectF(self.rect())
        lit = self.underMouse() and self.isEnabled()
        paint_box(
            painter,
            rect,
            RADII.chip,
            colours.hover if lit else colours.window,
            colours.line_strong if lit else colours.line,
        )
        colour = colours.muted
        left = _SIDE
        if self._criterion is not None:
            colour = colours.criterion(self._criterion)
            shape = QPainterPath()
            shape.addRoundedRect(rect, RADII.chip, RADII.chip)
            painter.setClipPath(shape)
            painter.fillRect(QRectF(0, 0, _BAR, rect.height()), QColor(colour))
            painter.setClipping(False)
            left += _BAR
        if self._icon_name:
            size = icon_size(self._font())
            draw_icon(painter, QRectF(left, rect.center().y() - size / 2, size, size), self._icon_name, colour)
        text = rect.adjusted(self._before(), 0, -self._after(), 0)
        paint_text(painter, text, self.text(), colours.ink, self._font(), Qt.AlignmentFlag.AlignLeft)
        if self._removable:
            over = self._on_cross(QPointF(self.mapFromGlobal(self.cursor().pos()))) and self.underMouse()
            draw_icon(
                painter, self.cross_rect().adjusted(1, 1, -1, -1), "close", colours.not_yet if over else colours.muted
            )
        if self._key:
            size_of_key = key_size(self._key, self._font())
            top = round(rect.center().y() - size_of_key.height() / 2)
            cap = QRectF(text.right() + SPACES.tight, top, size_of_key.width(), size_of_key.height())
            paint_key(painter, cap, self._key, self._font(), colours.muted, colours.line, fill=colours.surface)
        if self.hasFocus():
            paint_focus(painter, rect, RADII.chip, colours.accent)
