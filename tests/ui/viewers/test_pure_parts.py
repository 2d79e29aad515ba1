"""Marks, captions at an instant, what was seen, where sheets lie: all without a window."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mcassess.domain.citation import Area, Moment
from mcassess.evidence.captions import Caption
from mcassess.evidence.page_parts import PageWord
from mcassess.ui.viewers.caption_painting import caption_text
from mcassess.ui.viewers.marks import Marks, captions_at
from mcassess.ui.viewers.seen import PagesOnScreen, PlayedRanges
from mcassess.ui.viewers.sheet_layout import MARGIN, Box, SheetLayout, area_between, quote_of

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
