"""The desk as a person uses it, on a real library."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit

from mcassess.domain.changes import ChangeKind
from mcassess.domain.citation import Moment, PageRegion
from mcassess.domain.kinds import Condition, Outcome
from mcassess.domain.preflight import Findings
from mcassess.errors import WorldError
from mcassess.evidence.captions import Caption
from mcassess.store.changes import ChangeSet
from mcassess.store.library import Library
from mcassess.store.states import EvidenceState, OpState
from mcassess.ui.desk.view import Desk
from tests.support.filled import key_of

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


def test_a_submission_opens_with_its_first_evidence_and_criterion_in_hand(bench) -> None:
    bench.open()
    assert bench.video.asked == [("open", "v1", None)]
    assert bench.presenter.hand.criterion == "c1"
    card = bench.desk.right.rubric.card("c1")
    assert card is not None
    assert card.is_selected()
    assert QApplication.focusWidget() is card
    texts = [label.text() for label in card.findChildren(type(bench.desk.right._notice_text)) if label.isVisible()]
    assert {"No purpose is named.", "The teacher names a purpose.", "Students name the purpose themselves."} <= set(
        texts
    )


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


def test_evidence_of_earlier_attempts_is_fetched_on_request(bench) -> None:
    with bench.library.read() as reading:
        file = reading.evidence.states(key_of(bench.library, "s-0001"))[1, "d1", "content"]
    bench.library.vault.evict([file.sha256])
    bench.open()
    before = _wanted_bytes(bench)
    [fetch] = [each for each in bench.desk.right.earlier.findChildren(QAbstractButton) if "Fetch" in each.text()]
    fetch.click()
    bench.settle()
    assert _wanted_bytes(bench) == before + file.size


def _wanted_bytes(bench) -> int:
    with bench.library.read() as reading:
        return reading.queue.rows([key_of(bench.library, "s-0001")])[0].total_bytes


def test_enter_writes_the_comment_and_keys_are_letters_while_typing(bench) -> None:
    bench.open()
    bench.press(Key.Key_Return)
    bench.write("More jelly, 3 kinds")
    bench.settle()
    review = bench.review()
    assert review.comments == {"c1": "More jelly, 3 kinds"}
    assert review.scores == {}
    assert review.moments == ()
    assert bench.video.asked == [("open", "v1", None)]
    bench.press(Key.Key_Escape)
    assert QApplication.focusWidget() is bench.desk.right.rubric.card("c1")
    bench.press(Key.Key_1)
    assert bench.review().scores == {"c1": "c1-1"}


def test_undo_while_typing_is_the_fields_own(bench) -> None:
    bench.open()
    bench.press(Key.Key_3)
    bench.press(Key.Key_Return)
    bench.press(Key.Key_Z, CONTROL)
    assert bench.review().scores == {"c1": "c1-3"}


def test_enter_in_a_title_ends_it_and_opens_no_comment(bench) -> None:
    bench.open()
    bench.video.go(Moment(start_ms=5_000, end_ms=9_000))
    bench.press(Key.Key_M)
    edit = bench.desk.area.moments.findChild(QLineEdit)
    edit.setFocus()
    bench.write("Pairs")
    bench.press(Key.Key_Return)
    bench.settle()
    assert bench.review().moments[0].title == "Pairs"
    assert QApplication.focusWidget() is not bench.desk.right.rubric.card("c1").comment_edit()


def test_tab_in_a_comment_goes_to_the_next_criterion_and_keeps_the_text(bench) -> None:
    bench.open()
    bench.press(Key.Key_Return)
    bench.write("kept")
    bench.press(Key.Key_Tab)
    assert bench.presenter.hand.criterion == "c2"
    assert bench.review().comments == {"c1": "kept"}


def test_typing_reaches_the_disk_by_itself_and_says_so(bench) -> None:
    bench.open()
    states: list[str] = []
    bench.desk.status_changed.connect(lambda saved, _undo: states.append(saved))
    bench.press(Key.Key_Return)
    bench.write("by itself")
    assert states[-1] == "saving…"
    bench.qtbot.waitUntil(lambda: bench.review().comments == {"c1": "by itself"}, timeout=1000)
    bench.qtbot.waitUntil(lambda: states[-1] == "saved ✓", timeout=1000)


def test_what_was_typed_is_on_disk_when_the_desk_is_left(bench) -> None:
    bench.open()
    bench.desk.right.tabs.set_chosen("notes")
    bench.desk.right.notes.page.setFocus()
    bench.write("private")
    bench.desk.deactivated()
    bench.settle()
    assert bench.review().note == "private"


def test_the_status_line_is_left_alone_while_another_screen_is_shown(bench) -> None:
    bench.open()
    told: list[tuple[str, str]] = []
    bench.desk.right.tabs.set_chosen("notes")
    bench.desk.right.notes.page.setFocus()
    bench.write("last words")
    bench.desk.status_changed.connect(lambda *what: told.append(what))
    bench.desk.deactivated()
    bench.settle()
    assert bench.review().note == "last words"
    assert set(told) == {("", "")}
    bench.desk.activated()
    assert told[-1] == ("saved ✓", "Undo: notes")


def test_a_slot_that_is_not_filled_stands_out_and_the_others_share_a_line(bench) -> None:
    bench.open("s-0002")
    texts = [label.text() for label in bench.desk.right.rubric.completeness.findChildren(QLabel)]
    assert "As asked for: One lesson video; Activity plans." in texts


def test_opening_another_submission_never_moves_words_to_it(bench) -> None:
    bench.open("s-0001")
    bench.press(Key.Key_Return)
    bench.write("for the first")
    bench.open("s-0002")
    bench.settle()
    assert bench.review("s-0001").comments == {"c1": "for the first"}
    assert bench.review("s-0002").comments == {}
    edit = bench.desk.right.rubric.card("c1").comment_edit()
    assert edit.toPlainText() == ""


def test_undo_and_redo_show_in_the_field_and_in_the_status_line(bench) -> None:
    bench.open()
    undo: list[str] = []
    bench.desk.status_changed.connect(lambda _saved, text: undo.append(text))
    bench.press(Key.Key_3)
    assert undo[-1] == "Undo: score 1 → Meets"
    bench.press(Key.Key_Z, CONTROL)
    assert bench.review().scores == {}
    assert bench.desk.right.rubric.card("c1")._choice.chosen_id() is None
    assert undo[-1] == ""
    bench.press(Key.Key_Z, CONTROL | SHIFT)
    assert bench.review().scores == {"c1": "c1-3"}


def test_keys_reach_the_player(bench) -> None:
    bench.open()
    video = bench.video
    video.asked.clear()
    keys = (Key.Key_Space, Key.Key_J, Key.Key_K, Key.Key_L, Key.Key_Left, Key.Key_Right, Key.Key_Comma, Key.Key_Period)
    for key in keys:
        bench.press(key)
    assert video.asked == [
        "toggle",
        ("shuttle", -1),
        ("shuttle", 0),
        ("shuttle", 1),
        ("jump", -5000),
        ("jump", 5000),
        ("step", -1),
        ("step", 1),
    ]
    for at, key in ((1_000, Key.Key_I), (4_000, Key.Key_O)):
        video.play_to(at)
        bench.press(key)
    assert video.stretch.marks.stretch() == (1_000, 4_000)


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


def test_a_level_that_is_clicked_leaves_the_arrows_to_the_video(bench) -> None:
    bench.open()
    choice = bench.desk.right.rubric.card("c2")._choice
    bench.qtbot.mouseClick(choice._buttons[1], Qt.MouseButton.LeftButton)
    bench.settle()
    bench.press(Key.Key_Right)
    assert bench.review().scores == {"c2": "c2-2"}
    assert bench.presenter.hand.criterion == "c2"
    assert bench.video.asked[-1] == ("jump", 5000)


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


def full_disk(_initiator: str = ""):
    raise WorldError("The disk is full.")


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


def test_the_place_where_one_stopped_is_found_again(bench) -> None:
    bench.open()
    bench.press(Key.Key_Tab)
    bench.desk.opening.open(2, "v1")
    bench.video.play_to(42_000)
    bench.desk.right.tabs.set_chosen("notes")
    bench.open("s-0002")
    bench.open("s-0001")
    assert bench.presenter.hand.criterion == "c2"
    assert bench.desk.right.tabs.chosen_id() == "notes"
    assert bench.video.asked[-1] == ("open", "v1", Moment(start_ms=42_000, end_ms=42_000))


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


def test_what_was_seen_is_recorded_and_shown(bench) -> None:
    bench.open()
    assert "0 of 6 seen" in bench.desk.evidence._caption.text()
    bench.video.seen.emit({"ranges": [[0, 2000]], "pages": []})
    bench.settle()
    assert bench.review().seen["v1"].watched_ms == 2000
    assert "1 of 6 seen" in bench.desk.evidence._caption.text()


def test_what_was_seen_while_another_submission_opens_is_not_recorded_there(bench) -> None:
    bench.open("s-0001")
    key = key_of(bench.library, "s-0001")
    bench.open("s-0002")
    bench.desk.area.seen.emit(key, 1, "v1", {"ranges": [[0, 5000]], "pages": []})
    bench.settle()
    assert bench.review("s-0002").seen == {}


def test_the_educators_pointer_leads_into_the_video_and_to_its_criterion(bench) -> None:
    bench.open()
    pointer = bench.presenter.contents.submission.evidence[0].pointers[0]
    assert [each.at_ms for each in bench.video.pointers] == [1000]
    bench.desk.evidence.card("v1").pointer_followed.emit(pointer)
    assert bench.video.asked[-1] == ("show", Moment(start_ms=1000, end_ms=1000))
    assert bench.presenter.hand.criterion == "c2"


def test_a_file_that_is_not_here_says_so_and_opens_when_it_has_come(bench) -> None:
    key = key_of(bench.library, "s-0001")
    with bench.library.read() as reading:
        row = reading.evidence.states(key)[2, "v1", "content"]
    with bench.library.write() as writing:
        writing.evidence.set_progress(row.sha256, EvidenceState.PARTIAL, row.size // 2)
    bench.open()
    assert bench.video.source is None
    assert "50 % downloaded" in bench.desk.evidence.card("v1")._line.text()

    def arrive():
        with bench.library.write() as writing:
            writing.evidence.set_progress(row.sha256, EvidenceState.READY, row.size)
        return writing.change_set

    bench.work.write(arrive, owner=bench.desk)
    bench.qtbot.waitUntil(lambda: bench.video.source is not None, timeout=2000)
    assert "downloaded" not in bench.desk.evidence.card("v1")._line.text()


def test_f6_leads_to_every_part_and_escape_back(bench) -> None:
    bench.open()
    bench.video.show_captions(Caption(start_ms=0, end_ms=900, text="Good morning."))
    reached = []
    for _ in range(8):
        bench.press(Key.Key_F6)
        focus = QApplication.focusWidget()
        reached.append(
            next(
                (
                    name
                    for name, part in (
                        ("evidence", bench.desk.evidence),
                        ("area", bench.desk.area),
                        ("tabs", bench.desk.right.tabs),
                        ("completeness", bench.desk.right.rubric.completeness),
                        ("rubric", bench.desk.right.rubric),
                        ("footer", bench.desk.right.footer),
                        ("header", bench.desk.header),
                    )
                    if part is focus or part.isAncestorOf(focus)
                ),
                "?",
            )
        )
    assert {"evidence", "area", "tabs", "completeness", "rubric", "footer", "header"} <= set(reached)
    bench.press(Key.Key_Escape)
    assert QApplication.focusWidget() is bench.desk.right.rubric.card("c1")


def test_tab_goes_from_control_to_control_outside_the_cards(bench) -> None:
    bench.open()
    bench.desk.right.footer.buttons()[Outcome.RETURNED].setFocus()
    bench.press(Key.Key_Tab)
    assert QApplication.focusWidget() is bench.desk.right.footer.buttons()[Outcome.NOT_YET]
    assert bench.presenter.hand.criterion == "c1"


def test_everything_that_takes_the_focus_has_a_name(bench) -> None:
    bench.open()
    from PySide6.QtGui import QAccessible
    from PySide6.QtWidgets import QWidget

    nameless = []
    for widget in bench.desk.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            interface = QAccessible.queryAccessibleInterface(widget)
            if not interface.text(QAccessible.Text.Name):
                nameless.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    assert nameless == []


def test_what_cannot_be_saved_is_said_in_place_and_not_shown_as_done(bench, monkeypatch) -> None:
    bench.open()
    with monkeypatch.context() as world:
        world.setattr(bench.library, "write", full_disk)
        choice = bench.desk.right.rubric.card("c1")._choice
        bench.qtbot.mouseClick(choice._buttons[2], Qt.MouseButton.LeftButton)
        bench.qtbot.waitUntil(lambda: "disk is full" in bench.desk.right.said(), timeout=2000)
        assert choice.chosen_id() is None
    bench.press(Key.Key_3)
    assert bench.review().scores == {"c1": "c1-3"}


def test_typed_words_survive_a_full_disk_and_are_saved_when_there_is_room(bench, monkeypatch) -> None:
    bench.open()
    with monkeypatch.context() as world:
        world.setattr(bench.library, "write", full_disk)
        bench.qtbot.keyClick(QApplication.focusWidget(), Key.Key_Return)
        bench.write("kept")
        bench.qtbot.waitUntil(lambda: "disk is full" in bench.desk.right._saved.accessibleName(), timeout=2000)
    bench.write(" safe")
    bench.qtbot.waitUntil(lambda: bench.review().comments == {"c1": "kept safe"}, timeout=2000)
    bench.qtbot.waitUntil(lambda: bench.desk.right._saved.accessibleName() == "saved ✓", timeout=2000)


def test_a_submission_that_cannot_be_read_says_so(bench, monkeypatch) -> None:
    def damaged():
        raise WorldError("The library is damaged.")

    monkeypatch.setattr(bench.library, "read", damaged)
    with bench.qtbot.waitSignal(bench.presenter.failed, timeout=2000) as failed:
        bench.desk.open(1)
    assert failed.args == ["The library is damaged."]
    assert bench.presenter.contents is None


def test_time_on_the_review_reaches_the_disk(bench) -> None:
    bench.open()
    for _ in range(16):
        bench.clock.advance(seconds=1)
        bench.presenter.time.sign_of_life()
        bench.presenter.time.tick()
    bench.settle()
    assert bench.review().time_spent_ms == 15_000
    assert bench.desk.header._time.text() == "00:16 on this review"
    bench.desk.deactivated()
    bench.settle()
    assert bench.review().time_spent_ms == 16_000


def test_the_platforms_news_about_a_submission_is_shown_with_the_review_kept(bench) -> None:
    key = bench.open()
    bench.press(Key.Key_3)

    def withdraw():
        with bench.library.write() as writing:
            account = writing.accounts.list()[0].key
            writing.submissions.remove(account, "submission", "s-0001", 2, "reassigned")
        return writing.change_set

    bench.work.write(withdraw, owner=bench.desk)
    bench.qtbot.waitUntil(lambda: "reassigned" in bench.desk.right.said(), timeout=2000)
    assert bench.presenter.contents.stored.key == key
    assert bench.presenter.contents.scores == {"c1": "c1-3"}


def test_the_desk_is_quiet_and_useful_while_nothing_lies_on_it(bench) -> None:
    desk: Desk = bench.desk
    closed: list[bool] = []
    desk.closed.connect(lambda: closed.append(True))
    bench.press(Key.Key_3)
    bench.press(Key.Key_E)
    desk._nothing.acted.emit()
    assert closed == [True]
    assert desk.right.said() == ""


def test_shortcuts_are_handed_to_the_overview(bench) -> None:
    keys = {key for line in bench.desk.shortcuts() for key in line.keys}
    assert {"J", "E", "M", "\\"} <= keys
