"""mcassess platform: the commands on people, submissions and records, as they are typed and as they print."""

import argparse
import io
import json

import pytest

from mcassess.cli import platform
from mcassess.cli.output import Output
from mcassess.errors import ExitCode, RefusedError, UsageError
from tests.support.platform import SMALL_PACK


@pytest.fixture
def command(tmp_path):
    """Runs a command on a data folder of its own; returns what it printed as JSON, and as text what it says."""

    def run(*arguments, as_json=True, code=None):
        parser = argparse.ArgumentParser()
        platform.register(parser.add_subparsers())
        parsed = parser.parse_args(["platform", *arguments, "--data", str(tmp_path / "data")])
        out = io.StringIO()
        assert parsed.run(parsed, Output(json=as_json, out=out, err=io.StringIO())) is code
        return json.loads(out.getvalue()) if as_json else out.getvalue()

    run("load", str(SMALL_PACK))
    for name, role in [("Ada", "assessor"), ("Bea", "assessor"), ("Cora", "coordinator")]:
        run("assessor", name, "--role", role)
    return run


def test_people_are_listed_moved_and_let_go(command):
    assert [(each["name"], each["role"]) for each in command("people")] == [
        ("Ada", "assessor"),
        ("Bea", "assessor"),
        ("Cora", "coordinator"),
    ]
    assert command("role", "Bea", "approver", "--by", "Cora") == {"name": "Bea", "role": "approver"}
    assert command("scope", "Ada", "mm-sel")["microcredentials"] == ["mm-sel"]
    assert command("people")[0]["microcredentials"] == ["mm-sel"]
    assert command("remove", "Ada") == {"name": "Ada", "claims_ended": 0}
    assert set(command("take-back", "Ada")) == {"name", "token"}
    assert command("revoke-device", "Ada", "laptop")["revoked"] is True
    assert command("revoke-device", "Ada", "laptop", "--undo")["revoked"] is False
    assert "Bea: approver, 0 claims" in command("people", as_json=False)


def test_submissions_are_assigned_withdrawn_and_moved(command):
    assert command("assign", "s-0001", "Ada", "Bea")["assigned"] is True
    assert command("assign", "s-0001", "Ada", "--undo")["assigned"] is False
    assert command("recuse", "Ada", "--educator", "e-1", "--reason", "Her sister.")["submissions"] == 1
    assert command("withdraw", "s-0001", "--reason", "She asked.")["withdrawn"] is True
    assert command("withdraw", "s-0001", "--undo")["withdrawn"] is False
    assert command("move-rubric", "s-0001", "3")["version"] == 3
    assert command("grant-attempt", "s-0001", "--count", "2")["granted"] == 2
    assert command("consent", "s-0001", "v1", "--scoring", "no") == {
        "submission": "s-0001",
        "evidence": "v1",
        "scoring": False,
        "training": None,
    }
    assert command("withhold", "s-0001", "d1", "--attempt", "1")["withheld"] is True
    assert command("retention", "--only-look") == {"evidence": [], "files": 0}
    with pytest.raises(RefusedError, match="not decided"):
        command("appeal", "s-0001", "--assessor", "Bea")
    with pytest.raises(RefusedError, match="No appeal"):
        command("appeal", "s-0001", "--cancel")
    with pytest.raises(UsageError, match="either"):
        command("recuse", "Ada")


def test_records_are_listed_and_settled(command):
    for name in ("outcomes", "unapplied", "remarks", "claims"):
        assert command(name) == []
        assert command(name, as_json=False) == "0 in all\n"
    assert command("remarks", "--open") == []
    with pytest.raises(RefusedError, match="not decided"):
        command("release", "s-0001")
    with pytest.raises(UsageError, match="kept"):
        command("apply", "op-1")
    with pytest.raises(UsageError, match="waits"):
        command("answer", "op-1", "Yes.")
    with pytest.raises(UsageError, match="does not hold"):
        command("end-claim", "s-0001", "Ada")
    command("withdraw", "s-0001", "--by", "Cora")
    (line,) = command("audit", "s-0001")
    assert (line["actor"], line["action"]) == ("Cora", "withdrawn")
    assert command("audit", "s-0002") == []


def test_a_log_that_was_altered_ends_with_4(command, tmp_path):
    import sqlite3
    from contextlib import closing

    command("withdraw", "s-0001")
    with closing(sqlite3.connect(tmp_path / "data" / "platform.sqlite3")) as connection, connection:
        connection.execute("DELETE FROM audit")
        connection.execute("INSERT INTO audit VALUES (1, 'now', 'x', 'x', NULL, NULL, '{}', 'x')")
    assert len(command("audit", code=ExitCode.REFUSED)) == 1
