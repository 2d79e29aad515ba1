"""The toast: a short word at the window's lower edge that goes by itself, perhaps with one thing to do."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent, QEnterEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from mcassess.texts import tr
from mcassess.ui.kit.buttons import Button, ButtonKind, IconButton
from mcassess.ui.kit.labels import make_label
from mcassess.ui.kit.painting import paint_box
from mcassess.ui.theme.style import colours_of
from mcassess.ui.theme.tokens import RADII, SPACES

_LIFT = 44


class Toast(QFrame):
    """One message at a time inside its window, above the status line. It takes no focus and blocks nothing.

    It hides when its time is over; time stands still while the pointer or the keyboard's focus is on it.
    Escape hides it.
    """

    def __init__(self, window: QWidget) -> None:
        """Makes a hidden toast that lives in ``window`` and stays in its lower middle."""
        super().__init__(window)
        self._action: Callable[[], None] | None = None
        self._window = window
        self._left_ms = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self._label = make_label("", parent=self)
        self._button = Button("", ButtonKind.PLAIN, parent=self)
        self._button.clicked.connect(self._act)
        close = IconButton("close", tr("Close"), parent=self)
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACES.card, SPACES.near, SPACES.near, SPACES.near)
        row.setSpacing(SPACES.inner)
        row.addWidget(self._label)
        row.addWidget(self._button)
        row.addWidget(close)
        for button in (self._button, close):
            button.installEventFilter(self)
        window.installEventFilter(self)
        self.hide()

    def show_message(
        self, text: str, *, action_text: str = "", action: Callable[[], None] | None = None, milliseconds: int = 6000
    ) -> None:
        """Shows a message in place of the one before.

        Args:
            text: What it says, translated.
            action_text: What the one button says ("Undo"), or nothing for no button.
            action: What the button does, once.
            milliseconds: How long it stays.
        """
        self._action = action
        self._label.setText(text)
        self._button.setText(action_text)
        self._button.setVisible(bool(action_text))
        self._timer.start(milliseconds)
        self._left_ms = 0
        self.show()
        self._place()
        self.raise_()
        self.setAccessibleName(text)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def text(self) -> str:
        """Returns what it says."""
        return self._label.text()

    def remaining_ms(self) -> int:
        """Returns how long it will still stay; stands still while it is paused."""
        return self._left_ms or max(self._timer.remainingTime(), 0)

    def press_action(self) -> None:
        """Does what its button does."""
        self._button.click()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keeps its place when the window changes size, and its time while its buttons have the focus."""
        if watched is self._window:
            if event.type() == QEvent.Type.Resize:
                self._place()
        elif event.type() == QEvent.Type.FocusIn:
            self._pause()
        elif event.type() == QEvent.Type.FocusOut:
            self._go_on()
        return super().eventFilter(watched, event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Stops its time under the pointer."""
        self._pause()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Lets its time go on."""
        self._go_on()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hides on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, _event: QEvent) -> None:
        """Forgets its time and its action."""
        self._timer.stop()
        self._left_ms = 0
        self._action = None

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the raised surface."""
        colours = colours_of(self)
        painter = QPainter(self)
        rect = QRectF(self.rect())
        paint_box(painter, rect, RADII.item, colours.surface, colours.line_strong)

    def _act(self) -> None:
        action = self._action
        self.hide()
        if action is not None:
            action()

    def _pause(self) -> None:
        if self._timer.isActive():
            self._left_ms = max(self._timer.remainingTime(), 1)
            self._timer.stop()

    def _go_on(self) -> None:
        if self._left_ms and self.isVisible():
            self._timer.start(self._left_ms)
            self._left_ms = 0

    def _place(self) -> None:
        window = self._window
        self.setMaximumWidth(window.width() - 2 * SPACES.card)
        self.adjustSize()
        self.move((window.width() - self.width()) // 2, window.height() - self.height() - _LIFT)
