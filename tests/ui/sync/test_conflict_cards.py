"""What needs the assessor stands on the sync screen with both sides, and each button goes its way."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QAbstractButton, QLabel

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.domain.kinds import Condition, Outcome
from mcassess.jobs import reviewing, sealing
from mcassess.store.library import Library
from mcassess.store.mass_removals import MassRemoval
from mcassess.store.outbox import OpState
from mcassess.ui.kit.status_line import StatusLine
from mcassess.ui.sync.conflict_card import ConflictCard
from mcassess.ui.sync.presenter import SyncPresenter
from mcassess.ui.sync.status import show_sync_state
from mcassess.ui.sync.view import SyncScreen
from mcassess.ui.work import Work
from tests.support.filled import filled_library
from tests.support.library import TestClock


class Bench:
    def __init__(self, library: Library, qtbot) -> None:
        self.library, self.qtbot = library, qtbot
        self.work = Work()
        self.presenter = SyncPresenter(library, self.work)
        self.screen = SyncScreen(self.presenter, library.clock)
        self.screen.resize(1200, 800)
        self.screen.show()

    def refuse(self, submission: str, code: str) -> str:
        with self.library.read() as reading:
            key = reading.submissions.find(submission)[0][0]
        reviewing.record(self.library, key, [Entry(kind=ChangeKind.FEEDBACK, value="Please send it again.")])
        sealing.seal_decision(self.library, key, Outcome.RETURNED, condition=Condition.UNPLAYABLE)
        problem = {"code": code, "title": code, "status": 409, "current": {"attempt": 1, "rubric": {"version": 4}}}
        with self.library.write() as writing:
            row = writing.outbox.list()[-1]
            writing.outbox.mark_sending([row.op_id])
            writing.outbox.refuse(row.op_id, {"problem": problem})
        return row.op_id

    def show(self, cards: int) -> list[ConflictCard]:
        self.presenter.reload()
        self.qtbot.waitUntil(lambda: len(self.cards()) == cards)
        return self.cards()

    def cards(self) -> list[ConflictCard]:
        return [card for card in self.screen.findChildren(ConflictCard) if card.isVisible()]

    def state(self, op_id: str) -> OpState:
        with self.library.read() as reading:
            return reading.outbox.get(op_id).state


def button(card: ConflictCard, text: str) -> QAbstractButton:
    return next(each for each in card.findChildren(QAbstractButton) if text in each.text())


@pytest.fixture
def bench(tmp_path: Path, qtbot) -> Iterator[Bench]:
    library = filled_library(tmp_path / "home", clock=TestClock())
    made = Bench(library, qtbot)
    yield made
    made.presenter.close()
    made.screen.close()
    made.work.close()
    library.close()


def test_a_conflict_shows_both_sides_and_its_recommended_way_first(bench):
    bench.refuse("s-0001", "rubric-changed")
    [card] = bench.show(1)
    texts = [label.text() for label in card.findChildren(QLabel)]
    assert "Needs you" in texts
    assert any("Returned" in text for text in texts)
    assert any("rubric v4" in text for text in texts)
    buttons = [each.text() for each in card.findChildren(QAbstractButton)]
    assert buttons[0].startswith("Keep my decision on v")
    assert buttons[-1] == "Look"
    line = StatusLine()
    bench.qtbot.addWidget(line)
    show_sync_state(line, bench.presenter.state)
    assert any("1 needs you" in label.text() for label in line.findChildren(QLabel))


def test_a_button_goes_its_way_and_the_card_goes(bench):
    op_id = bench.refuse("s-0001", "already-decided")
    [card] = bench.show(1)
    button(card, "Keep mine as a record").click()
    bench.qtbot.waitUntil(lambda: not bench.cards())
    assert bench.state(op_id) is OpState.KEPT


def test_what_is_to_be_put_right_is_opened_on_the_desk(bench):
    op_id = bench.refuse("s-0001", "policy")
    [card] = bench.show(1)
    with bench.qtbot.waitSignal(bench.screen.opened, timeout=5000):
        button(card, "Open the review again").click()
    assert bench.state(op_id) is OpState.KEPT
    bench.qtbot.waitUntil(lambda: not bench.cards())


def test_what_goes_wrong_is_said_and_the_card_stays_in_use(bench, monkeypatch):
    bench.refuse("s-0001", "attempt-superseded")
    [card] = bench.show(1)
    button(card, "Open the new attempt").click()
    bench.qtbot.waitUntil(lambda: any("Sync first" in label.text() for label in bench.screen.findChildren(QLabel)))
    assert card.isVisible()
    assert button(card, "Open the new attempt").isEnabled()


def test_a_decision_is_saved_for_the_coordinator(bench, monkeypatch, tmp_path):
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _kind: str(tmp_path))
    op_id = bench.refuse("s-0001", "assessor-removed")
    [card] = bench.show(1)
    button(card, "Save it").click()
    bench.qtbot.waitUntil((tmp_path / f"mcassess {op_id}.json").exists)
    assert bench.state(op_id) is OpState.ATTENTION


def test_the_mass_removal_is_answered_in_its_place(bench):
    with bench.library.write() as writing:
        account = writing.accounts.list()[0].key
        writing.mass_removals.set(MassRemoval(account=account, count=30, all=40))
    [card] = bench.show(1)
    button(card, "Keep them").click()
    bench.qtbot.waitUntil(lambda: not bench.cards())
