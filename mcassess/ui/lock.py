"""The lock screen. What decides that it is time for it is in lock_watch.py; closing the library is app.py's affair."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from mcassess.texts import tr
from mcassess.ui.kit.labels import make_label
from mcassess.ui.kit.states import EmptyState
from mcassess.ui.unlock import UnlockScreen


class LockScreen(QWidget):
    """Hides everything until the library is open again.

    Signals:
        submitted: The passphrase; empty where the keyring keeps the key.
    """

    submitted = Signal(str)

    def __init__(self, *, by_passphrase: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._asking: UnlockScreen | None = None
        self._problem = make_label("", "bad", self, wrap=True)
        self._problem.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        if by_passphrase:
            self._asking = UnlockScreen(new=False)
            self._asking.submitted.connect(self.submitted)
            column.addWidget(self._asking)
            self.setFocusProxy(self._asking)
        else:
            state = EmptyState("lock", tr("Your library is locked. The keyring keeps its key."), tr("Unlock"), key="↵")
            state.acted.connect(lambda: self.submitted.emit(""))
            column.addWidget(state)
        column.addWidget(self._problem)
        self._problem.hide()

    def show_problem(self, sentence: str) -> None:
        """Says in place what went wrong, and lets her try again."""
        if self._asking is not None:
            self._asking.show_problem(sentence)
            return
        self._problem.setText(sentence)
        self._problem.show()
