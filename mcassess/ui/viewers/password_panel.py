"""The place where a locked document's password is asked for. Keeps no password."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from mcassess.texts import tr
from mcassess.ui.kit.buttons import Button, ButtonKind
from mcassess.ui.kit.labels import make_label
from mcassess.ui.theme.tokens import SPACES

_FIELD_WIDTH = 220


class PasswordPanel(QWidget):
    """A sentence, a field and a button.

    Attributes:
        given: Emits the password.
    """

    given = Signal(str)

    def __init__(self, sentence: str, *, wrong: bool, parent: QWidget | None = None) -> None:
        """Makes the panel; ``wrong`` says that the last password was not the right one."""
        super().__init__(parent)
        self._field = QLineEdit(self)
        self._field.setEchoMode(QLineEdit.EchoMode.Password)
        self._field.setPlaceholderText(tr("Password of the document"))
        self._field.setAccessibleName(tr("Password of the document"))
        self._field.setFixedWidth(_FIELD_WIDTH)
        self._open = Button(tr("Open"), ButtonKind.PRIMARY, parent=self)
        row = QHBoxLayout()
        row.setSpacing(SPACES.near)
        row.addStretch(1)
        row.addWidget(self._field)
        row.addWidget(self._open)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setSpacing(SPACES.inner)
        column.addStretch(1)
        column.addWidget(make_label(sentence, "muted", self), alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(row)
        if wrong:
            text = tr("That is not its password. Ask the educator for it, or for a copy without one.")
            column.addWidget(make_label(text, "bad", self), alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self._field.returnPressed.connect(self._give)
        self._open.clicked.connect(self._give)

    def focus(self) -> None:
        """Puts the keyboard's focus into the field."""
        self._field.setFocus()

    def _give(self) -> None:
        if self._field.text():
            self.given.emit(self._field.text())
