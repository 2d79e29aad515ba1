"""The form that connects to a platform: by a token, or by a code on the platform's page."""

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from mcassess.sync.signing_in import Invitation
from mcassess.texts import tr
from mcassess.ui.kit.buttons import Button
from mcassess.ui.kit.labels import make_label
from mcassess.ui.theme.tokens import SPACES


class ConnectForm(QWidget):
    """Address of a platform, and a token if there is one.

    Signals:
        submitted: Address and token.
        code_wanted: The address; without a token, a code on the platform's page signs in.
    """

    submitted = Signal(str, str)
    code_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._url = _field(tr("Address of the platform, such as https://…"))
        self._token = _field(tr("Access token, if you were given one"))
        self._token.setEchoMode(QLineEdit.EchoMode.Password)
        self._problem = make_label("", "bad", wrap=True)
        self._problem.hide()
        self._code = make_label("", wrap=True)
        self._code.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self._code.setOpenExternalLinks(True)
        self._code.hide()
        self._button = Button(tr("Connect"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACES.near, 0, 0)
        column.setSpacing(SPACES.near)
        for widget in (self._url, self._token, self._problem, self._code, self._button):
            column.addWidget(widget)
        self.setFocusProxy(self._url)
        self._button.clicked.connect(self._submit)
        for field in (self._url, self._token):
            field.returnPressed.connect(self._submit)

    def show_problem(self, sentence: str) -> None:
        """Says in place why it did not work."""
        self._problem.setText(sentence)
        self._problem.show()
        self._code.hide()
        self._button.setEnabled(True)

    def show_invitation(self, invitation: Invitation) -> None:
        """Shows the code, and the page on which it is agreed to."""
        page = f'<a href="{escape(invitation.page_with_code)}">{escape(invitation.page)}</a>'
        text = tr("Open {page}, here or on any other device, and agree to the code {code}.")
        self._code.setText(text.format(page=page, code=f"<b>{escape(invitation.code)}</b>"))
        self._code.show()
        self._button.setEnabled(True)

    def clear(self) -> None:
        """Empties the form after it has worked."""
        for field in (self._url, self._token):
            field.clear()
        self._problem.hide()
        self._code.hide()
        self._button.setEnabled(True)

    def _submit(self) -> None:
        url, token = self._url.text().strip(), self._token.text().strip()
        if not url:
            return
        self._problem.hide()
        self._button.setEnabled(False)
        if token:
            self.submitted.emit(url, token)
        else:
            self.code_wanted.emit(url)


def _field(name: str) -> QLineEdit:
    field = QLineEdit()
    field.setPlaceholderText(name)
    field.setAccessibleName(name)
    return field
