"""Brings film strips to where the desk shows them: timelines and evidence cards. What is allowed, the policy says."""

from dataclasses import replace

from PySide6.QtCore import QObject

from mcassess.domain.kinds import EvidenceKind
from mcassess.jobs.film_strips import has_film_strip
from mcassess.store.states import EvidenceState
from mcassess.ui.desk.contents import DeskContents
from mcassess.ui.desk.evidence_list import EvidenceList
from mcassess.ui.desk.film_strips import FilmStrips
from mcassess.ui.desk.pane import Pane
from mcassess.ui.desk.presenter import DeskPresenter
from mcassess.ui.desk.viewer_area import ViewerArea

_ON_CARDS = frozenset({EvidenceKind.VIDEO, EvidenceKind.IMAGE})


class StripsOnDesk(QObject):
    """Asks for the strips of the submission on the desk, and shows each when it has come.

    Attributes:
        strips: The strips themselves.
    """

    def __init__(self, presenter: DeskPresenter, area: ViewerArea, evidence: EvidenceList, parent: QObject) -> None:
        super().__init__(parent)
        self.strips = FilmStrips(presenter.library, self)
        self._presenter, self._area, self._evidence = presenter, area, evidence
        self.strips.arrived.connect(self._show)
        presenter.evidence_changed.connect(self._evidence_changed)
        area.opened.connect(self._opened)

    def show_submission(self) -> None:
        """Asks for the strips of another submission."""
        contents = self._presenter.contents
        if contents is not None:
            self._want(contents, contents.submission.attempt)

    def _want(self, contents: DeskContents, attempt: int) -> None:
        pieces = {each.id for each in contents.evidence_of(attempt) if has_film_strip(each)}
        rows = [contents.file(attempt, identifier) for identifier in sorted(pieces)]
        ready = [row.sha256 for row in rows if row is not None and row.state is EvidenceState.READY]
        for sha256 in ready:
            self._show(sha256)
        self.strips.want(ready)

    def _opened(self, attempt: int, _evidence: str) -> None:
        contents = self._presenter.contents
        if contents is not None:
            for pane in self._area.panes:
                self._show_in_pane(contents, pane)
            self._want(contents, attempt)

    def _evidence_changed(self) -> None:
        contents = self._presenter.contents
        if contents is not None:
            self.strips.forget(row.sha256 for row in contents.files.values() if row.state is EvidenceState.DESTROYED)
            for piece in contents.submission.evidence:
                self._show_on_card(contents, piece.id)
            self._want(contents, contents.submission.attempt)

    def _show(self, sha256: str) -> None:
        contents = self._presenter.contents
        if contents is None or self.strips.get(sha256) is None:
            return
        for pane in self._area.panes:
            self._show_in_pane(contents, pane)
        for (attempt, identifier, _), row in contents.files.items():
            if row.sha256 == sha256 and attempt == contents.submission.attempt:
                self._show_on_card(contents, identifier)

    def _show_in_pane(self, contents: DeskContents, pane: Pane) -> None:
        if pane.timed is None or pane.evidence is None:
            return
        row = contents.file(pane.attempt, pane.evidence.id)
        strip = self.strips.get(row.sha256) if row is not None else None
        if strip is not None and not contents.policy.stills_in_lists:
            strip = replace(strip, stills=())
        pane.timed.timeline.set_strip(strip)

    def _show_on_card(self, contents: DeskContents, identifier: str) -> None:
        piece = contents.submission.find_evidence(identifier)
        row = contents.file(contents.submission.attempt, identifier)
        if piece is None or row is None or piece.kind not in _ON_CARDS:
            return
        strip = self.strips.get(row.sha256) if contents.policy.stills_in_lists else None
        # a third of the way in: the beginning is often a title or an empty room
        middle = strip.stills[len(strip.stills) // 3][1] if strip is not None and strip.stills else None
        self._evidence.show_still(identifier, middle, strip.aspect if strip is not None else 1.0)
