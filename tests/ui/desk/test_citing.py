"""Citing on the desk: moments, pages and marks of what is in hand, one piece or two side by side."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from mcassess.domain.citation import Moment, PageRegion
from mcassess.evidence.captions import Caption

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window

Key = Qt.Key


def test_e_cites_the_moment_in_hand_and_its_chip_replays_it(bench) -> None:
    bench.open()
    bench.video.go(Moment(start_ms=62_000, end_ms=106_000))
    bench.press(Key.Key_E)
    (citation,) = bench.review().citations["c1"]
    assert (citation.evidence, citation.place) == ("v1", Moment(start_ms=62_000, end_ms=106_000))
    assert [(each.id, each.criterion) for each in bench.video.ranges] == [(citation.id, 0)]
    (chip, *_) = bench.desk.right.rubric.card("c1").details()
    assert chip.text() == "01:02–01:46"
    chip.click()
    assert bench.video.asked[-1] == ("show", Moment(start_ms=62_000, end_ms=106_000))
    chip.remove_requested.emit()
    bench.settle()
    assert bench.review().citations == {}


def test_the_same_place_is_not_cited_twice_to_a_criterion(bench) -> None:
    bench.open()
    bench.press(Key.Key_E)
    bench.press(Key.Key_E)
    assert len(bench.review().citations["c1"]) == 1
    assert "already" in bench.desk.right.said()


def test_a_page_is_cited_from_a_document_and_its_chip_opens_it_again(bench) -> None:
    bench.open()
    bench.desk.evidence.card("d1").clicked.emit()
    viewer = bench.desk.area.pane.viewer
    viewer.go(PageRegion(page=2, quote="everybody has a turn"))
    bench.press(Key.Key_E)
    bench.desk.evidence.card("v1").clicked.emit()
    chip = bench.desk.right.rubric.card("c1").details()[0]
    assert chip.text() == "p. 2 “everybody has a turn”"
    chip.click()
    assert viewer.asked[-1] == ("open", "d1", PageRegion(page=2, quote="everybody has a turn"))


def test_evidence_of_an_earlier_attempt_opens_but_is_not_cited(bench) -> None:
    bench.open()
    bench.desk.right.earlier.evidence_chosen.emit(1, "d1")
    assert bench.desk.area.pane.attempt == 1
    bench.desk.commands.rest()
    bench.press(Key.Key_E)
    assert bench.review().citations == {}
    assert "attempt 1" in bench.desk.right.said()


def test_m_marks_a_moment_whose_title_is_written_in_place(bench) -> None:
    bench.open()
    bench.video.go(Moment(start_ms=5_000, end_ms=9_000))
    bench.press(Key.Key_M)
    (moment,) = bench.review().moments
    assert (moment.evidence, moment.moment, moment.title) == ("v1", Moment(start_ms=5_000, end_ms=9_000), "")
    edit = bench.desk.area.moments.findChild(QLineEdit)
    edit.setFocus()
    for words, title in (("Pair", "Pair"), (" talk", "Pair talk")):
        bench.qtbot.keyClicks(edit, words)
        bench.qtbot.waitUntil(lambda title=title: bench.review().moments[0].title == title, timeout=5000)
    assert edit.hasFocus(), "writing is not interrupted by what arrives"
    bench.press(Key.Key_Escape)
    bench.press(Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [each.title for each in bench.review().moments] == [""], "a pause in typing is no step of its own"
    bench.press(Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert [each.title for each in bench.review().moments] == ["Pair talk"]
    bench.press(Key.Key_E)
    (row,) = bench.desk.area.moments._lines.values()
    assert row.row.criteria == (0,), "the moment and its citation are one line"


def test_two_pieces_lie_side_by_side_and_e_means_the_one_in_hand(bench) -> None:
    bench.open()
    bench.press(Key.Key_Backslash)
    left, right = bench.desk.area.panes
    assert (left.evidence.id, right.evidence.id) == ("v1", "d1")
    bench.press(Key.Key_E)
    bench.qtbot.mouseClick(left.viewer, Qt.MouseButton.LeftButton)
    bench.press(Key.Key_E)
    assert {each.evidence for each in bench.review().citations["c1"]} == {"d1", "v1"}
    bench.press(Key.Key_Backslash)
    assert [pane.evidence.id for pane in bench.desk.area.panes] == ["v1"]
    assert right.viewer is None


def test_the_players_keys_mean_the_video_beside_what_is_read(bench) -> None:
    bench.open()
    video = bench.video
    video.show_captions(Caption(start_ms=0, end_ms=900, text="Good morning."))
    bench.press(Key.Key_Backslash)
    video.asked.clear()
    video.go(Moment(start_ms=3_000, end_ms=3_000))
    bench.press(Key.Key_Space)
    bench.press(Key.Key_M)
    bench.press(Key.Key_E)
    assert video.asked == ["toggle"]
    assert [each.evidence for each in bench.review().moments] == ["v1"]
    assert [each.evidence for each in bench.review().citations["c1"]] == ["d1"]
    assert bench.desk.area.transcript._lines.count() == 1


def test_a_piece_dropped_on_the_right_half_opens_there(bench) -> None:
    bench.open()
    bench.desk.area.dropped.emit("i1", True)
    assert [pane.evidence.id for pane in bench.desk.area.panes] == ["v1", "i1"]


def test_the_educators_pointer_leads_into_the_video_and_to_its_criterion(bench) -> None:
    bench.open()
    pointer = bench.presenter.contents.submission.evidence[0].pointers[0]
    assert [each.at_ms for each in bench.video.pointers] == [1000]
    bench.desk.evidence.card("v1").pointer_followed.emit(pointer)
    assert bench.video.asked[-1] == ("show", Moment(start_ms=1000, end_ms=1000))
    assert bench.presenter.hand.criterion == "c2"
