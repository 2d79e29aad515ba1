"""Scoring and deciding on the desk, from the first digit to a decision that is sealed or taken back."""

import pytest
from PySide6.QtCore import Qt

from mcassess.domain.changes import ChangeKind
from mcassess.domain.kinds import Condition, Outcome
from mcassess.domain.preflight import Findings
from mcassess.store.changes import ChangeSet
from mcassess.store.library import Library
from mcassess.store.states import OpState

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window

SHIFT = Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


def test_digits_score_the_criterion_in_hand_and_tab_goes_on(bench) -> None:
    bench.open()
    bench.press(Key.Key_3)
    bench.press(Key.Key_Tab)
    bench.press(Key.Key_2)
    bench.press(Key.Key_Tab)
    bench.press(Key.Key_Tab)
    assert bench.presenter.hand.criterion == "c1", "after the last comes the first"
    bench.press(Key.Key_Backtab, SHIFT)
    assert bench.presenter.hand.criterion == "c3"
    bench.press(Key.Key_9)
    assert bench.review().scores == {"c1": "c1-3", "c2": "c2-2"}


def test_completeness_is_answered_and_folds_to_one_line(bench) -> None:
    bench.open()
    panel = bench.desk.right.rubric.completeness
    assert panel.is_unfolded()
    for check in ("k1", "k2"):
        bench.qtbot.mouseClick(panel.choice(check)._buttons[0], Qt.MouseButton.LeftButton)
    bench.settle()
    assert bench.review().completeness == {"k1": True, "k2": True}
    assert not panel.is_unfolded()
    panel.answered.emit("k2", False)
    bench.settle()
    assert panel.is_unfolded()
    assert bench.review().completeness["k2"] is False


def test_what_was_found_out_proposes_an_answer_that_is_taken_or_left(bench) -> None:
    key = bench.open()
    panel = bench.desk.right.rubric.completeness
    row = panel.row("k1")
    assert not row.take.isVisibleTo(panel)
    with bench.library.read() as reading:
        video = next(each.sha256 for each in reading.preflights.unchecked() if each.media_type.startswith("video/"))
    good = Findings(kind="video", opens=True, plays=True, sound=True, loudness_db=-23.0, duration_ms=61_000)
    bench.work.write(lambda: kept(bench.library, video, good), owner=bench.presenter)
    bench.settle()
    assert row.proposed.text().startswith("Proposed: Yes.")
    assert "01:01" in row.proposed.text()
    bench.qtbot.mouseClick(row.take, Qt.MouseButton.LeftButton)
    bench.settle()
    assert bench.review().completeness == {"k1": True}
    assert not row.take.isVisibleTo(panel), "what is answered needs no proposal"
    assert key == bench.presenter.contents.stored.key


def kept(library: Library, sha256: str, findings: Findings) -> ChangeSet:
    with library.write() as writing:
        writing.preflights.put(sha256, findings)
    return writing.change_set


def fill(bench, level: int = -1) -> None:
    contents = bench.presenter.contents
    for criterion in contents.criteria:
        bench.presenter.recorder.score(criterion.id, criterion.levels[level].id)
    for check in contents.rubric.completeness:
        bench.presenter.recorder.answer(check.id, answer=True)
    bench.settle()


def test_what_still_blocks_an_award_stands_in_one_live_line(bench) -> None:
    bench.open()
    footer = bench.desk.right.footer
    award = footer.buttons()[Outcome.AWARD]
    assert "To do: 1, 2, 3." in footer.line()
    assert "6 items not seen." in footer.line()
    assert not award.isEnabled()
    bench.press(Key.Key_3)
    assert "To do: 2, 3." in footer.line()
    fill(bench)
    assert "To do" not in footer.line()
    assert award.isEnabled()


def test_award_seals_holds_and_can_be_taken_back(bench) -> None:
    key = bench.open()
    fill(bench)
    told: list[tuple[int, str]] = []
    bench.desk.sealed.connect(lambda *what: told.append(what))
    bench.desk.right.footer.buttons()[Outcome.AWARD].click()
    bench.qtbot.waitUntil(lambda: bool(told), timeout=2000)
    assert told == [(key, "Award")]
    bar = bench.desk.right.sealed
    assert bar.line() == "Award: sealed. Sends in 10 s."
    bench.clock.advance(seconds=4)
    bar._tick()
    assert bar.line() == "Award: sealed. Sends in 6 s."
    bench.press(Key.Key_1)
    assert bench.review().scores["c1"] == "c1-3", "a sealed review is read-only"
    bar.take_back_button().click()
    bench.qtbot.waitUntil(lambda: bench.presenter.contents.sealed is None, timeout=2000)
    assert not bar.isVisible()
    bench.press(Key.Key_1)
    assert bench.review().scores["c1"] == "c1-1"


def test_a_decision_that_was_tried_cannot_be_taken_back_here(bench) -> None:
    bench.open()
    fill(bench)
    bench.presenter.seal(Outcome.AWARD)
    bench.qtbot.waitUntil(lambda: bench.presenter.contents.sealed is not None, timeout=2000)
    op_id = bench.presenter.contents.sealed.op_id

    def send():
        with bench.library.write() as writing:
            writing.outbox.mark_sending([op_id])
        return writing.change_set

    bench.work.write(send, owner=bench.desk)
    bench.qtbot.waitUntil(lambda: bench.presenter.contents.sealed.state is OpState.SENDING, timeout=2000)
    assert not bench.desk.right.sealed.take_back_button().isVisible()


def test_not_yet_says_what_is_missing_and_goes_there(bench) -> None:
    bench.open()
    fill(bench, level=0)
    bench.desk.right.footer.buttons()[Outcome.NOT_YET].click()
    assert "without a comment" in bench.desk.right.said()
    assert bench.presenter.contents.sealed is None
    for criterion in ("c1", "c2", "c3"):
        bench.presenter.texts.typed(ChangeKind.COMMENT, criterion, "Next step: …")
    bench.settle()
    bench.desk.right.footer.buttons()[Outcome.NOT_YET].click()
    bench.qtbot.waitUntil(lambda: bench.presenter.contents.sealed is not None, timeout=2000)
    assert bench.presenter.contents.sealed.outcome is Outcome.NOT_YET


def test_return_asks_in_place_for_a_condition_or_a_reason(bench) -> None:
    bench.open()
    right = bench.desk.right
    right.footer.buttons()[Outcome.RETURNED].click()
    assert right.returning.isVisible()
    assert not right.returning._confirm.isEnabled()
    bench.press(Key.Key_Escape)
    assert not right.returning.isVisible()
    assert right.footer.isVisible()
    right.footer.buttons()[Outcome.RETURNED].click()
    right.returning._reason.setFocus()
    bench.write("Send the whole video.")
    right.returning._condition.setCurrentIndex(right.returning._condition.findData(Condition.EDITED_VIDEO.value))
    right.returning._confirm.click()
    bench.qtbot.waitUntil(lambda: bench.presenter.contents.sealed is not None, timeout=2000)
    assert bench.presenter.contents.sealed.outcome is Outcome.RETURNED
    assert bench.review().feedback == "Send the whole video."


def test_scores_of_an_earlier_attempt_show_only_after_ones_own(bench) -> None:
    bench.open()
    card = bench.desk.right.rubric.card("c1")
    assert card._earlier.text() == "attempt 1 shown after you score"
    bench.press(Key.Key_1)
    assert card._earlier.text() == "attempt 1: Meets"
    other = bench.desk.right.rubric.card("c2")
    assert other._earlier.text() == "attempt 1 shown after you score"
