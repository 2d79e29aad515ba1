"""Opening a video: what cannot be played says so, and what was open is closed."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from mcassess.domain.citation import Moment
from mcassess.domain.kinds import EvidenceKind
from mcassess.errors import WorldError
from mcassess.evidence import video_vlc
from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.reader import Reader
from mcassess.ui.kit.states import ErrorState
from mcassess.ui.viewers.factory import ViewerFactory
from mcassess.ui.viewers.video import VideoViewer
from mcassess.ui.viewers.viewer import EvidenceSource
from tests.support.watching import PATIENCE_MS, error_of, shown_number, wait_for_number
from tests.ui.viewers.conftest import CountingReader

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window

Source = Callable[..., EvidenceSource]


def _out_of_reach() -> Reader:
    raise WorldError("The file is gone from this laptop. Sync to fetch it again.")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty: it has no bytes at all. Ask for it to be sent again."),
        (b"\x93" * 5_000, "The file cannot be read as video or sound: it is broken or of an unknown kind."),
        (_out_of_reach, "The file is gone from this laptop. Sync to fetch it again."),
    ],
)
def test_what_cannot_be_played_says_so_in_one_sentence_in_its_place(
    qtbot: QtBot, video: VideoViewer, source_of: Source, content: object, sentence: str
) -> None:
    with qtbot.waitSignal(video.problem, timeout=PATIENCE_MS) as told:
        video.open(source_of(EvidenceKind.VIDEO, content))
    assert told.args == [sentence]
    assert error_of(video) == sentence


def test_what_is_tried_again_opens_where_it_was_to_open(
    qtbot: QtBot, video: VideoViewer, source_of: Source, lesson: Path
) -> None:
    answers: list[Callable[[], Reader]] = [_out_of_reach, lambda: CountingReader(lesson.read_bytes())]

    def opened() -> Reader:
        return answers.pop(0)()

    with qtbot.waitSignal(video.problem, timeout=PATIENCE_MS):
        video.open(source_of(EvidenceKind.VIDEO, opened), Moment(start_ms=2_000, end_ms=2_000))
    statement = video.findChild(ErrorState)
    assert statement is not None
    statement.acted.emit()
    wait_for_number(qtbot, video, 60)


def test_without_libvlc_it_says_what_to_install(
    qtbot: QtBot, video: VideoViewer, source_of: Source, lesson: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise EvidenceError("libvlc_missing", "Videos cannot be played because VLC is not installed.")

    monkeypatch.setattr(video_vlc, "_load", missing)
    with qtbot.waitSignal(video.problem, timeout=PATIENCE_MS) as told:
        video.open(source_of(EvidenceKind.VIDEO, lesson))
    assert told.args == ["Videos cannot be played because VLC is not installed."]


def test_after_a_broken_video_the_next_one_plays(
    qtbot: QtBot, video: VideoViewer, source_of: Source, lesson: Path
) -> None:
    with qtbot.waitSignal(video.problem, timeout=PATIENCE_MS):
        video.open(source_of(EvidenceKind.VIDEO, b"nothing of use"))
    video.open(source_of(EvidenceKind.VIDEO, lesson))
    wait_for_number(qtbot, video, 0)
    assert error_of(video) == ""


def test_the_file_is_opened_off_the_windows_thread_and_closed_with_the_evidence(
    qtbot: QtBot, video: VideoViewer, source_of: Source, lesson: Path
) -> None:
    readers: list[CountingReader] = []
    threads: list[threading.Thread] = []

    def opened() -> Reader:
        threads.append(threading.current_thread())
        readers.append(CountingReader(lesson.read_bytes()))
        return readers[-1]

    video.open(source_of(EvidenceKind.VIDEO, opened))
    wait_for_number(qtbot, video, 0)
    video.close_evidence()
    qtbot.waitUntil(lambda: readers[0].closed, timeout=PATIENCE_MS)
    assert threads[0] is not threading.main_thread()
    assert video.canvas.frame is None


def test_thirty_openings_leave_one_player_and_no_more_files_or_threads(
    qtbot: QtBot, factory: ViewerFactory, opened: VideoViewer, source_of: Source, lesson: Path
) -> None:
    counts = []
    for turn in range(30):
        opened.open(source_of(EvidenceKind.VIDEO, lesson), Moment(start_ms=1_000, end_ms=1_000))
        wait_for_number(qtbot, opened, 30)
        if turn in (9, 29):
            opened.toggle()
            qtbot.waitUntil(lambda: (shown_number(opened) or 0) > 33, timeout=PATIENCE_MS)
            counts.append((threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))))
    assert len(factory._players._all) == 1
    assert all(later <= earlier for earlier, later in zip(*counts, strict=True)), counts
