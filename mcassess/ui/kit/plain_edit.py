"""What every field of plain text has in common: it says what the person wrote, and shows what comes from elsewhere."""

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget


class PlainEdit(QPlainTextEdit):
    """Plain text over several lines. Tab leaves it.

    Signals:
        textEdited: The whole text after each of the person's changes, never after ``set_text``.
        left: The keyboard's focus has gone elsewhere.
    """

    textEdited = Signal(str)  # noqa: N815 - named as QLineEdit's
    left = Signal()

    def __init__(self, name: str, placeholder: str, parent: QWidget | None = None) -> None:
        """Makes a field.

        Args:
            name: What is written here, translated, for screen readers.
            placeholder: What to say while it is empty.
            parent: The widget that owns it.
        """
        super().__init__(parent)
        self._given = self._standing = ""
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.textChanged.connect(self._tell)

    def set_text(self, text: str) -> None:
        """Shows a text from elsewhere; emits nothing. What stands there already is left alone.

        Caret and scroll bar stay where they are in what is the same before and behind.
        """
        if text in (self._given, self._standing):
            return
        cursor, bar = self.textCursor(), self.verticalScrollBar()
        before, caret, scrolled = self._standing, cursor.position(), bar.value()
        behind = self.document().characterCount() - caret
        with QSignalBlocker(self):
            self.setPlainText(text)
        # Qt holds some signs otherwise than they were given, such as no-break spaces and the ends of lines.
        self._given, self._standing = text, self.toPlainText()
        same = _same_units(before, self._standing)
        cursor = self.textCursor()
        cursor.setPosition(caret if caret <= same else max(same, self.document().characterCount() - behind))
        self.setTextCursor(cursor)
        bar.setValue(scrolled)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Says that the writing is over for now."""
        super().focusOutEvent(event)
        self.left.emit()

    def _tell(self) -> None:
        text = self.toPlainText()
        if text != self._standing:  # while signs are composed, Qt speaks of changes that are none yet
            self._given = self._standing = text
            self.textEdited.emit(text)


def _same_units(one: str, other: str) -> int:
    """Returns how many of Qt's units of 16 bits two texts have in common at their beginning."""
    differing = (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return len(one[: next(differing, min(len(one), len(other)))].encode("utf-16-le")) // 2
