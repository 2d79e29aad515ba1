"""Homes in which files were emptied, lost, replaced or locked away: said in a sentence, and never an empty library."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.errors import RefusedError, UsageError, WorldError
from mcassess.jobs import keeping
from mcassess.store import recovery
from mcassess.store.database import Database
from mcassess.store.edges import DamagedLibraryError
from mcassess.store.library import Library
from mcassess.store.recovery import recover
from mcassess.store.restoring import restore
from tests.support.faulty_homes import BACKED_UP, KEYS, made, numbers, write_note
from tests.support.library import SHARED, TestClock, open_library


@pytest.fixture
def home(tmp_path: Path, clock: TestClock) -> Path:
    made(tmp_path / "home", clock)
    return tmp_path / "home"


def backup_of(home: Path) -> Path:
    return next((home / "backups").glob("*.backup"))


def files(home: Path) -> dict[str, bytes]:
    """Returns what is in the files of a home, save what processes share and what is empty."""
    found = [path for path in home.rglob("*") if path.is_file() and path.parent.name != "running"]
    return {path.name: path.read_bytes() for path in found if path.suffix != ".db-shm" and path.stat().st_size}


def left_by_death(home: Path) -> Path:
    """Leaves a copy of a home as sudden death leaves it, with a note in the write-ahead log alone."""
    library = open_library(home)
    write_note(library, BACKED_UP)
    shutil.copytree(home, home.with_name("dead"))
    library.close()
    return home.with_name("dead")


def page_of_rubrics(library: Library) -> int:
    root = "SELECT rootpage FROM sqlite_master WHERE name = 'rubric'"
    with library._database.read() as connection:
        return int(connection.exec_driver_sql(root).scalar_one())


def damage(home: Path, page: int) -> None:
    """Damages a page, counted from 1, of a closed library, as if somebody had died with it open."""
    with (home / "library.db").open("r+b") as file:
        file.seek((page - 1) * 4096 + 1000)
        file.write(b"damage")
    (home / "running" / "somebody.mark").touch()


def without_tables(home: Path) -> None:
    (home / "library.db").unlink()
    database = Database(home / "library.db", SHARED.database)
    assert database.version() == 0
    database.close()
    assert (home / "library.db").stat().st_size > 0


def test_an_emptied_database_is_damage_and_its_log_is_kept(home: Path, clock: TestClock) -> None:
    dead = left_by_death(home)
    (dead / "library.db").write_bytes(b"")
    before = files(dead)
    with pytest.raises(DamagedLibraryError, match="mcassess recover"):
        open_library(dead)
    said = keeping.recovery_text(recover(dead, KEYS, clock, act=False))
    assert "backup is of 2026-11-22. Nothing of the damaged database can be read" in said
    assert files(dead) == before, "SQLite removes the log of an empty database"
    done = recover(dead, KEYS, clock, act=True)
    assert done is not None
    assert done.aside is not None
    assert (done.aside / "library.db-wal").read_bytes() == before["library.db-wal"]
    library = open_library(dead)
    assert numbers(library) == list(range(BACKED_UP))
    library.close()


def test_a_database_without_tables_is_no_new_library(home: Path, clock: TestClock) -> None:
    without_tables(home)
    with pytest.raises(DamagedLibraryError, match="mcassess recover"):
        open_library(home)
    with pytest.raises(RefusedError) as refused:
        restore(home, KEYS, clock, backup_of(home))
    assert "cannot be told what would be lost" in refused.value.reasons[0]
    backup = backup_of(home).rename(home.parent / "away")
    with pytest.raises(WorldError, match="Nothing was changed"):
        recover(home, KEYS, clock, act=True)
    shutil.copy(backup, home / "backups" / "000001-2026-11-22-daily.backup")
    assert recover(home, KEYS, clock, act=True) is not None
    library = open_library(home)
    assert numbers(library) == list(range(BACKED_UP))
    library.close()


@pytest.mark.parametrize("part", ["library.db", "library.db-wal"])
def test_what_may_not_be_read_is_not_replaced_by_an_older_backup(
    home: Path, clock: TestClock, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    dead = left_by_death(home)
    before, really = files(dead), os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != part and really(path, mode))
    for attempt in (
        lambda: open_library(dead),
        lambda: recover(dead, KEYS, clock, act=True),
        lambda: restore(dead, KEYS, clock, backup_of(dead), lose=True),
    ):
        with pytest.raises(WorldError, match=f"{part} is write-protected or belongs to somebody else"):
            attempt()
    assert files(dead) == before


def test_a_database_that_does_not_open_for_another_reason_than_damage_is_not_replaced(
    home: Path, clock: TestClock
) -> None:
    (home / "library.db-wal").mkdir()
    for attempt in (lambda: open_library(home), lambda: recover(home, KEYS, clock, act=True)):
        with pytest.raises(WorldError, match="cannot be used"):
            attempt()
    assert not (home / "set-aside").exists()


def test_a_mark_that_cannot_be_looked_at_is_named(home: Path, clock: TestClock) -> None:
    (home / "running" / "odd.mark").mkdir()
    for attempt in (lambda: open_library(home), lambda: recover(home, KEYS, clock, act=True)):
        with pytest.raises(WorldError, match=r"odd\.mark: "):
            attempt()


def test_without_its_key_file_no_library_is_called_new(home: Path, clock: TestClock) -> None:
    backup = backup_of(home)
    (home / "key.json").unlink()
    for attempt in (lambda: recover(home, KEYS, clock, act=True), lambda: restore(home, KEYS, clock, backup)):
        with pytest.raises(WorldError, match=r"key\.json is missing"):
            attempt()


def test_a_backup_never_takes_the_place_of_the_librarys_own_files(home: Path, tmp_path: Path) -> None:
    library, before = open_library(home), files(home)
    (tmp_path / "link").symlink_to(home / "library.db")
    targets = [home / "library.db", home / "key.json", home / "backups" / "lock", tmp_path / "link"]
    for target in targets:
        with pytest.raises(UsageError, match="own folder"):
            library.back_up_to(target)
    assert files(home) == before
    for target in (Path(os.devnull), tmp_path):
        with pytest.raises(UsageError, match="no file"):
            library.back_up_to(target)
    with pytest.raises(WorldError, match=r"The backup .*nowhere/mine\.backup cannot be written: No such file"):
        library.back_up_to(tmp_path / "nowhere" / "mine.backup")
    library.close()


def test_a_backup_that_may_not_be_read_is_named(
    home: Path, clock: TestClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup, really = shutil.copy(backup_of(home), tmp_path / "somebodys.backup"), Path.open

    def refusing(path: Path, *how: str, **named: Any) -> object:
        if path.suffix == ".backup":
            raise PermissionError(13, "Permission denied", str(path))
        return really(path, *how, **named)

    monkeypatch.setattr(Path, "open", refusing)
    with pytest.raises(WorldError, match=r"The backup .*somebodys\.backup cannot be read: Permission denied"):
        restore(home, KEYS, clock, backup)
    (home / "library.db").write_bytes(b"noise" * 9999)
    with pytest.raises(WorldError, match=r"daily\.backup is write-protected or belongs to somebody else"):
        recover(home, KEYS, clock, act=True)


def test_a_folder_in_the_vault_keeps_nobody_from_going_back(home: Path, clock: TestClock) -> None:
    (home / "vault" / "of somebody").mkdir()
    (home / "vault" / "old file").touch()
    restore(home, KEYS, clock, backup_of(home))
    assert [path.name for path in (home / "vault").iterdir()] == ["of somebody"]


def test_a_newer_library_is_neither_recovered_nor_gone_back_from_without_a_word(home: Path, clock: TestClock) -> None:
    library = open_library(home)
    with library._database.write() as connection:
        connection.exec_driver_sql("PRAGMA user_version = 999")
    page = page_of_rubrics(library)
    library.close()
    with pytest.raises(RefusedError) as refused:
        restore(home, KEYS, clock, backup_of(home))
    assert "newer version" in refused.value.reasons[0]
    damage(home, page)
    before = files(home)
    with pytest.raises(WorldError, match="newer version"):
        recover(home, KEYS, clock, act=True)
    assert files(home) == before


LOCKING = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)
"""


@pytest.mark.skipif(os.name != "posix", reason="locks are of another kind there")
def test_opening_it_once_more_takes_no_lock_from_what_is_open(home: Path) -> None:
    library = open_library(home)
    open_library(home).close()
    tried = [sys.executable, "-c", LOCKING, str(home / "library.db")]
    taken = subprocess.run(tried, capture_output=True, text=True, timeout=30, check=False)
    assert "BlockingIOError" in taken.stderr, "another process that closes the library would remove its log"
    library.close()


def test_a_disk_that_is_full_at_the_very_end_of_a_recovery_leaves_all_as_it_was(
    home: Path, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource = pytest.importorskip("resource")
    clock.advance(days=1)
    library = open_library(home, clock)
    with library.write() as writing:
        key = writing.submissions.find("s-0001")[0][0]
        writing.reviews.append(key, [Entry(kind=ChangeKind.NOTE, value=f"note {BACKED_UP} " + "x" * 100_000)])
    page = page_of_rubrics(library)
    library.close()
    damage(home, page)
    before, really = files(home), recovery.renew_device
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    def with_no_more_room(connection: Connection) -> None:
        size = (home / "restoring.db").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))  # the log fits, what is folded in does not
        really(connection)

    monkeypatch.setattr(recovery, "renew_device", with_no_more_room)
    try:
        with pytest.raises(WorldError):
            recover(home, KEYS, clock, act=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert files(home) == before
    monkeypatch.undo()
    assert recover(home, KEYS, clock, act=True) is not None
    library = open_library(home)
    assert numbers(library) == list(range(BACKED_UP + 1))
    assert library.check() == []
    library.close()
