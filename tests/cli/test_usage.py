"""The command line itself: where options may stand, where things are printed, and what an error looks like."""

import errno
import io
import json
import os
import sys

import pytest

from mcassess import __version__
from mcassess.cli import library as topic
from mcassess.cli.main import run
from mcassess.cli.output import Output
from mcassess.errors import ExitCode
from tests.support.command import passphrase_file


def test_home_and_json_may_stand_before_or_after_the_command(filled, tmp_path):
    home = filled.home
    for words in (
        ("--home", home, "--json", "queue"),
        ("queue", "--json", "--home", home),
        ("--json", "queue", f"--home={home}"),
        ("--home", tmp_path / "another", "queue", "--home", home, "--json"),
    ):
        done = filled.result(*words)
        assert (done.code, done.err) == (0, "")
        assert len(done.document) == 3
    assert not (tmp_path / "another").exists()


def test_the_variable_names_the_home_where_no_option_does(filled, tmp_path, monkeypatch):
    monkeypatch.setenv("MCASSESS_HOME", str(filled.home))
    assert len(filled.result("queue", "--json").document) == 3
    assert filled.result("--home", tmp_path / "other", "queue", "--json").document == []


def test_without_a_command_the_window_opens_on_that_home(tmp_path):
    opened = []

    def open_window(home, _message, account):
        opened.append((home, account))
        return 0

    for words in ((), ("--home", str(tmp_path)), (f"--home={tmp_path}", "--json")):
        assert run(words, open_window) is ExitCode.DONE
    assert opened == [(None, None), (tmp_path, None), (tmp_path, None)]


WRONG = [
    ("fly",),
    ("queue", "--wings"),
    ("show",),
    ("platform",),
    ("platform", "fly"),
    ("--home",),
    ("--hom", "x"),
    ("sync", "--no-ev"),
]


@pytest.mark.parametrize("words", WRONG)
def test_wrong_usage_is_one_sentence_and_a_document_where_json_was_asked_for(command, words):
    done = command.result(*words)
    assert (done.code, done.out) == (2, "")
    assert "--help" in done.err
    done = command.result("--json", *words)
    assert (done.code, done.document["error"]["exit_code"]) == (2, 2)


def test_help_and_version_are_printed_on_standard_output(capsys):
    for words, expected in (
        (["--version"], __version__),
        (["--help"], "take-back"),
        (["score", "--help"], "rect=x,y,w,h"),
        (["platform", "load", "--help"], "--data"),
    ):
        with pytest.raises(SystemExit) as ended:
            run(words, None)
        assert ended.value.code == 0
        assert expected in capsys.readouterr().out


def test_a_bug_of_ours_is_one_sentence_without_a_word_of_what_was_worked_on(command, monkeypatch):
    def broken(*_, **__):
        raise LookupError("Wilhelmina Quackenbush")

    monkeypatch.setattr(topic.showing, "queue", broken)
    error = command("queue", code=1)
    assert "LookupError" in error["text"]
    assert "Wilhelmina" not in command.text("queue", code=1)


def test_being_stopped_is_no_bug(command, monkeypatch):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(topic.showing, "queue", stopped)
    assert command.text("queue", code=3) == "Stopped.\n"


def test_documents_are_json_whatever_the_output_can_take():
    document = {"text": "Zoë — 👩🏽‍🏫 \ud83d \x1b"}
    for encoding in ("utf-8", "ascii", "latin-1", "utf-16"):
        raw = io.BytesIO()
        out = io.TextIOWrapper(raw, encoding=encoding)
        Output(json=True, out=out).result(document, "")
        assert json.loads(raw.getvalue().decode(encoding)) == document


def test_people_read_something_on_every_terminal():
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii")
    Output(json=False, out=out).result({}, "Zoë \ud83d\x1b[2J")
    assert raw.getvalue() == b"Zo\\xeb \\ud83d\\ufffd[2J\n"


class _Full(io.StringIO):
    def write(self, _text):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_an_output_that_takes_no_more_is_the_worlds_fault(command, monkeypatch):
    monkeypatch.setattr(sys, "stdout", _Full())
    assert run(["--home", str(command.home), "queue", "--json"], None) is ExitCode.WORLD


def test_a_wrong_passphrase_or_none_at_all_opens_nothing(filled, tmp_path, monkeypatch):
    filled("note", "s-0001", "kept")
    good = tmp_path / "passphrase"
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.setenv("MCASSESS_PASSPHRASE_FILE", str(passphrase_file(other, "wrong")))
    assert "not the passphrase" in filled("queue", code=3)["text"]
    monkeypatch.setenv("MCASSESS_PASSPHRASE_FILE", str(tmp_path / "none"))
    assert "cannot be read" in filled("queue", code=3)["text"]
    monkeypatch.delenv("MCASSESS_PASSPHRASE_FILE")
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert "MCASSESS_PASSPHRASE_FILE" in filled("queue", code=3)["text"]
    monkeypatch.setenv("MCASSESS_PASSPHRASE_FILE", str(good))
    good.chmod(0o644)
    assert "read by others" in filled("queue", code=3)["text"]
    good.chmod(0o600)
    assert filled("show", "s-0001")["review"]["notes"] == "kept"


def test_a_home_that_is_a_file_or_half_a_library_is_told(command, tmp_path):
    (tmp_path / "file").write_text("x")
    assert command("queue", "--home", tmp_path / "file", code=3)["text"]
    assert command("queue") == []
    (command.home / "key.json").rename(tmp_path / "key.json")
    assert "key.json" in command("queue", code=3)["text"]
    (command.home / "key.json").write_text("{}")
    assert "damaged" in command("queue", code=3)["text"]
    (tmp_path / "key.json").replace(command.home / "key.json")
    assert command("queue") == []


def test_broken_packs_are_refused_with_every_fault_named(command, tmp_path):
    for name, text in (("nothing", "{}"), ("no json", "{"), ("list", "[]"), ("binary", "\x00\x01")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pack.json").write_text(text)
        assert command("platform", "load", tmp_path / name, "--data", tmp_path / "data", code=3)["text"]
    assert command("platform", "load", tmp_path / "none", "--data", tmp_path / "data", code=3)["text"]
    assert command("platform", "decisions", "--data", tmp_path / "data", code=3)["text"]
    assert command("platform", "assessor", " ", "--data", tmp_path / "data", code=2)["text"]
