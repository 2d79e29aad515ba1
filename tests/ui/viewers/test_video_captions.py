"""Captions of a video: over the picture, from wherever they come, and what is said while there are none."""

import subprocess
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.submission import Content
from mcassess.evidence.captions import Caption
from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.reader import Reader
from mcassess.ui.viewers import caption_track
from mcassess.ui.viewers.background import Job
from mcassess.ui.viewers.caption_track import CaptionState, CaptionTrack
from mcassess.ui.viewers.video import VideoViewer
from mcassess.ui.viewers.viewer import EvidenceSource
from tests.support.watching import PATIENCE_MS, error_of, wait_for_number
from tests.ui.viewers.conftest import CAPTIONS

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of windows and menus

Source = Callable[..., EvidenceSource]


def test_captions_are_shown_over_the_picture_at_their_time(qtbot: QtBot, opened: VideoViewer) -> None:
    opened.jump(1_000)
    qtbot.waitUntil(lambda: opened.canvas.caption == "Good morning.", timeout=PATIENCE_MS)
    opened.jump(700)
    qtbot.waitUntil(lambda: opened.canvas.caption == "", timeout=PATIENCE_MS)


def test_broken_captions_leave_the_video_alone_and_say_why(
    qtbot: QtBot, video: VideoViewer, source_of: Source, lesson: Path
) -> None:
    video.open(source_of(EvidenceKind.VIDEO, lesson, "no captions at all"))
    wait_for_number(qtbot, video, 0)
    assert error_of(video) == ""
    qtbot.waitUntil(lambda: video.captions.state is CaptionState.FAILED, timeout=PATIENCE_MS)
    assert video.captions.sentence == "The captions cannot be read: the file has none, or is broken."
    assert not video.captions.can_retry


def test_a_video_without_captions_says_so_once_it_is_known_and_a_broken_one_too(
    qtbot: QtBot, video: VideoViewer, source_of: Source, lesson: Path
) -> None:
    for content in (lesson, b"nothing of use"):
        video.open(source_of(EvidenceKind.VIDEO, content))
        assert video.captions.state is CaptionState.READING
        qtbot.waitUntil(lambda: video.captions.state is CaptionState.NONE, timeout=PATIENCE_MS)


def test_styles_and_voices_are_painted_over_the_picture(
    qtbot: QtBot, video: VideoViewer, source_of: Source, lesson: Path
) -> None:
    captions = (
        "WEBVTT\n\n00:00.000 --> 00:01.000\n<v Ann>Say <c.lime>it</c></v>\n\n00:01.000 --> 00:02.000\n<v Ann>Say it\n"
    )
    video.open(source_of(EvidenceKind.VIDEO, lesson, captions))
    qtbot.waitUntil(lambda: video.canvas.caption == "Ann: Say it", timeout=PATIENCE_MS)
    green = QColor("lime").rgb()

    def greens() -> int:
        image = video.canvas.grab().toImage()
        return sum(
            image.pixel(x, y) == green for x in range(image.width()) for y in range(image.height() // 2, image.height())
        )

    assert greens() > 10
    video.jump(1_500)
    wait_for_number(qtbot, video, 45)
    assert video.canvas.caption == "Ann: Say it"
    assert greens() == 0


@pytest.fixture(scope="session")
def spoken(lesson: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lesson with three text tracks inside; its second is the one that it names first."""
    folder = tmp_path_factory.mktemp("spoken")
    command = ["ffmpeg", "-v", "error", "-i", str(lesson)]
    for words in ("Hello.", "Hola.", "Noted."):
        (folder / f"{words}srt").write_text(f"1\n00:00:00,000 --> 00:00:02,000\n{words}\n")
        command += ["-i", str(folder / f"{words}srt")]
    command += ["-map", "0", "-map", "1", "-map", "2", "-map", "3", "-c", "copy", "-c:s", "srt"]
    for track, (language, title) in enumerate((("eng", ""), ("spa", "Español"), ("und", ""))):
        command += [f"-metadata:s:s:{track}", f"language={language}", f"-metadata:s:s:{track}", f"title={title}"]
    command += ["-disposition:s:0", "0", "-disposition:s:1", "default", "-disposition:s:2", "0"]
    subprocess.run([*command, str(folder / "spoken.mkv")], check=True, timeout=60)
    return folder / "spoken.mkv"


def wait_for_words(qtbot: QtBot, video: VideoViewer, words: str) -> None:
    qtbot.waitUntil(lambda: video.canvas.caption == words, timeout=PATIENCE_MS)


def test_of_the_tracks_inside_a_video_one_is_chosen_by_mouse_or_key(
    qtbot: QtBot, video: VideoViewer, source_of: Source, spoken: Path
) -> None:
    kept: list[str] = []
    video.captions.chosen.connect(kept.append)
    video.open(source_of(EvidenceKind.VIDEO, spoken))
    wait_for_words(qtbot, video, "Hola.")
    assert [each.name for each in video.captions.choices] == ["Spanish · Español", "English", "Track 3"]
    button = video._controls._captions
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    menu = next(each for each in video._controls.findChildren(QMenu) if each.isVisible())
    assert [each.text() for each in menu.actions() if each.isChecked()] == ["Spanish · Español"]
    menu.setActiveAction(menu.actions()[1])
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    wait_for_words(qtbot, video, "Hello.")
    video.captions.step()
    wait_for_words(qtbot, video, "Noted.")
    video.captions.step()
    assert (video.canvas.caption, button.isChecked(), len(video.captions.captions)) == ("", False, 1)
    assert kept == ["0", "2", "-2"]
    video.captions.step()
    wait_for_words(qtbot, video, "Hola.")


def test_captions_of_a_file_stand_beside_those_inside_and_what_was_chosen_comes_back(
    qtbot: QtBot, video: VideoViewer, source_of: Source, spoken: Path
) -> None:
    source = source_of(EvidenceKind.VIDEO, spoken, "WEBVTT\n\n00:00.000 --> 00:01.000\nFrom the file.\n")
    video.open(source)
    wait_for_words(qtbot, video, "From the file.")
    qtbot.waitUntil(lambda: len(video.captions.choices) == 4, timeout=PATIENCE_MS)
    video.open(source)
    video.captions.restore("0")
    wait_for_words(qtbot, video, "Hello.")
    video.open(source)
    video.captions.restore("-1")
    qtbot.waitUntil(lambda: [each.text for each in video.captions.captions] == ["Hola."], timeout=PATIENCE_MS)
    assert (video.canvas.caption, video.captions.kept) == ("", "-1")


class Waiting:
    """Jobs that a test carries out when it likes."""

    def __init__(self) -> None:
        self.jobs: list[tuple[Job[object], Callable[[], object]]] = []

    def run(self, work: Callable[[], object], done: Callable[[object], None], failed: Callable[..., None]) -> object:
        job = Job(done, failed)
        self.jobs.append((job, work))
        return job

    def go(self) -> None:
        for job, work in self.jobs:
            future: Future[object] = Future()
            try:
                future.set_result(work())
            except EvidenceError as error:
                future.set_exception(error)
            job.finish(future)
        self.jobs.clear()


def test_reading_is_told_from_none_and_a_failure_can_be_tried_again(
    source_of: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = Waiting()
    track = CaptionTrack(waiting)  # type: ignore[arg-type]
    track.open(source_of(EvidenceKind.VIDEO, b"", CAPTIONS))
    track.look_inside(has_text=False)
    assert (track.state, track.captions) == (CaptionState.READING, ())
    answers = [EvidenceError("too_slow", "It took too long."), (Caption(start_ms=0, end_ms=9, text="Hi"),)]

    def read(_reader: Reader) -> tuple[Caption, ...]:
        answer = answers.pop(0)
        if isinstance(answer, EvidenceError):
            raise answer
        return answer

    monkeypatch.setattr(caption_track, "open_captions", read)
    waiting.go()
    assert (track.state, track.sentence, track.can_retry) == (CaptionState.FAILED, "It took too long.", True)
    track.retry()
    assert track.state is CaptionState.READING
    waiting.go()
    assert (track.state, track.captions[0].text) == (CaptionState.THERE, "Hi")


def test_captions_that_are_on_their_way_are_awaited_and_shown_when_they_have_come(source_of: Source) -> None:
    waiting = Waiting()
    track = CaptionTrack(waiting)  # type: ignore[arg-type]
    come = source_of(EvidenceKind.VIDEO, b"", CAPTIONS)
    belongs = replace(come.evidence, captions=Content(sha256="1" * 64, size=1, media_type="text/vtt"))
    track.open(replace(come, evidence=belongs, open_captions=None))
    track.look_inside(has_text=False)
    assert track.state is CaptionState.AWAITED
    track.take_arrived(replace(come, evidence=belongs))
    assert (track.state, [each.id for each in track.choices]) == (CaptionState.READING, ["file"])
