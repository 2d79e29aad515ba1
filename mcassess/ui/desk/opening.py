"""What lies open on the desk: chosen in the list, followed from a citation, dropped. Remembers where she was in it."""

from PySide6.QtCore import QObject

from mcassess.domain.citation import Citation, Moment, PageRegion, Place
from mcassess.domain.submission import Pointer
from mcassess.ui.desk.commands import Commands
from mcassess.ui.desk.evidence_list import EvidenceList
from mcassess.ui.desk.pane import Pane, Timed
from mcassess.ui.desk.presenter import DeskPresenter
from mcassess.ui.desk.right_side import RightSide
from mcassess.ui.desk.viewer_area import ViewerArea
from mcassess.ui.desk.wording import cite_label
from mcassess.ui.viewers.viewer import Viewer


class Opening(QObject):
    """Opens evidence; connects the list, the panes and the rubric's citations with the presenter."""

    def __init__(
        self,
        presenter: DeskPresenter,
        evidence: EvidenceList,
        area: ViewerArea,
        right: RightSide,
        commands: Commands,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._evidence = evidence
        self._area = area
        self._right = right
        self._commands = commands
        evidence.chosen.connect(self._choose)
        evidence.pointer_followed.connect(self._follow_pointer)
        area.opened.connect(self._opened)
        area.viewer_made.connect(self._connect)
        area.moved.connect(self._moved)
        area.range_activated.connect(self._take_range)
        area.dropped.connect(self._dropped)
        right.rubric.citation_followed.connect(self._follow_citation)
        commands.split_wanted.connect(self._split)

    def open(self, attempt: int, evidence_id: str, place: Place | None = None) -> None:
        """Opens a piece of evidence in the pane in hand, or in the other one where it lies open there already.

        Without a place it opens where she was in it the last time.
        """
        contents = self._presenter.contents
        evidence = contents.find_evidence(attempt, evidence_id) if contents is not None else None
        if contents is None or evidence is None:
            return
        for index, pane in enumerate(self._area.panes):
            if pane.evidence is not None and (pane.attempt, pane.evidence.id) == (attempt, evidence_id):
                self._area.take_in_hand(index)
        before = self._presenter.hand.place_in(attempt, evidence_id)
        self._area.open(contents, attempt, evidence, place, before)

    def show_arrived(self) -> None:
        """Opens what has arrived meanwhile, where she was in it."""
        contents = self._presenter.contents
        if contents is not None:
            self._area.show_evidence(contents, self._presenter.hand.place_in)

    def _choose(self, evidence: str) -> None:
        contents = self._presenter.contents
        if contents is not None:
            self.open(contents.submission.attempt, evidence)
            self._commands.rest()

    def _opened(self, attempt: int, evidence: str) -> None:
        contents = self._presenter.contents
        present = contents is not None and attempt == contents.submission.attempt
        self._evidence.set_open(evidence if present else "")
        hand = self._presenter.hand
        hand.open(attempt, evidence)
        for pane in self._area.panes:
            if pane.timed is not None and pane.evidence is not None:
                pane.timed.captions.restore(hand.captions_of(pane.attempt, pane.evidence.id))
        self._right.rubric.show_cite_text(cite_label(self._area.pane.place()))

    def _connect(self, pane: Pane, viewer: Viewer) -> None:
        if isinstance(viewer, Timed):
            viewer.captions.chosen.connect(lambda kept: self._captions_chosen(pane, kept))

    def _captions_chosen(self, pane: Pane, kept: str) -> None:
        if pane.evidence is not None:
            self._presenter.hand.choose_captions(pane.attempt, pane.evidence.id, kept)

    def _moved(self, place: Place) -> None:
        pane = self._area.pane
        self._presenter.time.sign_of_life()
        if pane.evidence is not None:
            self._presenter.hand.move_to(pane.attempt, pane.evidence.id, place)

    def _follow_pointer(self, evidence: str, pointer: Pointer) -> None:
        contents = self._presenter.contents
        if contents is None:
            return
        place: Place | None = None
        if pointer.at_ms is not None:
            place = Moment(start_ms=pointer.at_ms, end_ms=pointer.at_ms)
        elif pointer.page is not None:
            place = PageRegion(page=pointer.page)
        self.open(contents.submission.attempt, evidence, place)
        if pointer.criterion is not None:
            self._presenter.hand.take(pointer.criterion)
        self._commands.rest()

    def _follow_citation(self, citation: Citation) -> None:
        contents = self._presenter.contents
        if contents is not None:
            self.open(contents.submission.attempt, citation.evidence, citation.place)

    def _take_range(self, identifier: str) -> None:
        contents = self._presenter.contents
        if contents is None:
            return
        for criterion, citations in contents.review.citations.items():
            for citation in citations:
                if citation.id == identifier:
                    self._presenter.hand.take(criterion)
                    self._follow_citation(citation)
        for moment in contents.review.moments:
            if moment.id == identifier:
                self._area.show_place(moment.moment)

    def _split(self) -> None:
        shown = self._area.pane.evidence
        self._area.split()
        if len(self._area.panes) > 1:
            self._open_in_hand(self._evidence.next_after(shown.id if shown is not None else ""))
        self._commands.rest()

    def _dropped(self, evidence: str, right: bool) -> None:  # noqa: FBT001 - a signal's value
        if right and len(self._area.panes) == 1:
            self._area.split()
        self._area.take_in_hand(1 if right else 0)
        self._open_in_hand(evidence)

    def _open_in_hand(self, identifier: str) -> None:
        """Opens a piece of the present attempt in the pane in hand, though it may lie open in the other one too."""
        contents = self._presenter.contents
        evidence = contents.submission.find_evidence(identifier) if contents is not None else None
        if contents is not None and evidence is not None:
            attempt = contents.submission.attempt
            self._area.open(contents, attempt, evidence, before=self._presenter.hand.place_in(attempt, identifier))
