"""The screen before the library is open: it asks for the passphrase, or for a new one, and says what went wrong."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from mcassess.texts import tr
from mcassess.ui.kit.buttons import Button, ButtonKind
from mcassess.ui.kit.card import Card, lay_in_the_middle
from mcassess.ui.kit.labels import make_label
from mcassess.ui.theme.tokens import SPACES

_WIDTH = 400
_SHORTEST = 8


class UnlockScreen(QWidget):
    """Asks for the passphrase; emits ``submitted(passphrase)``.

    A new library's passphrase is asked for twice, since nobody can open the library without it.
    """

    submitted = Signal(str)

    def __init__(self, *, new: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._new = new
        title = tr("Choose a passphrase") if new else tr("Your library is locked")
        text = (
            tr("It locks all evidence and reviews on this laptop. Nobody can open them without it, we neither.")
            if new
            else tr("Your reviews and the evidence are encrypted on this laptop.")
        )
        self._passphrase = _field(tr("Passphrase"))
        self._again = _field(tr("The same again"))
        self._again.setVisible(new)
        self._problem = make_label("", "bad", wrap=True)
        self._button = Button(tr("Make the library") if new else tr("Unlock"), ButtonKind.PRIMARY, key="↵")
        card = Card(self, padding=SPACES.page)
        card.body.setSpacing(SPACES.inner)
        card.body.addWidget(make_label(title, "heading"))
        card.body.addWidget(make_label(text, "muted", wrap=True))
        for widget in (self._passphrase, self._again, self._problem, self._button):
            card.body.addWidget(widget)
        lay_in_the_middle(card, self, _WIDTH)
        self.setFocusProxy(self._passphrase)
        self._problem.hide()
        self._button.clicked.connect(self._submit)
        for field in (self._passphrase, self._again):
            field.returnPressed.connect(self._submit)

    def show_problem(self, sentence: str) -> None:
        """Says in place what went wrong, and lets her try again."""
        self._problem.setText(sentence)
        self._problem.show()
        self._set_busy(busy=False)
        self._passphrase.selectAll()
        self._passphrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def _submit(self) -> None:
        passphrase = self._passphrase.text()
        if self._new and len(passphrase) < _SHORTEST:
            self.show_problem(tr("Take at least {count} characters; several words are best.").format(count=_SHORTEST))
        elif self._new and passphrase != self._again.text():
            self.show_problem(tr("The two are not the same."))
        elif passphrase:
            self._problem.hide()
            self._set_busy(busy=True)
            self.submitted.emit(passphrase)

    def _set_busy(self, *, busy: bool) -> None:
        for widget in (self._passphrase, self._again, self._button):
            widget.setEnabled(not busy)


def _field(name: str) -> QLineEdit:
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setPlaceholderText(name)
    field.setAccessibleName(name)
    return field
