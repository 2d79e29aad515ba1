"""Evidence that must not be seen goes from the desk at once, and the report waits in the outbox."""

import json

from PySide6.QtCore import Qt

from mcassess.domain.kinds import Condition, DestroyReason
from mcassess.store.states import EvidenceState

Key = Qt.Key


def test_what_lies_open_is_withheld_after_one_question(bench) -> None:
    bench.open()
    contents = bench.presenter.contents
    piece = bench.desk.area.pane.evidence
    panel = bench.desk.right.withholding
    bench.desk.evidence.withhold_wanted.emit()
    assert panel.isVisible()
    assert piece.title in panel._title.text()
    panel._text.set_text("A name tag at 02:10.")
    panel._confirm.click()
    assert not panel.isVisible()
    assert bench.desk.area.pane.evidence is None or bench.desk.area.pane.evidence.id != piece.id
    bench.qtbot.waitUntil(lambda: bench.presenter.contents.review.condition is Condition.PRIVACY_BREACH, timeout=5000)
    state = bench.presenter.contents.file(contents.submission.attempt, piece.id).state
    assert state is EvidenceState.DESTROYED
    with bench.library.read() as reading:
        [row] = reading.outbox.list()
    assert json.loads(row.payload)["body"]["text"] == "A name tag at 02:10."
    assert "Withheld" in bench.desk.right.said()


def test_escape_withholds_nothing_and_a_worry_about_a_child_sets_no_code(bench) -> None:
    bench.open()
    piece = bench.desk.area.pane.evidence
    panel = bench.desk.right.withholding
    bench.desk.evidence.withhold_wanted.emit()
    bench.press(Key.Key_Escape)
    assert not panel.isVisible()
    with bench.library.read() as reading:
        assert reading.outbox.list() == []
    bench.desk.evidence.withhold_wanted.emit()
    panel._reason.setCurrentIndex(panel._reason.findData(DestroyReason.SAFETY.value))
    panel._confirm.click()
    file = lambda: bench.presenter.contents.file(bench.presenter.contents.submission.attempt, piece.id)  # noqa: E731
    bench.qtbot.waitUntil(lambda: file().state is EvidenceState.DESTROYED, timeout=5000)
    assert bench.presenter.contents.review.condition is None
