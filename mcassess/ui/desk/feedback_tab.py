"""The feedback tab: the letter to the educator, and the comments and files that go with it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from mcassess.texts import tr, tr_n
from mcassess.ui.desk.contents import DeskContents
from mcassess.ui.desk.criterion_card import CriterionFace
from mcassess.ui.desk.files_section import FilesSection
from mcassess.ui.desk.surfaces import Column, WordLink
from mcassess.ui.kit.labels import make_label
from mcassess.ui.kit.plain_edit import PlainEdit
from mcassess.ui.theme.style import colours_of
from mcassess.ui.theme.tokens import SPACES

_BAR = 3


class _CommentLine(QWidget):
    """A criterion's comment with its colour and number; the number leads to the criterion."""

    def __init__(self, place: int, title: str, comment: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._place = place
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_BAR + SPACES.near, 0, 0, 0)
        layout.setSpacing(1)
        name = tr("{number} {title}").format(number=place + 1, title=title)
        self.link = WordLink(name, tr("Go to this criterion"), "caps", self)
        layout.addWidget(self.link)
        layout.addWidget(make_label(comment, "", self, wrap=True))

    def paintEvent(self, _event: QPaintEvent) -> None:
        colour = QColor(colours_of(self).criterion(self._place))
        QPainter(self).fillRect(0, 0, _BAR, self.height(), colour)


class FeedbackTab(QWidget):
    """What the educator will read.

    Signals:
        criterion_followed: Id of the criterion whose comment was clicked.
    """

    criterion_followed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._for = make_label("", "small", self, wrap=True)
        self.page = PlainEdit(
            tr("Letter to the educator"),
            tr("What is strong, what to do next, and how. Specific, actionable, kind."),
            self,
        )
        self._caption = make_label("", "caps", self)
        content = QWidget()
        self._list = QVBoxLayout(content)
        self._list.setContentsMargins(0, 0, SPACES.near, 0)
        self._list.setSpacing(SPACES.near)
        self._column = Column(content, self)
        self.files = FilesSection(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACES.card, SPACES.inner, SPACES.card, SPACES.inner)
        layout.setSpacing(SPACES.near)
        layout.addWidget(self._for)
        layout.addWidget(self.page, 3)
        layout.addWidget(self._caption)
        layout.addWidget(self._column, 2)
        layout.addWidget(self.files)
        self._shown: tuple[tuple[str, str], ...] | None = None

    def show_review(self, contents: DeskContents, letter: str, faces: dict[str, CriterionFace]) -> None:
        """Shows the letter and the comments as they stand now."""
        text = tr("{educator} reads this letter with your decision, and below it your comments.")
        self._for.setText(text.format(educator=contents.educator))
        self.page.set_text(letter)
        self.page.setReadOnly(contents.read_only)
        self.files.show_files(contents)
        written = tuple((each, face.comment) for each, face in faces.items() if face.comment.strip())
        if written != self._shown:
            self._shown = written
            self._show_comments(contents, dict(written))

    def _show_comments(self, contents: DeskContents, comments: dict[str, str]) -> None:
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for place, criterion in enumerate(contents.criteria):
            if criterion.id in comments:
                line = _CommentLine(place, criterion.title, comments[criterion.id], self)
                line.link.followed.connect(lambda chosen=criterion.id: self.criterion_followed.emit(chosen))
                self._list.addWidget(line, 0, Qt.AlignmentFlag.AlignTop)
        self._list.addStretch(1)
        count = len(comments)
        text = tr_n("{count} COMMENT GOES WITH IT", "{count} COMMENTS GO WITH IT", count).format(count=count)
        self._caption.setText(text if count else tr("NO COMMENTS YET"))
        self._column.setVisible(bool(count))
