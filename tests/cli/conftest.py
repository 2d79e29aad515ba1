"""The command line on a home of its own, empty or with two submissions in it."""

import hashlib

import pytest

from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.submission import Evidence, Pointer
from tests.support.command import CommandLine, cheaply_locked, open_home, passphrase_file
from tests.support.library import add_account, content, put, submission, video

PLAN = b"the plan"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A library without anything in it, its passphrase in a file that is named."""
    monkeypatch.setenv("MCASSESS_PASSPHRASE_FILE", str(passphrase_file(tmp_path)))
    return cheaply_locked(tmp_path / "home")


@pytest.fixture
def command(home, capsys):
    return CommandLine(home, capsys)


@pytest.fixture
def filled(home, command):
    """The command line on a library with three submissions: s-0001 and s-0002 alike, and another."""
    evidence = (
        video(hashlib.sha256(b"v").hexdigest(), 1),
        Evidence(
            id="d1",
            title="Plans",
            kind=EvidenceKind.DOCUMENT,
            content=content(hashlib.sha256(PLAN).hexdigest(), len(PLAN), "application/pdf"),
            pointers=(Pointer(page=2, text="pairs"),),
        ),
        Evidence(id="i1", title="Poster", kind=EvidenceKind.IMAGE),
        Evidence(id="t1", title="Reflection", kind=EvidenceKind.TEXT, text="I \u202ewaited\x1b]0;gotcha\x07."),
    )
    library = open_home(home)
    put(library, add_account(library), *(submission(name, evidence=evidence) for name in ("s-0001", "s-0002", "s-1")))
    library.close()
    return command
