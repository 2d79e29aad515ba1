"""Nobody reads or decides what is not hers: every end point, by every id, digest and guess, in every standing."""

import hashlib
import json
from collections.abc import Callable

import httpx
import pytest

from mcassess.server.admin_people import remove_person, revoke_device, set_scope
from mcassess.server.admin_submissions import assign_submission, recuse_person, withdraw_submission
from tests.support.assessor import Client
from tests.support.platform import SMALL_PACK

VIDEO_SHA256 = hashlib.sha256((SMALL_PACK / "files" / "lesson.mp4").read_bytes()).hexdigest()
PIECE = "/submissions/s-0001/evidence"
COVERED = {
    "GET /submissions/{submission_id}",
    "GET /submissions/{submission_id}/recommendations",
    "GET /submissions/{submission_id}/evidence/{evidence_id}/content",
    "GET /submissions/{submission_id}/evidence/{evidence_id}/captions",
    "GET /submissions/{submission_id}/evidence/{evidence_id}/chunks",
    "GET /changes",
    "GET /snapshot",
    "GET /digest",
    "GET /ops",
    "POST /ops",
    "POST /claims",
}
OF_ONESELF = {
    "GET /me",
    "POST /uploads",
    "HEAD /uploads/{upload_id}",
    "PATCH /uploads/{upload_id}",
    "DELETE /uploads/{upload_id}",
}
"""What knows nobody else's things; test_uploads.py has the uploads."""
OF_NOBODY = {"GET /server", "POST /auth/device", "POST /auth/token", "POST /auth/revoke"}


def decided(platform, other: Client) -> None:
    assert other.push(other.decision())[0]["status"] == "applied"


def recused(platform, _other: Client) -> None:
    recuse_person(platform.data_dir, "Eve", submission="s-0001")


def out_of_scope(platform, _other: Client) -> None:
    set_scope(platform.data_dir, "Eve", ["exit-ticket"])


def withdrawn(platform, _other: Client) -> None:
    withdraw_submission(platform.data_dir, "s-0001")


def assigned(platform, _other: Client) -> None:
    assign_submission(platform.data_dir, "s-0001", ["Ada"])


@pytest.fixture
def eve(platform, client) -> Callable[..., Client]:
    def make(role: str, standing: Callable[..., None] | None = None) -> Client:
        person = client("Eve", role=role)
        if standing is not None:
            standing(platform, client())
        return person

    return make


STANDINGS = [
    ("assessor", decided),
    ("assessor", recused),
    ("assessor", out_of_scope),
    ("assessor", withdrawn),
    ("assessor", assigned),
    ("approver", None),
]


UNSEEN = {recused, out_of_scope, None}
"""Standings in which she has no business with a submission, and never had."""


def reads(person: Client) -> dict[str, httpx.Response]:
    """Every way to ask for something of s-0001."""
    paths = ["/submissions/s-0001", "/submissions/s%2D0001", f"/submissions/{VIDEO_SHA256}"]
    paths.append("/submissions/s-0001/recommendations")
    for kind in ("content", "captions", "chunks"):
        paths += [f"{PIECE}/{piece}/{kind}" for piece in ("v1", "d1", VIDEO_SHA256)]
        paths += [f"{PIECE}/v1/{kind}?attempt=2", f"{PIECE}/d1/{kind}?attempt=1"]
    return {path: person.get(path) for path in paths} | {
        "HEAD": person.http.head(f"{PIECE}/v1/content"),
        "Range": person.get(f"{PIECE}/v1/content", headers={"Range": "bytes=0-9"}),
    }


@pytest.mark.parametrize(("role", "standing"), STANDINGS)
def test_what_is_not_hers_cannot_be_read(platform, eve, role, standing):
    person = eve(role, standing)
    for path, answer in reads(person).items():
        assert answer.status_code == 404, path
    for listed in (person.changes()[0], person.get("/snapshot").json()["changes"]):
        upserts = [row for row in listed if row["id"] == "s-0001" and row["op"] == "upsert"]
        assert upserts == []
        assert "Activity plans" not in json.dumps([row for row in listed if row["id"] == "s-0001"])
    seen = [row for row in person.changes()[0] if row["type"] == "submission" and row["op"] == "upsert"]
    assert person.get("/digest").json()["types"]["submission"]["count"] == len(seen)


@pytest.mark.parametrize(("role", "standing"), STANDINGS)
def test_what_is_not_hers_cannot_be_decided_or_claimed(platform, eve, role, standing):
    person = eve(role, standing)
    before = platform.decisions()
    first = person.decision(seq=1)
    later = person.decision(seq=2, base={"decision_version": 1}) | {"kind": "decision.revise"}
    assert [result["status"] for result in person.push(first, later)] == ["rejected", "rejected"]
    claim = {"request_id": "r-1", "action": "claim", "submission_id": "s-0001"}
    answer = person.http.post("/claims", json=claim)
    assert answer.status_code != 200 or answer.json()["claims"] == []
    taken = person.http.post("/claims", json={"request_id": "r-2", "action": "take", "count": 50})
    assert "s-0001" not in [granted["submission_id"] for granted in taken.json().get("claims", [])]
    assert platform.decisions() == before


BODIES = {
    "comment.add": {"text": "Mine."},
    "comment.amend": {"comment": "op-device-Ada-2", "text": "Mine."},
    "comment.remove": {"comment": "op-device-Ada-2"},
    "review.request": {"text": "Look."},
    "evidence.report": {"evidence": "v1", "reason": "privacy_breach"},
    "claim.release": {"recuse": True},
}


@pytest.mark.parametrize(("role", "standing"), [standing for standing in STANDINGS if standing[1] in UNSEEN])
def test_about_what_she_never_saw_she_says_nothing_and_hears_nothing(platform, eve, client, role, standing):
    ada = client()
    person = eve(role, standing)
    claimed = ada.claim()
    ops = [person.operation(kind, seq=seq, **body) for seq, (kind, body) in enumerate(BODIES.items(), start=1)]
    opinion = person.decision(seq=20) | {"kind": "second_opinion.submit"}
    results = person.push(*ops, opinion, person.decision(seq=21))
    assert {result["status"] for result in results} == {"rejected"}
    told = json.dumps(results)
    assert "Ada" not in told
    assert [result["problem"].get("current") for result in results] == [None] * len(results)
    assert platform.rows("SELECT * FROM remark") == platform.rows("SELECT * FROM evidence_mark") == []
    assert [row[0] for row in platform.rows("SELECT person_id FROM claim")] == [platform.person("Ada")]
    assert ada.rows()["s-0001"]["data"]["fence"] == claimed["fence"]


@pytest.mark.parametrize("standing", [remove_person, lambda folder, name: revoke_device(folder, name, "device-Eve")])
def test_whoever_has_left_reads_nothing_and_decides_nothing(platform, client, standing):
    person = client("Eve")
    standing(platform.data_dir, "Eve")
    asked = reads(person) | {path: person.get(path) for path in ("/changes", "/snapshot", "/digest", "/me")}
    asked["claims"] = person.http.post("/claims", json={"request_id": "r", "action": "take", "count": 5})
    for path, answer in asked.items():
        assert answer.status_code in {401, 403}, path
    told = person.http.post("/ops", content=json.dumps({"ops": [person.decision()]}))
    assert told.status_code in {401, 403} or told.json()["results"][0]["status"] == "rejected"
    assert platform.decisions() == []


def test_a_coordinator_reads_all_and_decides_nothing(platform, eve):
    person = eve("coordinator", decided)
    assert person.get("/submissions/s-0001").status_code == 200
    assert person.push(person.decision("s-0002", base={"attempt": 1}))[0]["status"] == "rejected"
    assert person.http.post("/claims", json={"request_id": "r", "action": "take", "count": 5}).json()["claims"] == []


def test_evidence_is_read_by_the_submission_that_it_is_of_alone(platform, eve):
    person = eve("assessor", decided)
    assert person.get("/submissions/s-0002/evidence/v1/content").status_code == 200
    for guess in (
        "/submissions/s-0002/evidence/i1/content",
        f"/submissions/s-0002/evidence/{VIDEO_SHA256}/content",
        "/submissions/s-0002/evidence/v1/content?attempt=2",
        "/submissions/s-0002/evidence/..%2F..%2Fs-0001%2Fevidence%2Fv1/content",
        "/submissions/s-0002%2F..%2Fs-0001/evidence/v1/content",
        "/submissions/s-0002%00/evidence/v1/content",
        "/submissions/S-0001/evidence/v1/content",
        "/submissions/s-000/evidence/v1/content",
        "/submissions/s-0001%20/evidence/v1/content",
        "/submissions/%25/evidence/%5F/content",
        "/submissions/s-0001'%20OR%20'1'='1/evidence/v1/content",
    ):
        assert person.get(guess).status_code == 404, guess


def test_the_claim_of_another_is_not_ended_by_releasing_it(platform, eve, client):
    ada, person = client(), eve("assessor")
    asked = {"request_id": "r-1", "action": "claim", "submission_id": "s-0001"}
    assert len(ada.http.post("/claims", json=asked).json()["claims"]) == 1
    held = platform.rows("SELECT person_id, device_id, fence FROM claim")
    for action in ("release", "renew", "hand_over"):
        answer = person.http.post("/claims", json=asked | {"request_id": action, "action": action, "to": "Eve"})
        assert answer.status_code != 200 or answer.json()["claims"] == []
    person.push(person.decision(base={"fence": 1}) | {"kind": "claim.release", "body": {}})
    assert platform.rows("SELECT person_id, device_id, fence FROM claim") == held


def test_cursors_and_results_of_others_are_of_no_use(platform, client):
    ada, eve = client(), client("Eve")
    ada.push(ada.decision())
    _, cursor = ada.changes()
    assert eve.get("/changes", params={"cursor": cursor}).json()["code"] == "cursor-scope"
    assert eve.get("/digest", params={"cursor": cursor}).json()["code"] == "cursor-scope"
    assert eve.get("/ops", params={"device": ada.device}).json()["results"] == []
    mine = ada.get("/ops", params={"device": ada.device}).json()["results"]
    assert [result["op_id"] for result in mine] == ["op-device-Ada-1"]
    (reused,) = eve.push(eve.decision("s-0002", op_id="op-device-Ada-1", base={"attempt": 1}))
    assert reused["problem"]["code"] == "op-id-reused"
    assert reused.get("receipt") is None
    (borrowed,) = eve.push(ada.decision())
    assert borrowed["problem"]["code"] == "op-id-reused", "the very bytes of another say nothing of their fate"


def test_every_end_point_is_covered_here_or_belongs_to_nobody(platform):
    paths = httpx.get(f"{platform.url}/openapi.json").json()["paths"]
    described = {
        f"{method.upper()} {path.removeprefix('/mcsync/v1')}"
        for path, methods in paths.items()
        for method in methods
        if path.startswith("/mcsync/")
    }
    assert described == COVERED | OF_ONESELF | OF_NOBODY
