"""How long the check on arrival takes for a long video, and how the window fares while the zoo is shown in it."""

import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import av

from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.submission import Content, Evidence
from mcassess.evidence.preflight import Preflight
from mcassess.evidence.reader import BytesReader, FileReader
from tests.benchmarks.measuring import Benchmark, Measure
from tests.support import zoo
from tests.support.media import make_video
from tests.support.zoo import Specimen

_PIECE_SECONDS = 16
_TIMES = 75
_BEAT_MS = 5
_IDLE_SECONDS = 1.0
_LIMIT_SECONDS = 30.0


def _long_video(folder: Path) -> Path:
    """Makes 20 minutes of 1080p at 7 Mb/s, about 1 GB, by repeating a piece."""
    piece, path = folder / "piece.mp4", folder / "long.mp4"
    size, rate = "testsrc2=s=1920x1080:r=30", "7M"
    source = ["-f", "lavfi", "-i", f"{size}:d={_PIECE_SECONDS}", "-f", "lavfi", "-i", f"sine=d={_PIECE_SECONDS}"]
    coding = ["-vf", "noise=alls=20:allf=t", "-c:v", "libx264", "-preset", "ultrafast", "-g", "240", "-c:a", "aac"]
    limits = ["-b:v", rate, "-maxrate", rate, "-bufsize", rate]
    for command in (
        [*source, *coding, *limits, str(piece)],
        ["-stream_loop", str(_TIMES - 1), "-i", str(piece), "-c", "copy", str(path)],
    ):
        subprocess.run(["ffmpeg", "-v", "error", "-y", *command], check=True, timeout=120)
    return path


@contextmanager
def _preflight(folder: Path) -> Iterator[tuple[Measure, Measure]]:
    path = _long_video(folder)
    preflight = Preflight()
    with closing(preflight), closing(FileReader(path)) as reader:

        def ours() -> float:
            begun = time.perf_counter()
            assert preflight.check(reader).plays
            return (time.perf_counter() - begun) * 1000

        def bare() -> float:
            begun = time.perf_counter()
            with av.open(str(path)) as container:
                for place in (0, container.duration // 2, container.duration):
                    container.seek(place)
                    next(container.decode(video=0))
            return (time.perf_counter() - begun) * 1000

        yield ours, bare


@contextmanager
def _zoo_gap(folder: Path) -> Iterator[tuple[Measure, Measure]]:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from mcassess.ui.viewers.factory import ViewerFactory
    from mcassess.ui.viewers.viewer import EvidenceSource

    application = QApplication.instance() or QApplication(["bench"])
    factory = ViewerFactory("dummy")
    viewers = {kind: factory.viewer(kind) for kind in (EvidenceKind.DOCUMENT, EvidenceKind.IMAGE, EvidenceKind.VIDEO)}
    for viewer in viewers.values():
        viewer.resize(900, 700)
        viewer.show()
    specimens = _specimens(folder)

    def gaps_while(done: Callable[[], bool]) -> list[float]:
        found: list[float] = []
        last = [time.perf_counter()]

        def beat() -> None:
            now = time.perf_counter()
            found.append((now - last[0]) * 1000)
            last[0] = now

        timer = QTimer()
        timer.timeout.connect(beat)
        timer.start(_BEAT_MS)
        until = time.perf_counter() + _LIMIT_SECONDS
        while not done() and time.perf_counter() < until:
            application.processEvents()
            time.sleep(0.0005)
        timer.stop()
        return found

    def ours() -> float:
        found: list[float] = []
        for specimen in specimens:
            viewer, said = viewers[specimen.kind], []
            viewer.problem.connect(said.append)
            evidence = Evidence(
                id="e", title=specimen.name, kind=specimen.kind, content=Content(sha256="0" * 64, size=1)
            )
            source = EvidenceSource(
                evidence=evidence, attempt=1, open_reader=lambda content=specimen.content: BytesReader(content)
            )
            viewer.open(source)
            shown = lambda viewer=viewer: viewer._stack.currentWidget() is viewer._content  # noqa: E731
            found += gaps_while(lambda said=said, shown=shown: bool(said) or shown())
            viewer.problem.disconnect(said.append)
            viewer.close_evidence()
        return statistics.quantiles(found, n=20)[-1]

    def idle() -> float:
        until = time.perf_counter() + _IDLE_SECONDS
        return statistics.quantiles(gaps_while(lambda: time.perf_counter() > until), n=20)[-1]

    try:
        yield ours, idle
    finally:
        factory.close()
        for viewer in viewers.values():
            viewer.close()


def _specimens(folder: Path) -> list[Specimen]:
    video = make_video(folder / "v.mp4").read_bytes()
    paper = [each for each in zoo.paper() if each.kind is not EvidenceKind.TEXT]
    return [*paper, *(zoo.cut(each, 50) for each in paper), Specimen("cut", EvidenceKind.VIDEO, "mp4", video[:20_000])]


BENCHMARKS = (
    Benchmark(
        name="preflight",
        unit="ms",
        better="lower",
        text="The check on arrival of a video of 1 GB: first picture, middle, end, sound at eight places, properties; "
        "the child runs already. Baseline: PyAV in this process decoding three pictures of the plain file.",
        prepare=_preflight,
        rounds=5,
    ),
    Benchmark(
        name="zoo-gap",
        unit="ms",
        better="lower",
        text="p95 of the window's gaps while whole and cut files of each format are opened in it one after the other; "
        "a timer of 5 ms. Baseline: the same window idle.",
        prepare=_zoo_gap,
        rounds=5,
    ),
)
