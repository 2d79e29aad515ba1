"""What was found out about evidence is kept beside it, and goes with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mcassess.domain.preflight import Findings, Problem
from mcassess.store.library import Library
from tests.support.filled import filled_library, key_of
from tests.support.library import open_library

NAMED = Findings(
    kind="document", opens=True, pages=3, words=200, problems=(Problem(code="names", text="It says Ruth Nakamura."),)
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = filled_library(tmp_path / "home")
    yield opened
    opened.close()


def unchecked(library: Library) -> list[str]:
    with library.read() as reading:
        return [each.sha256 for each in reading.preflights.unchecked()]


def keep(library: Library, sha256: str) -> None:
    with library.write() as writing:
        writing.preflights.put(sha256, NAMED)
    assert writing.change_set.evidence == {sha256}


def test_every_file_that_is_here_is_looked_at_once(library: Library) -> None:
    first, *others = unchecked(library)
    keep(library, first)
    assert unchecked(library) == others
    with library.read() as reading:
        assert reading.preflights.get(first).findings == NAMED
        found = [known for key in reading.queue.ids() for known in reading.preflights.of(key).values()]
        assert found
        assert {each.findings for each in found} == {NAMED}
        captions = {
            row.sha256 for key in reading.queue.ids() for row in reading.evidence.states(key).values()
            if row.role == "captions"
        }  # fmt: skip
    assert captions
    assert not captions & {first, *others}


def test_what_was_found_goes_with_the_evidence(library: Library) -> None:
    key = key_of(library, "s-0001")
    with library.read() as reading:
        sha256 = next(row.sha256 for row in reading.evidence.states(key).values() if row.role == "content")
    keep(library, sha256)
    library.vault.destroy(sha256, "wipe")
    with library.read() as reading:
        assert reading.preflights.get(sha256).findings is None
    with library.write() as writing:
        writing.preflights.put(sha256, NAMED)  # the check was under way meanwhile
    with library.read() as reading:
        assert reading.preflights.get(sha256).findings is None


def test_no_backup_holds_what_was_found(library: Library, tmp_path: Path) -> None:
    for sha256 in unchecked(library):
        keep(library, sha256)
    copy = tmp_path / "copy"
    copy.mkdir()
    library.back_up_to(copy / "library.db")
    (copy / "key.json").write_bytes((library.home / "key.json").read_bytes())
    (copy / "vault").mkdir()
    restored = open_library(copy)
    with restored.read() as reading:
        assert not any(known.findings for key in reading.queue.ids() for known in reading.preflights.of(key).values())
    restored.close()


def test_a_file_that_ended_two_processes_is_marked_until_somebody_asks_again(library: Library) -> None:
    sha256 = unchecked(library)[0]
    marked = []
    for _ in range(2):
        with library.write() as writing:
            writing.preflights.note_kill(sha256)
        with library.read() as reading:
            marked.append(reading.preflights.get(sha256).is_marked)
    assert marked == [False, True]
    keep(library, sha256)
    with library.write() as writing:
        writing.preflights.try_again(sha256)
    with library.read() as reading:
        known = reading.preflights.get(sha256)
    assert (known.is_marked, known.findings) == (False, None)
    assert sha256 in unchecked(library)
