"""Fields to type into: search, and a text that grows as it is written."""

from math import ceil

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QSizePolicy, QWidget

from mcassess.ui.kit.painting import icon_size, key_size, paint_key
from mcassess.ui.kit.plain_edit import PlainEdit
from mcassess.ui.theme.icons import draw_icon
from mcassess.ui.theme.style import colours_of, text_font
from mcassess.ui.theme.tokens import SPACES, TextSize

_ICON_SHARE = 1.1
_FRAME_AND_PADDING = 2 * (1 + 3) + 1  # with nothing to spare, Qt would scroll by one line


class SearchField(QLineEdit):
    """A line to search by, with a magnifier before it and a key hint at its end while it is empty.

    Signals are QLineEdit's: ``textEdited`` while typing, ``returnPressed`` on Enter. Escape empties it, and says so
    by ``textEdited("")``.
    """

    def __init__(self, placeholder: str, *, key: str = "", parent: QWidget | None = None) -> None:
        """Makes a field.

        Args:
            placeholder: What can be searched, translated; its accessible name too.
            key: The key that leads here, as people read it; only shown.
            parent: The widget that owns it.
        """
        super().__init__(parent)
        self._key = key
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setClearButtonEnabled(True)
        hint = round(key_size(key, text_font(self, TextSize.SMALL)).width()) if key else 0
        self.setTextMargins(self._icon_side() + SPACES.near - 2, 0, hint, 0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Empties the field on Escape."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            self.textEdited.emit("")
        else:
            super().keyPressEvent(event)

    def _icon_side(self) -> int:
        return round(icon_size(text_font(self)) * _ICON_SHARE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the magnifier and the key over Qt's own field."""
        super().paintEvent(event)
        colours = colours_of(self)
        painter = QPainter(self)
        middle = self.height() / 2
        icon = self._icon_side()
        draw_icon(painter, QRectF(9, middle - icon / 2, icon, icon), "search", colours.muted)
        if self._key and not self.text():
            font = text_font(self, TextSize.SMALL)
            size = key_size(self._key, font)
            left = self.width() - size.width() - SPACES.near
            cap = QRectF(left, round(middle - size.height() / 2), size.width(), size.height())
            paint_key(painter, cap, self._key, font, colours.muted, colours.line, fill=colours.surface)


class GrowingEdit(PlainEdit):
    """Plain text in as many lines as it needs, between a least and a most; then it scrolls. Tab leaves it.

    Signals:
        submitted: Ctrl+Enter was pressed.
    """

    submitted = Signal()

    def __init__(
        self,
        name: str,
        *,
        placeholder: str = "",
        min_lines: int = 2,
        max_lines: int = 12,
        parent: QWidget | None = None,
    ) -> None:
        """Makes an edit.

        Args:
            name: What is written here, translated, for screen readers.
            placeholder: What to say while it is empty.
            min_lines: The least height, in lines.
            max_lines: The most height, in lines.
            parent: The widget that owns it.
        """
        super().__init__(name, placeholder, parent)
        self._min_lines = min_lines
        self._max_lines = max_lines
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().documentLayout().documentSizeChanged.connect(self._grow)
        self._grow()

    def set_text(self, text: str) -> None:
        """Shows a text from elsewhere, in as many lines as it needs."""
        super().set_text(text)
        self._grow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Submits on Ctrl+Enter."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.submitted.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fits the height to the newly wrapped lines."""
        super().resizeEvent(event)
        self._grow()

    def changeEvent(self, event: QEvent) -> None:
        """Fits the height to another font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._grow()

    def sizeHint(self) -> QSize:
        """Returns the height of its lines."""
        return QSize(super().sizeHint().width(), self._wanted_height())

    def minimumSizeHint(self) -> QSize:
        """Returns the least height."""
        return QSize(80, self._wanted_height())

    def _wanted_height(self) -> int:
        lines = min(max(round(self.document().size().height()), self._min_lines), self._max_lines)
        margin = 2 * self.document().documentMargin()
        return ceil(lines * ceil(QFontMetricsF(self.font()).lineSpacing()) + margin + _FRAME_AND_PADDING)

    def _grow(self) -> None:
        height = self._wanted_height()
        if height != self.minimumHeight():
            self.setFixedHeight(height)
        shows_all = self.document().size().height() <= self._max_lines
        off, needed = Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.setVerticalScrollBarPolicy(off if shows_all else needed)
