"""Homes for tests that let disks, clocks and rights fail: made, worked on in a child process, and looked through."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.store.edges import DamagedLibraryError
from mcassess.store.evidence import EvidenceState
from mcassess.store.library import Library
from mcassess.store.recovery import recover
from tests.support.faulty_work import PIECES, digest, evidence
from tests.support.library import GivenKeys, TestClock, add_account, open_library, put, submission

KEYS = GivenKeys()
BACKED_UP = 60


def write_note(library: Library, number: int) -> None:
    """Writes a numbered note into the first submission's review."""
    with library.write() as writing:
        key = writing.submissions.find("s-0001")[0][0]
        writing.reviews.append(key, [Entry(kind=ChangeKind.NOTE, value=f"note {number} " + "x" * 300)])


def numbers(library: Library) -> list[int]:
    """Returns the numbers of the notes in the first submission's review."""
    with library.read() as reading:
        key = reading.submissions.find("s-0001")[0][0]
        return [int(str(each.entry.value).split()[1]) for each in reading.reviews.changes(key)]


def made(home: Path, clock: TestClock) -> None:
    """Makes a library with three submissions and notes, which are in its backup too."""
    library = open_library(home, clock)
    third = submission("s-0003", evidence=evidence())
    put(library, add_account(library), submission("s-0001"), submission("s-0002"), third)
    for number in range(BACKED_UP):
        write_note(library, number)
    library.back_up()
    library.close()


def child(home: Path, *prefix: str, count: int = 10) -> list[str]:
    """Runs the child that works on a library so many rounds (faulty_work.py), and returns what it said."""
    return said_by([*prefix, sys.executable, "-m", "tests.support.faulty_work", str(home), str(count)])


def said_by(command: Sequence[str]) -> list[str]:
    """Runs a process of ours to its end and returns the lines that it said; a traceback is a bug."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path.cwd()),
        "PYTHONWARNINGS": "ignore",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=90, check=False)
    assert "Traceback" not in done.stderr, done.stderr[-3000:]
    return done.stdout.splitlines()


def has_all(home: Path, said: list[str]) -> bool:
    """Checks that all that the child was told is saved is there; returns whether the library had to be recovered."""
    try:
        open_library(home).close()
    except DamagedLibraryError:
        assert recover(home, KEYS, TestClock(), act=True) is not None
        _has_words(home, said)
        return True
    _has_words(home, said)
    _has_evidence(home, said)
    return False


def _has_words(home: Path, said: list[str]) -> None:
    library = open_library(home)
    assert library.check() == []
    with library.read() as reading:
        found = {str(each.entry.value).split(" x")[0] for each in reading.reviews.changes(1)}
        operations = {each.op_id for each in reading.outbox.list()}
    library.close()
    for line in said:
        kind, _, name = line.partition(" ")
        if kind == "NOTE":
            assert f"note {name}" in found
        if kind == "SEAL":
            assert name in operations


def _has_evidence(home: Path, said: list[str]) -> None:
    library = open_library(home)
    assert library.vault.verify().damage == ()
    with library.read() as reading:
        states = [found.state for number in range(len(PIECES)) if (found := reading.evidence.get(digest(number)))]
        known = reading.leftovers.names()
    for number, state in enumerate(states):
        if f"DESTROY {number}" in said:
            assert state is EvidenceState.DESTROYED
        elif f"FETCH {number}" in said and state is not EvidenceState.DESTROYED:
            reader = library.vault.reader(digest(number))
            assert reader.read(reader.size) == PIECES[number]
            reader.close()
    assert {path.name for path in (home / "vault").iterdir()} <= known, "no file that nobody knows"
    library.close()
