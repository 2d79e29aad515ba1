"""What the window shows in place of a damaged library: what can be brought back, and the choice to do it."""

from collections.abc import Callable
from concurrent.futures import Future

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from mcassess.crash import describe
from mcassess.errors import McassessError
from mcassess.texts import tr
from mcassess.ui.kit.buttons import Button, ButtonKind
from mcassess.ui.kit.card import Card, lay_in_the_middle
from mcassess.ui.kit.labels import make_label
from mcassess.ui.theme.tokens import SPACES

_WIDTH = 520

Recover = Callable[[bool], "Future[str]"]
"""Looks what can be brought back, or with True brings it back, and says so in sentences; on a thread of its own."""


class RecoveryScreen(QWidget):
    """Says what is damaged, looks by itself what can be brought back, and does so when asked.

    Signals:
        recovered: It is done; the library can be opened.
    """

    recovered = Signal()
    _arrived = Signal(object, bool)

    def __init__(self, sentence: str, recover: Recover, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recover = recover
        self._found = make_label(tr("Looking what can be brought back…"), "muted", wrap=True)
        self._problem = make_label("", "bad", wrap=True)
        self._button = Button(tr("Bring it back"), ButtonKind.PRIMARY, key="↵")
        self._button.setEnabled(False)
        card = Card(self, padding=SPACES.page)
        card.body.setSpacing(SPACES.inner)
        card.body.addWidget(make_label(tr("Your library is damaged"), "heading"))
        for widget in (make_label(sentence, "muted", wrap=True), self._found, self._problem, self._button):
            card.body.addWidget(widget)
        lay_in_the_middle(card, self, _WIDTH)
        self._problem.hide()
        self.setFocusProxy(self._button)
        self._button.clicked.connect(lambda: self._start(act=True))
        self._arrived.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self._start(act=False)

    def _start(self, *, act: bool) -> None:
        self._button.setEnabled(False)
        self._problem.hide()
        self._recover(act).add_done_callback(lambda done: self._arrived.emit(done, act))

    def _show(self, done: "Future[str]", act: bool) -> None:  # noqa: FBT001 - a signal's value
        error = done.exception()
        if error is not None:
            self._problem.setText(error.text if isinstance(error, McassessError) else describe(error))
            self._problem.show()
            self._found.hide()
            return
        self._found.setText(done.result())
        if act:
            self.recovered.emit()
        else:
            self._button.setEnabled(True)
            self._button.setFocus()
