"""What is said beside decisions: comments, second opinions, requests for a review, reports on evidence."""

import pytest

from mcassess.server.admin_records import remarks
from mcassess.server.admin_submissions import assign_submission
from tests.support.assessor import code


def test_a_comment_is_added_amended_and_removed_and_every_word_is_kept(platform, client):
    ada = client()
    add = ada.operation("comment.add", seq=1, text="Look again.", criterion="c1", citation="v1@00:00:01")
    amend = ada.operation("comment.amend", seq=2, comment=add["op_id"], text="Look once more.")
    remove = ada.operation("comment.remove", seq=3, comment=add["op_id"])
    late = ada.operation("comment.amend", seq=4, comment=add["op_id"], text="And again.")
    results = ada.push(add, amend, remove, late)
    assert [result["entities"][0]["version"] for result in results[:3]] == [1, 2, 3]
    assert {result["entities"][0]["id"] for result in results[:3]} == {add["op_id"]}
    assert all(result["receipt"] for result in results[:3])
    assert code(results[3]) == "policy"
    assert ada.push(add)[0]["status"] == "duplicate"
    assert len(platform.rows("SELECT op_id FROM remark")) == 3


def test_nobody_alters_the_comment_of_another(client):
    ada, bea = client(), client("Bea")
    add = ada.operation("comment.add", seq=1, text="Mine.")
    ada.push(add)
    assert code(bea.push(bea.operation("comment.amend", seq=1, comment=add["op_id"], text="Mine!"))[0]) == "policy"
    assert code(bea.push(bea.operation("comment.remove", seq=2, comment=add["op_id"]))[0]) == "policy"


def test_comments_stay_possible_after_one_s_own_decision_and_not_after_another_s(client):
    ada, bea = client(), client("Bea")
    ada.push(ada.decision())
    assert ada.push(ada.operation("comment.add", seq=2, text="One more thing."))[0]["status"] == "applied"
    assert code(bea.push(bea.operation("comment.add", seq=1, text="Too late."))[0]) == "already-decided"


def test_a_second_opinion_stands_beside_the_decision_and_changes_nothing(platform, client):
    ada, bea = client(), client("Bea")
    mine = bea.decision() | {"kind": "second_opinion.submit"}
    assert code(bea.push(mine | {"op_id": "early", "device_seq": 9})[0]) == "policy"
    ada.push(ada.decision())
    assert bea.push(mine)[0]["status"] == "applied"
    assert code(bea.push(mine | {"op_id": "again", "device_seq": 10})[0]) == "already-decided"
    assert len(platform.decisions()) == 1
    assert bea.rows()["s-0001"]["reason"] == "decided_elsewhere"


@pytest.mark.parametrize("policy", [{"second_opinions": False, "review_requests": False}])
def test_a_policy_may_forbid_second_opinions_and_requests(client):
    ada, bea = client(), client("Bea")
    ada.push(ada.decision())
    opinion = bea.decision() | {"kind": "second_opinion.submit"}
    request = bea.operation("review.request", seq=2, text="Please look.")
    assert [code(result) for result in bea.push(opinion, request)] == ["policy", "policy"]


def test_a_review_is_asked_for_with_words(client):
    ada, bea = client(), client("Bea")
    ada.push(ada.decision())
    assert bea.push(bea.operation("review.request", seq=1, text="I saw it otherwise."))[0]["status"] == "applied"
    assert code(bea.push(bea.operation("review.request", seq=2, text=""))[0]) == "schema"


def test_a_breach_of_privacy_withholds_the_piece_from_everybody(client):
    ada, bea = client(), client("Bea")
    (result,) = ada.push(
        ada.operation("evidence.report", seq=1, evidence="v1", reason="privacy_breach", text="A name.")
    )
    assert result["status"] == "applied"
    for person in (ada, bea, client("Cora", role="coordinator")):
        pieces = {piece["id"]: piece["available"] for piece in person.rows()["s-0001"]["data"]["evidence"]}
        assert pieces == {"v1": False, "d1": True, "d2": True, "i1": True, "t1": True, "l1": True}
        assert person.get("/submissions/s-0001/evidence/v1/content").json()["code"] == "withheld"
    assert ada.push(ada.decision(seq=2))[0]["note"] == "base-moved"


def test_what_is_not_hers_to_see_is_not_withheld_by_her(platform, client):
    ada, eve, ann = client(), client("Eve"), client("Ann", role="approver")
    assign_submission(platform.data_dir, "s-0001", ["Ada"])
    report = {"evidence": "v1", "reason": "privacy_breach"}
    assert eve.push(eve.operation("evidence.report", seq=1, **report))[0]["status"] == "applied"
    assert code(ann.push(ann.operation("evidence.report", seq=1, **report))[0]) == "policy"
    assert ada.get("/submissions/s-0001/evidence/v1/content").status_code == 200
    assert [each.person for each in remarks(platform.data_dir, only_open=True)] == ["Eve"]


def test_damage_is_reported_without_taking_the_piece_away(client):
    ada = client()
    old = ada.operation("evidence.report", seq=1, base={"attempt": 1}, evidence="d1", reason="damaged", sha256="0" * 64)
    nothing = ada.operation("evidence.report", seq=2, evidence="v9", reason="damaged")
    strange = ada.operation("evidence.report", seq=3, evidence="v1", reason="boring")
    results = ada.push(old, nothing, strange)
    assert results[0]["status"] == "applied"
    assert [code(result) for result in results[1:]] == ["schema", "schema"]
    assert ada.get("/submissions/s-0001/evidence/d1/content?attempt=1").status_code == 200


def test_words_have_their_limits(client):
    ada = client()
    long = ada.operation("comment.add", seq=1, text="x" * 20_001)
    wrong = ada.operation("comment.add", seq=2, text="Here.", citation="v1@99")
    assert [code(result) for result in ada.push(long, wrong)] == ["too-large", "schema"]
