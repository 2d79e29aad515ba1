"""What playing costs in the window, how many pictures it shows of those that are due, and how soon a strip is made."""

import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.submission import Content, Evidence
from mcassess.evidence.player import VideoPlayer
from mcassess.evidence.reader import FileReader
from mcassess.evidence.video import PlayerEvents, PlayerState, VideoFrame
from mcassess.evidence.video_vlc import VlcEngine
from mcassess.jobs.film_strips import make_film_strip
from mcassess.ui.theme.style import apply_theme
from mcassess.ui.viewers.factory import ViewerFactory
from mcassess.ui.viewers.video import VideoViewer
from mcassess.ui.viewers.viewer import EvidenceSource
from tests.benchmarks.measuring import Benchmark, Measure
from tests.benchmarks.media import in_vault

_RATE = 30
_PLAY_SECONDS = 10.0
_COUNT_SECONDS = 3.0
_STRIP_MINUTES = 3
_LIMIT_SECONDS = 60.0
_SIZES = {"1080p": (1920, 1080, "6M"), "4k": (3840, 2160, "20M")}


def _clip(path: Path, size: str, seconds: float) -> Path:
    """Writes a video of 30 pictures a second with sound, a key frame every two seconds."""
    width, height, bits = _SIZES[size]
    picture = f"testsrc2=size={width}x{height}:rate={_RATE}:duration={seconds}"
    inputs = ("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", f"sine=frequency=330:duration={seconds}")
    coding = ("-c:v", "libx264", "-preset", "ultrafast", "-b:v", bits, "-g", "60", "-pix_fmt", "yuv420p", "-c:a", "aac")
    subprocess.run(["ffmpeg", "-v", "error", "-y", *inputs, *coding, str(path)], check=True)
    return path


def _decoding_alone(path: Path) -> float:
    """Returns how many pictures a second this machine decodes of a video, doing nothing else."""
    begun = time.perf_counter()
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(path), "-an", "-f", "null", "-"], check=True)
    seconds = time.perf_counter() - begun
    probe = ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", str(path)]
    return float(subprocess.run(probe, check=True, capture_output=True, text=True).stdout) * _RATE / seconds


def _until(come: Callable[[], bool]) -> None:
    """Lets the window work until something has come."""
    loop, look, limit = QEventLoop(), QTimer(), time.monotonic() + _LIMIT_SECONDS
    look.timeout.connect(lambda: loop.quit() if come() or time.monotonic() > limit else None)
    look.start(10)
    loop.exec()
    if not come():
        raise RuntimeError("the video did not play on")


class _Screen:
    """A viewer in a window, which counts the pictures it paints."""

    def __init__(self, factory: ViewerFactory) -> None:
        made = factory.viewer(EvidenceKind.VIDEO)
        assert isinstance(made, VideoViewer)
        self.viewer = made
        self.painted: set[int] = set()
        self.viewer.resize(1280, 860)
        self.viewer.show()
        self._paint = self.viewer.canvas.paintEvent
        self.viewer.canvas.paintEvent = self._count  # type: ignore[method-assign]  # to see what is really painted

    def _count(self, event: object) -> None:
        self._paint(event)  # type: ignore[arg-type]  # whatever Qt gave
        frame = self.viewer.canvas.frame
        if frame is not None:
            self.painted.add(frame.serial)

    def open(self, path: Path, rate: float = 1.0) -> None:
        content = Content(sha256="0" * 64, size=path.stat().st_size)
        evidence = Evidence(id="v1", title="V", kind=EvidenceKind.VIDEO, content=content)
        self.viewer.open(EvidenceSource(evidence=evidence, attempt=1, open_reader=lambda: FileReader(path)))
        _until(lambda: self.viewer.canvas.frame is not None)
        self.viewer.set_rate(rate)
        self.viewer.set_playing(playing=True)
        _until(lambda: self.viewer.position_ms > 1_000)

    def close(self) -> None:
        self.viewer.close_evidence()
        self.viewer.hide()
        self.viewer.deleteLater()


@contextmanager
def _screens(count: int) -> Iterator[Sequence[_Screen]]:
    application = QApplication.instance() or QApplication(["bench"])
    assert isinstance(application, QApplication)
    apply_theme(application, dark=False)
    factory = ViewerFactory("dummy")
    screens = [_Screen(factory) for _ in range(count)]
    try:
        yield screens
    finally:
        for screen in screens:
            screen.close()
        factory.close()


@contextmanager
def _play_cpu(folder: Path) -> Iterator[tuple[Measure, Measure]]:
    path = _clip(folder / "lesson.mp4", "1080p", _PLAY_SECONDS + 4)
    engine = VlcEngine("dummy")

    def spent(position: Callable[[], int], wait: Callable[[Callable[[], bool]], None]) -> float:
        begun, at = time.process_time(), position()
        wait(lambda: position() >= at + _PLAY_SECONDS * 1000)
        return time.process_time() - begun

    def ours() -> float:
        [screen] = screens
        screen.open(path)
        seconds = spent(lambda: screen.viewer.position_ms, _until)
        screen.viewer.close_evidence()
        return seconds

    def baseline() -> float:
        player = VideoPlayer(engine, PlayerEvents(on_frame=_pass, on_state=_pass, on_position=_pass))
        player.open(FileReader(path), paused=False)
        try:
            _wait(lambda: player.position_ms > 1_000)
            return spent(lambda: player.position_ms, _wait)
        finally:
            player.shutdown()

    with _screens(1) as screens:
        try:
            yield ours, baseline
        finally:
            engine.release()


def _pass(*_told: VideoFrame | PlayerState | int) -> None:
    """Takes what the player tells, and paints nothing."""


def _wait(come: Callable[[], bool]) -> None:
    pause, limit = threading.Event(), time.monotonic() + _LIMIT_SECONDS
    while not come():
        if time.monotonic() > limit:
            raise RuntimeError("the video did not play on")
        pause.wait(0.01)


@contextmanager
def _shown(folder: Path, *, size: str, rate: float, count: int) -> Iterator[tuple[Measure, Measure]]:
    path = _clip(folder / "lesson.mp4", size, _COUNT_SECONDS * rate + 4)

    def ours() -> float:
        for screen in screens:
            screen.open(path, rate)
        begun = [(len(screen.painted), screen.viewer.position_ms) for screen in screens]
        until = min(at for _, at in begun) + _COUNT_SECONDS * rate * 1000
        _until(lambda: all(screen.viewer.position_ms >= until for screen in screens))
        shares = [
            (len(screen.painted) - painted) / ((screen.viewer.position_ms - at) * _RATE / 1000) * 100
            for screen, (painted, at) in zip(screens, begun, strict=True)
        ]
        for screen in screens:
            screen.viewer.close_evidence()
        return min(100.0, *shares) if len(shares) > 1 else min(100.0, shares[0])

    with _screens(count) as screens:
        yield ours, lambda: min(100.0, _decoding_alone(path) / (_RATE * rate * count) * 100)


@contextmanager
def _film_strip(folder: Path) -> Iterator[tuple[Measure, Measure]]:
    part = _clip(folder / "part.mp4", "1080p", 60)
    path = folder / "lesson.mp4"
    loop = ("-stream_loop", str(_STRIP_MINUTES - 1), "-i", str(part), "-c", "copy")
    subprocess.run(["ffmpeg", "-v", "error", "-y", *loop, str(path)], check=True)
    with in_vault(folder, path, EvidenceKind.VIDEO) as (library, sha256):

        def ours() -> float:
            begun = time.perf_counter()
            if make_film_strip(library, sha256, lambda: True) is None:
                raise RuntimeError("no strip was made")
            return time.perf_counter() - begun

        yield ours, lambda: _STRIP_MINUTES * 60 / 10


def _of_those_due(name: str, text: str, *, size: str, rate: float = 1.0, count: int = 1) -> Benchmark:
    return Benchmark(
        name=name,
        unit="%",
        better="higher",
        text=f"Pictures painted of those due, {text}; against all of them, or what this machine decodes by itself.",
        prepare=partial(_shown, size=size, rate=rate, count=count),
        rounds=5,
    )


BENCHMARKS = (
    Benchmark(
        name="play-cpu",
        unit="s",
        better="lower",
        text="Processor time of 10 s of 1080p30 playing in the window; the same player and output, nothing painted.",
        prepare=_play_cpu,
        rounds=5,
    ),
    _of_those_due("shown-1080p", "1080p30", size="1080p"),
    _of_those_due("shown-1080p-2x", "1080p30 at twice the speed", size="1080p", rate=2.0),
    _of_those_due("shown-4k", "2160p30", size="4k"),
    _of_those_due("shown-two", "two of 1080p30 side by side", size="1080p", count=2),
    Benchmark(
        name="film-strip",
        unit="s",
        better="lower",
        text="The film strip of a 3-minute 1080p30 video, vault to vault; against a tenth of its playing time.",
        prepare=_film_strip,
        rounds=5,
    ),
)
