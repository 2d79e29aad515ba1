"""The line in which a review summary is saved as a file. What stands in the summary is the report's affair."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from mcassess.errors import McassessError
from mcassess.jobs import exporting
from mcassess.store.library import Library
from mcassess.texts import tr
from mcassess.ui.kit.buttons import Button, ButtonKind
from mcassess.ui.kit.labels import ElidedLabel, make_label
from mcassess.ui.theme.style import colours_of
from mcassess.ui.theme.tokens import SPACES
from mcassess.ui.work import Task, Work


class SummaryBar(QWidget):
    """Asks in place where to save a summary, saves it in the background, and says where it is.

    Signals:
        saved: The file's path, as text.
    """

    saved = Signal(str)

    def __init__(self, library: Library, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._work = work
        self._key = 0
        self._path = QLineEdit(self)
        self._path.setAccessibleName(tr("File for the summary"))
        self._said = ElidedLabel("", "small", self)
        self._save = Button(tr("Save summary"), ButtonKind.PRIMARY, key="↵", parent=self)
        close = Button(tr("Close"), ButtonKind.QUIET, key="Esc", parent=self)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACES.card, SPACES.near, SPACES.card, SPACES.near)
        row.setSpacing(SPACES.inner)
        row.addWidget(make_label(tr("Review summary as PDF"), "strong", self))
        row.addWidget(self._path, 2)
        row.addWidget(self._said, 1)
        row.addWidget(self._save)
        row.addWidget(close)
        self._save.clicked.connect(self._begin)
        self._path.returnPressed.connect(self._begin)
        close.clicked.connect(self.hide)
        self.hide()

    def ask(self, key: int, name: str) -> None:
        """Asks where to save the summary of a submission; ``name`` is the file's proposed name, without its ending."""
        self._key = key
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        plain = "".join(sign if sign.isalnum() or sign in " -" else " " for sign in name)
        self._path.setText(str(Path(folder) / f"{' '.join(plain.split())}.pdf"))
        self._said.setText("")
        self.show()
        self._path.setFocus(Qt.FocusReason.OtherFocusReason)
        self._path.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Closes on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the ground and its upper edge."""
        colours = colours_of(self)
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colours.surface))
        painter.fillRect(0, 0, self.width(), 1, QColor(colours.line))

    def _begin(self) -> None:
        if not self._path.text().strip():
            return
        key, path = self._key, Path(self._path.text().strip()).expanduser()
        self._save.setEnabled(False)
        self._said.setText(tr("Making the summary…"))

        def run(_task: Task[Path]) -> Path:
            return exporting.export(self._library, [key], "pdf", path)

        self._work.background(run, self._done, self._failed, owner=self)

    def _done(self, path: Path) -> None:
        self._save.setEnabled(True)
        self._said.setText(tr("Saved: {path}").format(path=path))
        self.saved.emit(str(path))

    def _failed(self, error: McassessError) -> None:
        self._save.setEnabled(True)
        self._said.setText(error.text)
