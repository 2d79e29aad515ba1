"""The list under the timeline: moments that were marked and moments that are cited. Recording them is the desk's."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from mcassess.domain.citation import Moment
from mcassess.domain.review import NamedMoment
from mcassess.jobs.reviewing import MAX_COMMENT
from mcassess.texts import tr
from mcassess.ui.desk.contents import DeskContents
from mcassess.ui.desk.surfaces import Column, WordLink
from mcassess.ui.desk.transcript_panel import HEAD_HEIGHT
from mcassess.ui.desk.wording import moment_text
from mcassess.ui.kit.buttons import IconButton
from mcassess.ui.kit.labels import KeyHint, make_label
from mcassess.ui.kit.timeline_geometry import RangeKind, TimelineRange
from mcassess.ui.theme.style import colours_of
from mcassess.ui.theme.tokens import SPACES

_BAR = 4
_HEIGHT = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentRow:
    """One line of the list.

    Attributes:
        id: Of the moment, or of the citation where no moment stands for it.
        named: The moment itself; None for a citation alone.
        title: The moment's, or the criterion's that a citation supports.
        criteria: Places (from 0) of the criteria that it is cited to.
    """

    id: str
    moment: Moment
    title: str
    criteria: tuple[int, ...] = ()
    named: NamedMoment | None = None


def moment_rows(contents: DeskContents, evidence: str) -> tuple[MomentRow, ...]:
    """Returns the moments of a video or sound, and the citations in it, in the order of time."""
    review, citations = contents.review, contents.review.citations
    cited: dict[Moment, dict[str, int]] = {}
    for place, criterion in enumerate(contents.criteria):
        for citation in citations.get(criterion.id, ()):
            if citation.evidence == evidence and isinstance(citation.place, Moment):
                cited.setdefault(citation.place, {})[citation.id] = place
    rows = [
        MomentRow(
            id=each.id,
            moment=each.moment,
            title=each.title,
            criteria=tuple(dict.fromkeys(cited.get(each.moment, {}).values())),
            named=each,
        )
        for each in review.moments
        if each.evidence == evidence
    ]
    marked = {row.moment for row in rows}
    rows += [
        MomentRow(
            id=next(iter(by_id)),
            moment=moment,
            title=contents.criteria[next(iter(by_id.values()))].title,
            criteria=tuple(dict.fromkeys(by_id.values())),
        )
        for moment, by_id in cited.items()
        if moment not in marked
    ]
    return tuple(sorted(rows, key=lambda row: (row.moment.start_ms, row.moment.end_ms, row.id)))


def timeline_ranges(contents: DeskContents, evidence: str) -> list[TimelineRange]:
    """Returns what lies on the timeline of a video or sound: every citation, and moments that are not cited."""
    criteria, citations = contents.criteria, contents.review.citations
    ranges = [
        TimelineRange(
            id=citation.id,
            start_ms=citation.place.start_ms,
            end_ms=citation.place.end_ms,
            label=tr("{number} {title}").format(number=place + 1, title=criterion.title),
            criterion=place,
        )
        for place, criterion in enumerate(criteria)
        for citation in citations.get(criterion.id, ())
        if citation.evidence == evidence and isinstance(citation.place, Moment)
    ]
    ranges += [
        TimelineRange(
            id=row.id,
            start_ms=row.moment.start_ms,
            end_ms=row.moment.end_ms,
            label=row.title or tr("Moment"),
            kind=RangeKind.MOMENT,
        )
        for row in moment_rows(contents, evidence)
        if row.named is not None and not row.criteria
    ]
    return ranges


class _Bar(QWidget):
    def __init__(self, place: int | None, parent: QWidget) -> None:
        super().__init__(parent)
        self._place = place
        self.setFixedWidth(_BAR)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = colours_of(self)
        colour = colours.line_strong if self._place is None else colours.criterion(self._place)
        QPainter(self).fillRect(QRectF(self.rect()).adjusted(0, 3, 0, -3), QColor(colour))


class _TitleEdit(QLineEdit):
    """A moment's title, written in place."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.setProperty("plain", "true")
        self.setStyleSheet("padding: 0 4px;")  # a line of a list has not the room of a form's field
        self.setPlaceholderText(tr("Name this moment"))
        self.setAccessibleName(tr("Title of the moment"))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.setProperty("plain", "false")
        self.style().polish(self)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.setProperty("plain", "true")
        self.style().polish(self)
        self.setCursorPosition(0)


class _Line(QWidget):
    followed = Signal()
    renamed = Signal(str)
    left = Signal()
    removed = Signal()

    def __init__(self, row: MomentRow, parent: QWidget, *, read_only: bool) -> None:
        super().__init__(parent)
        self.row = row
        self._title: _TitleEdit | None = None
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACES.tight + SPACES.hair)
        self.setFixedHeight(max(_HEIGHT, self.fontMetrics().height() + SPACES.tight))
        layout.addWidget(_Bar(row.criteria[0] if row.criteria else None, self))
        link = WordLink(moment_text(row.moment), tr("Play this moment"), "figures", self)
        link.setWordWrap(False)
        link.followed.connect(self.followed)
        layout.addWidget(link)
        if row.named is None or read_only:
            layout.addWidget(make_label(row.title, "" if row.named else "muted", self), 1)
        else:
            self._title = _TitleEdit(row.title, self)
            self._title.setFixedHeight(self.height() - SPACES.hair)
            self._title.setMaxLength(MAX_COMMENT)
            self._title.textEdited.connect(self.renamed)
            self._title.editingFinished.connect(self.left)
            layout.addWidget(self._title, 1)
        if row.criteria:
            numbers = ", ".join(str(place + 1) for place in row.criteria)
            layout.addWidget(make_label(tr("→ {numbers}").format(numbers=numbers), "muted", self))
        if row.named is not None and not read_only:
            remove = IconButton("close", tr("Remove this moment"), parent=self)
            remove.setFixedSize(22, 22)
            remove.clicked.connect(self.removed)
            layout.addWidget(remove)

    def is_edited(self) -> bool:
        return self._title is not None and self._title.hasFocus()


class MomentsPanel(QWidget):
    """Moments and citations of the piece that lies open.

    Signals:
        followed: The Moment to show again.
        renamed: Id of a moment, and its title as it stands after a key.
        left: No title is being written any more.
        removed: Id of the moment to take away.
    """

    followed = Signal(object)
    renamed = Signal(str, str)
    left = Signal()
    removed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Moments"))
        self._shown: tuple[object, ...] = ()
        self._lines: dict[str, _Line] = {}
        self._empty = make_label(tr("M marks the moment that plays, or what lies between I and O."), "small", wrap=True)
        content = QWidget()
        self._list = QVBoxLayout(content)
        self._list.setContentsMargins(0, 0, SPACES.tight, 0)
        self._list.setSpacing(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACES.tight)
        layout.addLayout(self._head())
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._empty, 1)
        self._scroll = Column(content, self)
        layout.addWidget(self._scroll, 1)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACES.tight)
        row.addStrut(max(HEAD_HEIGHT, self.fontMetrics().height() + SPACES.tight))
        row.addWidget(make_label(tr("MOMENTS"), "small", self))
        row.addStretch(1)
        for text, key in ((tr("mark"), "M"), (tr("· cite"), "E")):
            row.addWidget(make_label(text, "small", self))
            row.addWidget(KeyHint(key, self))
        return row

    def show_rows(self, rows: tuple[MomentRow, ...], *, read_only: bool) -> None:
        """Shows the moments; a title that is being written stays as it is."""
        shown = (rows, read_only)
        if shown == self._shown:
            return
        same = self._shown and self._shape(rows) == self._shape(self._shown[0])  # type: ignore[arg-type]  # its rows
        self._shown = shown
        if same and any(line.is_edited() for line in self._lines.values()):
            for row in rows:
                self._lines[row.id].row = row
            return
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._lines = {row.id: self._line(row, read_only=read_only) for row in rows}
        self._list.addStretch(1)
        self._empty.setVisible(not rows)
        self._scroll.setVisible(bool(rows))

    @staticmethod
    def _shape(rows: tuple[MomentRow, ...]) -> list[tuple[str, Moment, tuple[int, ...]]]:
        return [(row.id, row.moment, row.criteria) for row in rows]

    def _line(self, row: MomentRow, *, read_only: bool) -> _Line:
        line = _Line(row, self, read_only=read_only)
        line.followed.connect(lambda: self.followed.emit(row.moment))
        line.renamed.connect(lambda title: self.renamed.emit(row.id, title))
        line.left.connect(self.left)
        line.removed.connect(lambda: self.removed.emit(row.id))
        self._list.addWidget(line)
        return line
