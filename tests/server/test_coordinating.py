"""What coordinators do: assign, recuse, withdraw, move rubrics, grant attempts, hear appeals; people come and go."""

import json

import pytest

from mcassess.errors import RefusedError, UsageError
from mcassess.server.admin_people import (
    people,
    remove_person,
    restore_device,
    revoke_device,
    set_role,
    set_scope,
    take_back_person,
)
from mcassess.server.admin_records import (
    answer_remark,
    apply_unapplied,
    audit_is_whole,
    audit_log,
    end_claim,
    held_claims,
    outcomes,
    remarks,
    unapplied,
)
from mcassess.server.admin_submissions import (
    assign_submission,
    cancel_appeal,
    grant_attempts,
    move_rubric,
    open_appeal,
    recuse_person,
    reinstate_submission,
    unassign_submission,
    withdraw_submission,
)
from mcassess.sync.pack import PackError
from tests.support.assessor import NOT_YET, code
from tests.support.packs import changed_pack
from tests.support.platform import SMALL_PACK

RETURNED = {"outcome": "returned", "scores": {}, "completeness": {"k1": False}}


@pytest.fixture
def folder(platform):
    return platform.data_dir


def next_attempt(tmp_path, number, policy=None):
    """A pack with a further attempt of s-0001, made of the same evidence."""

    def change(document):
        document["microcredentials"][0]["policy"] |= policy or {}
        first = document["submissions"][0]
        first["attempt"] = number
        document["submissions"] = [first]

    return changed_pack(tmp_path / f"attempt-{number}", change)


def test_what_is_assigned_is_the_assignee_s_alone_and_ends_claims(folder, client):
    ada, bea = client(), client("Bea")
    ada.claim()
    assign_submission(folder, "s-0001", ["Bea"])
    assert ada.rows()["s-0001"]["reason"] == "reassigned"
    assert code(ada.push(ada.decision(base={"fence": 1}))[0]) == "claim-lost"
    fence = bea.rows()["s-0001"]["data"]["fence"]
    unassign_submission(folder, "s-0001", ["Bea"])
    assert ada.rows()["s-0001"]["data"]["state"] == "open"
    assign_submission(folder, "s-0001", ["Bea"])
    assert code(bea.push(bea.decision(base={"fence": fence}))[0]) == "claim-lost"
    fence = bea.rows()["s-0001"]["data"]["fence"]
    assert bea.push(bea.decision(seq=2, base={"fence": fence}))[0]["status"] == "applied"
    with pytest.raises(RefusedError, match="decided"):
        assign_submission(folder, "s-0001", ["Ada"])


def test_nothing_is_given_to_whoever_must_not_have_it(folder, platform, client):
    client("Bea"), client("Cora", role="coordinator")
    recuse_person(folder, "Bea", submission="s-0001", reason="Her sister.")
    for name, why in [("Bea", "must not"), ("Cora", "no assessor")]:
        with pytest.raises(RefusedError, match=why):
            assign_submission(folder, "s-0001", [name])
    with pytest.raises(UsageError, match="Nobody"):
        assign_submission(folder, "s-0001", ["Zoe"])
    with pytest.raises(UsageError, match="no submission"):
        assign_submission(folder, "s-9999", ["Ada"])


def test_a_recusal_from_an_educator_covers_all_that_she_sends(folder, platform, client, tmp_path):
    ada = client()
    assert recuse_person(folder, "Ada", educator="e-1") == 1
    assert ada.rows()["s-0001"]["reason"] == "reassigned"
    platform.load(next_attempt(tmp_path, 3))
    assert ada.rows()["s-0001"]["reason"] == "reassigned"
    assert ada.rows()["s-0002"]["op"] == "upsert"


def test_a_withdrawal_takes_it_away_and_keeps_what_comes_late(folder, platform, client):
    ada = client()
    fence = ada.claim()["fence"]
    withdraw_submission(folder, "s-0001")
    assert ada.rows()["s-0001"]["reason"] == "withdrawn"
    assert code(ada.push(ada.decision(base={"fence": fence}))[0]) == "withdrawn"
    assert [(each.code, each.person, each.kind) for each in unapplied(folder)] == [
        ("withdrawn", "Ada", "decision.submit")
    ]
    reinstate_submission(folder, "s-0001")
    assert ada.rows()["s-0001"]["data"]["state"] == "open"
    assert apply_unapplied(folder, "op-device-Ada-1").status == "applied"
    assert unapplied(folder) == []
    assert ada.push(ada.decision(base={"fence": fence}))[0]["status"] == "duplicate"
    assert len(platform.decisions()) == 1


def test_whoever_scored_by_the_former_rubric_may_keep_to_it(folder, platform, client, tmp_path):
    def newer(document):
        document["microcredentials"][0]["rubric"]["version"] = 4

    platform.load(changed_pack(tmp_path / "newer", newer))
    ada = client()
    assert ada.rows()["s-0001"]["data"]["rubric"]["version"] == 3
    move_rubric(folder, "s-0001", 4)
    assert ada.rows()["s-0001"]["data"]["rubric"]["version"] == 4
    assert code(ada.push(ada.decision(seq=1))[0]) == "rubric-changed"
    wrong = {"rubric": {"id": "mm-sel-r", "version": 2}}
    assert code(ada.push(ada.decision(seq=2, base=wrong, keep_rubric=True))[0]) == "rubric-changed"
    assert ada.push(ada.decision(seq=3, keep_rubric=True))[0]["status"] == "applied"
    assert ada.rows()["s-0001"]["data"]["rubric"]["version"] == 3
    with pytest.raises(UsageError, match="no version 9"):
        move_rubric(folder, "s-0002", 9)


def test_a_returned_attempt_costs_none_and_the_last_one_is_the_last(folder, platform, client, tmp_path):
    ada = client()
    ada.push(ada.decision(**RETURNED))
    platform.load(next_attempt(tmp_path, 3))
    ada.push(ada.decision(seq=2, base={"attempt": 3}, **NOT_YET))
    platform.load(next_attempt(tmp_path, 4))
    assert outcomes(folder)[0].attempts_left == 1
    ada.push(ada.decision(seq=3, base={"attempt": 4}, **NOT_YET))
    with pytest.raises(PackError, match="no attempt left"):
        platform.load(next_attempt(tmp_path, 5))
    assert grant_attempts(folder, "s-0001") == 1
    platform.load(SMALL_PACK)
    platform.load(tmp_path / "attempt-5")
    assert ada.rows()["s-0001"]["data"]["attempt"] == 5


def test_a_decision_on_an_attempt_that_comes_later_is_applied_when_it_comes(platform, client, tmp_path):
    ada = client()
    early = ada.decision(base={"attempt": 3, "fence": 7})
    assert code(ada.push(early)[0]) == "attempt-unknown"
    platform.load(next_attempt(tmp_path, 3))
    (answer,) = ada.push(early)
    assert (answer["status"], answer["receipt"]["attempt"]) == ("duplicate", 3)
    assert ada.rows()["s-0001"]["data"]["state"] == "decided"
    assert len(platform.decisions()) == 1


def test_an_older_attempt_is_decided_where_the_policy_lets_it_be(platform, client, tmp_path):
    ada = client()
    platform.load(next_attempt(tmp_path, 3, {"allow_old_attempt": True}))
    assert code(ada.push(ada.decision(seq=1))[0]) == "attempt-superseded"
    assert ada.push(ada.decision(seq=2, old_attempt=True))[0]["status"] == "applied"
    row = ada.rows()["s-0001"]["data"]
    assert (row["state"], row["attempt"]) == ("open", 3)
    assert row["earlier"][1]["decision"]["outcome"] == "award"
    assert code(ada.push(ada.decision(seq=3, old_attempt=True))[0]) == "attempt-superseded"


def test_an_older_attempt_is_not_decided_where_the_policy_says_nothing(platform, client, tmp_path):
    ada = client()
    platform.load(next_attempt(tmp_path, 3))
    assert code(ada.push(ada.decision(old_attempt=True))[0]) == "attempt-superseded"


def test_an_appeal_is_a_blind_re_score_by_somebody_else(folder, platform, client):
    ada, bea = client(), client("Bea")
    first = ada.decision(**NOT_YET)
    ada.push(first)
    assert bea.rows()["s-0001"]["op"] == "remove"
    assert open_appeal(folder, "s-0001", reason="She disagrees.") == 1
    row = bea.rows()["s-0001"]["data"]
    assert (row["state"], row["decision_id"]) == ("open", None)
    assert row["earlier"][0]["decision"]["scores"] == {}, "earlier scores are hidden from a re-score"
    assert ada.rows()["s-0001"]["data"]["state"] == "decided"
    fence = row["fence"]
    assert code(ada.push(ada.decision(seq=2, base={"fence": fence}))[0]) == "already-decided"
    assert code(ada.push(ada.revision(1, seq=3))[0]) == "already-decided"
    answer = bea.decision(base={"fence": fence})
    assert bea.push(answer)[0]["status"] == "applied"
    counting = {each.op_id: each for each in platform.decisions()}
    assert counting[first["op_id"]].superseded_by == answer["op_id"]
    assert (counting[answer["op_id"]].appeal, counting[answer["op_id"]].supersedes) == (1, first["op_id"])
    assert [(each.outcome, each.decision) for each in outcomes(folder)] == [("award", answer["op_id"])]
    open_appeal(folder, "s-0001")
    for former in (ada, bea):
        with pytest.raises(RefusedError, match="decided on it"):
            assign_submission(folder, "s-0001", ["Ada" if former is ada else "Bea"])


def test_an_appeal_that_is_called_off_leaves_the_decision(folder, platform, client):
    ada, bea = client(), client("Bea")
    op = ada.decision()
    ada.push(op)
    with pytest.raises(RefusedError, match="No appeal"):
        cancel_appeal(folder, "s-0001")
    open_appeal(folder, "s-0001", assessor="Bea")
    fence = bea.claim()["fence"]
    cancel_appeal(folder, "s-0001")
    assert code(bea.push(bea.decision(base={"fence": fence}))[0]) == "already-decided"
    assert ada.rows()["s-0001"]["data"]["decision_id"] == op["op_id"]
    assert ada.push(ada.revision(1, seq=2))[0]["status"] == "applied"


def test_whoever_left_is_heard_and_not_applied_until_she_is_back(folder, platform, client):
    ada = client()
    ada.claim()
    assert remove_person(folder, "Ada") == 1
    assert ada.get("/changes").json()["code"] == "assessor-removed"
    op = ada.decision(base={"fence": 1})
    assert code(ada.push(op)[0]) == "assessor-removed"
    assert ada.get("/ops", params={"device": ada.device}).json()["results"][0]["op_id"] == op["op_id"]
    assert [each.code for each in unapplied(folder)] == ["assessor-removed"]
    back = client(token=take_back_person(folder, "Ada"), device=ada.device)
    assert back.rows()["s-0001"]["data"]["state"] == "open"
    assert apply_unapplied(folder, op["op_id"]).status == "applied"
    assert back.push(op)[0]["status"] == "duplicate"
    with pytest.raises(UsageError, match="not left"):
        take_back_person(folder, "Ada")


def test_a_revoked_device_is_heard_and_the_other_one_goes_on(folder, platform, client):
    ada = client()
    tablet = client(token=ada.token, device="tablet")
    ada.claim()
    revoke_device(folder, "Ada", ada.device)
    assert ada.get("/changes").json()["code"] == "device-revoked"
    assert code(ada.push(ada.decision(base={"fence": 1}))[0]) == "device-revoked"
    fence = tablet.rows()["s-0001"]["data"]["fence"]
    assert tablet.push(tablet.decision(base={"fence": fence}))[0]["status"] == "applied"
    assert people(folder)[0].revoked_devices == [ada.device]
    restore_device(folder, "Ada", ada.device)
    assert ada.get("/changes").status_code == 200


def test_another_scope_or_role_is_read_from_the_beginning(folder, client):
    ada = client()
    _, cursor = ada.changes()
    set_scope(folder, "Ada", ["exit-ticket"])
    assert ada.get("/changes", params={"cursor": cursor}).json()["code"] == "cursor-scope"
    assert {name for name, row in ada.rows().items() if row["op"] == "upsert"} == {"s-0003"}
    assert ada.get("/submissions/s-0001").status_code == 404
    (refused,) = ada.push(ada.decision())
    assert (code(refused), refused["problem"]["current"]) == ("assessor-removed", None)
    set_scope(folder, "Ada", [])
    set_role(folder, "Ada", "coordinator")
    assert ada.get("/me").json()["roles"] == ["coordinator"]
    with pytest.raises(UsageError, match="micro-credential"):
        set_scope(folder, "Ada", ["nothing"])


def test_a_claim_is_taken_away_by_name(folder, client):
    ada = client()
    ada.claim()
    (held,) = held_claims(folder)
    assert (held.person, held.device, held.fence) == ("Ada", ada.device, 1)
    end_claim(folder, "s-0001", "Ada")
    assert held_claims(folder) == []
    assert ada.refusal("renew") == "claim-lost"


def test_requests_and_reports_wait_for_an_answer(folder, client):
    ada = client()
    ada.push(ada.decision(), ada.operation("review.request", seq=2, text="Was I fair?"))
    (asked,) = remarks(folder, only_open=True)
    assert (asked.person, asked.body["text"]) == ("Ada", "Was I fair?")
    answer_remark(folder, asked.op_id, "You were.")
    assert remarks(folder, only_open=True) == []
    assert remarks(folder)[0].answer == "You were."
    with pytest.raises(UsageError, match="waits"):
        answer_remark(folder, asked.op_id, "Again.")


def test_the_audit_log_names_who_did_what_and_tells_when_it_was_altered(folder, platform, client):
    cora, ada = client("Cora", role="coordinator"), client()
    ada.claim()
    withdraw_submission(folder, "s-0001", reason="She asked.", by="Cora")
    with pytest.raises(RefusedError, match="coordinator"):
        reinstate_submission(folder, "s-0001", by="Ada")
    log = audit_log(folder, submission="s-0001")
    assert [(each.actor, each.action) for each in log] == [("Ada", "claim.granted"), ("Cora", "withdrawn")]
    assert "Quackenbush" not in json.dumps([each.detail for each in audit_log(folder)])
    assert audit_is_whole(folder) is None
    actions = [each.action for each in audit_log(folder)]
    assert actions == ["person.added", "pack.loaded", "person.added", "claim.granted", "withdrawn"]
    platform.change("UPDATE audit SET actor = 'somebody' WHERE number = 2")
    assert audit_is_whole(folder) == 2
    assert cora.get("/me").status_code == 200
