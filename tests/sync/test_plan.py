"""What a run decides: pure functions on plain values."""

import base64
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from mcassess.store.holdings import Spare
from mcassess.sync.plan import (
    SentOp,
    Verdict,
    batches,
    fetch_rank,
    is_mass_removal,
    missing_room,
    rows_in_order,
    to_evict,
    verdict,
)
from mcassess.sync.wire import ChangeRow, OpResult, Problem, Receipt, digest
from mcassess.sync.wire_signatures import sign_receipt

KEY = Ed25519PrivateKey.generate()
PUBLIC = base64.b64encode(KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
OP = SentOp(op_id="op-1", submission_id="s-1", attempt=2, payload=b'{"a":1}')
PROBLEM = Problem(title="no", status=409, code="already-decided")


def receipt(**changes: object) -> Receipt:
    values: dict[str, object] = {
        "server_id": "server",
        "op_id": "op-1",
        "payload_sha256": digest(OP.payload),
        "submission": "s-1",
        "attempt": 2,
        "accepted_at": "2026-11-22T09:00:00.000Z",
        "signature": "",
    }
    return sign_receipt(Receipt.model_validate({**values, **changes}), KEY)


def judged(result: OpResult | None, *, receipts: bool = True) -> Verdict:
    return verdict(OP, result, receipts=receipts, server_id="server", public_key=PUBLIC)


@pytest.mark.parametrize("status", ["applied", "duplicate"])
def test_a_genuine_receipt_settles(status: str) -> None:
    assert judged(OpResult(op_id="op-1", status=status, receipt=receipt())) is Verdict.SETTLE


@pytest.mark.parametrize(
    "wrong",
    [
        {"server_id": "other"},
        {"op_id": "op-2"},
        {"payload_sha256": digest(b"other bytes")},
        {"submission": "s-2"},
        {"attempt": 1},
    ],
)
def test_a_receipt_for_something_else_settles_nothing(wrong: dict[str, object]) -> None:
    assert judged(OpResult(op_id="op-1", status="applied", receipt=receipt(**wrong))) is Verdict.UNPROVEN


@pytest.mark.parametrize(
    "signature",
    ["", "AAAA", "not base64!", receipt(attempt=1).signature],
    ids=["none", "too short", "not base64", "of something else"],
)
def test_a_receipt_that_does_not_verify_settles_nothing(signature: str) -> None:
    forged = receipt().model_copy(update={"signature": signature})
    assert judged(OpResult(op_id="op-1", status="applied", receipt=forged)) is Verdict.UNPROVEN


def test_a_platform_with_receipts_must_give_one_and_one_without_need_not() -> None:
    bare = OpResult(op_id="op-1", status="applied")
    assert judged(bare) is Verdict.UNPROVEN
    assert judged(bare, receipts=False) is Verdict.SETTLE


def test_an_effect_that_is_proven_is_never_shown_as_a_conflict() -> None:
    both = OpResult(op_id="op-1", status="duplicate", receipt=receipt(), problem=PROBLEM)
    assert judged(both) is Verdict.SETTLE


@pytest.mark.parametrize("status", ["rejected", "duplicate"])
def test_a_refusal_waits_for_the_assessor(status: str) -> None:
    assert judged(OpResult(op_id="op-1", status=status, problem=PROBLEM)) is Verdict.ATTEND


@pytest.mark.parametrize("status", ["blocked", "later"])
def test_what_has_to_wait_stays_in_the_outbox(status: str) -> None:
    assert judged(OpResult(op_id="op-1", status=status)) is Verdict.KEEP


def test_an_answer_that_does_not_mention_it_leaves_it_in_the_outbox() -> None:
    assert judged(None) is Verdict.KEEP


@pytest.mark.parametrize(
    ("removals", "local", "stops"),
    [(20, 20, False), (21, 41, True), (21, 42, False), (21, 21, True), (500, 1000, False)],
)
def test_more_than_half_and_more_than_twenty_removals_stop(removals: int, local: int, *, stops: bool) -> None:
    assert is_mass_removal(removals, local) is stops


def row(kind: str, identifier: str, version: int, op: str = "upsert") -> ChangeRow:
    return ChangeRow.model_validate({"seq": version, "type": kind, "id": identifier, "version": version, "op": op})


def test_rows_come_in_an_order_in_which_nothing_dangles() -> None:
    rows = [row("submission", "s", 1), row("comment", "x", 1), row("microcredential", "m", 1), row("rubric", "r", 1)]
    assert [each.type for each in rows_in_order(rows)] == ["rubric", "microcredential", "submission", "comment"]


def test_the_newest_version_of_a_resource_counts_and_versions_of_a_rubric_stand_side_by_side() -> None:
    rows = [row("submission", "s", 3), row("submission", "s", 2), row("rubric", "r", 1), row("rubric", "r", 2)]
    assert [(each.id, each.version) for each in rows_in_order(rows)] == [("r", 1), ("r", 2), ("s", 3)]


def test_of_two_rows_of_one_version_the_later_counts() -> None:
    [only] = rows_in_order([row("submission", "s", 3), row("submission", "s", 3, "remove")])
    assert only.op == "remove"


@given(sizes=st.lists(st.integers(0, 400), max_size=200), most=st.integers(1, 60), limit=st.integers(1, 1000))
def test_batches_hold_everything_once_in_order_within_the_limits(sizes: list[int], most: int, limit: int) -> None:
    payloads = [bytes(size) for size in sizes]
    found = batches(payloads, most, limit)
    assert [position for batch in found for position in batch] == list(range(len(sizes)))
    for batch in found:
        assert 1 <= len(batch) <= most
        assert len(batch) == 1 or sum(sizes[position] + 1 for position in batch) <= limit


def test_what_is_due_first_is_fetched_first_then_the_smallest() -> None:
    early, late = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)
    ranked = sorted([fetch_rank(None, 1), fetch_rank(late, 5), fetch_rank(early, 9), fetch_rank(late, 2)])
    assert ranked[:3] == [fetch_rank(early, 9), fetch_rank(late, 2), fetch_rank(late, 5)]


def test_a_file_needs_its_size_a_twentieth_more_and_the_reserve() -> None:
    assert missing_room(100, stored=0, promised=0, budget=None, free=205, reserve=100) == 0
    assert missing_room(100, stored=0, promised=0, budget=None, free=204, reserve=100) == 1
    assert missing_room(100, stored=0, promised=7, budget=None, free=205, reserve=100) == 7


def test_a_budget_counts_what_is_here_and_what_is_on_its_way() -> None:
    assert missing_room(100, stored=500, promised=50, budget=650, free=10**9, reserve=0) == 0
    assert missing_room(100, stored=500, promised=50, budget=600, free=10**9, reserve=0) == 50


def test_what_is_missed_least_makes_room_and_never_what_is_due_earlier() -> None:
    early, due, late = (datetime(2026, 11, day, tzinfo=UTC) for day in (1, 2, 3))
    done = Spare(sha256="done", size=10, done=True, due_at=early)
    later, earlier = (Spare(sha256=name, size=10, done=False, due_at=at) for name, at in (("l", late), ("e", early)))
    assert to_evict([done, later, earlier], 10, due) == ["done"]
    assert to_evict([done, later, earlier], 11, due) == ["done", "l"]
    assert to_evict([done, later, earlier], 21, due) is None
    assert to_evict([later], 10, None) is None, "what is due some day does not push out what is due on a day"
