"""A desk on a real library with the small pack, and viewers that show nothing but remember what they were asked."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from mcassess.domain.citation import Moment, PageRegion, Place, Whole
from mcassess.domain.kinds import EvidenceKind
from mcassess.evidence.captions import Caption
from mcassess.store.library import Library
from mcassess.ui.desk.presenter import DeskPresenter
from mcassess.ui.desk.view import Desk
from mcassess.ui.theme.style import apply_theme
from mcassess.ui.viewers.caption_track import CaptionTrack
from mcassess.ui.viewers.stretch import Stretch
from mcassess.ui.viewers.viewer import EvidenceSource, Viewer
from mcassess.ui.work import Work
from tests.support.filled import FilledHome, key_of
from tests.support.library import TestClock


class _Ground(QWidget):
    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor("#0E1211"))


class StillViewer(Viewer):
    """Shows a plain ground; its place is set by the test."""

    def __init__(self) -> None:
        super().__init__()
        self.source: EvidenceSource | None = None
        self.at: Place = Whole()
        self.asked: list[object] = []
        self._set_content(_Ground())

    def _begin(self, source: EvidenceSource, place: Place | None) -> None:
        self.source = source
        self.asked.append(("open", source.evidence.id, place))
        self._show_content()
        self.go(place if place is not None else self.start(source))

    def start(self, source: EvidenceSource) -> Place:
        return PageRegion(page=1) if source.evidence.kind is EvidenceKind.DOCUMENT else Whole()

    def show_place(self, place: Place) -> None:
        self.asked.append(("show", place))
        self.go(place)

    def go(self, place: Place) -> None:
        self.at = place
        self.place_changed.emit(place)

    def current_place(self) -> Place:
        return self.at

    def _end(self) -> None:
        self.asked.append("close")
        self.source = None


class NoBackground:
    """Where nothing is read: a test says itself what would have come."""

    def run(self, *_work: object) -> None:
        return None


class ClockViewer(StillViewer):
    """Pretends to be the player of videos."""

    position_changed = Signal(int)
    playing_changed = Signal(bool)
    range_activated = Signal(str)
    range_changed = Signal(str, int, int)

    def __init__(self) -> None:
        super().__init__()
        self.at = Moment(start_ms=0, end_ms=0)
        self.timeline = self  # it takes itself what a timeline would
        self.ranges: Sequence[object] = ()
        self.pointers: Sequence[object] = ()
        self.playing, self.rate, self.muted = False, 1.0, False
        self.captions, self.stretch = CaptionTrack(NoBackground(), self), Stretch(self)  # type: ignore[arg-type]

    def _begin(self, source: EvidenceSource, place: Place | None) -> None:
        self.captions.open(source)
        super()._begin(source, place)

    def _end(self) -> None:
        self.captions.close()
        super()._end()

    def start(self, _source: EvidenceSource) -> Place:
        return Moment(start_ms=0, end_ms=0)

    @property
    def position_ms(self) -> int:
        return self.at.start_ms

    def set_rate(self, rate: float) -> None:
        self.rate = rate

    def set_muted(self, *, muted: bool) -> None:
        self.muted = muted

    def set_playing(self, *, playing: bool) -> None:
        self.playing = playing

    def toggle(self) -> None:
        self.asked.append("toggle")

    def shuttle(self, direction: int) -> None:
        self.asked.append(("shuttle", direction))

    def jump(self, milliseconds: int) -> None:
        self.asked.append(("jump", milliseconds))

    def step(self, frames: int) -> None:
        self.asked.append(("step", frames))

    def seek(self, at_ms: int) -> None:
        self.asked.append(("seek", at_ms))

    def wish_picture(self, wish: object) -> None:
        self.asked.append(("picture", wish))

    def set_strip(self, strip: object) -> None:
        self.strip = strip

    def set_watched(self, watched: Sequence[tuple[int, int]] | None) -> None:
        self.watched = watched

    def set_ranges(self, ranges: Sequence[object], *, editable: bool) -> None:
        self.ranges, self.editable = ranges, editable

    def set_pointers(self, pointers: Sequence[object]) -> None:
        self.pointers = pointers

    def show_captions(self, *captions: Caption) -> None:
        self.captions._take(captions)

    def play_to(self, position_ms: int) -> None:
        self.position_changed.emit(position_ms)
        self.go(Moment(start_ms=position_ms, end_ms=position_ms))


class StillFactory:
    """Makes viewers that show nothing."""

    def __init__(self) -> None:
        self.made: list[StillViewer] = []

    def viewer(self, kind: EvidenceKind) -> Viewer:
        timed = kind in {EvidenceKind.VIDEO, EvidenceKind.AUDIO}
        viewer = ClockViewer() if timed else StillViewer()
        self.made.append(viewer)
        return viewer


@dataclass
class Bench:
    """A desk with all that lies behind it."""

    library: Library
    clock: TestClock
    work: Work
    presenter: DeskPresenter
    factory: StillFactory
    desk: Desk
    qtbot: QtBot

    def open(self, submission: str = "s-0001") -> int:
        key = key_of(self.library, submission)
        with self.qtbot.waitSignal(self.presenter.loaded, timeout=5000):
            self.desk.open(key)
        return key

    def settle(self) -> None:
        """Waits until everything recorded so far is on disk and shown again."""
        self.presenter.texts.flush()
        done: list[bool] = []
        self.work.read(lambda: None, lambda _none: done.append(True), owner=self.presenter)
        self.qtbot.waitUntil(lambda: bool(done), timeout=5000)
        done.clear()
        self.work.read(lambda: None, lambda _none: done.append(True), owner=self.presenter)
        self.qtbot.waitUntil(lambda: bool(done), timeout=5000)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Presses a key where the focus is, and waits until what it did is on disk and shown."""
        focus = QApplication.focusWidget() or self.desk
        self.qtbot.keyClick(focus, key, modifiers)
        self.settle()

    def write(self, text: str) -> None:
        """Types where the focus is; waits for nothing."""
        focus = QApplication.focusWidget()
        assert focus is not None
        self.qtbot.keyClicks(focus, text)

    @property
    def video(self) -> ClockViewer:
        viewer = self.desk.area.pane.viewer
        assert isinstance(viewer, ClockViewer)
        return viewer

    def review(self, submission: str = "s-0001"):
        with self.library.read() as reading:
            return reading.reviews.get(key_of(self.library, submission))


@pytest.fixture(scope="session")
def filled_home(tmp_path_factory: pytest.TempPathFactory) -> FilledHome:
    return FilledHome(tmp_path_factory.mktemp("filled_home") / "home")


@pytest.fixture
def clock(filled_home: FilledHome) -> TestClock:
    return filled_home.clock()


@pytest.fixture
def library(tmp_path: Path, filled_home: FilledHome, clock: TestClock) -> Iterator[Library]:
    library = filled_home.copy(tmp_path / "home", clock)
    yield library
    library.close()


@pytest.fixture
def make_bench(qtbot: QtBot, qapp: QApplication) -> Iterator[Callable[[Library], Bench]]:
    made: list[Bench] = []

    def make(library: Library) -> Bench:
        apply_theme(qapp, dark=False)
        work = Work()
        presenter = DeskPresenter(library, work)
        factory = StillFactory()
        desk = Desk(presenter, factory)  # type: ignore[arg-type]
        desk.resize(1380, 860)
        qtbot.addWidget(desk)
        desk.show()
        qtbot.waitExposed(desk)
        desk.activateWindow()
        desk.activated()
        bench = Bench(library, library.clock, work, presenter, factory, desk, qtbot)  # type: ignore[arg-type]
        made.append(bench)
        return bench

    yield make
    for bench in made:
        bench.desk.deactivated()
        bench.desk.close_evidence()
        bench.work.close()


@pytest.fixture
def bench(make_bench: Callable[[Library], Bench], library: Library) -> Bench:
    return make_bench(library)
