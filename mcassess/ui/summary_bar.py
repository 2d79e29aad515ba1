"""The line in which a summary, a copy or a piece of evidence is saved. What stands in the file is a job's affair."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, QUrl, Signal
from PySide6.QtGui import QColor, QDesktopServices, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from mcassess.errors import McassessError
from mcassess.jobs import annotating, exporting, leaving
from mcassess.store.library import Library
from mcassess.texts import tr
from mcassess.ui.kit.buttons import Button, ButtonKind
from mcassess.ui.kit.labels import make_label
from mcassess.ui.theme.style import colours_of
from mcassess.ui.theme.tokens import SPACES
from mcassess.ui.work import Task, Work


def _open_elsewhere(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """What is to be saved.

    Attributes:
        title: What it is.
        action: What the button says.
        said: What is to be known before.
        save: Writes it to a path and returns where it is; called in the background.
        opens: Whether it is opened by another program afterwards.
    """

    title: str
    action: str
    save: Callable[[Path], Path]
    said: str = ""
    opens: bool = False


class SummaryBar(QWidget):
    """Asks in place where to save something that leaves the library, saves it in the background, says where it is.

    Signals:
        saved: The file's path, as text.
    """

    saved = Signal(str)

    def __init__(
        self,
        library: Library,
        work: Work,
        parent: QWidget | None = None,
        *,
        open_file: Callable[[Path], object] = _open_elsewhere,
    ) -> None:
        super().__init__(parent)
        self._library = library
        self._work = work
        self._open_file = open_file
        self._request: _Request | None = None
        self._title = make_label("", "strong", self)
        self._path = QLineEdit(self)
        self._said = make_label("", parent=self, wrap=True)
        self._save = Button("", ButtonKind.PRIMARY, key="↵", parent=self)
        close = Button(tr("Close"), ButtonKind.QUIET, key="Esc", parent=self)
        row = QHBoxLayout()
        row.setSpacing(SPACES.inner)
        row.addWidget(self._title)
        row.addWidget(self._path, 1)
        row.addWidget(self._save)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACES.card, SPACES.near, SPACES.card, SPACES.near)
        column.setSpacing(SPACES.tight)
        column.addLayout(row)
        column.addWidget(self._said)  # on a line of its own: a warning is never cut
        self._save.clicked.connect(self._begin)
        self._path.returnPressed.connect(self._begin)
        close.clicked.connect(self.hide)
        self.hide()

    def ask(self, key: int, name: str) -> None:
        """Asks where to save the summary of a submission; ``name`` is the file's proposed name, without its ending."""
        request = _Request(
            title=tr("Review summary as PDF"),
            action=tr("Save summary"),
            save=lambda path: exporting.export(self._library, [key], "pdf", path),
        )
        self._ask(request, f"{_plain(name)}.pdf", tr("File for the summary"))

    def ask_copy(self, key: int, evidence: str, title: str) -> None:
        """Asks where to save a copy of a piece of evidence with the marks burnt in."""

        def save(path: Path) -> Path:
            annotating.save_annotated_copy(self._library, key, evidence, path)
            return path

        request = _Request(
            title=tr("Copy with marks as PDF"),
            action=tr("Save copy"),
            save=save,
            said=tr("It leaves the library, and lies there unencrypted."),
        )
        self._ask(request, f"{_plain(title)} {tr('with marks')}.pdf", tr("File for the copy"))

    def ask_elsewhere(self, key: int, attempt: int, evidence: str, name: str) -> None:
        """Asks where to save a piece of evidence as it came, to open it by another program."""
        request = _Request(
            title=tr("Open elsewhere"),
            action=tr("Save and open"),
            save=lambda path: leaving.save_evidence(self._library, key, attempt, evidence, path),
            said=tr("It leaves the library, and lies there unencrypted until you delete it."),
            opens=True,
        )
        self._ask(request, f"{_plain(Path(name).stem)}{Path(name).suffix}", tr("File for the evidence"))

    def _ask(self, request: _Request, name: str, field: str) -> None:
        self._request = request
        self._title.setText(request.title)
        self._save.setText(request.action)
        self._save.setEnabled(True)
        self._say(request.said)
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        self._path.setAccessibleName(field)
        self._path.setText(str(Path(folder) / name))
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
        request = self._request
        if request is None or not self._path.text().strip():
            return
        path = Path(self._path.text().strip()).expanduser()
        self._save.setEnabled(False)
        self._say(tr("Saving…"))

        def run(_task: Task[Path]) -> Path:
            return request.save(path)

        def done(saved: Path) -> None:
            self._done(saved)
            if request.opens:
                self._open_file(saved)

        self._work.background(run, done, self._failed, owner=self)

    def _done(self, path: Path) -> None:
        self._save.setEnabled(True)
        self._say(tr("Saved: {path}").format(path=path))
        self.saved.emit(str(path))

    def _failed(self, error: McassessError) -> None:
        self._save.setEnabled(True)
        self._say(error.text)

    def _say(self, sentence: str) -> None:
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))


def _plain(name: str) -> str:
    """Returns a name without the signs that file systems do not take."""
    return " ".join("".join(sign if sign.isalnum() or sign in " -" else " " for sign in name).split())
