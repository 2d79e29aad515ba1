"""connect and sync against the real platform, against strangers, and against nobody."""

import io
import json
import sqlite3
import sys
from types import SimpleNamespace

import pytest

from tests.support.platform import running_platform
from tests.support.strangers import login_page, nobody
from tests.support.syncing import write_pack


@pytest.fixture
def platform(tmp_path):
    with running_platform(tmp_path) as running:
        yield running


@pytest.fixture
def connected(platform, command):
    command("connect", platform.url, "--token", platform.token)
    command("sync")
    return command


def award(command, name="s-0001"):
    for criterion in ("c1", "c2", "c3"):
        command("score", name, criterion, f"{criterion}-3")
    for check in ("k1", "k2"):
        command("completeness", name, check, "yes")
    return command("seal", name, "award")["op_id"]


def test_a_first_sync_brings_submissions_and_evidence_and_a_second_brings_nothing(platform, command):
    assert command("connect", platform.url, "--token", platform.token)["assessor"] == "Ada"
    report = command("sync")
    assert [each["submission"] for each in report["received"]] == ["s-0001", "s-0002", "s-0003"]
    assert len(report["evidence"]) == 6, "equal files come once"
    again = command("sync")
    assert {name: again[name] for name in ("sent", "received", "evidence", "needs_you", "failed")} == {
        "sent": [],
        "received": [],
        "evidence": [],
        "needs_you": [],
        "failed": [],
    }
    row = command("queue")[0]
    assert row["packed_bytes"] == row["total_bytes"] > 0
    assert command("verify")["evidence"]["damaged"] == 0


def test_evidence_of_earlier_attempts_comes_when_it_is_asked_for(tmp_path, platform, connected):
    pack = write_pack(tmp_path / "pack", {"now": 300, "past": 200})
    document = json.loads((pack / "pack.json").read_text())
    [bid] = document["submissions"]
    bid |= {"id": "s-2nd", "attempt": 2, "earlier": [{"attempt": 1, "evidence": [bid["evidence"].pop()]}]}
    (pack / "pack.json").write_text(json.dumps(document))
    platform.load(pack)
    connected("sync", "--no-evidence")
    report = connected("sync", "--earlier", "s-2nd")
    assert {(each["evidence"], each["attempt"]) for each in report["evidence"]} == {("past", 1), ("now", 2)}
    assert [each["packed_bytes"] for each in connected("queue") if each["id"] == "s-2nd"] == [500]


def test_without_evidence_the_files_stay_where_they_are_until_the_next_sync(platform, command):
    command("connect", platform.url, "--token", platform.token)
    assert command("sync", "--no-evidence")["evidence"] == []
    assert command("queue")[0]["packed_bytes"] == 0
    assert command("verify")["evidence"] == {"ok": 0, "missing": 0, "damaged": 0}
    assert command("sync")["evidence"]


def test_progress_is_told_on_standard_error_alone(platform, command):
    command("connect", platform.url, "--token", platform.token)
    done = command.result("--home", command.home, "sync", "--json")
    assert platform.url in done.err
    assert done.document["received"]


def test_a_token_can_come_by_standard_input(platform, command, monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(f"{platform.token}\r\n".encode())))
    assert command("connect", platform.url, "--token", "-")["assessor"] == "Ada"
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"\xff\xfe\n")))
    command("connect", platform.url, "--token", "-", code=4)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"\n")))
    command("connect", platform.url, "--token", "-", code=2)


def test_a_wrong_token_is_refused_and_leaves_no_account(platform, command):
    for token in ("wrong", "-begins-like-an-option", "--json", "x" * 40, "two words", "zoë"):
        error = command("connect", platform.url, "--token", token, code=4)
        assert f"'{token}'" not in error["text"]
        assert "x" * 40 not in error["text"]
    assert "connect" in command("sync", code=2)["text"]


def test_a_revoked_token_leaves_all_work_as_it_is(platform, connected):
    op_id = award(connected)
    with sqlite3.connect(platform.data_dir / "platform.sqlite3") as database:
        database.execute("UPDATE person SET token_sha256 = 'gone'")
    database.close()
    assert connected("sync", code=4)["failed"]
    assert [(row["op_id"], row["state"]) for row in connected("outbox")] == [(op_id, "ready")]


def test_a_login_page_is_no_platform(command):
    with login_page() as url:
        assert command("connect", url, "--token", "abc", code=3)["text"]
    assert command("connect", nobody(), "--token", "abc", code=3)["text"]


@pytest.mark.parametrize("url", ["", "platform", "ftp://x.example", "http://", "http://x.example", "file:///etc", "::"])
def test_what_is_no_address_is_refused_at_once(command, url):
    assert command("connect", url, "--token", "abc", code=3)["text"]


def test_a_login_page_in_the_platforms_place_takes_nothing_and_loses_nothing(platform, connected):
    op_id = award(connected)
    platform.stop()
    with login_page(int(platform.url.rpartition(":")[2])):
        report = connected("sync", code=3)
    assert report["failed"]
    assert report["sent"] == []
    assert [(row["op_id"], row["state"]) for row in connected("outbox")] == [(op_id, "ready")]
    assert connected("show", "s-0001")["review"]["state"] == "waiting"
    platform.start()
    assert [each["op_id"] for each in connected("sync")["sent"]] == [op_id]
    assert [record.op_id for record in platform.decisions()] == [op_id]


def test_where_nobody_answers_everything_waits_for_the_next_run(platform, connected):
    op_id = award(connected)
    platform.stop()
    assert connected("sync", code=3)["failed"]
    assert connected("queue")
    platform.start()
    assert [each["op_id"] for each in connected("sync")["sent"]] == [op_id]
    assert connected("outbox") == []
    (settled,) = connected("outbox", "--settled")
    assert settled["receipt"]["op_id"] == op_id
    assert connected("show", "s-0001")["review"]["state"] == "sent"


def test_without_an_account_there_is_nobody_to_sync_with(command):
    assert "mcassess connect" in command("sync", code=2)["text"]
