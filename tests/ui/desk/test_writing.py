"""Writing on the desk: comments reach the disk, stay with their submission, survive a full disk, and are undone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QLineEdit

from mcassess.domain.changes import ChangeKind
from mcassess.domain.citation import Moment
from mcassess.domain.kinds import Outcome
from mcassess.errors import WorldError
from mcassess.jobs.reviewing import write_text

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


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


def test_undo_takes_back_what_was_just_typed_and_not_what_came_before_it(bench) -> None:
    bench.open()
    bench.press(Key.Key_3)
    bench.presenter.texts.typed(ChangeKind.NOTE, "", "half a wo")
    bench.presenter.undo()
    bench.settle()
    assert (bench.review().note, bench.review().scores) == ("", {"c1": "c1-3"})
    bench.presenter.redo()
    bench.settle()
    assert bench.review().note == "half a wo"


def full_disk(_initiator: str = ""):
    raise WorldError("The disk is full.")


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


def test_the_title_of_a_moment_survives_a_full_disk(bench, monkeypatch) -> None:
    bench.open()
    bench.video.go(Moment(start_ms=5_000, end_ms=9_000))
    bench.press(Key.Key_M)
    with monkeypatch.context() as world:
        world.setattr(bench.library, "write", full_disk)
        bench.desk.area.moments.findChild(QLineEdit).setFocus()
        bench.write("Pairs")
        bench.qtbot.keyClick(QApplication.focusWidget(), Key.Key_Return)
        bench.qtbot.waitUntil(lambda: "disk is full" in bench.desk.right._saved.accessibleName(), timeout=2000)
    bench.presenter.texts.flush()
    bench.qtbot.waitUntil(lambda: [each.title for each in bench.review().moments] == ["Pairs"], timeout=2000)


def test_more_than_a_platform_takes_is_on_disk_all_the_same_and_is_refused_when_it_is_sealed(bench) -> None:
    bench.open()
    pasted = "Ein langer Brief. 🎈\n" * 5_000
    bench.desk.right.tabs.set_chosen("feedback")
    page = bench.desk.right.feedback.page
    page.setFocus()
    page.insertPlainText(pasted)
    bench.settle()
    assert bench.review().feedback == pasted
    assert bench.desk.right._saved.accessibleName() == "saved ✓"
    bench.presenter.seal(Outcome.RETURNED)
    bench.qtbot.waitUntil(lambda: f"{len(pasted)} characters" in bench.desk.right.said(), timeout=5000)
    assert bench.presenter.contents.sealed is None


@pytest.mark.parametrize("given", ["Très bien\u00a0: ", "one\r\ntwo\r\n", "one\u2028two", "a\x00b"])
def test_a_text_from_elsewhere_leaves_the_caret_alone_however_often_it_is_shown(bench, given: str) -> None:
    key = bench.open()
    bench.desk.right.tabs.set_chosen("feedback")
    page = bench.desk.right.feedback.page
    page.setFocus()
    bench.work.write(lambda: write_text(bench.library, key, ChangeKind.FEEDBACK, given), owner=bench.presenter)
    bench.qtbot.waitUntil(lambda: page.toPlainText() != "", timeout=5000)
    page.moveCursor(QTextCursor.MoveOperation.End)
    bench.presenter.recorder.see("v1", {"ranges": [[0, 9]]})
    bench.settle()
    bench.write("end")
    bench.settle()
    assert bench.review().feedback.endswith("end")


def test_words_that_another_process_adds_before_the_caret_do_not_move_it_elsewhere(bench) -> None:
    key = bench.open()
    bench.desk.right.tabs.set_chosen("notes")
    page = bench.desk.right.notes.page
    page.setFocus()
    page.insertPlainText("🎈 one three")
    bench.settle()
    page.moveCursor(QTextCursor.MoveOperation.PreviousCharacter)
    added = "🎈 one 🎈🎈 three"
    bench.work.write(lambda: write_text(bench.library, key, ChangeKind.NOTE, added), owner=bench.presenter)
    bench.qtbot.waitUntil(lambda: page.toPlainText() == added, timeout=5000)
    bench.write("X")
    bench.settle()
    assert bench.review().note == "🎈 one 🎈🎈 threXe"


def test_signs_that_are_being_composed_are_no_change_until_they_are_chosen(bench) -> None:
    bench.open()
    bench.desk.right.tabs.set_chosen("notes")
    page = bench.desk.right.notes.page
    page.setFocus()
    page.insertPlainText("好")
    bench.settle()
    length = bench.review().length
    QApplication.sendEvent(page, QInputMethodEvent("ni hao", []))
    bench.settle()
    assert (bench.review().note, bench.review().length) == ("好", length)
    chosen = QInputMethodEvent("", [])
    chosen.setCommitString("你好")
    QApplication.sendEvent(page, chosen)
    bench.settle()
    assert bench.review().note == "好你好"


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
