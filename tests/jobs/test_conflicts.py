"""A refused operation waits with both sides and its ways on; each way works, and none touches the refused bytes."""

import json
from dataclasses import replace

import pytest

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.domain.kinds import EarlierScores, Outcome, SubmissionState
from mcassess.domain.rubric import RubricPin
from mcassess.domain.submission import Policy
from mcassess.errors import RefusedError, UsageError
from mcassess.jobs import conflicts, resolving, sealing
from mcassess.store.mass_removals import MassRemoval
from mcassess.store.outbox import OpState
from mcassess.store.states import QueueState
from mcassess.sync.ways import Way
from tests.support.library import earlier, microcredential, raw, rubric, submission, video

FILM = video("a" * 64, 5)
DECIDED = {"decision": {"outcome": "award", "assessor": "Grace", "accepted_at": "2026-11-20T10:00:00.000Z"}}
CURRENT = {"version": 9, "state": "open", "attempt": 1, "rubric": {"id": "r-1", "version": 1}, "fence": 4}


def work(library, key):
    """Scores everything and cites the film."""
    cited = {"criterion": "c1", "evidence": "v1", "place": "@00:00:05-00:00:09", "text": "pairs"}
    entries = [
        Entry(kind=ChangeKind.COMPLETENESS, target="k1", value=True),
        Entry(kind=ChangeKind.SCORE, target="c1", value="high"),
        Entry(kind=ChangeKind.SCORE, target="c2", value="low"),
        Entry(kind=ChangeKind.SCORE, target="c3", value="high"),
        Entry(kind=ChangeKind.COMMENT, target="c2", value="Wait three seconds."),
        Entry(kind=ChangeKind.CITATION, target="z1", value=cited),
        Entry(kind=ChangeKind.FEEDBACK, value="Well begun."),
    ]
    with library.write() as writing:
        writing.reviews.append(key, entries)


def refused(library, key, code, current=CURRENT, detail=""):
    """Seals the review and has the platform refuse it; returns the operation's id."""
    work(library, key)
    sealing.seal_decision(library, key, Outcome.NOT_YET)
    with library.write() as writing:
        [row] = writing.outbox.list()
        problem = {"title": f"it is {code}", "status": 409, "code": code, "detail": detail, "current": current}
        writing.outbox.mark_sending([row.op_id])
        writing.outbox.refuse(row.op_id, {"op_id": row.op_id, "status": "rejected", "problem": problem})
    return row.op_id


def put_again(library, account, **fields):
    with library.write() as writing:
        one = submission(evidence=(FILM,), **fields)
        writing.submissions.put_submission(account, one, one.version, raw(one))


def put_policy(library, account, **fields):
    with library.write() as writing:
        known = replace(microcredential(), policy=Policy(**fields))
        writing.submissions.put_microcredential(account, known, 7, raw(known))


def resolve(library, name, way, **more):
    return resolving.resolve(library, name, way, claim=more.pop("claim", pytest.fail), **more)


def rows(library):
    with library.read() as reading:
        return reading.outbox.list(settled=True)


def state(library, key):
    with library.read() as reading:
        return reading.queue.rows([key])[0].state


def test_a_conflict_shows_both_sides_and_recommends_one_way(library, key):
    name = refused(library, key, "already-decided", CURRENT | DECIDED)
    [found] = conflicts.conflicts(library)
    assert (found.name, found.key, found.submission, found.attempt) == (name, key, "s-0001", 1)
    assert "Not yet earned" in found.mine
    assert "3 criteria scored on v1" in found.mine
    assert "Award" in found.platform
    assert "Grace" in found.platform
    assert [each.recommended for each in found.ways] == [True, False, False]
    assert state(library, key) is QueueState.NEEDS_YOU
    assert json.loads(json.dumps(conflicts.as_document(found)))["ways"][0]["way"] == "record"


@pytest.mark.parametrize(
    "current",
    [
        {"attempt": {"x": 1}, "rubric": "r", "decision": [], "claim": 7},
        {"attempt": "9" * 100_000, "rubric": {"version": "v" * 100_000}},
        {"decision": {"outcome": ["award"], "assessor": "A\x1b]0;x\x07" * 9999, "accepted_at": {"no": "time"}}},
    ],
)
def test_whatever_a_platform_says_is_shown_within_bounds(library, key, current):
    refused(library, key, "already-decided", current, detail="d" * 100_000)
    [found] = conflicts.conflicts(library)
    assert len(found.platform + found.text + found.mine) < 4000
    assert "\x1b" not in found.platform
    assert found.ways


def test_kept_as_a_record_its_bytes_stay_and_nothing_waits(library, key, account):
    name = refused(library, key, "already-decided")
    [before] = rows(library)
    put_again(library, account, state=SubmissionState.DECIDED, version=10)
    resolve(library, name[:12], Way.RECORD)
    [after] = rows(library)
    assert (after.state, after.payload) == (OpState.KEPT, before.payload)
    assert after.result["resolved"]["way"] == "record"
    assert conflicts.conflicts(library) == []
    assert state(library, key) is QueueState.SENT
    with pytest.raises(UsageError):
        resolve(library, name, Way.RECORD)


def test_only_the_ways_that_are_offered_can_be_gone(library, key):
    name = refused(library, key, "withdrawn")
    with pytest.raises(UsageError, match="record"):
        resolve(library, name, Way.OLD_ATTEMPT)
    with pytest.raises(UsageError):
        resolve(library, "nothing", Way.RECORD)
    assert len(conflicts.conflicts(library)) == 1


@pytest.mark.parametrize(
    ("code", "way", "kind", "extra"),
    [
        ("already-decided", Way.SECOND_OPINION, "second_opinion.submit", {}),
        ("rubric-changed", Way.KEEP_RUBRIC, "decision.submit", {"keep_rubric": True}),
        ("attempt-superseded", Way.OLD_ATTEMPT, "decision.submit", {"old_attempt": True}),
        ("assessor-removed", Way.SEND_AGAIN, "decision.submit", {}),
    ],
)
def test_the_same_decision_goes_again_as_a_new_operation(library, key, account, code, way, kind, extra):  # noqa: PLR0917
    put_policy(library, account, allow_old_attempt=True)
    moved = {"rubric": {"id": "r-1", "version": 2}}
    name = refused(library, key, code, CURRENT | DECIDED | moved)
    put_again(library, account, version=10, fence=5)
    resolve(library, name, way)
    old, new = rows(library)
    sent, body = json.loads(new.payload), json.loads(old.payload)["body"]
    assert (new.kind, new.state, new.attempt) == (kind, OpState.READY, 1)
    assert sent["body"] == body | extra
    assert (sent["base"]["fence"], sent["base"]["submission_version"]) == (5, 10)
    assert sent["base"]["rubric"] == json.loads(old.payload)["base"]["rubric"]
    assert (sent["base"]["rubric"]["id"], sent["base"]["rubric"]["version"]) == ("r-1", 1)
    assert new.device_seq > old.device_seq
    assert old.result["resolved"]["by"] == new.op_id


def test_a_lost_claim_is_claimed_again_before_the_decision_goes_again(library, key, account):
    name = refused(library, key, "claim-lost", CURRENT | {"claim": None})

    def claim(wanted):
        assert wanted == key
        put_again(library, account, version=11, fence=9)

    resolve(library, name, Way.CLAIM_AGAIN, claim=claim)
    assert json.loads(rows(library)[1].payload)["base"]["fence"] == 9


def test_a_claim_that_is_not_to_be_had_leaves_everything_as_it_was(library, key):
    name = refused(library, key, "claim-lost", CURRENT | {"claim": None})

    def claim(_key):
        raise RefusedError("It is Grace's.")

    with pytest.raises(RefusedError, match="Grace"):
        resolve(library, name, Way.CLAIM_AGAIN, claim=claim)
    assert [each.name for each in conflicts.conflicts(library)] == [name]


def test_coordinators_are_asked_in_the_assessors_words_or_in_ours(library, key):
    name = refused(library, key, "policy")
    resolve(library, name, Way.ASK, text="Please allow it.")
    new = rows(library)[1]
    assert (new.kind, new.outcome) == ("review.request", None)
    assert json.loads(new.payload)["body"] == {"text": "Please allow it."}
    assert state(library, key) is QueueState.IN_PROGRESS


def test_what_the_rules_forbid_is_put_right_and_sealed_anew(library, key):
    name = refused(library, key, "policy", detail="comment_missing (c2)")
    assert "comment_missing" in conflicts.conflicts(library)[0].text
    resolve(library, name, Way.EDIT)
    with library.write() as writing:
        writing.reviews.append(key, [Entry(kind=ChangeKind.COMMENT, target="c2", value="Wait longer.")])
    sealing.seal_decision(library, key, Outcome.NOT_YET)
    assert [row.state for row in rows(library)] == [OpState.KEPT, OpState.READY]


def test_a_new_attempt_takes_scores_and_comments_over_with_changed_evidence_marked(library, key, account):
    name = refused(library, key, "attempt-superseded")
    with pytest.raises(RefusedError, match="Sync first"):
        resolve(library, name, Way.CARRY)
    with library.write() as writing:
        film = video("b" * 64, 6)
        one = submission(evidence=(film,), earlier=(earlier(1, FILM),), attempt=2, version=12)
        writing.submissions.put_submission(account, one, 12, raw(one))
    resolve(library, name, Way.CARRY)
    with library.read() as reading:
        review, before = reading.reviews.get(key), reading.reviews.get(key, 1)
    assert review.scores == before.scores == {"c1": "high", "c2": "low", "c3": "high"}
    assert review.comments == {"c2": "Wait three seconds."}
    assert review.carried["c1"].changed == ("v1",)
    assert review.citations == {}
    assert review.carried["c2"].changed == ()
    assert len(review.undoable) == 1
    assert state(library, key) is QueueState.IN_PROGRESS


def test_where_earlier_scores_are_never_shown_the_new_attempt_begins_empty(library, key, account):
    put_policy(library, account, earlier_scores=EarlierScores.NEVER)
    name = refused(library, key, "attempt-superseded")
    put_again(library, account, attempt=2, version=12, earlier=(earlier(1, FILM),))
    resolve(library, name, Way.CARRY)
    with library.read() as reading:
        assert not reading.reviews.get(key).begun


def test_on_a_changed_rubric_what_was_reworded_is_to_be_scored_anew(library, key, account):
    name = refused(library, key, "rubric-changed", CURRENT | {"rubric": {"id": "r-1", "version": 2}})
    assert "v1 → v2" in conflicts.conflicts(library)[0].text
    old = rubric()
    first, second, third = old.criteria
    reworded = replace(old.requirements[0], criteria=(first, replace(second, title="Another question"), third))
    new = replace(old, version=2, requirements=(reworded,))
    with library.write() as writing:
        writing.rubrics.put(account, new, raw(new))
    put_again(library, account, rubric=RubricPin(id="r-1", version=2), version=12)
    resolve(library, name, Way.CARRY)
    with library.read() as reading:
        review = reading.reviews.get(key)
    assert review.scores == {"c1": "high", "c3": "high"}
    assert review.comments == {"c2": "Wait three seconds."}
    assert len(review.citations["c1"]) == 1


def test_an_export_is_a_file_and_still_waits(library, key, tmp_path):
    name = refused(library, key, "device-revoked")
    with pytest.raises(UsageError, match="--output"):
        resolve(library, name, Way.EXPORT)
    resolve(library, name, Way.EXPORT, output=tmp_path / "decision.json")
    written = json.loads((tmp_path / "decision.json").read_text())
    assert written["operation"] == json.loads(rows(library)[0].payload)
    assert [each.name for each in conflicts.conflicts(library)] == [name]


def test_a_refused_report_holds_up_no_decision_and_can_go_again(library, key):
    with library.write() as writing:
        payload = json.dumps({"base": CURRENT | {"submission_version": 1}, "body": {"evidence": "v1"}}).encode()
        writing.outbox.add(key, 1, "op-r", writing.outbox.next_device_seq(), "evidence.report", payload, None)
        writing.outbox.refuse("op-r", {"problem": {"code": "unsupported-kind", "title": "not known"}})
    [found] = conflicts.conflicts(library)
    assert [each.way for each in found.ways] == [Way.SEND_AGAIN, Way.RECORD]
    resolve(library, "op-r", Way.SEND_AGAIN)
    assert [row.state for row in rows(library)] == [OpState.KEPT, OpState.READY]


def test_a_platform_that_takes_most_away_waits_for_an_answer(library, key, account):
    with library.write() as writing:
        writing.mass_removals.set(MassRemoval(account=account, count=40, all=50))
    [found] = conflicts.conflicts(library)
    assert found.name == f"mass-removal:{account}"
    assert [each.way for each in found.ways] == [Way.KEEP, Way.REMOVE]
    resolve(library, found.name, Way.REMOVE)
    with library.read() as reading:
        assert reading.mass_removals.get(account).confirmed
    assert conflicts.conflicts(library) == []
    with library.write() as writing:
        writing.mass_removals.set(MassRemoval(account=account, count=45, all=50))
    assert resolve(library, found.name, Way.KEEP).accounts
    with library.read() as reading:
        assert reading.mass_removals.get(account) is None
