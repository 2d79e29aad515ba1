"""The segmented choice of a criterion's level. Knows titles and whether they pass, not rubrics."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from mcassess.ui.kit.options import OptionButton, OptionGroup
from mcassess.ui.kit.painting import icon_size, key_size, paint_box, paint_focus, paint_key, paint_text
from mcassess.ui.theme.icons import draw_icon
from mcassess.ui.theme.style import colours_of, text_font
from mcassess.ui.theme.tokens import RADII, SPACES, Colours, TextSize

_TOP = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One segment.

    Attributes:
        id: What ``chosen`` emits.
        title: What it says, translated.
        passes: Whether it reaches what is asked for; None where that is no question.
        hint: The whole description, as a tool tip and for screen readers.
    """

    id: str
    title: str
    passes: bool | None = None
    hint: str = ""


class _Segment(OptionButton):
    def __init__(self, choice: Choice, group: "SegmentedChoice", place: int) -> None:
        super().__init__(choice.id, choice.title, group)
        self._choice = choice
        self._segments = group
        self._key = str(place)
        self.setToolTip(choice.hint)
        self.setAccessibleDescription(choice.hint)

    def wanted_width(self) -> int:
        bold = QFontMetricsF(text_font(self, TextSize.BODY, QFont.Weight.DemiBold))
        beside = max(key_size(self._key, self._key_font()).width(), icon_size(self.font()))
        return round(bold.horizontalAdvance(self.text()) + beside + SPACES.tight + 2 * SPACES.near)

    def _key_font(self) -> QFont:
        return text_font(self, TextSize.SMALL)

    def _inks(self, colours: Colours) -> tuple[str, str]:
        if self._choice.passes is None:
            return colours.window, colours.ink
        if self._choice.passes:
            return colours.on_accent, colours.accent
        return colours.on_not_yet, colours.not_yet

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = colours_of(self)
        painter = QPainter(self)
        rect = QRectF(self.rect())
        ink, fill = self._inks(colours) if self.isChecked() else (colours.muted, colours.surface)
        if not self.isChecked() and self.underMouse() and self.isEnabled():
            ink, fill = colours.ink, colours.hover
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipPath(self._segments.outline(self))
        painter.fillRect(rect, fill)
        painter.setClipping(False)
        self._paint_content(painter, rect, ink, colours)
        if self.hasFocus():
            ring = ink if self.isChecked() else colours.accent
            paint_focus(painter, rect.adjusted(2, 2, -2, -2), RADII.chip, ring)

    def _paint_content(self, painter: QPainter, rect: QRectF, ink: str, colours: Colours) -> None:
        checked = self.isChecked()
        font = text_font(self, TextSize.BODY, QFont.Weight.DemiBold if checked else QFont.Weight.Normal)
        text = QFontMetricsF(font).horizontalAdvance(self.text())
        mark = icon_size(font) * 0.85 if checked else 0.0
        key = key_size(self._key, self._key_font()) if self._segments.keys_shown() and not checked else None
        beside = mark or (key.width() if key else 0.0)
        gap = SPACES.tight if beside else 0.0
        room = rect.width() - 2 * SPACES.tight - beside - gap
        text = min(text + 1, room)
        left = rect.center().x() - (text + gap + beside) / 2
        if checked:
            draw_icon(painter, QRectF(left, rect.center().y() - mark / 2, mark, mark), "check", ink)
            left += mark + gap
        place = QRectF(left, rect.top(), text, rect.height())
        paint_text(painter, place, self.text(), ink, font, Qt.AlignmentFlag.AlignLeft)
        if key:
            cap = QRectF(left + text + gap, round(rect.center().y() - key.height() / 2), key.width(), key.height())
            paint_key(painter, cap, self._key, self._key_font(), colours.muted, colours.line)


class SegmentedChoice(OptionGroup):
    """Levels side by side, of which one may be chosen; below one another where they do not fit.

    Arrow keys and digits choose, Tab passes through. The chosen one has a check mark and bold text besides its colour:
    the accent where it passes, the not-yet colour where it does not. Emits ``chosen(id)`` for the person's choice only.
    """

    def __init__(self, name: str, choices: Sequence[Choice], parent: QWidget | None = None) -> None:
        """Makes a choice.

        Args:
            name: What is chosen, for screen readers, as in "Level for 4 Peer feedback".
            choices: The segments from left to right, lowest level first.
            parent: The widget that owns it.
        """
        super().__init__(name, parent, digits=True)
        self._keys_shown = False
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_choices(choices)

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offers other segments, none of them chosen."""
        self._adopt([_Segment(choice, self, place) for place, choice in enumerate(choices, 1)])
        self._arrange()
        for button in self._buttons:
            button.show()
        self.updateGeometry()

    def show_keys(self, *, shown: bool) -> None:
        """Shows the digit of each segment, as for the criterion in hand, or hides them."""
        self._keys_shown = shown
        self.update()

    def keys_shown(self) -> bool:
        """Returns whether the digits are shown."""
        return self._keys_shown

    def sizeHint(self) -> QSize:
        """Returns the room for one row of equal segments."""
        return QSize(self._row_width(), self._segment_height())

    def minimumSizeHint(self) -> QSize:
        """Returns the room for one column."""
        return QSize(max((button.wanted_width() for button in self._buttons), default=0), self._segment_height())

    def heightForWidth(self, width: int) -> int:
        """Returns the height: one row where all fit, else one row for each."""
        rows = 1 if width >= self._row_width() else len(self._buttons)
        return rows * self._segment_height()

    def outline(self, button: OptionButton) -> QPainterPath:
        """Returns the part of the group's rounded shape that lies on one segment, in that segment's coordinates."""
        path = QPainterPath()
        whole = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5).translated(-button.x(), -button.y())
        path.addRoundedRect(whole, RADII.control, RADII.control)
        return path

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Puts the segments where they belong, and keeps the room they need."""
        self.setMinimumHeight(self.heightForWidth(self.width()))
        self._arrange()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the frame, and the lines between segments by leaving gaps."""
        colours = colours_of(self)
        paint_box(QPainter(self), QRectF(self.rect()), RADII.control, colours.line, colours.line)

    def _row_width(self) -> int:
        return max((button.wanted_width() for button in self._buttons), default=0) * len(self._buttons)

    def _segment_height(self) -> int:
        return round(QFontMetricsF(text_font(self)).height() + 2 * _TOP + 2)

    def _arrange(self) -> None:
        count = len(self._buttons)
        if not count:
            return
        width, height = self.width() - 1, self.height() - 1
        in_row = self.width() >= self._row_width()
        for i, button in enumerate(self._buttons):
            if in_row:
                left, right = 1 + round(width * i / count), round(width * (i + 1) / count)
                button.setGeometry(left, 1, right - left, height - 1)
            else:
                top, bottom = 1 + round(height * i / count), round(height * (i + 1) / count)
                button.setGeometry(1, top, width - 1, bottom - top)
