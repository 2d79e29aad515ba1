"""One file that goes with a decision, as the desk and the sync screen show it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from mcassess.jobs.attaching import AttachedFile, FileState, file_state_text
from mcassess.jobs.sentences import bytes_text
from mcassess.texts import tr
from mcassess.ui.kit.buttons import IconButton
from mcassess.ui.kit.labels import ElidedLabel, make_label
from mcassess.ui.kit.progress import ProgressLine
from mcassess.ui.theme.tokens import SPACES

_BAR = 3.0


class FileLine(QWidget):
    """A file with its size and where it stands; while it goes up, how far it is.

    Signals:
        removed: It is to be taken away.

    Attributes:
        name: The file's.
        remove: The button that takes it away; None where it has none.
    """

    removed = Signal()

    def __init__(self, file: AttachedFile, parent: QWidget | None = None, *, about: str = "", removable: bool) -> None:
        """Makes a line.

        Args:
            file: What it shows.
            parent: The widget that owns it.
            about: What else is said of it.
            removable: Whether it has a button that takes it away.
        """
        super().__init__(parent)
        self.name = file.name
        self._about = about
        self._name = ElidedLabel("", "", self, Qt.TextElideMode.ElideMiddle)
        self._said = make_label("", "small", self, wrap=True)
        self._bar = ProgressLine(tr("Sending {name}").format(name=file.name), self, thickness=_BAR)
        words = QVBoxLayout()
        words.setSpacing(SPACES.hair)
        for widget in (self._name, self._said, self._bar):
            words.addWidget(widget)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, SPACES.hair, 0, SPACES.hair)
        row.setSpacing(SPACES.near)
        row.addLayout(words, 1)
        self.remove = (
            IconButton("close", tr("Remove {name}").format(name=file.name), parent=self) if removable else None
        )
        if self.remove is not None:
            self.remove.clicked.connect(self.removed)
            row.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignTop)
        self.show_file(file)

    def show_file(self, file: AttachedFile) -> None:
        """Shows how it stands with the file now."""
        parts = [self._about, bytes_text(file.size), file_state_text(file)]
        said = " · ".join(part for part in parts if part)
        going = file.state is FileState.SENDING and file.arrived > 0
        self.setAccessibleName(f"{file.name}, {said}")
        self._name.setText(file.name)
        self._said.setText(said)
        self._said.setVisible(not going)
        self._bar.setVisible(going)
        self._bar.show_progress(file.arrived / file.size if going else 0.0, said)
        rank = "bad" if file.state is FileState.LOST else "small"
        if self._said.property("rank") != rank:
            self._said.setProperty("rank", rank)
            self._said.style().polish(self._said)
