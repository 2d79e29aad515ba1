"""The viewers' tests run under the light theme, with no sound to be heard, and everything closed afterwards."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.submission import Content, Evidence
from mcassess.evidence.reader import BytesReader, Reader
from mcassess.evidence.video import PlayerState
from mcassess.ui.theme.style import apply_theme
from mcassess.ui.viewers.factory import ViewerFactory
from mcassess.ui.viewers.video import VideoViewer
from mcassess.ui.viewers.viewer import EvidenceSource, Viewer
from tests.support.media import make_sound, make_video
from tests.support.watching import PATIENCE_MS, wait_for_number

Made = TypeVar("Made", bound=Viewer)

CAPTIONS = "WEBVTT\n\n00:00.500 --> 00:01.500\nGood morning.\n\n00:02.000 --> 00:03.000\nWho can add to that?\n"


class CountingReader(BytesReader):
    """Bytes that know whether they were closed."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.closed = False

    def close(self) -> None:
        self.closed = True
        super().close()


class TouchNoticer(QObject):
    """Counts the presses that reach what it filters."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.noticed = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.noticed += event.type() == QEvent.Type.MouseButtonPress
        return False


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> None:
    apply_theme(qapp, dark=False)


@pytest.fixture
def opened_addresses() -> list[str]:
    return []


@pytest.fixture
def factory(qapp: QApplication, opened_addresses: list[str]) -> Iterator[ViewerFactory]:
    made = ViewerFactory("dummy", open_address=opened_addresses.append)
    yield made
    made.close()


@pytest.fixture
def make(qtbot: QtBot, factory: ViewerFactory) -> Callable[..., Viewer]:
    """Shows a viewer of a kind in a window of its own."""

    kept: list[Viewer] = []  # qtbot holds its widgets weakly

    def made(kind: EvidenceKind, width: int = 640, height: int = 560) -> Viewer:
        viewer = factory.viewer(kind)
        kept.append(viewer)
        qtbot.addWidget(viewer, before_close_func=lambda shown: shown.close_evidence())
        viewer.resize(width, height)
        viewer.show()
        return viewer

    return made


@pytest.fixture
def source_of() -> Callable[..., EvidenceSource]:
    """Makes a piece of evidence of a kind from bytes, from a file, or from a way to open it."""

    def made(
        kind: EvidenceKind,
        content: bytes | Path | Callable[[], Reader],
        captions: str | None = None,
        title: str = "Lesson video",
    ) -> EvidenceSource:
        def opened() -> Reader:
            if callable(content):
                return content()
            return BytesReader(content.read_bytes() if isinstance(content, Path) else content)

        return EvidenceSource(
            evidence=Evidence(id="e1", title=title, kind=kind, content=Content(sha256="0" * 64, size=1)),
            attempt=1,
            open_reader=opened,
            open_captions=None if captions is None else lambda: BytesReader(captions.encode()),
        )

    return made


@pytest.fixture(scope="session")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds of numbered pictures, 30 a second, with a tone."""
    return make_video(tmp_path_factory.mktemp("viewers") / "lesson.mp4")


@pytest.fixture(scope="session")
def tone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sound(tmp_path_factory.mktemp("viewers") / "tone.m4a")


@pytest.fixture
def video(make: Callable[..., VideoViewer]) -> VideoViewer:
    return make(EvidenceKind.VIDEO)


@pytest.fixture
def opened(qtbot: QtBot, video: VideoViewer, source_of: Callable[..., EvidenceSource], lesson: Path) -> VideoViewer:
    """The lesson, standing still at its first picture."""
    video.open(source_of(EvidenceKind.VIDEO, lesson, CAPTIONS))
    wait_for_number(qtbot, video, 0)
    qtbot.waitUntil(lambda: video._state_now is PlayerState.PAUSED, timeout=PATIENCE_MS)  # its length is known
    return video
