"""The notes tab: what the assessor writes for herself."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from mcassess.texts import tr
from mcassess.ui.kit.labels import make_label
from mcassess.ui.kit.plain_edit import PlainEdit
from mcassess.ui.theme.tokens import SPACES


class NotesTab(QWidget):
    """Private notes, which are sent to nobody."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.page = PlainEdit(tr("Private notes"), tr("For you alone"), self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACES.card, SPACES.inner, SPACES.card, SPACES.inner)
        layout.setSpacing(SPACES.near)
        text = tr("Only you read these notes. They stay on this laptop and are never sent.")
        layout.addWidget(make_label(text, "small", self, wrap=True))
        layout.addWidget(self.page, 1)

    def show_note(self, note: str, *, read_only: bool) -> None:
        """Shows the notes as they stand now."""
        self.page.set_text(note)
        self.page.setReadOnly(read_only)
