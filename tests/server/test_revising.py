"""Revising a decision: by whoever made it, as one chain, each version kept."""

import pytest

from tests.support.assessor import NOT_YET, code


def test_revisions_form_one_chain_of_which_the_last_counts(platform, client):
    ada = client()
    first, second, third = ada.decision(seq=1), ada.revision(1, seq=2, **NOT_YET), ada.revision(2, seq=3)
    results = ada.push(first, second, third)
    assert [result["status"] for result in results] == ["applied"] * 3
    assert [result["entities"][0]["version"] for result in results] == [1, 2, 3]
    listed = platform.decisions()
    assert [(each.version, each.outcome.value) for each in listed] == [(1, "award"), (2, "not_yet"), (3, "award")]
    assert [each.superseded_by for each in listed] == [second["op_id"], third["op_id"], None]
    assert [each.supersedes for each in listed] == [None, first["op_id"], second["op_id"]]
    assert ada.rows()["s-0001"]["data"]["decision_id"] == third["op_id"]
    assert ada.push(second)[0] == results[1] | {"status": "duplicate"}


def test_a_revision_of_a_version_that_is_not_the_last_is_refused_and_kept(platform, client):
    ada = client()
    tablet = client(token=ada.token, device="tablet")
    ada.push(ada.decision(), ada.revision(1, seq=2, **NOT_YET))
    (refused,) = tablet.push(tablet.revision(1, seq=1))
    assert code(refused) == "already-decided"
    assert refused["problem"]["current"]["decision"]["version"] == 2
    assert platform.rows("SELECT code FROM unapplied") == [("already-decided",)]
    assert tablet.push(tablet.revision(2, seq=2))[0]["status"] == "applied"


def test_nobody_revises_what_is_not_hers(platform, client):
    ada, bea = client(), client("Bea")
    assert code(ada.push(ada.revision(1, seq=1))[0]) == "policy"
    ada.push(ada.decision(seq=2))
    assert code(bea.push(bea.revision(1, seq=1))[0]) == "already-decided"
    assert len(platform.decisions()) == 1


def test_a_revision_names_the_version_and_a_first_decision_does_not(client):
    ada = client()
    without = ada.decision(seq=1) | {"kind": "decision.revise"}
    with_one = ada.decision(seq=2, base={"decision_version": 1})
    assert [code(result) for result in ada.push(without, with_one)] == ["schema", "schema"]


def test_a_revision_keeps_to_the_rules_of_every_decision(client):
    ada = client()
    ada.push(ada.decision())
    bare = {**NOT_YET, "scores": {**NOT_YET["scores"], "c1": {"level": "c1-1", "points": 0}}}
    assert code(ada.push(ada.revision(1, seq=2, **bare))[0]) == "policy"
    assert code(ada.push(ada.revision(1, seq=3, base={"attempt": 1}))[0]) == "attempt-superseded"
    assert code(ada.push(ada.revision(1, seq=4, base={"attempt": 3}))[0]) == "attempt-unknown"


@pytest.mark.parametrize("policy", [{"revise_until": "never"}, {"revise_until": "released"}])
def test_a_policy_may_forbid_to_revise(client, policy):
    ada = client()
    ada.push(ada.decision())
    assert code(ada.push(ada.revision(1, seq=2))[0]) == "policy"


@pytest.mark.parametrize("policy", [{"assessors": 2, "approver": True}])
def test_a_recommendation_is_revised_until_the_approver_has_decided(platform, client):
    ada, bea, ann = client(), client("Bea"), client("Ann", role="approver")
    ada.push(ada.decision())
    assert ada.push(ada.revision(1, seq=2, **NOT_YET))[0]["status"] == "applied"
    bea.push(bea.decision())
    assert ann.push(ann.decision())[0]["status"] == "applied"
    assert code(ada.push(ada.revision(2, seq=3))[0]) == "already-decided"
    counting = [each for each in platform.decisions() if each.superseded_by is None]
    assert [(each.assessor, each.final) for each in counting] == [("Ada", False), ("Bea", False), ("Ann", True)]
