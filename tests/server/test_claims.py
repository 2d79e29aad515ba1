"""Claims: one holder a seat, fences that keep old work out, leases that may run out, answers that are replayed."""

import threading

import pytest

from mcassess.sync.wire_claims import DEFAULT_TTL_S
from tests.support.library import TestClock

DAY_S = 86_400
EXIT_TICKET = {
    "base": {"attempt": 1, "rubric": {"id": "exit-ticket-r", "version": 1}},
    "scores": {name: {"level": f"{name}-4", "points": 4} for name in ("g1", "g2")},
    "completeness": {},
}


@pytest.fixture
def clock():
    return TestClock()


def test_a_claim_is_seen_by_all_and_its_fence_goes_with_the_decision(platform, client):
    ada, bea = client(), client("Bea")
    granted = ada.claim()
    assert (granted["fence"], granted["ttl_s"]) == (1, DEFAULT_TTL_S)
    hers, others = (who.rows()["s-0001"]["data"] for who in (ada, bea))
    assert hers["state"] == others["state"] == "claimed"
    assert (hers["fence"], hers["version"]) == (1, granted["submission_version"])
    assert hers["claim"]["device_id"] == ada.device
    assert others["claim"]["device_id"] == ""
    assert bea.refusal("claim") == "claimed"
    (refused,) = bea.push(bea.decision(base={"fence": 1}))
    assert refused["problem"]["code"] == "claim-lost"
    assert refused["problem"]["current"]["claim"]["assessor"] == "Ada"
    (applied,) = ada.push(ada.decision(base={"fence": 1}))
    assert (applied["status"], applied["late_lease"]) == ("applied", False)
    assert ada.refusal("renew") == "already-decided"


def test_what_was_decided_without_the_claim_that_came_meanwhile_is_refused_and_kept(platform, client):
    ada, bea = client(), client("Bea")
    bea.rows()
    ada.claim()
    assert bea.push(bea.decision())[0]["problem"]["code"] == "claim-lost"
    assert platform.decisions() == []


def test_an_answer_is_replayed_and_an_id_is_used_for_one_request(client):
    ada = client()
    first = ada.claim(request_id="r-1")
    assert ada.claim(request_id="r-1") == first
    answer = ada.http.post("/claims", json={"request_id": "r-1", "action": "release", "submission_id": "s-0001"})
    assert (answer.status_code, answer.json()["code"]) == (409, "request-id-reused")
    assert ada.rows()["s-0001"]["data"]["fence"] == 1


def test_of_many_who_claim_at_once_one_gets_it(client):
    people = [client(), client("Bea"), client("Cem")]
    barrier, answers = threading.Barrier(3), []

    def claim(who):
        barrier.wait(10)
        answers.append(who.claims("claim", "s-0001"))

    threads = [threading.Thread(target=claim, args=[who]) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(len(answer["claims"]) for answer in answers) == [0, 0, 1]
    assert {r["problem"]["code"] for answer in answers for r in answer["refused"]} == {"claimed"}


def test_a_lease_that_ran_out_is_as_good_until_somebody_else_is_given_it(client, clock):
    ada, bea = client(), client("Bea")
    first = ada.claim(ttl_s=DAY_S)
    second = ada.claim("s-0002", ttl_s=DAY_S)
    clock.advance(days=2)
    assert bea.claim()["fence"] == first["fence"] + 1
    late = ada.decision("s-0002", seq=1, base={"attempt": 1, "fence": second["fence"]})
    lost = ada.decision(seq=2, base={"fence": first["fence"]})
    applied, refused = ada.push(late, lost)
    assert (applied["status"], applied["late_lease"]) == ("applied", True)
    assert refused["problem"]["code"] == "claim-lost"
    assert ada.refusal("renew") == "claim-lost"


@pytest.mark.parametrize("policy", [{"strict_lease": True}])
def test_a_strict_lease_has_to_be_claimed_again(client, clock):
    ada = client()
    fence = ada.claim(ttl_s=DAY_S)["fence"]
    clock.advance(days=2)
    assert ada.push(ada.decision(base={"fence": fence}))[0]["problem"]["code"] == "lease-expired"
    assert ada.claim()["fence"] == fence
    assert ada.push(ada.decision(seq=2, base={"fence": fence}))[0]["status"] == "applied"


def test_renewing_keeps_the_fence_and_lasts_no_longer_than_allowed(client, clock):
    ada = client()
    first = ada.claim()
    clock.advance(days=5)
    renewed = ada.claims("renew", "s-0001", ttl_s=400 * DAY_S)["claims"][0]
    assert renewed["fence"] == first["fence"]
    assert renewed["ttl_s"] == 30 * DAY_S
    assert renewed["expires_at"] > first["expires_at"]
    assert ada.refusal("renew", "s-0002") == "claim-lost"


def test_a_second_device_has_to_take_over(platform, client):
    ada = client()
    tablet = client(token=ada.token, device="tablet")
    ada.claim()
    assert tablet.refusal("claim") == "claimed-on-other-device"
    assert tablet.claim(take_over=True)["fence"] == 2
    assert ada.push(ada.decision(base={"fence": 1}))[0]["problem"]["code"] == "claim-lost"
    assert tablet.push(tablet.decision(base={"fence": 2}))[0]["status"] == "applied"


def test_what_is_released_is_open_to_all_again(client):
    ada, bea = client(), client("Bea")
    ada.claim()
    assert ada.claims("release", "s-0001")["released"] == ["s-0001"]
    assert bea.rows()["s-0001"]["data"]["state"] == "open"
    assert ada.push(ada.decision(base={"fence": 1}))[0]["problem"]["code"] == "claim-lost"
    assert bea.push(bea.decision(base={"fence": 2}))[0]["status"] == "applied"


def test_what_was_frozen_under_an_older_claim_of_her_own_does_not_land(client):
    ada, bea = client(), client("Bea")
    old = ada.decision(base={"fence": ada.claim()["fence"]})
    ada.claims("release", "s-0001")
    bea.claim()
    bea.claims("release", "s-0001")
    fence = ada.claim()["fence"]
    assert ada.push(old)[0]["problem"]["code"] == "claim-lost"
    assert ada.push(ada.decision(seq=2, base={"fence": fence}))[0]["status"] == "applied"


def test_whoever_recuses_herself_never_sees_it_again(client):
    ada, bea = client(), client("Bea")
    ada.claim()
    ada.claims("release", "s-0001", recuse=True, reason="She taught my daughter.")
    assert ada.rows()["s-0001"]["reason"] == "reassigned"
    assert ada.refusal("claim") == "not-found"
    assert ada.get("/submissions/s-0001").status_code == 404
    (refused,) = ada.push(ada.decision(base={"fence": 2}))
    assert refused["problem"]["code"] == "claim-lost"
    assert "current" not in refused["problem"] or refused["problem"]["current"] is None
    assert bea.rows()["s-0001"]["op"] == "upsert"


def test_a_claim_is_handed_over_to_somebody_by_name(client):
    ada, bea, cem = client(), client("Bea"), client("Cem")
    ada.claim()
    assert ada.refusal("hand_over", to="Nobody") == "policy"
    assert ada.claims("hand_over", "s-0001", to="Bea")["released"] == ["s-0001"]
    assert ada.rows()["s-0001"]["reason"] == cem.rows()["s-0001"]["reason"] == "reassigned"
    assert bea.claim()["fence"] > 1
    assert cem.refusal("claim") == "not-found"


def test_the_next_ones_are_taken_by_what_is_due_first(client):
    ada, bea = client(), client("Bea")
    assert [grant["submission_id"] for grant in ada.claims("take", count=2)["claims"]] == ["s-0001", "s-0002"]
    assert [grant["submission_id"] for grant in bea.claims("take", count=2)["claims"]] == ["s-0003"]
    assert bea.claims("take", count=2)["claims"] == []
    ada.claims("release", "s-0002", "s-0001")
    wanted = {"microcredential": "mm-sel", "due_before": "2026-11-26T00:00:00Z"}
    assert [grant["submission_id"] for grant in bea.claims("take", count=9, filter=wanted)["claims"]] == ["s-0001"]


@pytest.mark.parametrize("policy", [{"assessors": 2}])
def test_two_seats_are_claimed_by_two_who_do_not_hear_of_each_other(platform, client):
    ada, bea, cem = client(), client("Bea"), client("Cem")
    first, second = ada.claim()["fence"], bea.claim()["fence"]
    assert (first, second) == (1, 2)
    assert cem.refusal("claim") == "claimed"
    assert cem.rows()["s-0001"]["data"]["claim"]["assessor_id"] == ""
    assert ada.push(ada.decision(base={"fence": first}))[0]["status"] == "applied"
    assert cem.refusal("claim") == "claimed"
    assert bea.push(bea.decision(base={"fence": second}))[0]["status"] == "applied"
    assert len(platform.decisions()) == 2


@pytest.mark.parametrize("policy", [{"claim_required": True}])
def test_where_the_policy_wants_a_claim_it_is_enough(client):
    ada = client()
    assert ada.push(ada.decision())[0]["problem"]["code"] == "claim-lost"
    fence = ada.claim()["fence"]
    assert ada.push(ada.decision(seq=2, base={"fence": fence}))[0]["status"] == "applied"


def test_a_claim_is_given_back_by_an_operation_too(client):
    ada, bea = client(), client("Bea")
    fence = ada.claim()["fence"]
    release = ada.operation("claim.release", seq=1, base={"fence": fence})
    again = ada.operation("claim.release", seq=2, base={"fence": fence})
    first, second = ada.push(release, again)
    assert (first["status"], first["note"]) == ("applied", None)
    assert (second["status"], second["note"]) == ("applied", "not-held")
    assert bea.claim()["fence"] == fence + 2


@pytest.mark.parametrize(
    "document",
    [
        [],
        {},
        {"request_id": "r", "action": "steal"},
        {"request_id": "r", "action": "claim"},
        {"request_id": "r", "action": "take", "count": 51},
        {"request_id": "r", "action": "claim", "submission_ids": [f"s-{n}" for n in range(51)]},
        {"request_id": "", "action": "take"},
        {"request_id": "r", "action": "claim", "submission_id": "s-0001", "ttl_s": -1},
    ],
)
def test_requests_that_mean_nothing_are_refused(shared, document):
    answer = shared.http.post("/claims", json=document)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")


def test_nobody_claims_what_is_not_there(client):
    assert client().refusal("claim", "s-9999") == "not-found"
    assert client("Cora", role="coordinator").refusal("claim") == "not-found"
    assert client("Ann", role="approver").refusal("claim") == "not-found"
