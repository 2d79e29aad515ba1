"""How soon a page of a scan is seen, and the next one; how soon a long document opens; how the window fares."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pymupdf
from PySide6.QtCore import QElapsedTimer, QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from mcassess.domain.citation import Moment
from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.submission import Content, Evidence
from mcassess.evidence.reader import FileReader, Reader
from mcassess.ui.theme.style import apply_theme
from mcassess.ui.viewers.factory import ViewerFactory
from mcassess.ui.viewers.pages import PagesViewer
from mcassess.ui.viewers.video import VideoViewer
from mcassess.ui.viewers.video_canvas import VideoCanvas
from mcassess.ui.viewers.viewer import EvidenceSource, Viewer
from tests.benchmarks.measuring import Benchmark, Measure
from tests.benchmarks.media import in_vault, lesson

_PAGES = 9
_TWICE = 96 / 72 * 2
_LIMIT_SECONDS = 30.0
_TICK_MS = 5
_WATCHED_SECONDS = 3.0
_LONG_PAGES = 500


class _Painted(QObject):
    """Notices the paints of a widget."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def _source(kind: EvidenceKind, opened: Callable[[], Reader]) -> EvidenceSource:
    evidence = Evidence(id="e1", title="E", kind=kind, content=Content(sha256="0" * 64, size=1))
    return EvidenceSource(evidence=evidence, attempt=1, open_reader=opened)


def _until(come: Callable[[], bool]) -> None:
    limit = time.monotonic() + _LIMIT_SECONDS
    while not come():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 2)
        if time.monotonic() > limit:
            raise RuntimeError("nothing came")


def _application() -> QApplication:
    application = QApplication.instance() or QApplication(["bench"])
    assert isinstance(application, QApplication)
    apply_theme(application, dark=False)
    return application


@contextmanager
def _viewers(*kinds: EvidenceKind) -> Iterator[list[Viewer]]:
    _application()
    factory = ViewerFactory("dummy")
    shown = [factory.viewer(kind) for kind in kinds]
    for viewer in shown:
        viewer.resize(900, 800)
        viewer.show()
    try:
        yield shown
    finally:
        for viewer in shown:
            viewer.close_evidence()
        factory.close()
        for viewer in shown:
            viewer.close()
            viewer.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@contextmanager
def _scans(folder: Path) -> Iterator[tuple[PagesViewer, Path]]:
    path = folder / "scan.pdf"
    path.write_bytes(scans(_PAGES))
    with (
        in_vault(folder, path, EvidenceKind.DOCUMENT) as (library, sha256),
        _viewers(EvidenceKind.DOCUMENT) as (pages,),
    ):
        assert isinstance(pages, PagesViewer)
        pages.open(_source(EvidenceKind.DOCUMENT, lambda: library.vault.reader(sha256)))
        _until(lambda: pages.view.scale() > 0 and bool(pages.view.shown()))
        pages.view._fit = type(pages.view._fit).NONE
        pages.view._zoom = _TWICE
        pages.view.show_single(single=True)
        _until(lambda: not pages.view.wanted())
        yield pages, path


@contextmanager
def _page_show(folder: Path) -> Iterator[tuple[Measure, Measure]]:
    with _scans(folder) as (pages, path):
        bare = pymupdf.open(path)
        painted = _Painted(pages.view.viewport())
        turn = {"ours": 0, "bare": 0}

        def ours() -> float:
            _until(lambda: not pages.view.wanted() and not pages._drawing)
            index = turn["ours"] = (turn["ours"] + 4) % _PAGES
            pages.view._drawn.clear()
            begun = time.perf_counter()
            pages.view.go_to(index)
            _until(lambda: index in pages.view._drawn)
            before = painted.count
            _until(lambda: painted.count > before)
            return (time.perf_counter() - begun) * 1000

        def baseline() -> float:
            turn["bare"] = (turn["bare"] + 4) % _PAGES
            begun = time.perf_counter()
            bare[turn["bare"]].get_pixmap(matrix=pymupdf.Matrix(_TWICE, _TWICE), alpha=False)
            return (time.perf_counter() - begun) * 1000

        try:
            yield ours, baseline
        finally:
            bare.close()


@contextmanager
def _page_next(folder: Path) -> Iterator[tuple[Measure, Measure]]:
    with _scans(folder) as (pages, path):
        bare = pymupdf.open(path)
        painted = _Painted(pages.view.viewport())

        def ours() -> float:
            _until(lambda: not pages.view.wanted() and not pages._drawing)
            before = painted.count
            begun = time.perf_counter()
            pages.turn_page(1 if pages.view.current < _PAGES - 1 else 1 - _PAGES)
            _until(lambda: painted.count > before)
            return (time.perf_counter() - begun) * 1000

        def baseline() -> float:
            begun = time.perf_counter()
            bare[pages.view.current].get_pixmap(matrix=pymupdf.Matrix(_TWICE, _TWICE), alpha=False)
            return (time.perf_counter() - begun) * 1000

        try:
            yield ours, baseline
        finally:
            bare.close()


@contextmanager
def _window_gap(folder: Path) -> Iterator[tuple[Measure, Measure]]:
    path = lesson(folder / "lesson.mp4")
    with _scans(folder) as (pages, _), _viewers(EvidenceKind.VIDEO) as (video,):
        assert isinstance(video, VideoViewer)
        video.resize(640, 480)
        video.open(_source(EvidenceKind.VIDEO, lambda: FileReader(path)))
        canvas = video.findChild(VideoCanvas)
        assert canvas is not None
        moving = _Painted(canvas)
        _until(lambda: _plays(video))
        _stop(video)

        def ours() -> float:
            before = moving.count
            video.shuttle(1)
            try:
                gap = _gaps(lambda: _draw_on(pages))
            finally:
                _stop(video)
            if moving.count - before < 10:
                raise RuntimeError("the video did not play")
            if video.current_place().start_ms > 10_000:
                video.show_place(Moment(start_ms=0, end_ms=0))
            return gap

        yield ours, lambda: _gaps(lambda: None)


def _plays(video: VideoViewer) -> bool:
    """Starts the video as soon as it is open, and tells whether it plays."""
    if video.current_place().start_ms > 0:
        return True
    if not video.playing:
        video.shuttle(1)
    return False


def _stop(video: VideoViewer) -> None:
    video.shuttle(0)
    _until(lambda: not video.playing)


def _draw_on(pages: PagesViewer) -> None:
    """Turns to the next page as soon as this one is drawn, so that scans are rendered without a pause."""
    if pages.view.current in pages.view._drawn:
        pages.view._drawn.clear()
        pages.turn_page(1 if pages.view.current < _PAGES - 1 else 1 - _PAGES)


def _gaps(meanwhile: Callable[[], None]) -> float:
    """Returns the 95th percentile of the milliseconds between ticks of a timer of 5 ms on the window's thread."""
    clock, gaps = QElapsedTimer(), []
    clock.start()
    last = [clock.nsecsElapsed()]

    def tick() -> None:
        now = clock.nsecsElapsed()
        gaps.append((now - last[0]) / 1e6)
        last[0] = now

    timer, work = QTimer(), QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    work.timeout.connect(meanwhile)
    timer.start(_TICK_MS)
    work.start(20)
    until = time.monotonic() + _WATCHED_SECONDS
    while time.monotonic() < until:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 10)
    timer.stop()
    work.stop()
    return statistics.quantiles(gaps[5:], n=20)[-1]


@contextmanager
def _document_open(folder: Path) -> Iterator[tuple[Measure, Measure]]:
    path = folder / "long.pdf"
    path.write_bytes(_long())
    with (
        in_vault(folder, path, EvidenceKind.DOCUMENT) as (library, sha256),
        _viewers(EvidenceKind.DOCUMENT) as (pages,),
    ):
        assert isinstance(pages, PagesViewer)
        source = _source(EvidenceKind.DOCUMENT, lambda: library.vault.reader(sha256))

        def ours() -> float:
            pages._workers.prepare()
            _until(lambda: pages._workers.is_ready)
            begun = time.perf_counter()
            pages.open(source)
            _until(lambda: pages._count == _LONG_PAGES)
            seconds = time.perf_counter() - begun
            pages.close_evidence()
            return seconds * 1000

        def baseline() -> float:
            content = path.read_bytes()
            begun = time.perf_counter()
            document = pymupdf.open(stream=content, filetype="pdf")
            assert sum(1 for page in document if page.rect.width) == _LONG_PAGES
            seconds = time.perf_counter() - begun
            document.close()
            return seconds * 1000

        yield ours, baseline


def scans(pages: int) -> bytes:
    """Returns a PDF whose pages are pictures of 300 dots an inch, each another one."""
    width, height = 2480, 3508
    document = pymupdf.open()
    for number in range(pages):
        row = bytes((200 + (place * (number + 3)) % 56) for place in range(width * 3))
        shifts = ((line * 97 * (number + 1)) % (width * 3) for line in range(height))
        pixels = b"".join(row[shift:] + row[:shift] for shift in shifts)
        picture = pymupdf.Pixmap(pymupdf.csRGB, width, height, pixels, False)
        page = document.new_page(width=595, height=842)
        page.insert_image(page.rect, stream=picture.tobytes("jpeg", jpg_quality=80))
    return bytes(document.tobytes())


def _long() -> bytes:
    document = pymupdf.open()
    for number in range(_LONG_PAGES):
        document.new_page().insert_text((72, 100), f"Page {number + 1} of a long portfolio. " * 3)
    return bytes(document.tobytes(deflate=True))


BENCHMARKS = (
    Benchmark(
        name="page-show",
        unit="ms",
        better="lower",
        text="A 300-dpi scan from the vault at twice the size, asked for to painted; against PyMuPDF rendering alone.",
        prepare=_page_show,
        rounds=15,
    ),
    Benchmark(
        name="page-next",
        unit="ms",
        better="lower",
        text="The next page of a scan, foreseen, asked for to painted; against PyMuPDF rendering alone.",
        prepare=_page_next,
        rounds=15,
    ),
    Benchmark(
        name="window-gap",
        unit="ms",
        better="lower",
        text="p95 of the gaps of a 5 ms tick while 300-dpi scans render all the time and a 1080p30 video plays; idle.",
        prepare=_window_gap,
        rounds=5,
    ),
    Benchmark(
        name="document-open",
        unit="ms",
        better="lower",
        text="A PDF of 500 pages in the vault, clicked to all page sizes known, a child waiting; against bare PyMuPDF.",
        prepare=_document_open,
        rounds=7,
    ),
)
