"""Playing, seeking, stepping, marking: what the video viewer does with keys, mouse and timeline."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from mcassess.domain.citation import Moment
from mcassess.domain.kinds import EvidenceKind
from mcassess.ui.kit.timeline import Timeline
from mcassess.ui.kit.timeline_geometry import TimelineRange
from mcassess.ui.viewers.video import VideoViewer
from mcassess.ui.viewers.viewer import EvidenceSource
from tests.support.watching import PATIENCE_MS, shown_number, wait_for_number

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window

Source = Callable[..., EvidenceSource]


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
    opened.jump(2_900)
    earlier = opened._wish_number
    opened.jump(100)
    opened._on_position(2_900, earlier)
    assert opened.current_place().start_ms == 3_000
    opened.jump(500)
    assert opened.current_place().start_ms == 3_500


def test_playing_moves_on_and_pausing_stands_still(qtbot: QtBot, opened: VideoViewer) -> None:
    with qtbot.waitSignal(opened.position_changed, check_params_cb=lambda at: at > 300, timeout=PATIENCE_MS):
        opened.toggle()
    opened.toggle()
    qtbot.waitUntil(lambda: not opened._tick.isActive(), timeout=PATIENCE_MS)
    at, number = opened.current_place().start_ms, shown_number(opened)
    assert number is not None
    assert abs(at - number * 1000 / 30) <= 1
    QTest.qWait(150)
    assert shown_number(opened) == number


def test_in_and_out_marks_make_the_stretch_that_is_cited_and_played_over_and_over(
    qtbot: QtBot, opened: VideoViewer
) -> None:
    opened.jump(1_000)
    opened.stretch.mark_in(opened.position_ms)
    assert opened.current_place() == Moment(start_ms=1_000, end_ms=1_000)
    opened.jump(500)
    assert opened.current_place() == Moment(start_ms=1_000, end_ms=1_500)
    opened.stretch.mark_out(opened.position_ms)
    wait_for_number(qtbot, opened, 45)
    back: list[int] = []
    opened.position_changed.connect(back.append)
    opened.toggle()
    qtbot.waitUntil(lambda: any(later < earlier for earlier, later in pairwise(back[2:])), timeout=PATIENCE_MS)
    assert all(900 <= at <= 1_700 for at in back[2:])
    opened._controls.clear_pressed.emit()
    assert opened.current_place().start_ms == opened.current_place().end_ms


def test_following_a_citation_plays_it_and_following_an_instant_does_not(qtbot: QtBot, opened: VideoViewer) -> None:
    opened.show_place(Moment(start_ms=1_000, end_ms=1_000))
    wait_for_number(qtbot, opened, 30)
    assert not opened._tick.isActive()
    opened.show_place(Moment(start_ms=2_000, end_ms=3_000))
    qtbot.waitUntil(lambda: opened.current_place().start_ms > 2_200, timeout=PATIENCE_MS)
    assert opened._tick.isActive()


def test_the_timeline_seeks_and_hands_its_ranges_on(qtbot: QtBot, opened: VideoViewer) -> None:
    timeline = opened.findChild(Timeline)
    assert timeline is not None
    opened.set_ranges([TimelineRange(id="c7", start_ms=1_900, end_ms=2_100, label="", criterion=0)])
    middle = QPoint(round(timeline.x_of(2_000)), timeline.height() // 2)
    QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.waitUntil(lambda: abs((shown_number(opened) or 0) - 60) <= 1, timeout=PATIENCE_MS)
    with qtbot.waitSignal(opened.range_activated, timeout=PATIENCE_MS) as told:
        QTest.mouseDClick(timeline, Qt.MouseButton.LeftButton, pos=middle)
    assert told.args == ["c7"]


def test_going_back_by_shuttle_shows_earlier_and_earlier_pictures(qtbot: QtBot, opened: VideoViewer) -> None:
    opened.jump(3_000)
    wait_for_number(qtbot, opened, 90)
    opened.shuttle(-1)
    opened.shuttle(-1)
    qtbot.waitUntil(lambda: (shown_number(opened) or 90) < 70, timeout=PATIENCE_MS)
    opened.shuttle(0)
    at = opened.current_place().start_ms
    QTest.qWait(400)
    assert opened.current_place().start_ms == pytest.approx(at, abs=40)


def test_going_back_ends_at_the_beginning_and_space_stops_it(qtbot: QtBot, opened: VideoViewer) -> None:
    opened.jump(2_000)
    opened.shuttle(-1)
    assert opened._controls._play.accessibleName() == "Pause"
    opened.toggle()
    assert (opened._shuttle_back.pace, opened.playing) == (0, False)
    assert opened._controls._play.accessibleName() == "Play"
    for _ in range(4):
        opened.shuttle(-1)
    qtbot.waitUntil(lambda: opened._shuttle_back.pace == 0, timeout=PATIENCE_MS)
    wait_for_number(qtbot, opened, 0)


def test_dragging_along_the_timeline_shows_pictures_as_it_goes(qtbot: QtBot, opened: VideoViewer) -> None:
    timeline = opened.findChild(Timeline)
    assert timeline is not None
    y = timeline.height() // 2

    def at(ms: int) -> QPoint:
        return QPoint(round(timeline.x_of(ms)), y)

    qtbot.mousePress(timeline, Qt.MouseButton.LeftButton, pos=at(500))
    for ms in (1_000, 2_000, 3_500):
        qtbot.mouseMove(timeline, at(ms))
        qtbot.waitUntil(lambda ms=ms: abs((shown_number(opened) or 0) - ms * 30 / 1000) <= 1, timeout=PATIENCE_MS)
        assert opened.position_ms == pytest.approx(ms, abs=34)
    qtbot.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=at(3_500))
    assert not opened.playing


def test_shuttling_on_again_is_faster(qtbot: QtBot, opened: VideoViewer) -> None:
    opened.shuttle(1)
    qtbot.waitUntil(opened._tick.isActive, timeout=PATIENCE_MS)
    opened.shuttle(1)
    assert opened._rate == 1.25


def test_sound_without_pictures_plays_in_a_quiet_place(
    qtbot: QtBot, make: Callable[..., VideoViewer], source_of: Source, tone: Path
) -> None:
    sound = make(EvidenceKind.AUDIO)
    sound.open(source_of(EvidenceKind.AUDIO, tone, title="Seminar"))
    qtbot.waitUntil(lambda: sound._duration_ms > 2_900, timeout=PATIENCE_MS)
    sound.toggle()
    qtbot.waitUntil(lambda: sound.current_place().start_ms > 300, timeout=PATIENCE_MS)
    assert sound.canvas.frame is None


def test_quiet_sound_can_be_made_louder_than_it_was_recorded(opened: VideoViewer) -> None:
    opened._set_volume(200)
    assert opened._bridge.player._wishes.volume == 200
    opened.set_muted(muted=True)
    assert opened._bridge.player._wishes.muted
    opened.set_muted(muted=False)
    assert (opened._bridge.player._wishes.muted, opened._bridge.player._wishes.volume) == (False, 200)
