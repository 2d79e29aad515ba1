import subprocess
import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import av
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from mcassess.domain.citation import Moment
from mcassess.domain.kinds import EvidenceKind
from mcassess.errors import WorldError
from mcassess.evidence import video_vlc
from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.reader import Reader
from mcassess.ui.kit.states import ErrorState
from mcassess.ui.kit.timeline import Timeline
from mcassess.ui.kit.timeline_geometry import TimelineRange
from mcassess.ui.viewers.factory import ViewerFactory
from mcassess.ui.viewers.picture_menu import PictureWish
from mcassess.ui.viewers.video import VideoViewer
from mcassess.ui.viewers.viewer import EvidenceSource
from tests.support.media import HEIGHT, WIDTH, number_of
from tests.ui.viewers.conftest import CAPTIONS, CountingReader, TouchNoticer

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window

Source = Callable[..., EvidenceSource]
_CORNER = 12


@pytest.fixture
def video(make: Callable[..., VideoViewer]) -> VideoViewer:
    return make(EvidenceKind.VIDEO)


@pytest.fixture
def opened(qtbot: QtBot, video: VideoViewer, source_of: Source, lesson: Path) -> VideoViewer:
    """The lesson, standing still at its first picture."""
    video.open(source_of(EvidenceKind.VIDEO, lesson, CAPTIONS))
    qtbot.waitUntil(lambda: shown_number(video) == 0)
    return video


def shown_number(video: VideoViewer) -> int | None:
    frame = video.canvas.frame
    return number_of(frame) if frame is not None else None


def wait_for_number(qtbot: QtBot, video: VideoViewer, number: int) -> None:
    qtbot.waitUntil(lambda: shown_number(video) == number)


def decoded(path: Path, number: int) -> QImage:
    with av.open(str(path)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            if index == number:
                plane = frame.reformat(format="bgra").planes[0]
                return QImage(bytes(plane), WIDTH, HEIGHT, plane.line_size, QImage.Format.Format_RGB32).copy()
    raise AssertionError(number)


def inner(image: QImage) -> bytes:
    cut = image.copy(_CORNER, 0, WIDTH - 2 * _CORNER, HEIGHT).convertToFormat(QImage.Format.Format_RGB888)
    return bytes(cut.constBits())


def error_of(video: VideoViewer) -> str:
    statement = video.findChild(ErrorState)
    return statement.sentence() if statement is not None and statement.isVisible() else ""


@pytest.mark.parametrize("number", [0, 47, 119])
def test_a_still_picture_in_the_window_is_the_decoders_pixel_for_pixel(
    qtbot: QtBot, opened: VideoViewer, lesson: Path, number: int
) -> None:
    opened.canvas.setFixedSize(WIDTH, HEIGHT)
    opened.show_place(Moment(start_ms=round(number * 1000 / 30) + 5, end_ms=round(number * 1000 / 30) + 5))
    wait_for_number(qtbot, opened, number)
    assert inner(opened.canvas.grab().toImage()) == inner(decoded(lesson, number))


def test_it_opens_at_a_place_and_stands_still_there(
    qtbot: QtBot, video: VideoViewer, source_of: Source, lesson: Path
) -> None:
    video.open(source_of(EvidenceKind.VIDEO, lesson), Moment(start_ms=2005, end_ms=3000))
    wait_for_number(qtbot, video, 60)
    QTest.qWait(150)
    assert shown_number(video) == 60
    assert video.current_place() == Moment(start_ms=2000, end_ms=2000)


def test_single_pictures_are_gone_through_on_and_back(qtbot: QtBot, opened: VideoViewer) -> None:
    opened.step(3)
    wait_for_number(qtbot, opened, 3)
    opened.step(-1)
    wait_for_number(qtbot, opened, 2)


def test_jumps_in_a_row_add_up_and_stay_within_the_video(qtbot: QtBot, opened: VideoViewer) -> None:
    for _ in range(3):
        opened.jump(1000)
    assert opened.current_place().start_ms == 3000
    wait_for_number(qtbot, opened, 90)
    opened.jump(-10_000)
    wait_for_number(qtbot, opened, 0)


def test_a_late_picture_from_before_a_jump_does_not_take_the_place_back(opened: VideoViewer) -> None:
    opened.jump(3_000)
    opened._on_position(100)
    assert opened.current_place().start_ms == 3_000
    opened.jump(500)
    assert opened.current_place().start_ms == 3_500


def test_playing_moves_on_and_pausing_stands_still(qtbot: QtBot, opened: VideoViewer) -> None:
    with qtbot.waitSignal(opened.position_changed, check_params_cb=lambda at: at > 300):
        opened.toggle()
    opened.toggle()
    qtbot.waitUntil(lambda: not opened._tick.isActive())
    at, number = opened.current_place().start_ms, shown_number(opened)
    assert number is not None
    assert abs(at - number * 1000 / 30) <= 1
    QTest.qWait(150)
    assert shown_number(opened) == number


def test_what_was_played_is_seen_and_what_was_leapt_over_is_not(qtbot: QtBot, opened: VideoViewer) -> None:
    told: list[dict[str, list[list[int]]]] = []
    opened.seen.connect(told.append)
    opened.toggle()
    qtbot.waitUntil(lambda: opened.current_place().start_ms > 300)
    opened.jump(2_000)
    qtbot.waitUntil(lambda: opened.current_place().start_ms > 2_700)
    opened.toggle()
    qtbot.waitUntil(lambda: not opened._tick.isActive())
    ranges = [span for each in told for span in each["ranges"]]
    assert ranges
    assert all(start < end for start, end in ranges)
    assert not any(start < 1_700 < end for start, end in ranges)
    assert any(start < 300 for start, _ in ranges)
    assert any(end > 2_500 for _, end in ranges)


def test_a_video_that_is_only_looked_at_still_is_not_seen(qtbot: QtBot, opened: VideoViewer) -> None:
    told: list[object] = []
    opened.seen.connect(told.append)
    opened.jump(1_000)
    wait_for_number(qtbot, opened, 30)
    opened.step(1)
    wait_for_number(qtbot, opened, 31)
    opened.close_evidence()
    assert told == []


def test_closing_while_it_plays_tells_what_was_seen(qtbot: QtBot, opened: VideoViewer) -> None:
    opened.toggle()
    qtbot.waitUntil(lambda: opened.current_place().start_ms > 200)
    with qtbot.waitSignal(opened.seen) as told:
        opened.close_evidence()
    assert told.args is not None
    assert told.args[0]["ranges"][0][1] >= 200


def test_captions_are_shown_over_the_picture_at_their_time(qtbot: QtBot, opened: VideoViewer) -> None:
    opened.jump(1_000)
    qtbot.waitUntil(lambda: opened.canvas.caption == "Good morning.")
    opened.jump(700)
    qtbot.waitUntil(lambda: opened.canvas.caption == "")


def test_captions_are_told_for_the_transcript(
    qtbot: QtBot, video: VideoViewer, source_of: Source, lesson: Path
) -> None:
    with qtbot.waitSignal(video.captions_loaded) as told:
        video.open(source_of(EvidenceKind.VIDEO, lesson, CAPTIONS))
    assert told.args is not None
    assert [caption.text for caption in told.args[0]] == ["Good morning.", "Who can add to that?"]


def test_broken_captions_leave_the_video_alone(
    qtbot: QtBot, video: VideoViewer, source_of: Source, lesson: Path
) -> None:
    video.open(source_of(EvidenceKind.VIDEO, lesson, "no captions at all"))
    wait_for_number(qtbot, video, 0)
    assert error_of(video) == ""


def test_in_and_out_marks_make_the_stretch_that_is_cited_and_played_over_and_over(
    qtbot: QtBot, opened: VideoViewer
) -> None:
    opened.jump(1_000)
    opened.mark_in()
    assert opened.current_place() == Moment(start_ms=1_000, end_ms=1_000)
    opened.jump(500)
    assert opened.current_place() == Moment(start_ms=1_000, end_ms=1_500)
    opened.mark_out()
    wait_for_number(qtbot, opened, 45)
    back: list[int] = []
    opened.position_changed.connect(back.append)
    opened.toggle()
    qtbot.waitUntil(lambda: any(later < earlier for earlier, later in pairwise(back[2:])))
    assert all(900 <= at <= 1_700 for at in back[2:])
    opened._controls.clear_pressed.emit()
    assert opened.current_place().start_ms == opened.current_place().end_ms


def test_following_a_citation_plays_it_and_following_an_instant_does_not(qtbot: QtBot, opened: VideoViewer) -> None:
    opened.show_place(Moment(start_ms=1_000, end_ms=1_000))
    wait_for_number(qtbot, opened, 30)
    assert not opened._tick.isActive()
    opened.show_place(Moment(start_ms=2_000, end_ms=3_000))
    qtbot.waitUntil(lambda: opened.current_place().start_ms > 2_200)
    assert opened._tick.isActive()


def test_the_timeline_seeks_and_hands_its_ranges_on(qtbot: QtBot, opened: VideoViewer) -> None:
    timeline = opened.findChild(Timeline)
    assert timeline is not None
    opened.set_ranges([TimelineRange(id="c7", start_ms=1_900, end_ms=2_100, label="", criterion=0)])
    middle = QPoint(round(timeline.x_of(2_000)), timeline.height() // 2)
    QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.waitUntil(lambda: abs((shown_number(opened) or 0) - 60) <= 1)
    with qtbot.waitSignal(opened.range_activated) as told:
        QTest.mouseDClick(timeline, Qt.MouseButton.LeftButton, pos=middle)
    assert told.args == ["c7"]


def test_going_back_by_shuttle_shows_earlier_and_earlier_pictures(qtbot: QtBot, opened: VideoViewer) -> None:
    opened.jump(3_000)
    wait_for_number(qtbot, opened, 90)
    opened.shuttle(-1)
    opened.shuttle(-1)
    qtbot.waitUntil(lambda: (shown_number(opened) or 90) < 70)
    opened.shuttle(0)
    at = opened.current_place().start_ms
    QTest.qWait(400)
    assert opened.current_place().start_ms == pytest.approx(at, abs=40)


def test_shuttling_on_again_is_faster(qtbot: QtBot, opened: VideoViewer) -> None:
    opened.shuttle(1)
    qtbot.waitUntil(opened._tick.isActive)
    opened.shuttle(1)
    assert opened._rate == 1.25


def test_a_click_on_the_picture_plays(qtbot: QtBot, opened: VideoViewer) -> None:
    presses = TouchNoticer(opened)
    opened.installEventFilter(presses)
    QTest.mouseClick(opened.canvas, Qt.MouseButton.LeftButton)
    assert presses.noticed == 1  # it is also left to whoever asks which pane was touched
    qtbot.waitUntil(lambda: opened.current_place().start_ms > 100)


def test_sound_without_pictures_plays_in_a_quiet_place(
    qtbot: QtBot, make: Callable[..., VideoViewer], source_of: Source, tone: Path
) -> None:
    sound = make(EvidenceKind.AUDIO)
    sound.open(source_of(EvidenceKind.AUDIO, tone, title="Seminar"))
    qtbot.waitUntil(lambda: sound._duration_ms > 2_900)
    sound.toggle()
    qtbot.waitUntil(lambda: sound.current_place().start_ms > 300)
    assert sound.canvas.frame is None


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
    with qtbot.waitSignal(video.problem) as told:
        video.open(source_of(EvidenceKind.VIDEO, content))
    assert told.args == [sentence]
    assert error_of(video) == sentence


def test_without_libvlc_it_says_what_to_install(
    qtbot: QtBot, video: VideoViewer, source_of: Source, lesson: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise EvidenceError("libvlc_missing", "Videos cannot be played because VLC is not installed.")

    monkeypatch.setattr(video_vlc, "_load", missing)
    with qtbot.waitSignal(video.problem) as told:
        video.open(source_of(EvidenceKind.VIDEO, lesson))
    assert told.args == ["Videos cannot be played because VLC is not installed."]


def test_after_a_broken_video_the_next_one_plays(
    qtbot: QtBot, video: VideoViewer, source_of: Source, lesson: Path
) -> None:
    with qtbot.waitSignal(video.problem):
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
    qtbot.waitUntil(lambda: readers[0].closed)
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
            qtbot.waitUntil(lambda: (shown_number(opened) or 0) > 33)
            counts.append((threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))))
    assert len(factory._players._all) == 1
    assert all(later <= earlier for earlier, later in zip(*counts, strict=True)), counts


def test_styles_and_voices_are_painted_over_the_picture(
    qtbot: QtBot, video: VideoViewer, source_of: Source, lesson: Path
) -> None:
    captions = (
        "WEBVTT\n\n00:00.000 --> 00:01.000\n<v Ann>Say <c.lime>it</c></v>\n\n00:01.000 --> 00:02.000\n<v Ann>Say it\n"
    )
    video.open(source_of(EvidenceKind.VIDEO, lesson, captions))
    qtbot.waitUntil(lambda: video.canvas.caption == "Ann: Say it")
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


def test_the_text_track_inside_a_video_is_shown(
    qtbot: QtBot, video: VideoViewer, source_of: Source, lesson: Path, tmp_path: Path
) -> None:
    (tmp_path / "words.srt").write_text("1\n00:00:00,000 --> 00:00:02,000\nFrom inside.\n")
    path = tmp_path / "spoken.mp4"
    command = ["ffmpeg", "-v", "error", "-i", str(lesson), "-i", str(tmp_path / "words.srt"), "-c", "copy"]
    subprocess.run([*command, "-c:s", "mov_text", str(path)], check=True, timeout=60)
    with qtbot.waitSignal(video.captions_loaded, timeout=20_000):
        video.open(source_of(EvidenceKind.VIDEO, path))
    assert video.canvas.caption == "From inside."


def test_an_area_of_the_picture_is_cited_with_its_moment_and_shown_again(qtbot: QtBot, opened: VideoViewer) -> None:
    opened.jump(1_000)
    wait_for_number(qtbot, opened, 30)
    picture = opened.canvas.picture_rect()
    begin, end = picture.topLeft() + QPointF(50, 40), picture.topLeft() + QPointF(150, 90)
    qtbot.mousePress(opened.canvas, Qt.MouseButton.LeftButton, pos=begin.toPoint())
    qtbot.mouseMove(opened.canvas, QPoint(round(end.x()), round(end.y())))
    qtbot.mouseRelease(opened.canvas, Qt.MouseButton.LeftButton, pos=end.toPoint())
    place = opened.current_place()
    assert place.area is not None
    assert place.area.x == pytest.approx(50 / picture.width(), abs=0.01)
    assert place.area.height == pytest.approx(50 / picture.height(), abs=0.01)
    assert not opened.playing, "drawing is no click"
    opened.jump(500)
    assert opened.current_place().area is None
    plain = opened.canvas.grab().toImage()
    opened.show_place(place)
    wait_for_number(qtbot, opened, 30)
    assert opened.current_place() == place
    framed = opened.canvas.grab().toImage()
    edge = QPoint(round(begin.x()), round((begin.y() + end.y()) / 2))
    assert framed.pixelColor(edge) != plain.pixelColor(edge)


def test_the_picture_is_zoomed_into_lit_and_shown_as_recorded_again(qtbot: QtBot, opened: VideoViewer) -> None:
    recorded, fitting = opened.canvas.grab().toImage(), opened.canvas.picture_rect()
    opened.wish_picture(PictureWish.LARGER)
    assert opened.canvas.picture_rect().width() == pytest.approx(fitting.width() * 1.5, abs=2)
    opened.wish_picture(PictureWish.FIT)
    middle = opened.canvas.rect().center()
    grey = recorded.pixelColor(middle).lightness()
    for wish, brighter in ((PictureWish.BRIGHTER, True), (PictureWish.DARKER, False), (PictureWish.DARKER, False)):
        before = opened.canvas.grab().toImage().pixelColor(middle).lightness()
        opened.wish_picture(wish)
        after = opened.canvas.grab().toImage().pixelColor(middle).lightness()
        assert (after > before) == brighter
    opened.wish_picture(PictureWish.MORE_CONTRAST)
    opened.wish_picture(PictureWish.AS_RECORDED)
    assert opened.canvas.grab().toImage() == recorded
    assert recorded.pixelColor(middle).lightness() == grey


def test_other_windows_show_the_same_picture_and_go_with_the_viewer(qtbot: QtBot, opened: VideoViewer) -> None:
    opened.wish_picture(PictureWish.FULL_SCREEN)
    opened.wish_picture(PictureWish.SECOND_WINDOW)
    full, second = opened._picture.windows.windows
    qtbot.waitUntil(lambda: full.isVisible() and second.isVisible())
    opened.jump(2_000)
    wait_for_number(qtbot, opened, 60)
    assert full.canvas.frame is second.canvas.frame is opened.canvas.frame
    qtbot.keyClick(full, Qt.Key.Key_Escape)
    assert opened._picture.windows.windows == (second,)
    opened.hide()
    assert opened._picture.windows.windows == ()


def test_quiet_sound_can_be_made_louder_than_it_was_recorded(opened: VideoViewer) -> None:
    opened._set_volume(200)
    assert opened._bridge.player._wishes.volume == 200
    opened.set_muted(muted=True)
    assert opened._bridge.player._wishes.muted
    opened.set_muted(muted=False)
    assert (opened._bridge.player._wishes.muted, opened._bridge.player._wishes.volume) == (False, 200)
