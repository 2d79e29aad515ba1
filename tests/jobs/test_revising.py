"""Changing one's mind after the platform has the decision, and comments beside it; with the real platform."""

import json

import pytest

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.domain.kinds import Condition, Outcome
from mcassess.errors import RefusedError, UsageError
from mcassess.jobs import commenting, conflicts, resolving, revising, sealing
from mcassess.store.outbox import OpState
from mcassess.store.states import QueueState
from mcassess.sync.ways import Way
from tests.support.platform import Platform
from tests.support.syncing import Laptop


def write(laptop: Laptop, key: int, text: str) -> None:
    with laptop.library.write() as writing:
        writing.reviews.append(key, [Entry(kind=ChangeKind.FEEDBACK, value=text)])


def decided(laptop: Laptop, text: str = "Send it again.") -> int:
    key = laptop.key("s-0003")
    write(laptop, key, text)
    sealing.seal_decision(laptop.library, key, Outcome.RETURNED, condition=Condition.UNPLAYABLE)
    assert laptop.sync(evidence=False).needs_you == []
    return key


def state(laptop: Laptop, key: int) -> QueueState:
    with laptop.library.read() as reading:
        return reading.queue.rows([key])[0].state


def test_a_decision_is_revised_again_and_again_in_one_chain(laptop: Laptop, platform: Platform) -> None:
    key = decided(laptop)
    for round_ in (2, 3):
        revising.reopen(laptop.library, key)
        assert state(laptop, key) is QueueState.IN_PROGRESS
        write(laptop, key, f"In other words, {round_}.")
        reason = "I misread it."
        sealing.seal_decision(laptop.library, key, Outcome.RETURNED, condition=Condition.WRONG_FILE, reason=reason)
        assert state(laptop, key) is QueueState.WAITING
        report = laptop.sync(evidence=False)
        assert report.needs_you == [], report
        assert state(laptop, key) is QueueState.SENT
    with laptop.library.read() as reading:
        rows = reading.outbox.list(settled=True)
    assert [row.kind for row in rows] == ["decision.submit", "decision.revise", "decision.revise"]
    assert [json.loads(row.payload)["base"]["decision_version"] for row in rows] == [None, 1, 2]
    assert json.loads(rows[2].payload)["body"]["reason"] == "I misread it."
    last = [each for each in platform.decisions() if each.superseded_by is None]
    assert [(each.op_id, each.version) for each in last] == [(rows[2].op_id, 3)]


def test_giving_up_a_revision_puts_the_review_back_as_it_was(laptop: Laptop) -> None:
    key = decided(laptop, "As sent.")
    with pytest.raises(RefusedError, match="being revised"):
        revising.give_up(laptop.library, key)
    revising.reopen(laptop.library, key)
    write(laptop, key, "Other words.")
    revising.give_up(laptop.library, key)
    with laptop.library.read() as reading:
        assert reading.reviews.get(key).feedback == "As sent."
    assert state(laptop, key) is QueueState.SENT
    with pytest.raises(RefusedError, match="sealed"):
        write(laptop, key, "Too late.")


def test_what_has_not_arrived_is_not_revised(laptop: Laptop) -> None:
    key = laptop.key("s-0003")
    with pytest.raises(RefusedError, match="no decision"):
        revising.reopen(laptop.library, key)
    laptop.seal("s-0003")
    with pytest.raises(RefusedError, match="not arrived"):
        revising.reopen(laptop.library, key)


def test_a_refused_revision_that_is_left_at_that_lets_the_decision_stand(laptop: Laptop) -> None:
    key = decided(laptop)
    revising.reopen(laptop.library, key)
    sealing.seal_decision(laptop.library, key, Outcome.RETURNED, condition=Condition.WRONG_FILE)
    with laptop.library.write() as writing:
        row = writing.outbox.sealed(key, 1)
        writing.outbox.mark_sending([row.op_id])
        writing.outbox.refuse(row.op_id, {"problem": {"code": "policy", "title": "told already", "current": {}}})
    [found] = conflicts.conflicts(laptop.library)
    resolving.resolve(laptop.library, found.name, Way.RECORD, claim=pytest.fail)
    assert state(laptop, key) is QueueState.SENT


def test_comments_are_added_put_otherwise_and_taken_back(laptop: Laptop) -> None:
    key = decided(laptop)
    op_id = commenting.add(laptop.library, key, " Look at the second page. ")
    commenting.amend(laptop.library, op_id[:18], "Look at page two.")
    report = laptop.sync(evidence=False)
    assert report.needs_you == [], report
    assert len(report.sent) == 2
    commenting.remove(laptop.library, op_id, "A slip.")
    assert laptop.sync(evidence=False).needs_you == []
    with laptop.library.read() as reading:
        states = {row.kind: row.state for row in reading.outbox.list(settled=True)}
    assert set(states.values()) == {OpState.SETTLED}
    with pytest.raises(RefusedError, match="taken back"):
        commenting.amend(laptop.library, op_id, "Once more.")
    for wrong in ("", "nothing"):
        with pytest.raises(UsageError):
            commenting.remove(laptop.library, wrong)
    with pytest.raises(UsageError, match="empty"):
        commenting.add(laptop.library, key, "  ")
    with pytest.raises(UsageError):
        commenting.add(laptop.library, key, "x", criterion="nothing")
