"""The overview of keys that ``?`` shows, over the screen that it is about."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from mcassess.texts import tr
from mcassess.ui.kit.card import Card
from mcassess.ui.kit.labels import KeyHint, make_label
from mcassess.ui.screen import ShortcutHelp
from mcassess.ui.theme.tokens import SPACES

_VEIL = QColor(0, 0, 0, 110)
_ROWS = 12


class KeysOverlay(QWidget):
    """Lists keys over a veil; any key or click closes it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._column = QVBoxLayout(self)
        self._card: Card | None = None
        self.setAccessibleName(tr("Keys"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        window.installEventFilter(self)
        self.hide()

    def show_keys(self, shortcuts: Sequence[ShortcutHelp]) -> None:
        """Shows these keys."""
        if self._card is not None:
            self._card.deleteLater()
        self._card = _card(shortcuts, self)
        self._column.addWidget(self._card, alignment=Qt.AlignmentFlag.AlignCenter)
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Goes with the window's size."""
        if watched is self._window and event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._window.rect())
        return super().eventFilter(watched, event)

    def keyPressEvent(self, _event: QKeyEvent) -> None:
        """Closes on any key."""
        self.hide()

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """Closes on a click."""
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the veil."""
        QPainter(self).fillRect(self.rect(), _VEIL)


def _card(shortcuts: Sequence[ShortcutHelp], parent: QWidget) -> Card:
    card = Card(parent, padding=SPACES.page)
    card.body.addWidget(make_label(tr("Keys"), "title"))
    grid = QGridLayout()
    grid.setHorizontalSpacing(SPACES.page)
    grid.setVerticalSpacing(SPACES.near)
    for number, shortcut in enumerate(shortcuts):
        row, column = number % _ROWS, number // _ROWS * 2
        keys = QHBoxLayout()
        keys.setSpacing(SPACES.tight)
        for key in shortcut.keys:
            keys.addWidget(KeyHint(key))
        keys.addStretch(1)
        grid.addLayout(keys, row, column)
        grid.addWidget(make_label(shortcut.text), row, column + 1)
    card.body.addSpacing(SPACES.near)
    card.body.addLayout(grid)
    return card
