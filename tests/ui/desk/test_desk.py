"""What lies on the desk: it opens where one stopped, says what is missing, records what was seen and for how long."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel

from mcassess.domain.citation import Moment
from mcassess.errors import WorldError
from mcassess.store.states import EvidenceState
from mcassess.ui.desk.view import Desk
from tests.support.filled import key_of

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window

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


def test_a_slot_that_is_not_filled_stands_out_and_the_others_share_a_line(bench) -> None:
    bench.open("s-0002")
    texts = [label.text() for label in bench.desk.right.rubric.completeness.findChildren(QLabel)]
    assert "As asked for: One lesson video; Activity plans." in texts


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
