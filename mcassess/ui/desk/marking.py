"""Marks on documents and pictures: from the viewer's wish to the review, and back onto the sheets. Records by jobs."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QObject, Signal, SignalInstance

from mcassess.domain.changes import ChangeKind
from mcassess.domain.citation import Area
from mcassess.jobs import annotating
from mcassess.jobs.leaving import file_ending
from mcassess.jobs.passwords import keep_document_password
from mcassess.texts import tr
from mcassess.ui.desk.contents import DeskContents
from mcassess.ui.desk.pane import Pane
from mcassess.ui.desk.presenter import DeskPresenter
from mcassess.ui.desk.viewer_area import ViewerArea
from mcassess.ui.viewers.mark_list import MarkList, MarkRow
from mcassess.ui.viewers.viewer import Viewer


@runtime_checkable
class Markable(Protocol):
    """A viewer of sheets that can be marked: what the desk asks of it, without importing it."""

    mark_wanted: SignalInstance
    copy_wanted: SignalInstance

    @property
    def mark_list(self) -> MarkList:
        """The list of marks."""

    def show_marks(self, rows: Sequence[MarkRow], *, read_only: bool, may_leave: bool) -> None:
        """Shows what was marked and cited."""

    def mark(self) -> None:
        """Asks for a mark on what is in hand."""

    def turn_page(self, by: int) -> None:
        """Goes on by so many pages."""


@runtime_checkable
class Lockable(Protocol):
    """A viewer that opens locked documents."""

    password_found: SignalInstance


@runtime_checkable
class Searchable(Protocol):
    """A viewer in which words can be looked for."""

    def search_words(self) -> None:
        """Opens the line for searching."""


@runtime_checkable
class Choosing(Protocol):
    """A viewer in which another piece of evidence can be chosen."""

    evidence_wanted: SignalInstance


class Marking(QObject):
    """Records marks of the present attempt, and shows them wherever its evidence lies open.

    Signals:
        copy_wanted: The submission's key, the evidence's id and title, when a copy with marks is to be saved.
        elsewhere_wanted: Key, attempt, evidence's id and a name for the file, when a piece is to be opened by
            another program.
    """

    copy_wanted = Signal(int, str, str)
    elsewhere_wanted = Signal(int, int, str, str)

    def __init__(self, presenter: DeskPresenter, area: ViewerArea, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._area = area
        area.viewer_made.connect(self._connect)
        area.opened.connect(lambda _attempt, _evidence: self.show())
        for news in (presenter.loaded, presenter.review_changed, presenter.sealed_changed):
            news.connect(self.show)

    def show(self) -> None:
        """Shows the marks of what lies open."""
        contents = self._presenter.contents
        for pane in self._area.panes:
            viewer: object = pane.viewer
            if contents is not None and isinstance(viewer, Markable) and pane.evidence is not None:
                present = pane.attempt == contents.submission.attempt
                rows = mark_rows(contents, pane.evidence.id) if present else ()
                read_only = contents.read_only or not present
                viewer.show_marks(rows, read_only=read_only, may_leave=contents.policy.files_may_leave)

    def mark(self) -> None:
        """Marks what is in hand in the pane in hand."""
        viewer: object = self._area.pane.viewer
        if isinstance(viewer, Markable):
            viewer.mark()

    def search(self) -> None:
        """Opens the line for searching in the document that lies open."""
        viewer: object = self._area.pane.viewer
        if isinstance(viewer, Searchable):
            viewer.search_words()

    def turn_page(self, by: int) -> None:
        """Goes on by so many pages in what lies open."""
        viewer: object = self._area.pane.viewer
        if isinstance(viewer, Markable):
            viewer.turn_page(by)

    def open_elsewhere(self) -> None:
        """Asks to open what lies open by another program; says why not where it may or can not leave the library."""
        contents, pane = self._presenter.contents, self._area.pane
        if contents is None or pane.evidence is None:
            return
        if not contents.policy.files_may_leave:
            self._presenter.failed.emit(
                tr("This programme keeps evidence in the library: it cannot be opened elsewhere.")
            )
        elif pane.evidence.content is None:
            self._presenter.failed.emit(tr("This piece has no file that could be opened elsewhere."))
        else:
            self._want_elsewhere(pane)

    def _connect(self, pane: Pane, viewer: Viewer) -> None:
        viewer.elsewhere_wanted.connect(lambda: self._want_elsewhere(pane))
        found: object = viewer
        texts = self._presenter.texts
        if isinstance(found, Markable):
            found.mark_wanted.connect(lambda place, boxes: self._mark(pane, place, boxes))
            found.copy_wanted.connect(lambda: self._want_copy(pane))
            found.mark_list.rewritten.connect(lambda mark, text: texts.typed(ChangeKind.ANNOTATION, mark, text))
            found.mark_list.left.connect(texts.flush)
            found.mark_list.removed.connect(self._remove)
        if isinstance(found, Choosing):
            found.evidence_wanted.connect(lambda evidence: self._open(pane, evidence))
        if isinstance(found, Lockable):
            found.password_found.connect(lambda password: self._keep_password(pane, password))

    def _open(self, pane: Pane, evidence: str) -> None:
        contents = self._presenter.contents
        piece = contents.find_evidence(pane.attempt, evidence) if contents is not None else None
        if contents is not None and piece is not None:
            self._area.take_in_hand(self._area.panes.index(pane))
            self._area.open(contents, pane.attempt, piece)

    def _mark(self, pane: Pane, place: annotating.Marked, boxes: tuple[Area, ...]) -> None:
        contents, evidence = self._presenter.contents, pane.evidence
        if contents is None or evidence is None or not self._presenter.can_record():
            return
        if pane.attempt != contents.submission.attempt:
            self._presenter.failed.emit(tr("Only evidence of the present attempt can be marked."))
            return
        self._presenter.recorder.carry_out(
            lambda library, key: annotating.annotate(library, key, evidence.id, place, boxes=boxes)
        )

    def _remove(self, identifier: str) -> None:
        if self._presenter.can_record():
            self._presenter.recorder.carry_out(lambda library, key: annotating.remove(library, key, identifier))

    def _keep_password(self, pane: Pane, password: str) -> None:
        contents, evidence = self._presenter.contents, pane.evidence
        row = contents.file(pane.attempt, evidence.id) if contents is not None and evidence is not None else None
        if row is not None:
            self._presenter.recorder.carry_out(
                lambda library, _key: keep_document_password(library, row.sha256, password)
            )

    def _want_copy(self, pane: Pane) -> None:
        self._presenter.texts.flush()
        if pane.evidence is not None:
            self.copy_wanted.emit(pane.key, pane.evidence.id, pane.evidence.title)

    def _want_elsewhere(self, pane: Pane) -> None:
        if pane.evidence is not None:
            name = pane.evidence.title + file_ending(pane.evidence.content)
            self.elsewhere_wanted.emit(pane.key, pane.attempt, pane.evidence.id, name)


def mark_rows(contents: DeskContents, evidence: str) -> tuple[MarkRow, ...]:
    """Returns the marks on a piece of evidence of the present attempt, in reading order."""
    criteria = contents.criteria
    return tuple(
        MarkRow(
            annotation=mark.annotation,
            number=number,
            criterion=(mark.criterion, criteria[mark.criterion].title) if mark.criterion is not None else None,
            cited_only=mark.cited_only,
        )
        for number, mark in enumerate(annotating.marks_on(contents.stored, contents.review, evidence), 1)
    )
