"""Two assessors blind to each other, an approver, a coordinator: whose turn it is, and what each is told."""

import pytest

from tests.support.assessor import NOT_YET
from tests.support.packs import changed_pack


@pytest.fixture
def pack(tmp_path):
    def two_and_an_approver(document):
        document["microcredentials"][0]["policy"] |= {"assessors": 2, "approver": True}

    return changed_pack(tmp_path / "pack", two_and_an_approver)


def states(person):
    return {name: row["data"]["state"] for name, row in person.rows().items() if row["op"] == "upsert"}


def test_a_recommendation_settles_it_for_its_assessor_alone(platform, client):
    ada, bea, cem = client(), client("Bea"), client("Cem")
    assert ada.push(ada.decision())[0]["status"] == "applied"
    assert states(ada)["s-0001"] == "decided"
    assert states(bea)["s-0001"] == "open"
    assert "decision_id" in bea.rows()["s-0001"]["data"]
    assert bea.rows()["s-0001"]["data"]["decision_id"] is None
    assert ada.push(ada.decision(seq=2))[0]["problem"]["code"] == "already-decided"
    assert bea.push(bea.decision(**NOT_YET))[0]["note"] == "base-moved"
    (third,) = cem.push(cem.decision())
    assert third["problem"]["code"] == "already-decided"
    assert "decision" not in third["problem"]["current"], "what others recommended stays hidden"
    assert cem.rows()["s-0001"]["reason"] == "decided_elsewhere"


def test_the_approver_sees_it_when_both_are_done_and_decides(platform, client):
    ada, bea, ann = client(), client("Bea"), client("Ann", role="approver")
    assert states(ann) == {}
    assert ann.push(ann.decision())[0]["problem"]["code"] == "policy"
    ada.push(ada.decision())
    _, cursor = ann.changes()
    bea.push(bea.decision(**NOT_YET))
    (row,) = ann.changes(cursor)[0]
    assert (row["id"], row["data"]["state"]) == ("s-0001", "open")
    assert ann.push(ann.decision(seq=2))[0]["status"] == "applied"
    assert states(ann)["s-0001"] == states(ada)["s-0001"] == "decided"
    assert [(d.assessor, d.outcome.value) for d in platform.decisions()] == [
        ("Ada", "award"),
        ("Bea", "not_yet"),
        ("Ann", "award"),
    ]


def test_where_no_approver_is_asked_for_the_last_assessor_settles_it(platform, client, tmp_path):
    def two(document):
        document["microcredentials"][0]["policy"] |= {"assessors": 2, "approver": False}

    platform.load(changed_pack(tmp_path / "two", two))
    ada, bea, cora = client(), client("Bea"), client("Cora", role="coordinator")
    ada.push(ada.decision())
    assert states(cora)["s-0001"] == "open"
    bea.push(bea.decision())
    assert states(cora)["s-0001"] == "decided"


def test_a_coordinator_sees_all_and_decides_nothing(platform, client):
    cora = client("Cora", role="coordinator")
    assert set(states(cora)) == {"s-0001", "s-0002", "s-0003"}
    assert cora.push(cora.decision())[0]["problem"]["code"] == "policy"
    assert platform.decisions() == []


def test_a_claim_that_the_policy_wants_is_asked_for(platform, client, tmp_path):
    def claimed(document):
        document["microcredentials"][1]["policy"] |= {"claim_required": True}

    platform.load(changed_pack(tmp_path / "claimed", claimed))
    ada = client()
    scores = {name: {"level": f"{name}-4", "points": 4} for name in ("g1", "g2")}
    base = {"attempt": 1, "rubric": {"id": "exit-ticket-r", "version": 1}}
    op = ada.decision("s-0003", base=base, scores=scores, completeness={})
    assert ada.push(op)[0]["problem"]["code"] == "claim-lost"


def test_recommendations_are_read_by_the_approver_in_turn_and_by_coordinators_alone(platform, client):
    ada, bea, ann = client(), client("Bea"), client("Ann", role="approver")
    cora = client("Cora", role="coordinator")
    place = "/submissions/s-0001/recommendations"
    ada.push(ada.decision())
    assert ann.get(place).status_code == 404
    assert len(cora.get(place).json()["recommendations"]) == 1
    bea.push(bea.decision(**NOT_YET))
    read = ann.get(place).json()["recommendations"]
    assert [(each["assessor"], each["decision"]["outcome"]) for each in read] == [("Ada", "award"), ("Bea", "not_yet")]
    assert read[1]["decision"]["scores"]["c1"]["comment"] == "Let students say the purpose."
    assert [person.get(place).status_code for person in (ada, bea, client("Cem"))] == [404, 404, 404]
