"""The middle of the desk: one or two panes of evidence; below a video its transcript and moments."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSplitter, QVBoxLayout, QWidget

from mcassess.domain.citation import Moment, Place
from mcassess.domain.review import Seen
from mcassess.domain.submission import Evidence
from mcassess.store.library import Library
from mcassess.ui.desk.contents import DeskContents
from mcassess.ui.desk.evidence_card import DRAGGED
from mcassess.ui.desk.moments_panel import MomentsPanel, moment_rows, timeline_ranges
from mcassess.ui.desk.paired_videos import PairedVideos
from mcassess.ui.desk.pane import Pane, Timed
from mcassess.ui.desk.surfaces import Surface
from mcassess.ui.desk.transcript_panel import TranscriptPanel
from mcassess.ui.desk.wording import pointer_text
from mcassess.ui.kit.card import Card
from mcassess.ui.kit.timeline_geometry import TimelinePointer
from mcassess.ui.theme.tokens import SPACES
from mcassess.ui.viewers.viewer import Viewer, ViewerFactory

_LINES_BELOW = 9
_LEAST_BESIDE = 32


class ViewerArea(Surface):
    """Shows evidence. The pane in hand is the one that keys, citing and the list mean.

    Signals:
        opened: Attempt and evidence id now open in the pane in hand.
        viewer_made: A Pane and the Viewer that it made, to be connected.
        place_changed: The Place now in hand.
        seen: The submission's key, attempt, evidence id and what was newly seen.
        moved: The Place where the assessor is now, to find it again.
        range_activated: Id of the citation or moment that was taken up on the timeline.
        range_changed: Id of the citation or moment that was dragged there, its new start and end in milliseconds.
        dropped: Id of a piece of evidence, and whether it was dropped on the right half.
    """

    opened = Signal(int, str)
    viewer_made = Signal(object, object)
    place_changed = Signal(object)
    seen = Signal(int, int, str, object)
    moved = Signal(object)
    range_activated = Signal(str)
    range_changed = Signal(str, int, int)
    dropped = Signal(str, bool)

    def __init__(self, library: Library, factory: ViewerFactory, parent: QWidget | None = None) -> None:
        super().__init__(parent, window=True)
        self._library = library
        self._factory = factory
        self._contents: DeskContents | None = None
        self.setAcceptDrops(True)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        self._panes: list[Pane] = []
        self._told: Pane | None = None
        self._in_hand = 0
        self.pair = PairedVideos(self)
        self.transcript = TranscriptPanel(self)
        self.moments = MomentsPanel(self)
        self._below = Card(self)
        self._beside = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._beside.setSpacing(SPACES.card)
        self._beside.addWidget(self.transcript, 1)
        self._beside.addWidget(self.moments, 1)
        self._below.body.addLayout(self._beside)
        self._below.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACES.card, SPACES.card - 2, SPACES.card, SPACES.near + 2)
        column.setSpacing(SPACES.near + 2)
        column.addWidget(self.pair.bar)
        column.addWidget(self._splitter, 1)
        column.addWidget(self._below)
        self._add_pane()
        self.transcript.followed.connect(lambda at: self._show_moment(Moment(start_ms=at, end_ms=at)))
        self.transcript.retry_wanted.connect(self._retry_captions)
        self.moments.followed.connect(self._show_moment)

    @property
    def pane(self) -> Pane:
        """The pane in hand."""
        return self._panes[self._in_hand]

    @property
    def timed_pane(self) -> Pane:
        """The pane that the player's keys mean: the one in hand, or the video beside what is read."""
        if self.pane.timed is not None:
            return self.pane
        return next((pane for pane in self._panes if pane.timed is not None), self.pane)

    @property
    def panes(self) -> tuple[Pane, ...]:
        """The panes from left to right."""
        return tuple(self._panes)

    def open(
        self,
        contents: DeskContents,
        attempt: int,
        evidence: Evidence,
        place: Place | None = None,
        before: Place | None = None,
    ) -> None:
        """Opens a piece in the pane in hand, or goes to the place where it lies open there already.

        Args:
            contents: What lies on the desk.
            attempt: The attempt that the piece belongs to.
            evidence: The piece.
            place: Where to go in it; None for nowhere in particular.
            before: Where it is opened then, unless it lies open already.
        """
        self._contents = contents
        pane = self.pane
        if pane.evidence is not None and (pane.attempt, pane.evidence) == (attempt, evidence) and pane.viewer:
            if place is not None:
                pane.viewer.show_place(place)
        else:
            self._told = None
            pane.open(self._library, contents, attempt, evidence, place if place is not None else before)
        self.show_review(contents)
        self.opened.emit(attempt, evidence.id)

    def show_place(self, place: Place) -> None:
        """Goes to a place in the piece that lies open in the pane in hand."""
        if self.pane.viewer is not None and self.pane.evidence is not None:
            self.pane.viewer.show_place(place)

    def show_review(self, contents: DeskContents) -> None:
        """Shows citations and moments on the timeline and below it."""
        self._contents = contents
        self.pair.look(self._panes, self._in_hand)
        for pane in self._panes:
            self._show_ranges(pane)
        pane = self.timed_pane
        evidence = pane.evidence if pane.timed is not None else None
        self._below.setVisible(evidence is not None)
        present = evidence is not None and pane.attempt == contents.submission.attempt
        rows = moment_rows(contents, evidence.id) if present and evidence is not None else ()
        if pane is not self._told:
            self._told = pane
            self._show_captions(pane)
        self.moments.show_rows(rows, read_only=contents.read_only)

    def show_evidence(self, contents: DeskContents, place_in: Callable[[int, str], Place | None]) -> None:
        """Opens what has arrived meanwhile, at the place that ``place_in`` tells for its attempt and id."""
        self._contents = contents
        for pane in self._panes:
            if pane.evidence is not None and pane.is_stale(contents):
                evidence, attempt = pane.evidence, pane.attempt
                pane.open(self._library, contents, attempt, evidence, place_in(attempt, evidence.id))
            else:
                pane.take_captions(self._library, contents)
        if self.pane.evidence is not None:
            self.opened.emit(self.pane.attempt, self.pane.evidence.id)

    def split(self) -> None:
        """Puts an empty pane beside the one there is and takes it in hand; or goes back to one."""
        if len(self._panes) == 1:
            self._add_pane()
            _application().installEventFilter(self)
            self._take_in_hand(1)
            self._splitter.setSizes([1000, 1000])
        else:
            self._close_pane(self._panes[1])

    def take_in_hand(self, place: int) -> None:
        """Takes a pane in hand, counted from 0 at the left."""
        if place < len(self._panes):
            self._take_in_hand(place)

    def close_evidence(self) -> None:
        """Stops what plays and closes what is open, in all panes."""
        if len(self._panes) == 2:
            self._close_pane(self._panes[1])
        for pane in self._panes:
            pane.close_evidence()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Puts transcript and moments below one another where they would be too narrow side by side."""
        super().resizeEvent(event)
        line = self.fontMetrics().lineSpacing()
        wide = event.size().width() >= _LEAST_BESIDE * line
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._beside.setDirection(direction)
        lines = _LINES_BELOW if wide else round(_LINES_BELOW * 1.5)
        self._below.setFixedHeight(min(lines * line, max(event.size().height() // 3, _LINES_BELOW * line)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While two panes stand side by side, takes the one in hand that is clicked or gets the focus."""
        if event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.FocusIn) and isinstance(watched, QWidget):
            found = next((place for place, pane in enumerate(self._panes) if pane.isAncestorOf(watched)), self._in_hand)
            if found != self._in_hand:
                self._take_in_hand(found)
        return super().eventFilter(watched, event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Takes pieces of the evidence list."""
        if event.mimeData().hasFormat(DRAGGED):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Opens a piece on the side where it was dropped."""
        evidence = bytes(event.mimeData().data(DRAGGED).data()).decode()
        self.dropped.emit(evidence, event.position().x() > self.width() / 2)
        event.acceptProposedAction()

    def _add_pane(self) -> None:
        pane = Pane(self._factory, self)
        pane.place_changed.connect(lambda place: self._place_changed(pane, place))
        pane.seen.connect(lambda seen: self._seen(pane, seen))
        pane.close_wanted.connect(lambda: self._close_pane(pane))
        pane.viewer_made.connect(lambda viewer: self._connect(pane, viewer))
        self._panes.append(pane)
        self._splitter.addWidget(pane)

    def _close_pane(self, pane: Pane) -> None:
        _application().removeEventFilter(self)
        self.pair.look((), 0)
        pane.close_evidence()
        self._panes.remove(pane)
        pane.hide()
        pane.setParent(None)
        pane.deleteLater()
        self._take_in_hand(0)

    def _take_in_hand(self, place: int) -> None:
        self._in_hand = place
        for index, pane in enumerate(self._panes):
            pane.show_head(shown=len(self._panes) > 1, in_hand=index == place)
        if self._contents is not None:
            self.show_review(self._contents)
        if self.pane.evidence is not None:
            self.opened.emit(self.pane.attempt, self.pane.evidence.id)

    def _connect(self, pane: Pane, viewer: Viewer) -> None:
        self.viewer_made.emit(pane, viewer)
        if not isinstance(viewer, Timed):
            return
        viewer.position_changed.connect(lambda at: self._position_changed(pane, at))
        viewer.captions.changed.connect(lambda: self._show_captions(pane))
        viewer.range_activated.connect(self.range_activated)
        viewer.range_changed.connect(self.range_changed)

    def _position_changed(self, pane: Pane, position_ms: int) -> None:
        if pane is self.timed_pane:
            self.transcript.show_position(position_ms)
        if pane is self.pane:
            self.moved.emit(Moment(start_ms=position_ms, end_ms=position_ms))

    def _show_captions(self, pane: Pane) -> None:
        if pane is self.timed_pane and pane.timed is not None:
            self.transcript.show_captions(pane.timed.captions)
            self.transcript.show_position(pane.timed.position_ms)

    def _retry_captions(self) -> None:
        timed = self.timed_pane.timed
        if timed is not None:
            timed.captions.retry()

    def _place_changed(self, pane: Pane, place: Place) -> None:
        if pane is self.pane:
            self.place_changed.emit(place)
            if pane.timed is None:
                self.moved.emit(place)

    def _show_moment(self, moment: Moment) -> None:
        viewer = self.timed_pane.viewer
        if viewer is not None:
            viewer.show_place(moment)

    def _seen(self, pane: Pane, seen: object) -> None:
        if pane.evidence is not None:
            self.seen.emit(pane.key, pane.attempt, pane.evidence.id, seen)

    def _show_ranges(self, pane: Pane) -> None:
        timed, contents = pane.timed, self._contents
        if timed is None or contents is None or pane.evidence is None:
            return
        current = pane.attempt == contents.submission.attempt
        ranges = timeline_ranges(contents, pane.evidence.id) if current else []
        timed.set_ranges(ranges, editable=not contents.read_only)
        seen = contents.review.seen.get(pane.evidence.id, Seen())
        timed.timeline.set_watched(seen.ranges if current else None)
        places = {criterion.id: place for place, criterion in enumerate(contents.criteria)}
        timed.timeline.set_pointers(
            [
                TimelinePointer(
                    at_ms=pointer.at_ms, label=pointer_text(pointer), criterion=places.get(pointer.criterion or "")
                )
                for pointer in pane.evidence.pointers
                if pointer.at_ms is not None
            ]
        )


def _application() -> QCoreApplication:
    application = QCoreApplication.instance()
    assert application is not None, "widgets live in an application"
    return application
