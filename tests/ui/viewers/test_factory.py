import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from mcassess.domain.kinds import EvidenceKind
from mcassess.evidence.reader import Reader
from mcassess.ui.viewers.factory import ViewerFactory
from mcassess.ui.viewers.viewer import EvidenceSource, Viewer
from tests.ui.viewers.conftest import CountingReader

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window

WITH_FILES = [
    EvidenceKind.VIDEO,
    EvidenceKind.AUDIO,
    EvidenceKind.DOCUMENT,
    EvidenceKind.IMAGE,
    EvidenceKind.TEXT,
]


def test_the_window_can_have_its_viewers_without_loading_a_decoder() -> None:
    script = (
        "import sys, mcassess.ui.viewers.factory, mcassess.ui.viewers.viewer;"
        "print([name for name in ('av', 'PIL', 'vlc', 'pymupdf', 'webvtt') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize("kind", WITH_FILES)
def test_the_window_waits_for_no_file_neither_in_opening_nor_in_closing(
    qtbot: QtBot,
    make: Callable[..., Viewer],
    source_of: Callable[..., EvidenceSource],
    kind: EvidenceKind,
) -> None:
    go_on, begun = threading.Event(), threading.Event()
    readers: list[CountingReader] = []

    def opened() -> Reader:
        begun.set()
        go_on.wait(20)
        readers.append(CountingReader(b"nothing of use"))
        return readers[-1]

    told: list[str] = []
    viewer = make(kind)
    viewer.problem.connect(told.append)
    start = time.monotonic()
    viewer.open(source_of(kind, opened, captions="WEBVTT"))
    assert begun.wait(10)
    viewer.close_evidence()
    assert time.monotonic() - start < 10
    go_on.set()
    qtbot.waitUntil(lambda: bool(readers) and readers[0].closed)
    qtbot.wait(50)
    assert told == []  # nobody asks any more


def test_closing_the_factory_ends_all_that_viewers_began(
    qtbot: QtBot, source_of: Callable[..., EvidenceSource]
) -> None:
    before = set(threading.enumerate())
    factory = ViewerFactory("dummy")
    factory.warm_up()
    kept = []
    for kind in WITH_FILES:
        viewer = factory.viewer(kind)
        kept.append(viewer)
        viewer.open(source_of(kind, b"nothing of use"))
    factory.close()
    assert {thread for thread in threading.enumerate() if thread.is_alive()} <= before
