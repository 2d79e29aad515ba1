"""The list of marks on a document: where, which words, what the assessor says about it. Recording is its owner's."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from mcassess.domain.annotation import Annotation
from mcassess.jobs.reviewing import MAX_COMMENT
from mcassess.texts import tr
from mcassess.ui.kit.buttons import Button, IconButton
from mcassess.ui.kit.card import Card
from mcassess.ui.kit.labels import ElidedLabel, make_label
from mcassess.ui.theme.tokens import SPACES

_QUOTE_LENGTH = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkRow:
    """One line of the list.

    Attributes:
        number: As it stands on the page, from 1.
        criterion: The place (from 0) of the criterion that it is cited to, with its title; None for none.
        cited_only: Whether it is a citation of an area that was never marked: it has no text of its own here.
    """

    annotation: Annotation
    number: int
    criterion: tuple[int, str] | None = None
    cited_only: bool = False

    @property
    def where(self) -> str:
        """Returns page and words, in short."""
        quote = " ".join(self.annotation.quote.split())
        quote = quote if len(quote) <= _QUOTE_LENGTH else quote[: _QUOTE_LENGTH - 1].rstrip() + "…"
        page = tr("p. {page}").format(page=self.annotation.page)
        return f"{page} “{quote}”" if quote else page


class _Text(QLineEdit):
    left = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class _Line(QFrame):
    followed = Signal()
    rewritten = Signal(str)
    left = Signal()
    removed = Signal()

    def __init__(self, row: MarkRow, parent: QWidget, *, read_only: bool) -> None:
        super().__init__(parent)
        self.row = row
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, SPACES.tight, SPACES.tight)
        column.setSpacing(SPACES.hair)
        name = tr("Show mark {number}: {where}").format(number=row.number, where=row.where)
        card = Card(
            self, criterion=row.criterion[0] if row.criterion else None, clickable_name=name, padding=SPACES.near
        )
        card.clicked.connect(self.followed)
        head = QHBoxLayout()
        head.setSpacing(SPACES.hair)
        head.addWidget(ElidedLabel(f"{row.number}  {row.where}", "strong", card), 1)
        card.body.addLayout(head)
        column.addWidget(card)
        if row.criterion is not None:
            about = tr("→ {number} {title}").format(number=row.criterion[0] + 1, title=row.criterion[1])
            card.body.addWidget(ElidedLabel(about, "muted", card))
        self.text: _Text | None = None
        if not row.cited_only:
            self.text = _Text(row.annotation.text, self)
            self.text.setPlaceholderText(tr("What you say about it"))
            self.text.setAccessibleName(tr("What you say about mark {number}").format(number=row.number))
            self.text.setReadOnly(read_only)
            self.text.setMaxLength(MAX_COMMENT)
            self.text.textEdited.connect(self.rewritten)
            self.text.left.connect(self.left)
            card.body.addWidget(self.text)
            if not read_only:
                remove = IconButton("close", tr("Remove mark {number}").format(number=row.number), parent=self)
                remove.setFixedSize(24, 24)
                remove.clicked.connect(self.removed)
                head.addWidget(remove)


class MarkList(QScrollArea):
    """Marks, in the order of the pages.

    Attributes:
        followed: Emits the Annotation to show.
        rewritten: Emits the id of an annotation, and what is said about it after a key.
        left: Nothing is being written any more.
        removed: Emits the id of the annotation to take away.
        copy_wanted: A copy with the marks is to be saved.
    """

    followed = Signal(object)
    rewritten = Signal(str, str)
    left = Signal()
    removed = Signal(str)
    copy_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Marks"))
        content = self._content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, SPACES.tight, 0, SPACES.tight)
        self._column.setSpacing(SPACES.tight)
        hint = tr("H marks the selected words or area, or the page. Drag over words, or beside them for an area.")
        self._empty = make_label(hint, "small", content, wrap=True)
        self._copy = Button(tr("Save a copy…"), parent=content)
        self._copy.clicked.connect(self.copy_wanted)
        self._column.addWidget(self._empty)
        self._column.addStretch(1)
        self._column.addWidget(self._copy)
        self.setWidget(content)
        self._lines: dict[str, _Line] = {}
        self._shown: tuple[object, ...] = ()
        self.show_rows((), read_only=False, may_leave=False)

    def show_rows(self, rows: Sequence[MarkRow], *, read_only: bool, may_leave: bool) -> None:
        """Shows marks; one that is being written about stays as it is.

        Args:
            rows: The marks.
            read_only: Whether they can only be read.
            may_leave: Whether a copy may be saved.
        """
        self._copy.setVisible(bool(rows))
        self._copy.setEnabled(may_leave)
        sentence = tr("A PDF with all marks, and what you say about them, for the educator")
        self._copy.setToolTip(sentence if may_leave else tr("This programme does not let evidence leave the library."))
        self._empty.setVisible(not rows)
        shown = (tuple(rows), read_only)
        if shown == self._shown:
            return
        self._shown = shown
        if [row.annotation.id for row in rows] == list(self._lines) and self._is_written():
            for row in rows:
                self._lines[row.annotation.id].row = row
            return
        for line in self._lines.values():
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = {row.annotation.id: self._line(row, read_only=read_only) for row in rows}
        for place, line in enumerate(self._lines.values()):
            self._column.insertWidget(place + 1, line)

    def write_about(self, identifier: str) -> None:
        """Puts the keyboard's focus into the text of a mark, if it is there."""
        line = self._lines.get(identifier)
        if line is not None:
            self.ensureWidgetVisible(line)
            if line.text is not None:
                line.text.setFocus()

    def _is_written(self) -> bool:
        return any(line.text is not None and line.text.hasFocus() for line in self._lines.values())

    def _line(self, row: MarkRow, *, read_only: bool) -> _Line:
        line = _Line(row, self._content, read_only=read_only)
        line.followed.connect(lambda: self.followed.emit(row.annotation))
        line.rewritten.connect(lambda text: self.rewritten.emit(row.annotation.id, text))
        line.left.connect(self.left)
        line.removed.connect(lambda: self.removed.emit(row.annotation.id))
        return line
