"""Files of the vault that were written in its first form, with chunks of 256 KiB."""

from pathlib import Path

import pytest

from mcassess.store.evidence import EvidenceState
from mcassess.store.library import Library
from mcassess.store.vault_format import CHUNK, HEADER_BYTES, Form
from tests.support.shelf import Shelf, digest, plain

FIRST = 256 << 10
CONTENT = plain(2 * FIRST + FIRST // 2 + 3)


@pytest.fixture
def shelf(library: Library) -> Shelf:
    return Shelf(library)


def begin_in_the_first_form(shelf: Shelf, monkeypatch: pytest.MonkeyPatch, size: int) -> Path:
    """Has the first bytes of CONTENT fetched as the first form of the vault kept them."""
    sha256 = shelf.announce(CONTENT)
    with monkeypatch.context() as earlier:
        earlier.setattr(Form.__init__, "__defaults__", (FIRST,))
        writer = shelf.library.vault.writer(sha256, len(CONTENT))
    writer.write(CONTENT[:size])
    if size == len(CONTENT):
        writer.finish()
    else:
        writer.abort()
    path = shelf.path(sha256)
    assert path.read_bytes()[:8] == b"MCAEVID\x01"
    return path


def test_what_was_fetched_in_the_first_form_is_read_and_verified(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    begin_in_the_first_form(shelf, monkeypatch, len(CONTENT))
    assert shelf.read(digest(CONTENT)) == CONTENT
    reader = shelf.library.vault.reader(digest(CONTENT))
    reader.seek(FIRST - 5)
    assert reader.read(10) == CONTENT[FIRST - 5 : FIRST + 5]
    reader.close()
    assert shelf.library.vault.verify().ok == 1


def test_what_was_begun_in_the_first_form_is_finished_in_it(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    path = begin_in_the_first_form(shelf, monkeypatch, FIRST + CHUNK + 7)
    assert shelf.fill(CONTENT) == [range(FIRST, len(CONTENT))], "its whole chunk is kept"
    assert shelf.read(digest(CONTENT)) == CONTENT
    assert path.read_bytes()[:8] == b"MCAEVID\x01"


def test_a_damaged_chunk_of_the_first_form_is_mended_alone(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    path = begin_in_the_first_form(shelf, monkeypatch, len(CONTENT))
    with path.open("r+b") as file:
        file.seek(HEADER_BYTES + FIRST + 100)
        file.write(b"\x00\x01\x02\x03")
    assert [each.chunks for each in shelf.library.vault.verify().damage] == [(2,)]
    assert shelf.fill(CONTENT) == [range(FIRST, 2 * FIRST)]
    assert shelf.read(digest(CONTENT)) == CONTENT


def test_a_header_that_states_the_other_form_is_damage(shelf: Shelf) -> None:
    sha256 = shelf.store(CONTENT)
    path = shelf.path(sha256)
    sound = path.read_bytes()
    path.write_bytes(b"MCAEVID\x01" + sound[8:])
    assert shelf.library.vault.verify().damaged == 1
    assert shelf.state(sha256) is EvidenceState.DAMAGED
    shelf.fill(CONTENT)
    assert shelf.read(sha256) == CONTENT
