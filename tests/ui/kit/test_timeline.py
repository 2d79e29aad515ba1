"""The timeline seeks, tells what is under the pointer, and can be used without a mouse."""

from collections.abc import Callable
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from mcassess.ui.kit.hover_still import HoverStill
from mcassess.ui.kit.timeline import Timeline
from mcassess.ui.kit.timeline_geometry import (
    Grip,
    RangeKind,
    Scale,
    TimelinePointer,
    TimelineRange,
    clock_text,
    dragged,
    lanes_of,
    range_at,
)
from mcassess.ui.kit.timeline_strip import TimelineStrip
from mcassess.ui.theme.tokens import LIGHT

Show = Callable[[QWidget], QWidget]

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

TEN_MINUTES = 600_000


def stretch(name: str, start_ms: int, end_ms: int, kind: RangeKind = RangeKind.CITATION) -> TimelineRange:
    return TimelineRange(id=name, start_ms=start_ms, end_ms=end_ms, label=f"Label of {name}", kind=kind, criterion=0)


@pytest.fixture
def line(show: Show) -> Timeline:
    made = Timeline("Lesson video")
    made.resize(610, made.sizeHint().height())
    made.set_duration(TEN_MINUTES)
    show(made)
    return made


def wanted(line: Timeline) -> list[int]:
    positions: list[int] = []
    line.seek_requested.connect(positions.append)
    return positions


def point(line: Timeline, at_ms: int, y: int = 26) -> QPoint:
    return QPoint(round(line.x_of(at_ms)), y)


def test_a_click_seeks_to_its_place(line: Timeline, qtbot: QtBot) -> None:
    positions = wanted(line)
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton, pos=point(line, 300_000))
    assert positions == [pytest.approx(300_000, abs=1_000)]
    assert line.position() == positions[0]


def test_dragging_seeks_all_the_way_and_the_player_does_not_pull_it_back(line: Timeline, qtbot: QtBot) -> None:
    positions = wanted(line)
    qtbot.mousePress(line, Qt.MouseButton.LeftButton, pos=point(line, 60_000))
    for at in (120_000, 240_000):
        qtbot.mouseMove(line, point(line, at))
        line.set_position(61_000)
    assert line.position() == pytest.approx(240_000, abs=1_000)
    qtbot.mouseRelease(line, Qt.MouseButton.LeftButton, pos=point(line, 240_000))
    line.set_position(241_000)
    assert line.position() == 241_000
    assert positions == [pytest.approx(at, abs=1_000) for at in (60_000, 120_000, 240_000)]


def test_the_players_position_is_shown_without_asking_for_it(line: Timeline) -> None:
    positions = wanted(line)
    line.set_position(123_456)
    assert line.position() == 123_456
    assert positions == []


@pytest.mark.parametrize(
    ("key", "position"),
    [
        (Qt.Key.Key_Right, 305_000),
        (Qt.Key.Key_Up, 305_000),
        (Qt.Key.Key_Left, 295_000),
        (Qt.Key.Key_Down, 295_000),
        (Qt.Key.Key_PageUp, 330_000),
        (Qt.Key.Key_PageDown, 270_000),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_End, TEN_MINUTES),
    ],
)
def test_keys_seek(line: Timeline, qtbot: QtBot, key: Qt.Key, position: int) -> None:
    line.set_position(300_000)
    positions = wanted(line)
    qtbot.keyClick(line, key)
    assert positions == [position]


def test_seeking_stays_on_the_line(line: Timeline, qtbot: QtBot) -> None:
    line.set_position(2_000)
    qtbot.keyClick(line, Qt.Key.Key_Left)
    assert line.position() == 0
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton, pos=QPoint(line.width() - 1, 26))
    assert line.position() == TEN_MINUTES


def test_nothing_seeks_while_the_length_is_not_known(show: Show, qtbot: QtBot) -> None:
    line = Timeline("Lesson video")
    show(line)
    positions = wanted(line)
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    qtbot.keyClick(line, Qt.Key.Key_Right)
    assert positions == []


def test_a_double_click_or_enter_takes_up_the_range_there(line: Timeline, qtbot: QtBot) -> None:
    line.set_ranges([stretch("a", 60_000, 90_000), stretch("b", 300_000, 360_000)])
    ids: list[str] = []
    line.range_activated.connect(ids.append)
    qtbot.mouseDClick(line, Qt.MouseButton.LeftButton, pos=point(line, 330_000))
    line.set_position(61_000)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    line.set_position(200_000)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert ids == ["b", "a"]


def test_a_click_on_the_educators_pin_seeks_to_its_very_instant(line: Timeline, qtbot: QtBot) -> None:
    line.set_pointers([TimelinePointer(at_ms=420_123, label="see 07:00 for pairs")])
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton, pos=point(line, 420_123, 5) + QPoint(3, 0))
    assert line.position() == 420_123


def test_screen_readers_meet_a_slider_with_the_clock(line: Timeline) -> None:
    line.set_position(461_000)
    spoken = QAccessible.queryAccessibleInterface(line)
    assert spoken.role() == QAccessible.Role.Slider
    assert spoken.text(QAccessible.Text.Name) == "Lesson video"
    assert spoken.text(QAccessible.Text.Description) == "07:41 / 10:00"
    assert spoken.valueInterface().currentValue() == 461_000


def colour_at(image: QImage, place: QPoint) -> str:
    return image.pixelColor(place).name().upper()


def test_citations_are_filled_moments_are_outlined_and_the_one_in_hand_is_framed(line: Timeline) -> None:
    line.set_ranges([stretch("cited", 60_000, 120_000), stretch("marked", 300_000, 360_000, RangeKind.MOMENT)])
    picture = line.grab().toImage()
    assert colour_at(picture, point(line, 90_000)) == LIGHT.criterion(0)
    assert colour_at(picture, point(line, 330_000)) == LIGHT.surface
    line.set_selected_range("cited")
    assert colour_at(line.grab().toImage(), point(line, 90_000, 11)) == LIGHT.ink


def test_pins_marks_and_the_playhead_are_seen(line: Timeline) -> None:
    bare = line.grab().toImage()
    line.set_pointers([TimelinePointer(at_ms=420_000, label="pairs", criterion=2)])
    pinned = line.grab().toImage()
    assert colour_at(pinned, point(line, 420_000, 4)) == LIGHT.criterion(2)
    line.set_marks(100_000, 160_000)
    marked = line.grab().toImage()
    assert marked.pixelColor(point(line, 130_000)) != pinned.pixelColor(point(line, 130_000))
    line.set_marks(None, None)
    line.set_pointers([])
    assert line.grab().toImage() == bare
    line.set_position(500_000)
    assert colour_at(line.grab().toImage(), point(line, 500_000) - QPoint(1, 0)) == LIGHT.ink


def test_the_pointer_shows_the_time_and_goes_away_with_it(line: Timeline, qtbot: QtBot) -> None:
    line.set_ranges([stretch("a", 300_000, 360_000)])
    rest = line.grab().toImage()
    qtbot.mouseMove(line, point(line, 320_000))
    qtbot.waitUntil(lambda: line.grab().toImage() != rest, timeout=2000)
    readout = line.grab().toImage()
    inked = [x for x in range(line.width()) if readout.pixelColor(x, 20) == QColor(LIGHT.ink)]
    assert len(inked) > line.fontMetrics().horizontalAdvance("Label")


ranges = st.lists(
    st.tuples(st.integers(0, 10_000), st.integers(0, 3_000)).map(lambda pair: (pair[0], pair[0] + pair[1])), max_size=12
).map(lambda spans: [stretch(str(place), start, end) for place, (start, end) in enumerate(spans)])


@given(ranges)
def test_ranges_of_one_lane_never_overlap_and_the_lanes_fill_the_height(given_ranges: list[TimelineRange]) -> None:
    lanes = lanes_of(given_ranges)
    assert set(lanes) == {each.id for each in given_ranges}
    assert all(0 <= lane.index < lane.count for lane in lanes.values())
    for one, other in combinations(given_ranges, 2):
        if one.start_ms < other.end_ms and other.start_ms < one.end_ms:
            assert lanes[one.id].index != lanes[other.id].index
            assert lanes[one.id].count == lanes[other.id].count


@given(ranges)
def test_a_range_that_stands_alone_has_the_whole_height(given_ranges: list[TimelineRange]) -> None:
    lanes = lanes_of(given_ranges)
    for one in given_ranges:
        if all(other is one or other.end_ms < one.start_ms or one.end_ms < other.start_ms for other in given_ranges):
            assert lanes[one.id].count == 1


@given(st.integers(1, 10_000_000), st.floats(50, 4_000), st.floats(0, 1))
def test_an_instant_is_found_again_from_its_pixel(duration_ms: int, width: float, share: float) -> None:
    scale = Scale(5.0, width, duration_ms)
    at = round(duration_ms * share)
    assert abs(scale.ms(scale.x(at)) - at) <= 1


@given(st.integers(1_000, 20_000_000), st.floats(50, 4_000))
def test_ticks_never_crowd(duration_ms: int, width: float) -> None:
    scale = Scale(0.0, width, duration_ms)
    step = scale.tick_ms(7.0)
    assert step * width / duration_ms >= 7.0 or step == 3_600_000


@given(ranges, st.integers(0, 13_000))
def test_the_shortest_range_at_an_instant_is_taken(given_ranges: list[TimelineRange], at_ms: int) -> None:
    held = [each for each in given_ranges if each.start_ms <= at_ms <= each.end_ms]
    found = range_at(given_ranges, at_ms)
    assert (found is None) == (not held)
    if found:
        assert found.end_ms - found.start_ms == min(each.end_ms - each.start_ms for each in held)


@pytest.mark.parametrize(
    ("at_ms", "text", "fine"),
    [
        (0, "00:00", "00:00.00"),
        (461_200, "07:41", "07:41.20"),
        (4_061_999, "1:07:41", "1:07:41.99"),
        (-5, "00:00", "00:00.00"),
    ],
)
def test_instants_are_read_as_a_clock(at_ms: int, text: str, fine: str) -> None:
    assert clock_text(at_ms) == text
    assert clock_text(at_ms, hundredths=True) == fine


def changed(line: Timeline) -> list[tuple[str, int, int]]:
    told: list[tuple[str, int, int]] = []
    line.range_changed.connect(lambda *change: told.append(change))
    return told


def drag(line: Timeline, qtbot: QtBot, from_ms: int, to_ms: int, inward: int = 0) -> None:
    begin = point(line, from_ms) + QPoint(inward, 0)
    qtbot.mousePress(line, Qt.MouseButton.LeftButton, pos=begin)
    for step in (4, 2, 1):
        qtbot.mouseMove(line, begin + (point(line, to_ms) - point(line, from_ms)) / step)
    qtbot.mouseRelease(line, Qt.MouseButton.LeftButton, pos=begin + point(line, to_ms) - point(line, from_ms))


@pytest.mark.parametrize(
    ("from_ms", "to_ms", "start_ms", "end_ms"),
    [
        (300_000, 240_000, 240_000, 360_000),
        (360_000, 420_000, 300_000, 420_000),
        (330_000, 390_000, 360_000, 420_000),
        (300_000, 500_000, 360_000, 360_000),
        (330_000, 0, 0, 60_000),
    ],
    ids=["start", "end", "whole", "start-beyond-end", "whole-to-the-edge"],
)
def test_a_range_in_hand_is_dragged_by_its_edges_and_as_a_whole(
    line: Timeline, qtbot: QtBot, from_ms: int, to_ms: int, start_ms: int, end_ms: int
) -> None:
    line.set_ranges([stretch("a", 300_000, 360_000)], editable=True)
    line.set_selected_range("a")
    told, positions = changed(line), wanted(line)
    drag(line, qtbot, from_ms, to_ms)
    assert told == [("a", pytest.approx(start_ms, abs=1_100), pytest.approx(end_ms, abs=1_100))]
    assert positions, "the picture at the dragged end is shown on the way"


def test_what_is_sealed_or_only_clicked_is_not_moved(line: Timeline, qtbot: QtBot) -> None:
    line.set_ranges([stretch("a", 300_000, 360_000)])
    line.set_selected_range("a")
    told, positions = changed(line), wanted(line)
    drag(line, qtbot, 300_000, 240_000)
    assert told == []
    line.set_ranges([stretch("a", 300_000, 360_000)], editable=True)
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton, pos=point(line, 330_000))
    assert told == []
    assert positions[-1] == pytest.approx(330_000, abs=1_000)
    line.set_selected_range(None)
    drag(line, qtbot, 330_000, 400_000)
    assert told == [], "the middle of a range that is not in hand seeks"


def test_the_range_in_hand_is_moved_by_keys(line: Timeline, qtbot: QtBot) -> None:
    line.set_ranges([stretch("a", 300_000, 360_000)], editable=True)
    told = changed(line)
    qtbot.keyClick(line, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert told == []
    line.set_selected_range("a")
    qtbot.keyClick(line, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(line, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert told == [("a", 300_500, 360_500), ("a", 300_500, 360_000)]


def test_zooming_keeps_the_place_and_the_line_turns_over_with_the_position(line: Timeline, qtbot: QtBot) -> None:
    line.set_position(300_000)
    before = line.x_of(300_000)
    line.zoom(10)
    assert line.x_of(300_000) == pytest.approx(before, abs=1)
    assert line.x_of(330_000) - line.x_of(300_000) == pytest.approx(300, abs=2)
    positions = wanted(line)
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton, pos=QPoint(round(line.x_of(310_000)), 26))
    assert positions == [pytest.approx(310_000, abs=150)]
    line.set_position(500_000)
    assert 5 <= line.x_of(500_000) <= line.width() - 5
    qtbot.keyClick(line, Qt.Key.Key_Minus)
    line.zoom(0.01)
    assert line.x_of(TEN_MINUTES) == pytest.approx(line.width() - 5)


def solid(colour: str) -> QImage:
    image = QImage(16, 9, QImage.Format.Format_RGB888)
    image.fill(QColor(colour))
    return image


def test_the_film_strip_the_sound_and_what_was_watched_are_seen(line: Timeline) -> None:
    bare = line.grab().toImage()
    halves = ((0, solid("#FF0000")), (TEN_MINUTES, solid("#0000FF")))
    line.set_strip(TimelineStrip(stills=halves))
    picture = line.grab().toImage()
    early, late = (picture.pixelColor(point(line, at, 15)) for at in (100_000, 500_000))
    assert early.red() > early.blue() + 80
    assert late.blue() > late.red() + 80
    sound = bytes([0]) * 3000 + bytes([200]) * 3000
    line.set_strip(TimelineStrip(stills=halves, sound=sound, sound_step_ms=100))
    heard = line.grab().toImage()
    assert heard.pixelColor(point(line, 100_000, 40)) == picture.pixelColor(point(line, 100_000, 40))
    assert heard.pixelColor(point(line, 500_000, 40)) != picture.pixelColor(point(line, 500_000, 40))
    line.set_strip(None)
    assert line.grab().toImage() == bare
    line.set_watched([(0, 200_000)])
    watched, bottom = line.grab().toImage(), line.height() - 2
    assert colour_at(watched, point(line, 100_000, bottom)) == LIGHT.accent
    assert colour_at(watched, point(line, 400_000, bottom)) == LIGHT.line


def test_a_still_hovers_over_the_line_where_there_is_one(line: Timeline, qtbot: QtBot) -> None:
    qtbot.mouseMove(line, point(line, 100_000))
    assert line.findChild(HoverStill) is None
    line.set_strip(TimelineStrip(stills=((0, solid("#FF0000")),)))
    qtbot.mouseMove(line, point(line, 120_000))
    qtbot.waitUntil(lambda: any(each.isVisible() for each in line.window().findChildren(HoverStill)), timeout=2000)
    line.set_strip(None)
    assert not any(each.isVisible() for each in line.window().findChildren(HoverStill))


@given(ranges, st.sampled_from(list(Grip)), st.integers(-20_000, 20_000))
def test_dragged_ranges_stay_on_the_line_and_never_turn_round(
    given_ranges: list[TimelineRange], grip: Grip, by_ms: int
) -> None:
    for each in given_ranges:
        start, end = dragged(each, grip, by_ms, 13_000)
        assert 0 <= start <= end <= 13_000
        if grip is Grip.WHOLE:
            assert end - start == each.end_ms - each.start_ms
