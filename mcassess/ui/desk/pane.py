"""One place where evidence is shown, by a viewer of its kind. What it shows is the desk's choice."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from mcassess.domain.citation import Place
from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.submission import Evidence
from mcassess.store.evidence import FileRow
from mcassess.store.library import Library
from mcassess.texts import tr
from mcassess.ui.desk.contents import DeskContents
from mcassess.ui.desk.sources import source_of
from mcassess.ui.kit.buttons import IconButton
from mcassess.ui.kit.labels import ElidedLabel
from mcassess.ui.kit.timeline import Timeline
from mcassess.ui.kit.timeline_geometry import TimelineRange
from mcassess.ui.theme.tokens import SPACES
from mcassess.ui.viewers.caption_track import CaptionTrack
from mcassess.ui.viewers.picture_menu import PictureWish
from mcassess.ui.viewers.stretch import Stretch
from mcassess.ui.viewers.viewer import Viewer, ViewerFactory

_TIMED = frozenset({EvidenceKind.VIDEO, EvidenceKind.AUDIO})


@runtime_checkable
class Timed(Protocol):
    """A viewer with a clock: what the desk asks of the player of videos and sounds, without importing it."""

    position_changed: SignalInstance
    playing_changed: SignalInstance
    range_activated: SignalInstance
    range_changed: SignalInstance
    captions: CaptionTrack
    stretch: Stretch
    timeline: Timeline

    @property
    def position_ms(self) -> int:
        """Where it is, or where it is going."""

    @property
    def playing(self) -> bool:
        """Whether it plays."""

    @property
    def rate(self) -> float:
        """The speed, 1.0 as recorded."""

    def set_rate(self, rate: float) -> None:
        """Sets the speed."""

    def set_muted(self, *, muted: bool) -> None:
        """Switches the sound off, or on again."""

    def set_playing(self, *, playing: bool) -> None:
        """Plays, or stands still."""

    def toggle(self) -> None:
        """Plays or pauses."""

    def shuttle(self, direction: int) -> None:
        """Plays backwards (-1), stops (0) or plays forwards (1); again for faster."""

    def jump(self, milliseconds: int) -> None:
        """Goes on or back."""

    def step(self, frames: int) -> None:
        """Goes on or back by frames."""

    def seek(self, at_ms: int) -> None:
        """Goes to an instant."""

    def wish_picture(self, wish: PictureWish) -> None:
        """Makes the picture larger, brighter, or fill the screen."""

    def set_ranges(self, ranges: Sequence[TimelineRange], *, editable: bool) -> None:
        """Shows citations and moments, and lets them be dragged or not."""


class Pane(QFrame):
    """Shows one piece of evidence at a time. Each pane keeps a viewer of each kind, so a video player is made once.

    Signals:
        place_changed: The Place now in hand.
        seen: What was newly seen: ``ranges`` of milliseconds, ``pages``.
        problem: A sentence; the viewer shows it itself too.
        close_wanted: The person wants it gone.
        viewer_made: A Viewer was made, to be connected.
    """

    place_changed = Signal(object)
    seen = Signal(object)
    problem = Signal(str)
    close_wanted = Signal()
    viewer_made = Signal(object)

    def __init__(self, factory: ViewerFactory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._factory = factory
        self._viewers: dict[EvidenceKind, Viewer] = {}
        self._viewer: Viewer | None = None
        self._file: FileRow | None = None
        self.key = 0
        self.evidence: Evidence | None = None
        self.attempt = 0
        self._title = ElidedLabel("", "strong", self)
        self._close = IconButton("close", tr("Show one piece again"), key="\\", parent=self)
        self._close.clicked.connect(self.close_wanted)
        self._head = QWidget(self)
        row = QHBoxLayout(self._head)
        row.setContentsMargins(SPACES.tight, 0, 0, SPACES.tight)
        row.addWidget(self._title, 1)
        row.addWidget(self._close)
        self._head.hide()
        self._stack = QStackedWidget(self)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self._stack, 1)

    @property
    def viewer(self) -> Viewer | None:
        """The viewer that shows the evidence now, or None."""
        return self._viewer

    @property
    def timed(self) -> Timed | None:
        """The viewer, if it has a clock."""
        viewer: object = self._viewer
        return viewer if isinstance(viewer, Timed) else None

    def place(self) -> Place | None:
        """Returns the place now in hand, or None where nothing is open."""
        return self._viewer.current_place() if self._viewer is not None and self.evidence is not None else None

    def open(
        self, library: Library, contents: DeskContents, attempt: int, evidence: Evidence, place: Place | None
    ) -> None:
        """Opens a piece of evidence; where it cannot be opened, the viewer says why."""
        self.close_evidence()
        self.key, self.attempt, self.evidence = contents.stored.key, attempt, evidence
        current = attempt == contents.submission.attempt
        title = (
            evidence.title
            if current
            else tr("{title} (attempt {attempt})").format(title=evidence.title, attempt=attempt)
        )
        self._title.setText(title)
        source = source_of(library, contents, attempt, evidence)
        self._file = source.state
        viewer = self._viewer_of(evidence.kind)
        self._stack.setCurrentWidget(viewer)
        self._viewer = viewer
        viewer.open(source, place)

    def take_captions(self, library: Library, contents: DeskContents) -> None:
        """Shows the captions that have arrived since their video was opened."""
        if self.timed is not None and self.evidence is not None:
            self.timed.captions.take_arrived(source_of(library, contents, self.attempt, self.evidence))

    def is_stale(self, contents: DeskContents) -> bool:
        """Tells whether the file of what lies open has come, or gone, since it was opened."""
        if self.evidence is None:
            return False
        now, then = contents.file(self.attempt, self.evidence.id), self._file
        return (now and now.state) != (then and then.state)

    def close_evidence(self) -> None:
        """Stops what plays and closes what is open."""
        viewer, self._viewer = self._viewer, None
        if viewer is not None:
            viewer.close_evidence()
        self.evidence = None

    def show_head(self, *, shown: bool, in_hand: bool) -> None:
        """Shows title and closing button, as where two panes stand side by side; the one in hand is marked."""
        self._head.setVisible(shown)
        gap = SPACES.tight if shown else 0
        self._column.setContentsMargins(gap, 0, gap, 0)
        self._title.setProperty("rank", "strong" if in_hand else "muted")
        self._title.style().polish(self._title)

    def _viewer_of(self, kind: EvidenceKind) -> Viewer:
        if kind not in self._viewers:
            viewer = self._factory.viewer(kind)
            viewer.place_changed.connect(self.place_changed)
            viewer.seen.connect(self.seen)
            viewer.problem.connect(self.problem)
            self._viewers[kind] = viewer
            self._stack.addWidget(viewer)
            self.viewer_made.emit(viewer)
        return self._viewers[kind]
