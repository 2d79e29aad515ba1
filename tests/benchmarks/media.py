"""How soon a video shows its first picture, how soon it seeks, and how soon a page is there."""

import hashlib
import random
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.submission import Content, Evidence
from mcassess.evidence.player import VideoPlayer
from mcassess.evidence.reader import FileReader, Reader
from mcassess.evidence.video import PlayerEvents, PlayerState, VideoFrame
from mcassess.evidence.video_vlc import VlcEngine
from mcassess.store.library import Library
from tests.benchmarks.measuring import Benchmark, Measure
from tests.support.big_library import big_library, put_evidence

_LIMIT_SECONDS = 20.0
_SEEKS = 10
_SECONDS = 20


class _Watched:
    """A player whose frames and states can be waited for."""

    def __init__(self, engine: VlcEngine) -> None:
        self._news = threading.Condition()
        self._frame: VideoFrame | None = None
        self._state = PlayerState.CLOSED
        events = PlayerEvents(on_frame=self._on_frame, on_state=self._on_state, on_position=lambda _ms, _seek: None)
        self.player = VideoPlayer(engine, events)

    def first_frame(self, reader: Reader) -> float:
        """Returns the milliseconds from opening to the first picture."""
        self.player.close(wait=True)
        self._frame = None
        begun = time.perf_counter()
        self.player.open(reader)
        self._wait(lambda: self._frame is not None)
        return (time.perf_counter() - begun) * 1000

    def seek(self, time_ms: int) -> float:
        """Returns the milliseconds from the wish to a picture at the new place, within two frames of it."""
        begun = time.perf_counter()
        self.player.seek(time_ms)
        self._wait(lambda: self._frame is not None and abs(self._frame.time_ms - time_ms) <= 70)
        return (time.perf_counter() - begun) * 1000

    def _wait(self, come: Callable[[], bool]) -> None:
        with self._news:
            if not self._news.wait_for(come, _LIMIT_SECONDS):
                raise RuntimeError(f"no picture came ({self._state})")

    def _on_frame(self, frame: VideoFrame) -> None:
        with self._news:
            self._frame = frame
            self._news.notify_all()

    def _on_state(self, state: PlayerState) -> None:
        with self._news:
            self._state = state
            self._news.notify_all()


def lesson(path: Path) -> Path:
    """Writes a video of 1080p30 at 6 Mb/s with sound, a key frame every two seconds."""
    picture = f"testsrc2=size=1920x1080:rate=30:duration={_SECONDS}"
    sound = f"sine=frequency=330:duration={_SECONDS}"
    subprocess.run(
        [
            *("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound),
            *("-c:v", "libx264", "-preset", "ultrafast", "-b:v", "6M", "-g", "60", "-pix_fmt", "yuv420p"),
            *("-c:a", "aac", str(path)),
        ],
        check=True,
    )
    return path


@contextmanager
def in_vault(folder: Path, path: Path, kind: EvidenceKind) -> Iterator[tuple[Library, str]]:
    """Gives a library in which a file lies as evidence, and the file's SHA-256."""
    data = path.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    evidence = Evidence(id="v1", title="V", kind=kind, content=Content(sha256=sha256, size=len(data)))
    library = big_library(folder / "home", 1)
    try:
        put_evidence(library, evidence)
        writer = library.vault.writer(sha256, len(data))
        writer.write(data)
        writer.finish()
        yield library, sha256
    finally:
        library.close()


@contextmanager
def _players(folder: Path) -> Iterator[tuple[Library, str, Path, _Watched]]:
    path = lesson(folder / "lesson.mp4")
    engine = VlcEngine("dummy")
    with in_vault(folder, path, EvidenceKind.VIDEO) as (library, sha256):
        watched = _Watched(engine)
        try:
            yield library, sha256, path, watched
        finally:
            watched.player.shutdown()
            engine.release()


@contextmanager
def _first_frame(folder: Path) -> Iterator[tuple[Measure, Measure]]:
    with _players(folder) as (library, sha256, path, watched):
        yield (
            lambda: watched.first_frame(library.vault.reader(sha256)),
            lambda: watched.first_frame(FileReader(path)),
        )


@contextmanager
def _seek(folder: Path) -> Iterator[tuple[Measure, Measure]]:
    with _players(folder) as (library, sha256, path, watched):

        def seeks(reader: Reader) -> float:
            chance = random.Random(7)
            watched.first_frame(reader)
            places = [chance.randrange(0, (_SECONDS - 1) * 1000) for _ in range(_SEEKS)]
            return sorted(watched.seek(place) for place in places)[_SEEKS // 2]

        yield lambda: seeks(library.vault.reader(sha256)), lambda: seeks(FileReader(path))


BENCHMARKS = (
    Benchmark(
        name="first-frame",
        unit="ms",
        better="lower",
        text="Opening a 1080p30 video in the vault to its first picture; against the same player on the plain file.",
        prepare=_first_frame,
        rounds=9,
    ),
    Benchmark(
        name="seek",
        unit="ms",
        better="lower",
        text="A seek (median of 10) to a picture within two frames of it; against the same player on the plain file.",
        prepare=_seek,
    ),
)
