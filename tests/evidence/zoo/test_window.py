"""The window while the zoo is shown in it: it reads no byte itself, goes on beating, shows picture or sentence.

Damaged paper is sampled, a few files of it; MCASSESS_LONG_MINUTES goes on for that time.
"""

import os
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.submission import Content, Evidence
from mcassess.evidence.reader import BytesReader, Reader
from mcassess.ui.theme.style import apply_theme
from mcassess.ui.viewers.factory import ViewerFactory
from mcassess.ui.viewers.viewer import EvidenceSource, Viewer
from tests.support import zoo
from tests.support.documents import endless_pdf, image, pdf
from tests.support.media import make_video
from tests.support.zoo import Specimen
from tests.support.zoo_counts import ZooCounts

DAMAGED_PAPER = 8
LONG_SECONDS = 60 * float(os.environ.get("MCASSESS_LONG_MINUTES") or 0)
BEAT_MS = 5
MOST_WORK_MS = 100


class NotedReader(BytesReader):
    """Notes in which threads it was read."""

    readers: set[threading.Thread]

    def read(self, count: int) -> bytes:
        self.readers.add(threading.current_thread())
        return super().read(count)


class Watcher:
    """Shows specimens one after the other, and counts the window's beats meanwhile.

    Attributes:
        readers: The threads in which evidence was read.
        beats: How often the window came round.
        counts: What was tried, and how the window fared.
    """

    def __init__(self, qtbot: QtBot, factory: ViewerFactory, counts: ZooCounts) -> None:
        self._qtbot = qtbot
        self._factory = factory
        self.counts = counts
        self._viewers: dict[EvidenceKind, Viewer] = {}
        self._last = 0.0, 0.0
        self.readers: set[threading.Thread] = set()
        self.beats = 0

    def show(self, specimen: Specimen, *, broken: bool = False) -> str:
        """Returns the sentence that is shown in place of a specimen; nothing where it is shown itself.

        Args:
            broken: Whether a sentence is waited for in any case; viewers of videos show themselves first.
        """
        viewer = self._viewer(specimen.kind)
        said: list[str] = []
        viewer.problem.connect(said.append)
        beat = QTimer(viewer)
        beat.timeout.connect(self._beat)
        beat.start(BEAT_MS)
        self._last = time.perf_counter(), time.thread_time()
        evidence = Evidence(id="e1", title=specimen.name, kind=specimen.kind, content=Content(sha256="0" * 64, size=1))
        viewer.open(EvidenceSource(evidence=evidence, attempt=1, open_reader=lambda: self._reader(specimen.content)))
        self._qtbot.waitUntil(
            lambda: bool(said) or (not broken and viewer._stack.currentWidget() is viewer._content), timeout=60_000
        )
        viewer.problem.disconnect(said.append)
        beat.stop()
        beat.deleteLater()
        viewer.close_evidence()
        self.counts.note(specimen, ["a sentence"] if said else [])
        return said[0] if said else ""

    def _viewer(self, kind: EvidenceKind) -> Viewer:
        if kind not in self._viewers:
            viewer = self._viewers[kind] = self._factory.viewer(kind)
            self._qtbot.addWidget(viewer, before_close_func=lambda shown: shown.close_evidence())
            viewer.resize(640, 480)
            viewer.show()
        return self._viewers[kind]

    def _reader(self, content: bytes) -> Reader:
        reader = NotedReader(content)
        reader.readers = self.readers
        return reader

    def _beat(self) -> None:
        self.beats += 1
        now, (clock, work) = (time.perf_counter(), time.thread_time()), self._last
        self.counts.worst_gap_ms = max(self.counts.worst_gap_ms, 1000 * (now[0] - clock))
        self.counts.worst_work_ms = max(self.counts.worst_work_ms, 1000 * (now[1] - work))
        self._last = now


@pytest.fixture
def watcher(qtbot: QtBot, qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[Watcher]:
    apply_theme(qapp, dark=False)
    factory = ViewerFactory("dummy", open_address=lambda _: pytest.fail("an address was opened"))
    counts = ZooCounts()
    yield Watcher(qtbot, factory, counts)
    counts.append(request.node.name)
    factory.close()


def damaged_paper() -> Iterator[Specimen]:
    """The same few ones each time, and others for as long as is asked."""
    chance = random.Random(20261122)
    until = time.monotonic() + LONG_SECONDS
    whole = [each for each in zoo.paper() if LONG_SECONDS or each.kind is not EvidenceKind.TEXT]
    tried = 0
    while tried < DAMAGED_PAPER or time.monotonic() < until:
        tried += 1
        yield chance.choice([zoo.flipped, zoo.blanked, zoo.misnamed])(chance.choice(whole), chance)


@pytest.mark.timeout(300 + LONG_SECONDS)
def test_the_window_goes_on_while_damaged_paper_is_opened(watcher: Watcher) -> None:
    for specimen in damaged_paper():
        said = watcher.show(specimen)
        assert not said or said.endswith("."), (specimen.name, said)
        assert watcher.counts.worst_work_ms < MOST_WORK_MS, specimen.name
    whole = Specimen("plan", EvidenceKind.DOCUMENT, "pdf", pdf())
    assert watcher.show(whole) == ""
    assert watcher.beats
    assert watcher.readers
    assert threading.main_thread() not in watcher.readers, "the window's thread waits for no disk"


def test_broken_evidence_of_each_kind_says_one_sentence(watcher: Watcher, tmp_path: Path) -> None:
    video = make_video(tmp_path / "v.mp4", frames=30).read_bytes()
    broken = [
        Specimen("cut", EvidenceKind.VIDEO, "mp4", video[: len(video) // 2]),
        Specimen("noise", EvidenceKind.VIDEO, "mp4", random.Random(7).randbytes(50_000)),
        Specimen("nothing", EvidenceKind.VIDEO, "mp4", b""),
        Specimen("cut", EvidenceKind.DOCUMENT, "docx", zoo.docx()[:700]),
        Specimen("cut", EvidenceKind.IMAGE, "png", image()[:60]),
        Specimen("nothing", EvidenceKind.TEXT, "txt", b""),
    ]
    for specimen in broken:
        said = watcher.show(specimen, broken=True)
        assert said.endswith("."), (specimen.name, said)
    assert threading.main_thread() not in watcher.readers


def test_a_document_that_draws_for_ever_leaves_the_window_free(watcher: Watcher) -> None:
    assert watcher.show(Specimen("endless", EvidenceKind.DOCUMENT, "pdf", endless_pdf())) == ""
    before = watcher.beats
    assert watcher.show(Specimen("picture", EvidenceKind.IMAGE, "png", image())) == ""
    assert watcher.beats > before
