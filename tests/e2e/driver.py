"""Drives the real window by real widgets' events, as a person would: keys, names of buttons, what is in sight."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPlainTextEdit, QWidget

from mcassess.app import Application

_W = TypeVar("_W", bound=QWidget)
LIMIT_SECONDS = 60.0


class Driver:
    """One window under way.

    Attributes:
        pictures: Where screenshots go.
    """

    def __init__(self, application: Application, pictures: Path) -> None:
        self.application = application
        self.pictures = pictures
        self._count = 0

    @property
    def window(self) -> QWidget:
        """The window itself."""
        return self.application.window

    def until(self, condition: Callable[[], object], what: str, seconds: float = LIMIT_SECONDS) -> None:
        """Lets the window live until something is true.

        Raises:
            TimeoutError: It did not come true in time.
        """
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited for {what} in vain")
            QTest.qWait(10)

    def settle(self, milliseconds: int = 300) -> None:
        """Lets the window paint what it has to, for a picture."""
        QTest.qWait(milliseconds)

    def picture(self, name: str) -> Path:
        """Takes a screenshot."""
        self.settle()
        self._count += 1
        path = self.pictures / f"{self._count:02d}-{name}.png"
        self.window.grab().save(str(path))
        return path

    def find(self, kind: type[_W], name: str = "", within: QWidget | None = None) -> _W:
        """Returns the widget in sight of this kind whose text or accessible name is, or begins with, ``name``.

        Raises:
            LookupError: There is none.
        """
        found = [each for each in (within or self.window).findChildren(kind) if each.isVisible()]
        for widget in found:
            if name in {_text(widget), widget.accessibleName()}:
                return widget
        for widget in found:
            if _text(widget).startswith(name) or widget.accessibleName().startswith(name):
                return widget
        named = sorted({_text(each) or each.accessibleName() for each in found})
        raise LookupError(f"no {kind.__name__} '{name}' in sight; there is {named}")

    def has(self, kind: type[QWidget], name: str) -> bool:
        """Tells whether such a widget is in sight."""
        try:
            self.find(kind, name)
        except LookupError:
            return False
        return True

    def press(self, name: str, within: QWidget | None = None) -> None:
        """Clicks a button."""
        button = self.find(QAbstractButton, name, within)
        if not button.isEnabled():
            raise LookupError(f"the button '{name}' is not enabled")
        self.click(button)

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Clicks a widget, in its middle unless said otherwise."""
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at or widget.rect().center())

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Presses a key wherever the keyboard is."""
        QTest.keyClick(self.focus(), key, modifier)

    def type_text(self, text: str) -> None:
        """Types wherever the keyboard is."""
        QTest.keyClicks(self.focus(), text)

    def write_into(self, field: QLineEdit | QPlainTextEdit, text: str) -> None:
        """Types into a field."""
        field.setFocus(Qt.FocusReason.MouseFocusReason)
        QTest.keyClicks(field, text)

    def focus(self) -> QWidget:
        """Returns what has the keyboard."""
        return QApplication.focusWidget() or self.window


def _text(widget: QWidget) -> str:
    text = getattr(widget, "text", None)
    return str(text()) if callable(text) else ""
