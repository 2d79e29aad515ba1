"""Sealing and taking back: bytes and outbox row come together, wait as long as they are held, and go together."""

import json
from datetime import timedelta

import pytest

from mcassess.domain.changes import ChangeKind
from mcassess.domain.kinds import Condition, Outcome, SubmissionState
from mcassess.errors import RefusedError
from mcassess.jobs import reviewing, sealing
from mcassess.jobs.exporting import sealed_decision, sealed_keys
from tests.support.library import put, submission


def scored(library, key, level="high", comment=None):
    for criterion in ("c1", "c2", "c3"):
        reviewing.score(library, key, criterion, level, comment=comment)
    reviewing.answer_check(library, key, "k1", answer=True)


def test_a_sealed_decision_is_in_the_outbox_as_it_was_reviewed(library, key, clock):
    scored(library, key, "low", "Wait longer.")
    changed = sealing.seal_decision(library, key, Outcome.NOT_YET)
    assert (changed.outbox, changed.submissions | changed.reviews) == (True, {key})
    with library.read() as reading:
        (row,) = reading.outbox.list()
    operation = json.loads(row.payload)
    assert (operation["op_id"], operation["device_seq"], operation["device_id"]) == (row.op_id, 1, library.device_id)
    assert operation["base"]["attempt"] == 1
    decision = sealed_decision(row)
    assert decision.outcome is Outcome.NOT_YET
    assert {name: score.comment for name, score in decision.scores.items()} == dict.fromkeys(
        ("c1", "c2", "c3"), "Wait longer."
    )
    assert row.sealed_at == clock.now()
    assert sealed_keys(library) == [key]
    assert sealed_keys(library, clock.now() + timedelta(seconds=1)) == []


def test_a_held_decision_is_due_only_after_the_hold(library, account, key, clock):
    scored(library, key)
    sealing.seal_decision(library, key, Outcome.AWARD, hold=sealing.HOLD)
    with library.read() as reading:
        assert reading.outbox.due(account, clock.now()) == []
        clock.advance(seconds=10)
        assert len(reading.outbox.due(account, clock.now())) == 1


def test_taking_back_opens_the_review_again_and_numbers_are_never_used_twice(library, key):
    scored(library, key)
    sealing.seal_decision(library, key, Outcome.AWARD)
    with pytest.raises(RefusedError, match="sealed"):
        reviewing.write_text(library, key, ChangeKind.NOTE, "x")
    sealing.take_back(library, key)
    reviewing.write_text(library, key, ChangeKind.NOTE, "x")
    sealing.seal_decision(library, key, Outcome.AWARD)
    with library.read() as reading:
        assert [row.device_seq for row in reading.outbox.list()] == [2]


def test_a_refused_seal_writes_nothing(library, key):
    with pytest.raises(RefusedError) as refused:
        sealing.seal_decision(library, key, Outcome.AWARD)
    assert len(refused.value.reasons) == 2
    assert all(reason in refused.value.text for reason in refused.value.reasons)
    with library.write() as writing:
        assert writing.outbox.list() == []
        assert writing.outbox.next_device_seq() == 1


def test_what_the_platform_has_taken_away_or_decided_is_not_sealed(library, account, key):
    (decided,) = put(library, account, submission("s-0002", state=SubmissionState.DECIDED))
    with pytest.raises(RefusedError, match="has a decision"):
        sealing.seal_decision(library, decided, Outcome.RETURNED, condition=Condition.DUPLICATE)
    reviewing.write_text(library, key, ChangeKind.NOTE, "kept")
    with library.write() as writing:
        writing.submissions.remove(account, "submission", "s-0001", 2, "reassigned")
    with pytest.raises(RefusedError, match="reassigned"):
        sealing.seal_decision(library, key, Outcome.RETURNED, condition=Condition.DUPLICATE)
    with library.read() as reading:
        assert reading.reviews.get(key).note == "kept"


def test_a_decision_that_no_platform_could_take_is_refused(library, key):
    scored(library, key, "low", "🎈" * reviewing.MAX_COMMENT)
    reviewing.write_text(library, key, ChangeKind.FEEDBACK, "🎈" * reviewing.MAX_COMMENT)
    with pytest.raises(RefusedError, match="too large"):
        sealing.seal_decision(library, key, Outcome.NOT_YET)
    with library.read() as reading:
        assert reading.outbox.list() == []
        assert len(reading.reviews.get(key).feedback) == reviewing.MAX_COMMENT
