"""A quiet line of text that stays as long as the window does."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from mcassess.ui.kit.labels import make_label
from mcassess.ui.theme.tokens import SPACES


class NoticeLine(QWidget):
    """Says one sentence that holds until the window is closed: that nothing can be changed, for example."""

    def __init__(self, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACES.card, SPACES.tight, SPACES.card, SPACES.tight)
        row.addWidget(make_label(sentence, "small", self, wrap=True), 1)
        self.setAccessibleName(sentence)
