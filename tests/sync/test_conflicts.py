"""Conflicts with the real platform: both sides are kept, and each way that is offered is accepted there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.errors import RefusedError
from mcassess.jobs import claiming, conflicts, resolving, reviewing
from mcassess.store.outbox import OpState
from mcassess.store.states import QueueState
from mcassess.sync.ways import Way
from tests.support.packs import changed_pack
from tests.support.platform import Platform
from tests.support.syncing import Laptop


@pytest.fixture
def grace(platform: Platform, tmp_path: Path) -> Iterator[Laptop]:
    """Another assessor, on a laptop of her own."""
    opened = Laptop(tmp_path / "grace")
    opened.join(platform.url, platform.add("Grace"))
    yield opened
    opened.close()


def go(laptop: Laptop, way: Way) -> None:
    [found] = conflicts.conflicts(laptop.library)
    claim = lambda key: claiming.claim_one(laptop.library, key, laptop.connect)  # noqa: E731
    resolving.resolve(laptop.library, found.name, way, claim=claim)


def conflict(laptop: Laptop) -> tuple[str, list[Way]]:
    [found] = conflicts.conflicts(laptop.library)
    return found.code, [each.way for each in found.ways]


def state(laptop: Laptop, name: str) -> QueueState:
    with laptop.library.read() as reading:
        return reading.queue.rows([laptop.key(name)])[0].state


def outcomes(laptop: Laptop) -> list[tuple[str, OpState]]:
    with laptop.library.read() as reading:
        return [(row.kind, row.state) for row in reading.outbox.list(settled=True)]


def policies(**policy: object):
    def change(document):
        for each in document["microcredentials"]:
            each.setdefault("policy", {}).update(policy)

    return change


def second_attempt(document) -> None:
    one = document["submissions"][2]
    one["earlier"] = [{"attempt": 1, "evidence": one["evidence"]}]
    one["evidence"] = [{"id": "t9", "title": "New reflection", "kind": "text", "text": "Tried again."}]
    one["attempt"] = 2


@pytest.mark.parametrize(("way", "kind"), [(Way.SECOND_OPINION, "second_opinion.submit"), (Way.ASK, "review.request")])
def test_who_comes_second_is_told_by_whom_and_may_still_be_heard(
    joined: Laptop, grace: Laptop, platform: Platform, way: Way, kind: str
) -> None:
    joined.sync(evidence=False)
    grace.sync(evidence=False)
    first = grace.seal("s-0003")
    grace.sync(evidence=False)
    joined.seal("s-0003", "Mine.")
    joined.sync(evidence=False)
    [found] = conflicts.conflicts(joined.library)
    assert found.code == "already-decided"
    assert "Grace" in found.platform
    go(joined, way)
    report = joined.sync(evidence=False)
    assert report.needs_you == [], report
    assert outcomes(joined) == [("decision.submit", OpState.KEPT), (kind, OpState.SETTLED)]
    assert [each.op_id for each in platform.decisions()] == [first]


def test_a_newer_attempt_takes_the_scores_over_and_is_decided_in_its_turn(
    joined: Laptop, platform: Platform, tmp_path: Path
) -> None:
    joined.sync(evidence=False)
    key = joined.key("s-0003")
    with joined.library.write() as writing:
        criterion = next(iter(writing.submissions.get(key).rubric.criteria))
        scored = Entry(kind=ChangeKind.SCORE, target=criterion.id, value=criterion.levels[0].id)
        writing.reviews.append(key, [scored, Entry(kind=ChangeKind.COMMENT, target=criterion.id, value="Almost.")])
    joined.seal("s-0003")
    platform.load(changed_pack(tmp_path / "again", second_attempt))
    joined.sync(evidence=False)
    assert conflict(joined) == ("attempt-superseded", [Way.CARRY, Way.RECORD])
    go(joined, Way.CARRY)
    with joined.library.read() as reading:
        review = reading.reviews.get(key)
    assert review.scores == {criterion.id: criterion.levels[0].id}
    assert review.comments == {criterion.id: "Almost."}
    assert review.carried[criterion.id].attempt == 1
    assert state(joined, "s-0003") is QueueState.IN_PROGRESS
    op_id = joined.seal("s-0003")
    assert joined.sync(evidence=False).needs_you == []
    assert [(each.op_id, each.attempt) for each in platform.decisions()] == [(op_id, 2)]


def test_a_review_under_way_goes_on_as_a_draft_of_the_newer_attempt(
    joined: Laptop, platform: Platform, tmp_path: Path
) -> None:
    joined.sync(evidence=False)
    key = joined.key("s-0003")
    with joined.library.write() as writing:
        stored = writing.submissions.get(key)
        criterion = next(iter(stored.rubric.criteria))
        piece = stored.submission.evidence[0].id
        cited = {"criterion": criterion.id, "evidence": piece, "place": ""}
        entries = [
            Entry(kind=ChangeKind.SCORE, target=criterion.id, value=criterion.levels[0].id),
            Entry(kind=ChangeKind.CITATION, target="z1", value=cited),
            Entry(kind=ChangeKind.NOTE, value="Stays with the older one."),
        ]
        writing.reviews.append(key, entries)
    platform.load(changed_pack(tmp_path / "again", second_attempt))
    joined.sync(evidence=False)
    with joined.library.read() as reading:
        review, older = reading.reviews.get(key), reading.reviews.get(key, 1)
    assert review.scores == older.scores
    assert (review.carried[criterion.id].attempt, review.carried[criterion.id].changed) == (1, (piece,))
    assert review.citations == {}
    assert review.note == ""
    reviewing.undo(joined.library, key)
    with joined.library.read() as reading:
        assert reading.reviews.get(key).scores == {}
    joined.sync(evidence=False)
    with joined.library.read() as reading:
        assert reading.reviews.get(key).scores == {}, "it is not carried twice"


def test_where_the_policy_allows_it_the_older_attempt_is_decided(
    joined: Laptop, platform: Platform, tmp_path: Path
) -> None:
    platform.load(changed_pack(tmp_path / "policy", policies(allow_old_attempt=True)))
    joined.sync(evidence=False)
    joined.seal("s-0003")

    def both(document) -> None:
        policies(allow_old_attempt=True)(document)
        second_attempt(document)

    platform.load(changed_pack(tmp_path / "again", both))
    joined.sync(evidence=False)
    go(joined, Way.OLD_ATTEMPT)
    report = joined.sync(evidence=False)
    assert report.needs_you == [], report
    assert [each.attempt for each in platform.decisions()] == [1]
    assert state(joined, "s-0003") is QueueState.TO_REVIEW


def test_a_claim_that_somebody_took_and_gave_back_is_claimed_again(
    joined: Laptop, grace: Laptop, platform: Platform
) -> None:
    joined.sync(evidence=False)
    grace.sync(evidence=False)
    joined.seal("s-0003")
    key = grace.key("s-0003")
    assert claiming.change_claims(grace.library, [key], "claim", connect=grace.connect)[0]["claimed"]
    joined.sync(evidence=False)
    code, ways = conflict(joined)
    assert code == "claim-lost"
    assert ways[0] is Way.ASK, "it is Grace's"
    with pytest.raises(RefusedError, match="could not be claimed"):
        go(joined, Way.CLAIM_AGAIN)
    assert conflict(joined)[0] == "claim-lost"
    with joined.library.read() as reading:
        old = reading.outbox.list()[0].op_id
    [released] = claiming.change_claims(grace.library, [key], "release", connect=grace.connect)
    assert (released["claimed"], released["problem"]) == (False, None)
    go(joined, Way.CLAIM_AGAIN)
    assert joined.sync(evidence=False).needs_you == []
    assert joined.op(old).state is OpState.KEPT
    assert len(platform.decisions()) == 1


def test_a_lost_claim_that_nobody_holds_is_won_back_with_one_word(
    joined: Laptop, grace: Laptop, platform: Platform
) -> None:
    joined.sync(evidence=False)
    grace.sync(evidence=False)
    key = grace.key("s-0003")
    claiming.change_claims(grace.library, [key], "claim", connect=grace.connect)
    claiming.change_claims(grace.library, [key], "release", connect=grace.connect)
    joined.seal("s-0003")
    joined.sync(evidence=False)
    assert conflict(joined)[1][0] is Way.CLAIM_AGAIN
    go(joined, Way.CLAIM_AGAIN)
    report = joined.sync(evidence=False)
    assert report.needs_you == [], report
    assert len(platform.decisions()) == 1
    assert state(joined, "s-0003") is QueueState.SENT
