"""Marks, captions at an instant, what was seen, where sheets lie: all without a window."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF, QSizeF

from mcassess.domain.citation import Area, Moment
from mcassess.evidence.captions import Caption
from mcassess.evidence.page_parts import PageWord
from mcassess.ui.viewers.caption_painting import caption_text
from mcassess.ui.viewers.marks import Marks, captions_at
from mcassess.ui.viewers.picture_view import Light, PictureView, area_rect
from mcassess.ui.viewers.picture_view import area_between as drawn_area
from mcassess.ui.viewers.seen import PagesOnScreen, PlayedRanges
from mcassess.ui.viewers.sheet_layout import MARGIN, Box, SheetLayout, area_between
from mcassess.ui.viewers.sheet_words import quote_of

TIMES = st.integers(0, 3_600_000)
SIZES = st.lists(st.tuples(st.floats(50, 2_000), st.floats(50, 3_000)), min_size=1, max_size=40)


@given(st.lists(st.tuples(st.sampled_from(["in", "out"]), TIMES)), TIMES)
def test_marks_never_cross_and_always_give_a_moment(presses: list[tuple[str, int]], now: int) -> None:
    marks = Marks()
    for which, at in presses:
        marks = marks.with_in(at) if which == "in" else marks.with_out(at)
        assert getattr(marks, f"{which}_ms") == at
    stretch = marks.stretch()
    assert stretch is None or stretch[0] < stretch[1]
    moment = marks.moment(now)
    assert moment == Moment(start_ms=moment.start_ms, end_ms=moment.end_ms)
    assert stretch is None or (moment.start_ms, moment.end_ms) == stretch


def test_an_in_mark_ahead_is_not_cited_backwards() -> None:
    assert Marks(in_ms=5_000).moment(2_000) == Moment(start_ms=2_000, end_ms=2_000)


def test_captions_that_overlap_stand_below_one_another() -> None:
    captions = (
        Caption(start_ms=0, end_ms=900, text="one"),
        Caption(start_ms=500, end_ms=1_500, text="two"),
        Caption(start_ms=2_000, end_ms=2_500, text="three"),
    )
    at = [caption_text(captions_at(captions, ms)) for ms in (0, 499, 500, 900, 1_500, 2_000)]
    assert at == ["one", "one", "one\ntwo", "two", "", "three"]


@given(st.lists(st.lists(st.integers(1, 1_000), min_size=1), min_size=1), st.data())
def test_what_is_told_as_played_is_what_was_played_whenever_it_is_asked(
    stretches: list[list[int]], data: st.DataObject
) -> None:
    played, told, expected = PlayedRanges(), [], 0
    for stretch in stretches:
        at = data.draw(TIMES)
        played.interrupt()
        played.played(at)
        for step in stretch:
            at += step
            played.played(at)
            if data.draw(st.booleans()):
                told += played.take()
        expected += sum(stretch)
    told += played.take()
    assert sum(end - start for start, end in told) == expected
    assert all(start < end for start, end in told)


def test_a_leap_is_not_played() -> None:
    played = PlayedRanges()
    for at in (0, 500, 9_000, 9_400, 100, 200):
        played.played(at)
    assert played.take() == [[0, 500], [9_000, 9_400], [100, 200]]


def test_a_page_is_seen_once_it_has_stayed_for_a_second_and_told_once() -> None:
    pages = PagesOnScreen()
    assert pages.shown([1, 2], 10.0) == []
    assert pages.shown([2], 10.5) == []
    assert pages.shown([1, 2], 11.0) == [2]
    assert pages.shown([1, 2], 11.9) == []
    assert pages.shown([1, 2], 12.0) == [1]


@given(SIZES, st.floats(0.05, 4), st.integers(100, 2_000), st.integers(100, 2_000), st.integers(0, 50_000))
def test_sheets_lie_below_one_another_and_are_found_by_their_rows(
    sizes: list[tuple[float, float]], zoom: float, width: int, height: int, top: int
) -> None:
    layout = SheetLayout(sizes)
    layout.arrange(zoom, (width, height))
    boxes = [layout.box(index) for index in range(len(layout))]
    assert all(before.bottom < after.top for before, after in pairwise(boxes))
    assert boxes[-1].bottom + MARGIN <= layout.height
    assert all(box.left >= MARGIN and box.left + box.width + MARGIN <= layout.width for box in boxes)
    shown = [i for i, box in enumerate(boxes) if box.bottom > top and box.top < top + height]
    assert list(layout.between(top, top + height)) == shown
    assert set(layout.on_screen(top, top + height)) <= set(shown)


POINTS = st.tuples(st.floats(-100, 900), st.floats(-100, 900))


@given(POINTS, POINTS)
def test_any_two_points_make_an_area_of_the_sheet_or_none(start: tuple[float, float], end: tuple[float, float]) -> None:
    box = Box(50, 80, 500, 700)
    area = area_between(box, start, end)
    assert area == area_between(box, end, start)
    if area is not None:
        assert 0 <= area.x < area.x + area.width <= 1.000001


def test_a_quote_is_made_of_the_words_whose_middle_lies_within() -> None:
    words = [
        PageWord(text=text, x=x, y=0.1, width=0.1, height=0.02, line=1)
        for text, x in (("We", 0.0), ("all", 0.2), ("belong", 0.4), ("here", 0.6))
    ]
    assert quote_of(words, Area(x=0.2, y=0.05, width=0.27, height=0.1)) == "all belong"


ROOMS = st.tuples(st.integers(100, 2000), st.integers(100, 2000)).map(lambda pair: QSizeF(*pair))
SHAPES = st.tuples(st.integers(16, 4000), st.integers(16, 4000))


@given(ROOMS, SHAPES, st.lists(st.tuples(st.floats(0.3, 3), st.floats(0, 1), st.floats(0, 1)), max_size=6))
def test_however_a_picture_is_zoomed_it_fills_the_room_or_all_of_it_is_seen(
    room: QSizeF, shape: tuple[int, int], zooms: list[tuple[float, float, float]]
) -> None:
    view = PictureView()
    for factor, x, y in zooms:
        view = view.zoomed(factor, QPointF(room.width() * x, room.height() * y), room, *shape)
        view = view.panned(QPointF(30 * x, -30 * y), room, *shape)
    shown = view.rect(room, *shape)
    for begin, length, whole in (
        (shown.left(), shown.width(), room.width()),
        (shown.top(), shown.height(), room.height()),
    ):
        if length <= whole:
            assert -1 <= begin <= whole - length + 1
        else:
            assert whole - length - 1 <= begin <= 1
    assert view.zoomed(0.0001, QPointF(0, 0), room, *shape).fits


def test_the_point_under_the_mouse_stays_there_while_zooming() -> None:
    room, at = QSizeF(800, 450), QPointF(500, 200)
    before = PictureView().zoomed(2.0, QPointF(400, 225), room, 1920, 1080)
    after = before.zoomed(1.5, at, room, 1920, 1080)
    held = [(at - shown.topLeft()) / shown.width() for shown in (v.rect(room, 1920, 1080) for v in (before, after))]
    assert held[0].x() == pytest.approx(held[1].x(), abs=0.002)
    assert held[0].y() == pytest.approx(held[1].y(), abs=0.002)


def test_an_area_is_drawn_in_fractions_of_the_picture_and_kept_inside_it() -> None:
    picture = QRectF(100, 50, 400, 200)
    drawn = drawn_area(picture, QPointF(400, 150), QPointF(200, 400))
    assert drawn == Area(x=0.25, y=0.5, width=0.5, height=0.5)
    assert area_rect(picture, drawn) == QRectF(200, 150, 200, 100)
    assert drawn_area(picture, QPointF(200, 100), QPointF(203, 103)) is None
    assert drawn_area(picture, QPointF(0, 0), QPointF(50, 40)) is None


@given(st.integers(-100, 100), st.integers(-100, 100))
def test_more_light_never_makes_a_brighter_place_darker_than_another(brightness: int, contrast: int) -> None:
    table = Light(brightness, contrast).table()
    assert len(table) == 256
    assert list(table) == sorted(table)
    assert Light().table() == bytes(range(256))
    assert Light(90, 0).changed(brightness=50).brightness == 100
