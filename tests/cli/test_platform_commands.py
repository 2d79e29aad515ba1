"""mcassess platform load/assessor/decisions: what they print, with and without --json."""

import argparse
import io
import json

import pytest

from mcassess.cli import platform
from mcassess.cli.output import Output
from mcassess.errors import UsageError, WorldError
from tests.support.platform import SMALL_PACK


@pytest.fixture
def command(tmp_path):
    """Runs a command on a data folder of its own and returns what it printed."""

    def run(*arguments, as_json=True):
        parser = argparse.ArgumentParser()
        platform.register(parser.add_subparsers())
        parsed = parser.parse_args(["platform", *arguments, "--data", str(tmp_path / "data")])
        out, err = io.StringIO(), io.StringIO()
        assert parsed.run(parsed, Output(json=as_json, out=out, err=err)) is None
        assert err.getvalue() == ""
        return json.loads(out.getvalue()) if as_json else out.getvalue()

    return run


def test_loading_says_what_is_new(command):
    first = command("load", str(SMALL_PACK))
    assert first == {"microcredentials": 2, "rubrics": 2, "submissions": 3, "attempts": 0, "exemplars": 1}
    assert set(command("load", str(SMALL_PACK)).values()) == {0}
    assert "Nothing new" in command("load", str(SMALL_PACK), as_json=False)


def test_a_person_is_printed_with_her_token_on_one_line_either_way(command):
    assert set(command("assessor", "Ada")) == {"name", "token"}
    line = command("assessor", "Bea", "--role", "approver", as_json=False)
    assert line.count("\n") == 1
    assert json.loads(line)["name"] == "Bea"


def test_there_are_no_decisions_at_first(command):
    command("assessor", "Ada")
    assert command("decisions") == []
    assert command("decisions", as_json=False) == "0 decisions\n"


def test_a_folder_that_is_no_pack_is_refused(command, tmp_path):
    with pytest.raises(WorldError, match="is missing"):
        command("load", str(tmp_path))


def test_a_lost_laptop_is_noted_and_its_assessor_gets_another_token(command):
    first = command("assessor", "Ada")["token"]
    second = command("lost-laptop", "Ada")
    assert second["name"] == "Ada"
    assert second["token"] != first
    with pytest.raises(UsageError, match="Nobody"):
        command("lost-laptop", "Bea")
