"""The feed: order, cursors, what each person sees; snapshot and digest agree with it."""

import base64
import hashlib
import threading
import time

import pytest


def test_rows_come_in_order_page_by_page_and_the_cursor_goes_on(shared):
    ada = shared
    whole, _ = ada.changes()
    paged, cursor = ada.changes(limit=1)
    assert paged == whole
    sequence = [row["seq"] for row in whole]
    assert sequence == sorted(set(sequence))
    assert ada.changes(cursor)[0] == []


def test_only_the_latest_change_of_an_entity_comes_with_its_version_raised(client):
    ada = client()
    _, cursor = ada.changes()
    ada.push(ada.decision())
    rows = [row for row in ada.changes()[0] if row["id"] == "s-0001"]
    assert [(row["version"], row["data"]["state"], row["data"]["version"]) for row in rows] == [(2, "decided", 2)]
    assert [row["id"] for row in ada.changes(cursor)[0]] == ["s-0001"]


def test_a_decided_submission_stays_with_its_assessor_and_leaves_the_others(client):
    ada, bea = client(), client("Bea")
    _, seen = bea.changes()
    ada.push(ada.decision())
    (row,) = bea.changes(seen)[0]
    assert (row["op"], row["reason"], row.get("data")) == ("remove", "decided_elsewhere", None)
    assert bea.get("/submissions/s-0001").status_code == 404
    assert bea.get("/submissions/s-0001/evidence/v1/content").status_code == 404
    assert ada.get("/submissions/s-0001").json()["data"]["decision_id"] == "op-device-Ada-1"


def test_the_snapshot_holds_what_is_visible_and_ends_with_a_cursor(client):
    ada, bea = client(), client("Bea")
    ada.push(ada.decision())
    page = bea.get("/snapshot").json()
    assert {row["id"] for row in page["changes"] if row["type"] == "submission"} == {"s-0002", "s-0003"}
    assert all(row["op"] == "upsert" for row in page["changes"])
    assert page["page"] is None
    assert bea.changes(page["cursor"])[0] == []


def test_the_digest_can_be_computed_again_from_the_feed(client):
    ada, bea = client(), client("Bea")
    ada.push(ada.decision())
    rows, cursor = bea.changes()
    document = bea.get("/digest", params={"cursor": cursor}).json()
    assert document["caught_up"]
    for kind, told in document["types"].items():
        mine = [row for row in rows if row["type"] == kind and row["op"] == "upsert"]
        total = 0
        for row in mine:
            total ^= int.from_bytes(hashlib.sha256(f"{kind}\n{row['id']}\n{row['version']}".encode()).digest())
        assert told == {"count": len(mine), "xor": f"{total:064x}"}


def test_the_digest_names_what_there_is_nothing_of(client):
    types = client("Ann", role="approver").get("/digest").json()["types"]
    assert types["submission"] == {"count": 0, "xor": "0" * 64}


def test_a_cursor_is_bound_to_its_person_and_cannot_be_altered(client):
    ada, bea = client(), client("Bea")
    _, cursor = ada.changes()
    assert bea.get("/changes", params={"cursor": cursor}).json()["code"] == "cursor-scope"
    for wrong in ("x", cursor[:-2], cursor[:-1] + ("A" if cursor[-1] != "A" else "B"), "é", "AAAA" * 20):
        answer = ada.get("/changes", params={"cursor": wrong})
        assert answer.status_code == 410
        assert answer.json()["code"] == "cursor-expired"


def test_a_cursor_with_another_number_but_the_same_signature_is_refused(client):
    ada = client()
    _, cursor = ada.changes()
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    assert b'"s":7' in raw
    forged = base64.urlsafe_b64encode(raw.replace(b'"s":7', b'"s":3')).decode().rstrip("=")
    assert ada.get("/changes", params={"cursor": forged}).json()["code"] == "cursor-expired"


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", "wait=26", "wait=-1"])
def test_parameters_out_of_bounds_are_refused(shared, query):
    assert shared.get(f"/changes?{query}").status_code == 400


def test_a_waiting_request_returns_as_soon_as_something_changes(platform, client):
    ada, bea = client(), client("Bea")
    _, cursor = ada.changes()
    timer = threading.Timer(0.3, lambda: bea.push(bea.decision()))
    timer.start()
    started = time.monotonic()
    page = ada.get("/changes", params={"cursor": cursor, "wait": 15}).json()
    timer.join()
    assert [row["id"] for row in page["changes"]] == ["s-0001"]
    assert time.monotonic() - started < 10


def test_a_waiting_request_does_not_hold_up_the_stop(platform, client):
    ada = client()
    _, cursor = ada.changes()
    answers = []
    waiting = threading.Thread(
        target=lambda: answers.append(ada.get("/changes", params={"cursor": cursor, "wait": 20}).status_code)
    )
    waiting.start()
    time.sleep(0.2)
    started = time.monotonic()
    platform.stop()
    waiting.join(10)
    assert answers == [200]
    assert time.monotonic() - started < 4
