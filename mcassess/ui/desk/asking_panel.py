"""What the panels have in common that ask something in place, before a decision or an end. What they ask is theirs."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from mcassess.texts import tr
from mcassess.ui.desk.surfaces import Surface
from mcassess.ui.kit.buttons import Button, ButtonKind
from mcassess.ui.theme.tokens import SPACES


class AskingPanel(Surface):
    """A panel without a dialog's window; Escape and a button lead back from it.

    Signals:
        cancelled: The person wants to go on without.
    """

    cancelled = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Makes an empty panel; ``name`` is what a screen reader calls it."""
        super().__init__(parent, lines=Qt.Edge.TopEdge)
        self.setAccessibleName(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Goes back on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def _lay_out(self, confirm: Button, *widgets: QWidget) -> None:
        """Lays widgets below each other, and the way on and the way back below them."""
        cancel = Button(tr("Cancel"), ButtonKind.QUIET, key="Esc", parent=self)
        cancel.clicked.connect(self.cancelled)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(confirm)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACES.card, SPACES.inner, SPACES.card, SPACES.inner)
        column.setSpacing(SPACES.near)
        for widget in widgets:
            column.addWidget(widget)
        column.addLayout(buttons)
