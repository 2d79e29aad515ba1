"""Places in the evidence and their written form, both ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcassess.domain.citation import (
    Area,
    Moment,
    PageRegion,
    PictureArea,
    Place,
    Whole,
    format_citation,
    format_place,
    format_time,
    parse_citation,
    parse_place,
    parse_time,
)
from tests.support.strategies import evidence_ids, unquoted_places


@given(evidence_ids, unquoted_places)
def test_a_citation_reads_back_as_it_was_written(evidence: str, place: Place) -> None:
    assert parse_citation(format_citation(evidence, place)) == (evidence, place)


@given(unquoted_places)
def test_a_place_reads_back_as_it_was_written(place: Place) -> None:
    assert parse_place(format_place(place)) == place


@given(st.integers(0, 1000 * 3_600_000 - 1))
def test_a_time_reads_back_to_the_millisecond(milliseconds: int) -> None:
    assert parse_time(format_time(milliseconds)) == milliseconds


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("00:07:14", 434_000),
        ("07:14", 434_000),
        ("7:14", 434_000),
        ("1:00:00", 3_600_000),
        ("00:00:01.5", 1_500),
        ("00:00:01,25", 1_250),
        ("00:00:01.005", 1_005),
        (" 00:00:01 ", 1_000),
    ],
)
def test_times_are_read_as_people_write_them(text: str, milliseconds: int) -> None:
    assert parse_time(text) == milliseconds


@pytest.mark.parametrize("text", ["", "7", "1:60", "60:00", "00:00:00.1234", "-1:00", "1:2:3:4", "٠٧:١٤", "07:14x"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a time"):
        parse_time(text)


@pytest.mark.parametrize(
    ("text", "evidence", "place"),
    [
        ("v1@00:07:14-00:07:48", "v1", Moment(start_ms=434_000, end_ms=468_000)),
        ("v1@00:07:14", "v1", Moment(start_ms=434_000, end_ms=434_000)),
        ("d1#page=2", "d1", PageRegion(page=2)),
        (
            "d1#page=2&rect=0.1,0.2,0.5,0.25",
            "d1",
            PageRegion(page=2, area=Area(x=0.1, y=0.2, width=0.5, height=0.25)),
        ),
        ("i1#rect=0,0,1,1", "i1", PictureArea(area=Area(x=0, y=0, width=1, height=1))),
        ("t1", "t1", Whole()),
        ("a@b#page=2", "a@b", PageRegion(page=2)),
        ("a#b@00:01", "a#b", Moment(start_ms=1000, end_ms=1000)),
        ("a#b#", "a#b", Whole()),
    ],
)
def test_the_written_forms(text: str, evidence: str, place: Place) -> None:
    assert parse_citation(text) == (evidence, place)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@00:01",
        "#page=1",
        "v1@",
        "v1@soon",
        "v1@00:02-00:01",
        "d1#page=0",
        "d1#page=-1",
        "d1#page=two",
        "d1#page=²",
        "d1#page=1&page=2",
        "d1#page",
        "d1#leaf=1",
        "d1#page=1&rect=0,0,1",
        "d1#page=1&rect=0,0,1,2",
        "d1#page=1&rect=0,0,0,1",
        "d1#page=1&rect=0,0,nan,1",
        "d1#page=1&rect=a,b,c,d",
    ],
)
def test_what_is_no_citation_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_citation(text)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    try:
        evidence, place = parse_citation(text)
    except ValueError:
        return
    assert parse_citation(format_citation(evidence, place)) == (evidence, place)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_an_area_lies_within_the_page_or_is_refused(x: float, y: float, width: float, height: float) -> None:
    try:
        area = Area(x=x, y=y, width=width, height=height)
    except ValueError:
        return
    assert area.x + area.width <= 1 + 1e-9
    assert area.y + area.height <= 1 + 1e-9
    assert area.x == pytest.approx(x, abs=1e-6)
    assert area.width == pytest.approx(width, abs=2e-6)


@pytest.mark.parametrize(
    "edges", [(-0.1, 0, 1, 1), (0.5, 0, 0.6, 1), (0, 0, 1, 0), (0, 0, float("inf"), 1), (0, 0, -0.2, 1)]
)
def test_an_area_off_the_page_is_refused(edges: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="area"):
        Area(x=edges[0], y=edges[1], width=edges[2], height=edges[3])


@pytest.mark.parametrize(("start", "end"), [(-1, 0), (2, 1), (0, 1000 * 3_600_000)])
def test_a_moment_outside_any_video_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="moment"):
        Moment(start_ms=start, end_ms=end)
