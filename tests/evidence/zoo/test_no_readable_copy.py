"""While evidence plays and is drawn, no process of ours holds a file open in which it could be read."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.submission import Content, Evidence
from mcassess.evidence.pages import PageDocument
from mcassess.evidence.reader import Reader
from mcassess.evidence.stills import VideoStills
from mcassess.jobs.opening_evidence import EvidenceOpener
from mcassess.store.library import Library
from mcassess.ui.viewers.factory import ViewerFactory
from mcassess.ui.viewers.viewer import EvidenceSource
from tests.support.documents import pdf
from tests.support.evidence_library import digest, library_with
from tests.support.held import NEEDS_PROC, held, named_shared_memory
from tests.support.media import make_video
from tests.support.postgres import running_postgres

PLAN = pdf()
pytestmark = NEEDS_PROC


@pytest.fixture
def video(tmp_path: Path) -> bytes:
    path = make_video(tmp_path / "v.mp4")
    content = path.read_bytes()
    path.unlink()
    return content


@pytest.fixture
def library(tmp_path: Path, video: bytes) -> Iterator[Library]:
    pieces = {"Lesson": (EvidenceKind.VIDEO, video), "Plan": (EvidenceKind.DOCUMENT, PLAN)}
    opened = library_with(tmp_path / "home", pieces)
    yield opened
    opened.close()


def readable(content: bytes) -> list[str]:
    """The files held by this process or a child of it in which a stretch of the evidence stands."""
    marks = [content[at : at + 48] for at in range(200, len(content) - 48, max(1, len(content) // 5))]
    return [name for name, path in held(os.getpid()).items() if any(mark in path.read_bytes() for mark in marks)]


def test_no_readable_copy_is_open_while_a_video_plays_and_pages_are_drawn(
    library: Library, video: bytes, qtbot: QtBot, tmp_path_factory: pytest.TempPathFactory
) -> None:
    factory = ViewerFactory("dummy")
    viewer = factory.viewer(EvidenceKind.VIDEO)
    qtbot.addWidget(viewer, before_close_func=lambda shown: shown.close_evidence())
    viewer.show()
    lesson = Evidence(
        id="e1", title="Lesson", kind=EvidenceKind.VIDEO, content=Content(sha256=digest(video), size=len(video))
    )
    opener = EvidenceOpener(library, digest(video), plays=True)
    viewer.open(EvidenceSource(evidence=lesson, attempt=1, open_reader=opener.open))
    positions: list[int] = []
    viewer.position_changed.connect(positions.append)
    qtbot.waitUntil(lambda: viewer._stack.currentWidget() is viewer._content, timeout=30_000)
    viewer.toggle()
    document = PageDocument(reader(library, PLAN))
    stills = VideoStills(reader(library, video))
    try:
        document.render(0, 1.0)
        stills.at(1000)
        qtbot.waitUntil(lambda: any(position > 300 for position in positions), timeout=30_000)
        vault = str(library.home / "vault")
        assert any(name.startswith(vault) for name in held(os.getpid())), "the vault's file is what is open"
        for content in (video, PLAN):
            assert readable(content) == []
        assert named_shared_memory(os.getpid(), tmp_path_factory.getbasetemp()) == []
    finally:
        document.close()
        stills.close()
        viewer.close_evidence()
        factory.close()


def reader(library: Library, content: bytes) -> Reader:
    return EvidenceOpener(library, digest(content)).open()


def test_the_look_would_find_a_deleted_copy_and_shared_memory(
    video: bytes, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with (tmp_path / "copy").open("w+b") as copy:
        copy.write(video)
        copy.flush()
        (tmp_path / "copy").unlink()
        [name] = readable(video)
        assert name.endswith("(deleted)")
    assert readable(video) == []
    with tempfile.NamedTemporaryFile(dir="/dev/shm") as shared:
        assert named_shared_memory(os.getpid(), tmp_path_factory.getbasetemp()) == [shared.name]


def test_a_database_server_that_other_tests_use_is_no_part_of_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    with running_postgres() as server:
        server.database()
        assert named_shared_memory(os.getpid(), tmp_path_factory.getbasetemp()) == []
