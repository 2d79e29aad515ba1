"""What was met in one attempt carries over into the draft of the next, and shows where it is from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mcassess.domain.changes import ChangeKind
from mcassess.domain.citation import Moment, Whole
from mcassess.domain.decision import decision_blocks
from mcassess.domain.kinds import EarlierScores, EvidenceKind, Outcome
from mcassess.domain.review import Carried, Review
from mcassess.domain.submission import EarlierAttempt, EarlierDecision, EarlierScore, Evidence, Policy
from mcassess.errors import RefusedError
from mcassess.jobs import reviewing, sealing, showing
from mcassess.jobs.carrying import carry_over
from mcassess.store.library import Library
from tests.support.library import TestClock, add_account, microcredential, open_library, put, raw, submission, video

VIDEO = video("a" * 64, 1000)
PLANS = Evidence(id="d1", title="Plans", kind=EvidenceKind.TEXT, text="as before")
NEW_PLANS = Evidence(id="d1", title="Plans", kind=EvidenceKind.TEXT, text="revised")
DECISION = EarlierDecision(
    outcome=Outcome.NOT_YET,
    scores={
        "c1": EarlierScore(level="high", comment="Waited well"),
        "c2": EarlierScore(level="low", comment="Too soon"),
    },
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = open_library(tmp_path / "home", TestClock())
    yield opened
    opened.close()


def policy(library: Library, account: int, when: EarlierScores) -> None:
    from dataclasses import replace

    changed = replace(microcredential(), policy=Policy(earlier_scores=when))
    with library.write() as writing:
        writing.submissions.put_microcredential(account, changed, 9, raw(changed))


def second_attempt(library: Library, account: int, *evidence: Evidence) -> int:
    past = EarlierAttempt(attempt=1, evidence=(VIDEO, PLANS), decision=DECISION)
    [key] = put(library, account, submission(attempt=2, evidence=evidence, earlier=(past,)), version=2)
    return key


def own_first_attempt(library: Library, account: int) -> int:
    """Reviews and sends a first attempt: c1 met on the video, c2 not, c3 met on the plans."""
    [key] = put(library, account, submission(evidence=(VIDEO, PLANS)))
    reviewing.answer_check(library, key, "k1", answer=True)
    reviewing.score(library, key, "c1", "high", comment="Waited well", cite=["v1@00:07:14-00:07:48"])
    reviewing.score(library, key, "c2", "low", comment="Too soon")
    reviewing.score(library, key, "c3", "high", cite=["d1"])
    reviewing.write_text(library, key, ChangeKind.FEEDBACK, "Dear colleague")
    sealing.seal_decision(library, key, Outcome.NOT_YET)
    with library.write() as writing:
        [row] = writing.outbox.list()
        writing.outbox.mark_sending([row.op_id])
        writing.outbox.settle(row.op_id, {}, None)
    return key


def review(library: Library, key: int) -> Review:
    with library.read() as reading:
        return reading.reviews.get(key)


def test_what_was_met_carries_over_with_comment_and_citations_and_the_rest_does_not(library: Library) -> None:
    account = add_account(library)
    own_first_attempt(library, account)
    key = second_attempt(library, account, VIDEO, PLANS)
    carry_over(library, key)
    found = review(library, key)
    assert found.scores == {"c1": "high", "c3": "high"}
    assert found.comments == {"c1": "Waited well"}
    assert [each.place for each in found.citations["c1"]] == [Moment(start_ms=434_000, end_ms=468_000)]
    assert [each.place for each in found.citations["c3"]] == [Whole()]
    assert found.carried == {"c1": Carried(attempt=1), "c3": Carried(attempt=1)}
    assert found.feedback == ""


def test_a_score_whose_evidence_changed_carries_over_marked_and_without_the_citation(library: Library) -> None:
    account = add_account(library)
    own_first_attempt(library, account)
    key = second_attempt(library, account, VIDEO, NEW_PLANS)
    carry_over(library, key)
    found = review(library, key)
    assert found.carried == {"c1": Carried(attempt=1), "c3": Carried(attempt=1, changed=("d1",))}
    assert "c3" not in found.citations
    shown = showing.submission(library, key)["review"]["scores"]
    assert shown["c1"]["carried"] == {"attempt": 1, "changed_evidence": []}
    assert shown["c3"]["carried"] == {"attempt": 1, "changed_evidence": ["d1"]}


def test_one_undo_takes_all_of_it_back_and_one_redo_brings_it_again(library: Library) -> None:
    account = add_account(library)
    own_first_attempt(library, account)
    key = second_attempt(library, account, VIDEO, PLANS)
    carry_over(library, key)
    before = review(library, key)
    reviewing.undo(library, key)
    assert not review(library, key).begun
    reviewing.redo(library, key)
    assert review(library, key).values == before.values


def test_a_score_given_anew_is_no_longer_carried_over(library: Library) -> None:
    account = add_account(library)
    own_first_attempt(library, account)
    key = second_attempt(library, account, VIDEO, PLANS)
    carry_over(library, key)
    reviewing.score(library, key, "c1", "low")
    assert review(library, key).carried == {"c3": Carried(attempt=1)}


def test_what_is_scored_already_stays_and_nothing_carries_over_twice(library: Library) -> None:
    account = add_account(library)
    own_first_attempt(library, account)
    key = second_attempt(library, account, VIDEO, PLANS)
    reviewing.score(library, key, "c1", "low", comment="My own")
    carry_over(library, key)
    assert review(library, key).scores == {"c1": "low", "c3": "high"}
    assert review(library, key).comments == {"c1": "My own"}
    with pytest.raises(RefusedError, match="Nothing carries over"):
        carry_over(library, key)


@pytest.mark.parametrize(
    ("when", "allowed"), [(EarlierScores.ALWAYS, True), (EarlierScores.AFTER_MINE, False), (EarlierScores.NEVER, False)]
)
def test_somebody_elses_scores_carry_over_only_where_they_are_always_shown(
    library: Library, when: EarlierScores, allowed: bool
) -> None:
    account = add_account(library)
    key = second_attempt(library, account, VIDEO, PLANS)
    policy(library, account, when)
    if allowed:
        carry_over(library, key)
        assert review(library, key).scores == {"c1": "high"}
        assert review(library, key).comments == {"c1": "Waited well"}
        return
    with pytest.raises(RefusedError, match="keeps earlier scores"):
        carry_over(library, key)


def test_not_even_her_own_scores_carry_over_where_a_new_look_is_wanted(library: Library) -> None:
    account = add_account(library)
    own_first_attempt(library, account)
    key = second_attempt(library, account, VIDEO, PLANS)
    policy(library, account, EarlierScores.NEVER)
    with pytest.raises(RefusedError, match="keeps earlier scores"):
        carry_over(library, key)


def test_a_first_attempt_has_nothing_to_carry_over(library: Library) -> None:
    [key] = put(library, add_account(library), submission())
    with pytest.raises(RefusedError, match="first attempt"):
        carry_over(library, key)


def test_a_draft_that_carried_over_is_sealed_like_any_other(library: Library) -> None:
    account = add_account(library)
    own_first_attempt(library, account)
    key = second_attempt(library, account, VIDEO, PLANS)
    carry_over(library, key)
    reviewing.answer_check(library, key, "k1", answer=True)
    reviewing.score(library, key, "c2", "high")
    with library.read() as reading:
        stored = reading.submissions.get(key)
        blocks = decision_blocks(Outcome.AWARD, reading.reviews.get(key), stored.rubric, stored.microcredential.policy)
    assert blocks == ()
    sealing.seal_decision(library, key, Outcome.AWARD)
