"""After a restored backup: what was accepted comes back by its receipt, and claims of before go first."""

import pytest

from mcassess.server.backup import write_backup
from mcassess.server.restore import restore_backup
from tests.support.library import TestClock


@pytest.fixture
def clock():
    return TestClock()


@pytest.fixture
def save(platform, tmp_path, clock):
    """Saves the platform as it is; returns what takes it back to that."""

    def saved():
        write_backup(platform.data_dir, tmp_path / "saved.tar")
        return lambda: restore_backup(platform.data_dir, tmp_path / "saved.tar", clock=clock)

    return saved


def with_receipts(person, *ops, receipts):
    answer = person.http.post("/ops", json={"ops": list(ops), "receipts": receipts})
    assert answer.status_code == 200, answer.text
    return answer.json()["results"]


def test_what_was_accepted_comes_back_by_its_receipt_and_nothing_else_does(client, platform, save):
    ada, bea = client(), client("Bea")
    lose = save()
    unclaimed = bea.decision("s-0002", base={"attempt": 1, "fence": 0})
    op = ada.decision(base={"fence": ada.claim()["fence"]})
    (first,) = ada.push(op)
    lose()
    assert platform.decisions() == []
    forged = first["receipt"] | {"payload_sha256": "0" * 64}
    (refused,) = with_receipts(ada, op, receipts={op["op_id"]: forged})
    assert refused["problem"]["code"] == "claim-lost"
    (again,) = with_receipts(ada, op, receipts={op["op_id"]: first["receipt"]})
    assert (again["status"], again["receipt"]) == ("applied", first["receipt"])
    assert platform.decisions()[0].accepted_at == first["receipt"]["accepted_at"]
    assert ada.push(op)[0]["status"] == "duplicate"
    assert platform.rows("SELECT code FROM unapplied WHERE applied_at IS NULL") == []
    assert bea.push(unclaimed)[0]["problem"]["code"] == "claim-lost"


def test_a_receipt_does_not_undo_what_was_decided_since(client, platform, save):
    ada, bea = client(), client("Bea")
    lose = save()
    op = ada.decision()
    (first,) = ada.push(op)
    lose()
    fence = bea.rows()["s-0001"]["data"]["fence"]
    assert bea.push(bea.decision(base={"fence": fence}))[0]["status"] == "applied"
    (refused,) = with_receipts(ada, op, receipts={op["op_id"]: first["receipt"]})
    assert refused["problem"]["code"] == "already-decided"
    assert [each.assessor for each in platform.decisions()] == ["Bea"]


def test_a_claim_of_before_goes_first_for_a_day(client, save, clock):
    ada, bea = client(), client("Bea")
    lose = save()
    held = {name: ada.claim(name)["receipt"] for name in ("s-0001", "s-0002")}
    lose()
    taken = bea.claim()
    assert taken["fence"] > 1_000_000
    assert ada.refusal("claim", receipts={"s-0001": held["s-0002"]}) == "claimed"
    assert ada.claim(receipts=held)["fence"] > taken["fence"]
    assert bea.refusal("renew") == "claim-lost"
    bea.claim("s-0002")
    clock.advance(hours=25)
    assert ada.refusal("claim", "s-0002", receipts=held) == "claimed"


@pytest.mark.parametrize("forged", [{"signature": "AAAA"}, {"signature": ""}, {"fence": 999}])
def test_a_forged_claim_of_before_is_worth_nothing(client, save, forged):
    ada, bea = client(), client("Bea")
    lose = save()
    receipt = ada.claim()["receipt"]
    lose()
    bea.claim()
    assert ada.refusal("claim", receipts={"s-0001": receipt | forged}) == "claimed"
    assert ada.claim(receipts={"s-0001": receipt})["submission_id"] == "s-0001"


def test_a_request_for_a_claim_that_comes_after_the_restore_grants_nothing_anew(client, platform, save):
    ada = client()
    (epoch,) = platform.rows("SELECT value FROM meta WHERE key = 'epoch'")[0]
    lose = save()
    asked = {"request_id": "late", "action": "claim", "submission_ids": ["s-0001"], "epoch": epoch}
    granted = ada.http.post("/claims", json=asked).json()["claims"]
    assert ada.http.post("/claims", json=asked).json()["claims"] == granted
    lose()
    late = ada.http.post("/claims", json=asked)
    assert (late.status_code, late.json()["code"]) == (410, "epoch-changed")
    assert platform.rows("SELECT * FROM claim") == []
    assert ada.claim()["fence"] > 1_000_000
