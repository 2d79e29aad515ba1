"""The files that go with a decision: which there are, where each stands, and ways to add and remove them."""

from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from mcassess.jobs.attaching import AttachedFile, FileState
from mcassess.texts import tr, tr_n
from mcassess.ui.desk.contents import DeskContents
from mcassess.ui.file_line import FileLine
from mcassess.ui.kit.buttons import Button, ButtonKind
from mcassess.ui.kit.file_chooser import choose_file
from mcassess.ui.kit.labels import make_label
from mcassess.ui.kit.layouts import FlowLayout
from mcassess.ui.theme.tokens import SPACES

_TITLE_LENGTH = 24


class FilesSection(QWidget):
    """A caption, the lines, and below them quiet buttons; a file may be dropped here too.

    Signals:
        given: Path of a file to attach, as text.
        copy_wanted: Id of the piece of evidence of which a copy with the marks is to be attached.
        removed: Name of the file to take away.
    """

    given = Signal(str)
    copy_wanted = Signal(str)
    removed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._shown: object = None
        self._busy = False
        self._caption = make_label("", "caps", self)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        self._buttons = QWidget(self)
        self._flow = FlowLayout(self._buttons, gap=SPACES.tight)
        self._attach = Button(tr("Attach a file…"), ButtonKind.QUIET, icon="plus", parent=self._buttons)
        self._attach.setToolTip(tr("It goes to the educator with the decision; here it is kept encrypted"))
        self._attach.clicked.connect(self._choose)
        self._flow.addWidget(self._attach)
        self._copies: list[Button] = []
        self._file_lines: list[FileLine] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACES.tight, 0, 0)
        column.setSpacing(SPACES.tight)
        column.addWidget(self._caption)
        column.addLayout(self._lines)
        column.addWidget(self._buttons)

    def show_files(self, contents: DeskContents) -> None:
        """Shows the files of the decision that lies on the desk."""
        files, editable = contents.attached, not contents.read_only
        marked = contents.marked if editable else ()
        lost = any(each.state is FileState.LOST for each in files)
        shown = (contents.stored.key, files, editable, marked)
        if shown == self._shown:
            return
        self._shown = shown
        count = len(files)
        text = tr_n("{count} FILE GOES WITH IT", "{count} FILES GO WITH IT", count).format(count=count)
        self._caption.setText(text if count else tr("NO FILES GO WITH IT"))
        self._show_lines(files, editable=editable)
        self._show_copies([(each.id, each.title) for each in marked])
        self._put_in_order()
        self._buttons.setVisible(editable or lost)
        self.setVisible(editable or bool(files))

    def show_busy(self, *, busy: bool) -> None:
        """Shows that a file is being encrypted; no other can be attached meanwhile."""
        self._busy = busy
        self._attach.setText(tr("Attaching…") if busy else tr("Attach a file…"))
        for each in (self._attach, *self._copies):
            each.setEnabled(not busy)

    def attach_button(self) -> Button:
        """Returns the button that opens the chooser."""
        return self._attach

    def copy_buttons(self) -> list[Button]:
        """Returns the buttons that attach copies with marks."""
        return self._copies

    def lines(self) -> list[FileLine]:
        """Returns what is shown of each file."""
        return self._file_lines

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Takes files of this computer."""
        if _dropped(event) and self._attach.isVisibleTo(self) and not self._busy:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Attaches what was dropped."""
        for path in _dropped(event):
            self.given.emit(path)
        event.acceptProposedAction()

    def _choose(self) -> None:
        choose_file(self.window(), tr("Attach a file to the decision"), lambda path: self.given.emit(str(path)))

    def _show_lines(self, files: tuple[AttachedFile, ...], *, editable: bool) -> None:
        if [(each.name, each.remove is not None) for each in self._file_lines] == [(f.name, editable) for f in files]:
            for line, file in zip(self._file_lines, files, strict=True):
                line.show_file(file)
            return
        for line in self._file_lines:
            self._lines.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._file_lines = []
        for file in files:
            line = FileLine(file, self, removable=editable)
            line.removed.connect(lambda name=file.name: self.removed.emit(name))
            self._lines.addWidget(line)
            self._file_lines.append(line)

    def _put_in_order(self) -> None:
        """Tab goes from line to line and on to the buttons; what is made later would else come last in the window."""
        removes = [each.remove for each in self._file_lines if each.remove is not None]
        chain: list[QWidget] = [self, *removes, self._attach, *self._copies]
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)

    def _show_copies(self, pieces: list[tuple[str, str]]) -> None:
        for button in self._copies:
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._copies = []
        for evidence, title in pieces:
            short = title if len(title) <= _TITLE_LENGTH else title[: _TITLE_LENGTH - 1].rstrip() + "…"
            button = Button(tr("Attach “{title}” with marks").format(title=short), ButtonKind.QUIET, icon="plus")
            button.setAccessibleName(tr("Attach a copy of “{title}” with your marks").format(title=title))
            button.setToolTip(button.accessibleName())
            button.setEnabled(not self._busy)
            button.clicked.connect(lambda _checked=False, chosen=evidence: self.copy_wanted.emit(chosen))
            button.setParent(self._buttons)
            self._flow.addWidget(button)
            self._copies.append(button)


def _dropped(event: QDropEvent) -> list[str]:
    urls = event.mimeData().urls() if event.mimeData().hasUrls() else []
    return [each.toLocalFile() for each in urls if each.isLocalFile() and Path(each.toLocalFile()).is_file()]
