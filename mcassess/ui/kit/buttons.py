"""Push buttons in their four kinds, with icon and key hint. What a button does is its owner's."""

from dataclasses import dataclass, replace
from enum import StrEnum

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from mcassess.ui.kit.painting import icon_size, key_size, paint_box, paint_focus, paint_key, paint_text
from mcassess.ui.theme.icons import draw_icon
from mcassess.ui.theme.style import colours_of, text_font
from mcassess.ui.theme.tokens import RADII, SPACES, Colours, TextSize

_SIDE = 12.0
_TOP = 6.0
_FADED = 0.45
_KEY_FADED = 0.75


class ButtonKind(StrEnum):
    """How loud a button is: one primary a view, danger for what says no or cannot be taken back, quiet inside tools."""

    PRIMARY = "primary"
    PLAIN = "plain"
    DANGER = "danger"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class _Look:
    ink: str
    fill: str | None
    lit: str | None
    border: str | None

    @classmethod
    def of(cls, kind: ButtonKind, colours: Colours) -> "_Look":
        return {
            ButtonKind.PRIMARY: cls(colours.on_accent, colours.accent, colours.accent, None),
            ButtonKind.PLAIN: cls(colours.ink, colours.surface, colours.hover, colours.line),
            ButtonKind.DANGER: cls(colours.not_yet, colours.surface, colours.not_yet_soft, colours.not_yet),
            ButtonKind.QUIET: cls(colours.ink, None, colours.hover, None),
        }[kind]


class Button(QPushButton):
    """A button with a word, perhaps an icon before it and the hint of a key after it.

    The key is only shown: its shortcut belongs to the screen. A click leaves the keyboard's focus where it was, so
    that writing goes on; Tab reaches the button, Space and Enter press it. Signals are QPushButton's (``clicked``).
    """

    def __init__(
        self,
        text: str,
        kind: ButtonKind = ButtonKind.PLAIN,
        *,
        icon: str = "",
        key: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Makes a button.

        Args:
            text: What it says, translated.
            kind: How loud it is.
            icon: The name of an icon, or nothing.
            key: The key that does the same, as people read it ("Ctrl R"), or nothing.
            parent: The widget that owns it.
        """
        super().__init__(text, parent)
        self._kind = kind
        self._icon_name = icon
        self._icon_scale = 1.0
        self._key = key
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        if key:
            self.setAccessibleDescription(key)

    def set_kind(self, kind: ButtonKind) -> None:
        """Makes it louder or quieter."""
        self._kind = kind
        self.update()

    def set_icon(self, name: str) -> None:
        """Shows another icon, or none for an empty name."""
        self._icon_name = name
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Returns the room for icon, text and key."""
        font = self._font()
        height = QFontMetricsF(font).height() + 2 * _TOP + 2
        return QSize(round(self._content_width() + 2 * _SIDE + 2), round(height))

    def minimumSizeHint(self) -> QSize:
        """Returns the room for icon, text and key."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Presses on Enter as on Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def _font(self) -> QFont:
        return text_font(self, TextSize.BODY, QFont.Weight.Medium)

    def _look(self, colours: Colours) -> _Look:
        look = _Look.of(self._kind, colours)
        return replace(look, ink=colours.accent) if self.isChecked() else look

    def _icon_side(self, font: QFont) -> float:
        return round(icon_size(font) * self._icon_scale)

    def _content_width(self) -> float:
        font = self._font()
        parts = []
        if self._icon_name:
            parts.append(self._icon_side(font))
        if self.text():
            parts.append(QFontMetricsF(font).horizontalAdvance(self.text()))
        if self._key:
            parts.append(key_size(self._key, text_font(self, TextSize.SMALL)).width())
        return sum(parts) + SPACES.near * max(len(parts) - 1, 0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints ground, border, content and focus ring."""
        colours = colours_of(self)
        look = self._look(colours)
        painter = QPainter(self)
        if not self.isEnabled():
            painter.setOpacity(_FADED)
        rect = QRectF(self.rect())
        lit = self.isEnabled() and (self.isDown() or self.underMouse())
        if self.isChecked():
            paint_box(painter, rect, RADII.control, colours.accent_soft, colours.accent)
        else:
            paint_box(painter, rect, RADII.control, look.lit if lit else look.fill, look.border)
        if lit and self._kind is ButtonKind.PRIMARY:
            painter.setOpacity(0.18 if self.isDown() else 0.10)
            paint_box(painter, rect, RADII.control, colours.on_accent, None)
            painter.setOpacity(1.0)
        self._paint_content(painter, rect, look, colours)
        if self.hasFocus():
            primary = self._kind is ButtonKind.PRIMARY
            paint_focus(painter, rect, RADII.control, look.ink if primary else colours.accent, 2.0 if primary else 0.0)

    def _paint_content(self, painter: QPainter, rect: QRectF, look: _Look, colours: Colours) -> None:
        font = self._font()
        left = rect.left() + max((rect.width() - self._content_width()) / 2, SPACES.tight)
        if self._icon_name:
            size = self._icon_side(font)
            draw_icon(painter, QRectF(left, rect.center().y() - size / 2, size, size), self._icon_name, look.ink)
            left += size + SPACES.near
        if self.text():
            width = QFontMetricsF(font).horizontalAdvance(self.text()) + 1
            place = QRectF(left, rect.top(), width, rect.height())
            paint_text(painter, place, self.text(), look.ink, font, Qt.AlignmentFlag.AlignLeft)
            left += width - 1 + SPACES.near
        if self._key:
            small = text_font(self, TextSize.SMALL)
            size_of_key = key_size(self._key, small)
            cap = QRectF(
                left, round(rect.center().y() - size_of_key.height() / 2), size_of_key.width(), size_of_key.height()
            )
            filled = self._kind is ButtonKind.PRIMARY
            painter.setOpacity(painter.opacity() * (_KEY_FADED if filled else 1.0))
            ink, border = (look.ink, look.ink) if filled else (colours.muted, colours.line)
            paint_key(painter, cap, self._key, small, ink, border)
            painter.setOpacity(1.0)


class IconButton(Button):
    """A small quiet button that shows an icon alone; its name is spoken and is the tool tip, with its key.

    Made checkable, it shows a frame and the accent while it is on.
    """

    def __init__(self, icon: str, name: str, *, key: str = "", parent: QWidget | None = None) -> None:
        """Makes an icon button.

        Args:
            icon: The name of the icon.
            name: What it does, translated.
            key: The key that does the same, as people read it, or nothing.
            parent: The widget that owns it.
        """
        super().__init__("", ButtonKind.QUIET, icon=icon, parent=parent)
        self._icon_scale = 1.25
        self._shortcut_text = key
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_name(name)

    def set_name(self, name: str) -> None:
        """Changes what it is called, as when Play becomes Pause."""
        self.setAccessibleName(name)
        self.setAccessibleDescription(self._shortcut_text)
        self.setToolTip(f"{name}  ({self._shortcut_text})" if self._shortcut_text else name)

    def _look(self, colours: Colours) -> _Look:
        look = super()._look(colours)
        return look if self.isChecked() or self.underMouse() else replace(look, ink=colours.muted)

    def sizeHint(self) -> QSize:
        """Returns a square around the icon, at least 28 wide to be hit easily."""
        side = max(round(self._icon_side(self._font())) + 2 * SPACES.tight + 2, 30)
        return QSize(side, side)
