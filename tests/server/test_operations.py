"""Decisions coming in: exactly once, one winner, every refusal named and stored."""

import json
import sqlite3
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError

from mcassess.sync.wire import MAX_OP_BYTES, MAX_OPS_BYTES, Receipt, canonical, digest
from mcassess.sync.wire_signatures import receipt_is_genuine
from tests.support.assessor import code

AWARD = {"c1": ("c1-3", 2), "c2": ("c2-3", 2), "c3": ("c3-3", 2)}


def scores(**levels):
    return {
        name: {"level": level, "points": points} | ({"comment": comment[0]} if comment else {})
        for name, (level, points, *comment) in (AWARD | levels).items()
    }


def test_the_receipt_verifies_and_names_the_very_bytes(client):
    ada = client()
    op = ada.decision()
    (result,) = ada.push(op)
    receipt = Receipt.model_validate(result["receipt"])
    public_key = ada.get("/server").json()["public_key"]
    assert receipt_is_genuine(receipt, public_key)
    assert receipt.payload_sha256 == digest(canonical(op))
    assert (receipt.submission, receipt.attempt, receipt.op_id) == ("s-0001", 2, op["op_id"])
    assert not receipt_is_genuine(receipt.model_copy(update={"attempt": 1}), public_key)


def test_sending_again_gives_the_stored_answer_and_has_no_second_effect(platform, client):
    ada = client()
    op = ada.decision()
    (first,) = ada.push(op)
    replayed = [ada.push(op)[0] for _ in range(3)]
    assert all(answer == first | {"status": "duplicate"} for answer in replayed)
    assert len(platform.decisions()) == 1
    # Another order of the fields is the same operation: its canonical bytes count.
    assert ada.push(dict(reversed(op.items())))[0]["status"] == "duplicate"
    assert ada.get("/ops", params={"device": ada.device, "after_device_seq": 0}).json()["results"] == [first]


def test_the_same_id_with_other_bytes_or_from_someone_else_is_refused(platform, client):
    ada, bea = client(), client("Bea")
    op = ada.decision()
    ada.push(op)
    assert code(ada.push(op | {"submission_id": "s-0002"})[0]) == "op-id-reused"
    assert code(bea.push(op)[0]) == "op-id-reused"
    assert bea.get("/ops", params={"device": ada.device}).json()["results"] == []
    assert len(platform.decisions()) == 1


def test_of_two_who_decide_at_once_exactly_one_wins(platform, client):
    people = [client(), client("Bea"), client("Cem")]
    for submission, attempt in (("s-0001", 2), ("s-0002", 1)):
        barrier, answers = threading.Barrier(len(people)), []

        def decide(who, submission=submission, attempt=attempt, barrier=barrier, answers=answers):
            op = who.decision(submission, seq=attempt, base={"attempt": attempt})
            barrier.wait(10)
            answers.append(who.push(op)[0])

        threads = [threading.Thread(target=decide, args=[who]) for who in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert sorted(answer["status"] for answer in answers) == ["applied", "rejected", "rejected"]
        lost = [answer["problem"] for answer in answers if answer["status"] == "rejected"]
        assert [problem["code"] for problem in lost] == ["already-decided"] * 2
        winner = next(d for d in platform.decisions() if d.submission == submission)
        assert all(problem["current"]["decision"]["assessor"] == winner.assessor for problem in lost)
    assert len(platform.decisions()) == 2


def test_a_refused_decision_is_kept_and_refused_again_alike(platform, client):
    ada, bea = client(), client("Bea")
    ada.push(ada.decision())
    op = bea.decision()
    (first,) = bea.push(op)
    assert code(first) == "already-decided"
    assert bea.push(op) == [first]
    ((kept,),) = platform.rows("SELECT payload FROM unapplied WHERE op_id = :id", id=op["op_id"])
    assert kept == canonical(op)


OTHER_STATES = [
    ({"attempt": 1}, "attempt-superseded"),
    ({"attempt": 3}, "attempt-unknown"),
    ({"rubric": {"id": "mm-sel-r", "version": 2}}, "rubric-changed"),
    ({"rubric": {"id": "exit-ticket-r", "version": 1}}, "rubric-changed"),
    ({"fence": 1}, "claim-lost"),
]


def test_a_decision_on_another_state_is_refused_by_name(platform, client):
    ada = client()
    for seq, (base, expected) in enumerate(OTHER_STATES, 1):
        (result,) = ada.push(ada.decision(seq=seq, base=base))
        assert code(result) == expected
        assert result["problem"]["current"]["attempt"] == 2
    assert platform.decisions() == []
    assert ada.rows()["s-0001"]["data"]["state"] == "open"


def test_a_decision_on_a_withdrawn_submission_is_refused_so(platform, client):
    platform.change("UPDATE submission SET state = 'withdrawn' WHERE id = 's-0001'")
    ada = client()
    assert code(ada.push(ada.decision())[0]) == "withdrawn"
    assert ada.rows()["s-0001"]["reason"] == "withdrawn"


def test_a_decision_on_an_unknown_submission_is_kept(platform, client):
    ada = client()
    (result,) = ada.push(ada.decision("s-9999"))
    assert code(result) == "attempt-unknown"
    assert platform.rows("SELECT submission_id, code FROM unapplied") == [("s-9999", "attempt-unknown")]


def test_an_unrelated_edit_does_not_reject_work(client):
    ada = client()
    (result,) = ada.push(ada.decision(base={"submission_version": 7}))
    assert (result["status"], result["note"]) == ("applied", "base-moved")


FORBIDDEN = [
    ({"scores": scores(c1=("c1-1", 0, "No purpose."))}, "policy"),
    ({"outcome": "not_yet", "scores": scores(c1=("c1-1", 0))}, "policy"),
    ({"outcome": "not_yet", "feedback": ""}, "policy"),
    ({"completeness": {"k1": True}}, "policy"),
    ({"completeness": {"k1": True, "k2": False}}, "policy"),
    ({"condition": "plagiarism"}, "policy"),
    ({"outcome": "returned", "scores": {}, "feedback": "", "completeness": {}}, "policy"),
    ({"outcome": "returned"}, "schema"),
    ({"scores": scores(c1=("c2-3", 2))}, "schema"),
    ({"scores": scores(c1=("c1-3", 1))}, "schema"),
    ({"scores": scores(c9=("c9-1", 1))}, "schema"),
    ({"completeness": {"k1": True, "k2": True, "k3": True}}, "schema"),
    ({"completeness": {"k1": "yes", "k2": True}}, "schema"),
    ({"outcome": "win"}, "schema"),
    ({"condition": "bad mood"}, "schema"),
    ({"scores": {"c1": {"level": "c1-3", "points": 2, "citations": ["v1@99"]}}}, "schema"),
    ({"feedback": "x" * 20_001}, "too-large"),
]


def test_a_decision_that_the_rules_forbid_is_refused_and_a_corrected_one_accepted(platform, client):
    ada = client()
    for seq, (body, expected) in enumerate(FORBIDDEN, 1):
        (result,) = ada.push(ada.decision(seq=seq, **body))
        assert code(result) == expected, body
        assert result["problem"]["current"]["state"] == "open"
    assert platform.decisions() == []
    assert ada.push(ada.decision(seq=100))[0]["status"] == "applied"


@pytest.mark.parametrize(
    "body",
    [
        {"outcome": "not_yet", "scores": scores(c1=("c1-1", 0, "Name the purpose."))},
        {"outcome": "returned", "scores": {}, "completeness": {"k1": False}},
        {"outcome": "returned", "scores": {}, "completeness": {}, "condition": "unplayable", "feedback": ""},
    ],
)
def test_not_yet_and_returned_are_decisions_too(platform, client, body):
    ada = client()
    assert ada.push(ada.decision(**body))[0]["status"] == "applied"
    assert platform.decisions()[0].outcome == body["outcome"]


def test_one_poisoned_operation_blocks_nothing_else(platform, client):
    ada = client()
    good = ada.decision(seq=9)
    without = {name: value for name, value in ada.decision(seq=3).items() if name != "base"}
    poison = [
        None,
        7,
        {},
        {"op_id": "x"},
        ada.decision(seq=1) | {"kind": "decision.delete"},
        ada.decision(seq=2) | {"body": []},
        without,
        ada.decision(seq=4) | {"client_time": "yesterday"},
        ada.decision(seq=5) | {"v": 2},
        ada.decision(seq=6, base={"attempt": "2"}),
        ada.decision(seq=7, feedback="x" * MAX_OP_BYTES),
        ada.decision(seq=8) | {"op_id": "\ud800"},
    ]
    results = ada.push(*poison[:6], good, *poison[6:])
    assert results[6]["status"] == "applied"
    codes = [result["problem"]["code"] for result in results[:6] + results[7:]]
    assert codes == ["schema"] * 4 + ["unsupported-kind"] + ["schema"] * 5 + ["too-large", "schema"]
    assert [result["op_id"] for result in results][4:7] == ["op-device-Ada-1", "op-device-Ada-2", "op-device-Ada-9"]
    # What is stored is answered alike, and only what has an id of its own is stored.
    assert ada.push(*poison)[4:10] == (results[:6] + results[7:])[4:10]
    assert len(platform.decisions()) == 1


def test_a_copied_library_is_told_apart_and_nothing_of_it_applied(platform, client):
    ada = client()
    ada.push(ada.decision())
    copy = ada.decision("s-0002", op_id="another", base={"attempt": 1})
    body = json.dumps({"ops": [ada.decision("s-0002", seq=5, base={"attempt": 1}), copy]})
    answer = ada.http.post("/ops", content=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "device-fork")
    assert len(platform.decisions()) == 1
    assert ada.push(ada.decision())[0]["status"] == "duplicate"


def test_results_come_in_the_order_of_the_request_though_applied_by_number(client):
    ada = client()
    later, sooner = ada.decision(seq=2), ada.decision(seq=1, feedback="Sooner.")
    results = ada.push(later, sooner)
    assert [result["op_id"] for result in results] == [later["op_id"], sooner["op_id"]]
    assert [result["status"] for result in results] == ["rejected", "applied"]


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"", {}, 400),
        (b"{", {}, 400),
        (b"[]", {}, 400),
        (b'{"ops": {}}', {}, 400),
        (b'{"ops": [NaN]}', {}, 400),
        (b"\xff\xfe", {}, 400),
        (b"[" * 100_000, {}, 400),
        (b'{"ops": [' + b"1," * 50 + b"1]}", {}, 413),
        (b'{"ops": [], "x": "' + b"x" * MAX_OPS_BYTES + b'"}', {}, 413),
        (b'{"ops": []}', {"Content-Encoding": "gzip"}, 415),
    ],
)
def test_a_body_that_is_no_list_of_operations_is_a_problem(shared, content, headers, status):
    answer = shared.http.post("/ops", content=content, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_where_the_database_cannot_be_written_the_operation_has_to_wait(platform, client, monkeypatch, expected_logs):
    expected_logs.append("mcassess.server.operations")
    ada = client()
    full = OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

    def fail(*_, **__):
        raise full

    with monkeypatch.context() as patch:
        patch.setattr("mcassess.server.accepting.add_to_feed", fail)
        first, second = ada.push(ada.decision(), ada.decision(seq=2, feedback="And again."))
    assert (first["status"], second["status"]) == ("later", "blocked")
    assert platform.decisions() == []
    assert ada.push(ada.decision())[0]["status"] == "applied"


@pytest.mark.parametrize("days", [500, -500])
def test_results_are_played_back_years_later_whatever_the_clock_says(platform, client, monkeypatch, days):
    ada = client()
    applied, refused = ada.push(ada.decision(), ada.decision(seq=2))
    late = datetime.now(UTC) + timedelta(days=days)
    monkeypatch.setattr(platform.clock, "now", lambda: late)
    assert ada.push(ada.decision(seq=3))[0]["status"] == "rejected"
    again = ada.push(ada.decision(), ada.decision(seq=2))
    assert (again[0]["status"], again[0]["receipt"]) == ("duplicate", applied["receipt"])
    assert again[1] == refused
