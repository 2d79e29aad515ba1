"""Files of the vault that somebody swapped, linked, moved or put there: nothing foreign is touched, care goes on."""

import os
import shutil
from pathlib import Path

import pytest

from mcassess.errors import WorldError
from mcassess.store import vault_files
from mcassess.store.evidence import EvidenceState
from mcassess.store.library import Library
from mcassess.store.vault_format import CHUNK, DamagedError
from tests.support.shelf import Shelf, digest, plain

FIRST, SECOND = plain(2 * CHUNK + 5, 1), plain(2 * CHUNK + 5, 2)


@pytest.fixture
def shelf(library: Library) -> Shelf:
    made = Shelf(library)
    for content in (FIRST, SECOND):
        made.store(content)
    return made


def mend_all(shelf: Shelf) -> None:
    """Fetches what is damaged as often as a sync a day would in a few days."""
    for _ in range(3):
        shelf.library.vault.verify()
        for content in (FIRST, SECOND):
            if shelf.state(digest(content)) is EvidenceState.DAMAGED:
                shelf.fill(content)


@pytest.mark.parametrize("way", ["swapped", "hard-linked", "symbolically linked", "copied"])
def test_one_file_in_the_place_of_another_is_found_and_both_come_back(shelf: Shelf, way: str) -> None:
    first, second = shelf.path(digest(FIRST)), shelf.path(digest(SECOND))
    if way == "swapped":
        aside = first.with_name("aside")
        first.rename(aside)
        second.rename(first)
        aside.rename(second)
    else:
        second.unlink()
        {"hard-linked": os.link, "symbolically linked": os.symlink, "copied": shutil.copyfile}[way](first, second)
    found = shelf.library.vault.verify()
    assert found.damaged_files == tuple(sorted(map(digest, [FIRST, SECOND] if way == "swapped" else [SECOND])))
    mend_all(shelf)
    assert shelf.library.vault.verify().ok == 2
    assert [shelf.read(digest(FIRST)), shelf.read(digest(SECOND))] == [FIRST, SECOND]


def test_mending_never_writes_into_a_foreign_file(shelf: Shelf, tmp_path: Path) -> None:
    foreign = tmp_path / "thesis.txt"
    for link in (os.symlink, os.link):
        foreign.write_bytes(b"not ours")
        place = shelf.path(digest(FIRST))
        place.unlink()
        link(foreign, place)
        assert shelf.library.vault.verify().damaged == 1
        shelf.fill(FIRST)
        assert shelf.read(digest(FIRST)) == FIRST
        assert foreign.read_bytes() == b"not ours"


def test_who_has_it_open_reads_no_further_though_a_backup_program_linked_it(shelf: Shelf, tmp_path: Path) -> None:
    reader = shelf.library.vault.reader(digest(FIRST))
    assert reader.read(10) == FIRST[:10]
    os.link(shelf.path(digest(FIRST)), tmp_path / "linked")
    assert reader.read(10) == FIRST[10:20], "a link more takes nothing away"
    shelf.library.vault.destroy(digest(FIRST), "wipe")
    with pytest.raises(WorldError, match="removed"):
        reader.read(10)
    reader.close()


def test_a_link_that_goes_again_disturbs_nobody(shelf: Shelf, tmp_path: Path) -> None:
    os.link(shelf.path(digest(FIRST)), tmp_path / "linked")
    reader = shelf.library.vault.reader(digest(FIRST))
    (tmp_path / "linked").unlink()
    assert reader.read(10) == FIRST[:10]
    reader.close()


def test_a_long_read_stops_where_the_evidence_was_destroyed(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = shelf.library.vault.reader(digest(FIRST))
    load, loaded = type(reader)._load, []

    def load_then_destroy(self: object, index: int, target: memoryview) -> memoryview:
        plain_bytes = load(reader, index, target)
        if not loaded:
            shelf.library.vault.destroy(digest(FIRST), "wipe")
        loaded.append(index)
        return plain_bytes

    monkeypatch.setattr(type(reader), "_load", load_then_destroy)
    with pytest.raises(WorldError, match="removed"):
        reader.readinto(memoryview(bytearray(len(FIRST))))
    assert loaded == [0]
    reader.close()


def test_folders_in_the_vault_that_are_not_ours_stop_no_destruction(shelf: Shelf) -> None:
    vault = shelf.library.home / "vault"
    (vault / ".synchronised").mkdir()
    (vault / ".synchronised" / "state").write_text("of another program")
    shelf.library.vault.remove_strays()
    assert shelf.library.vault.verify().ok == 2
    assert (vault / ".synchronised" / "state").exists()


def test_a_bad_place_of_the_disk_is_named_and_the_rest_is_looked_at(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = shelf.path(digest(FIRST))
    inode, read = bad.stat().st_ino, os.preadv

    def preadv(descriptor: int, buffers: list[memoryview], place: int) -> int:
        if os.fstat(descriptor).st_ino == inode and place > CHUNK:
            raise OSError(5, "Input/output error")
        return read(descriptor, buffers, place)

    monkeypatch.setattr(vault_files, "_PREADV", preadv)
    reader = shelf.library.vault.reader(digest(FIRST))
    assert reader.read(10) == FIRST[:10]
    reader.seek(CHUNK)
    with pytest.raises(DamagedError, match="chunk 2 of 3"):
        reader.read(10)
    reader.close()
    found = shelf.library.vault.verify()
    assert (found.ok, found.damaged) == (1, 1)
    assert found.damage[0].chunks == (2, 3)
    monkeypatch.setattr(vault_files, "_PREADV", read)
    shelf.fill(FIRST)
    assert shelf.library.vault.verify().ok == 2


def test_what_was_marked_as_damaged_and_proves_sound_is_ready_again(shelf: Shelf) -> None:
    path = shelf.path(digest(FIRST))
    path.rename(path.with_name("elsewhere"))
    with pytest.raises(DamagedError, match="missing"):
        shelf.library.vault.reader(digest(FIRST))
    path.with_name("elsewhere").rename(path)
    assert shelf.library.vault.verify().ok == 2
    assert shelf.read(digest(FIRST)) == FIRST
