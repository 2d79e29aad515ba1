"""A page to write a long text on: fills its room and scrolls. Keeping the text is its owner's."""

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget


class TextPage(QPlainTextEdit):
    """Plain text over many lines. Tab leaves it.

    Signals:
        textEdited: The whole text after each of the person's changes, never after ``set_text``.
        left: The keyboard's focus has gone elsewhere.
    """

    textEdited = Signal(str)  # noqa: N815 - named as QLineEdit's
    left = Signal()

    def __init__(self, name: str, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.textChanged.connect(lambda: self.textEdited.emit(self.toPlainText()))

    def set_text(self, text: str) -> None:
        """Shows a text from elsewhere; emits nothing, and leaves text and cursor alone where it is the same."""
        if text != self.toPlainText():
            with QSignalBlocker(self):
                self.setPlainText(text)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Says that the writing is over for now."""
        super().focusOutEvent(event)
        self.left.emit()
