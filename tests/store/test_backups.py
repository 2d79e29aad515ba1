"""Backups are whole, encrypted, one a day, and open no evidence."""

import os
import shutil
from pathlib import Path

import pytest

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.errors import WorldError
from mcassess.store.backups import BackupKind
from mcassess.store.library import Library
from mcassess.store.migrations import STEPS
from tests.support.filled import filled_library, key_of
from tests.support.library import TestClock, add_account, open_library, put, submission

NOTE = Entry(kind=ChangeKind.NOTE, value="the note in the backup")


def opened_copy(backup: Path, home: Path) -> Library:
    """Opens a backup as if it were a library."""
    home.mkdir()
    shutil.copy(backup, home / "library.db")
    open_library(home.with_name("other")).close()
    shutil.copy(home.with_name("other") / "key.json", home)
    return open_library(home)


def test_a_backup_holds_every_word_and_no_key_of_evidence(tmp_path: Path) -> None:
    library = filled_library(tmp_path / "home")
    key = key_of(library, "s-0001")
    with library.write() as writing:
        writing.reviews.append(key, [NOTE])
    with library.read() as reading:
        rows = reading.queue.rows(reading.queue.ids())
        ready = [each for each in reading.evidence.states(key).values() if each.state == "ready"]
    assert ready
    backup = library.back_up()
    library.close()
    assert b"SQLite format 3" not in backup.read_bytes()
    assert b"the note" not in backup.read_bytes()
    copy = opened_copy(backup, tmp_path / "copy")
    assert copy.check() == []
    copy.catch_up_search()
    with copy.read() as reading:
        assert reading.reviews.get(key).note == "the note in the backup"
        assert reading.queue.ids(search="backup") == [key], "the search index came along"
        assert [row.id for row in reading.queue.rows(reading.queue.ids())] == [row.id for row in rows]
        stored = [reading.evidence.get(each.sha256) for each in ready]
    assert {(each.state, each.name, each.wrapped_key) for each in stored if each} == {("wanted", None, None)}
    with copy.write() as writing:  # triggers and indexes came along as well
        writing.reviews.append(key, [NOTE])
    copy.close()


def test_there_is_one_backup_a_day_and_the_last_seven_are_kept(library: Library, clock: TestClock) -> None:
    for _ in range(10):
        assert library.backups.due()
        library.back_up()
        assert not library.backups.due()
        clock.advance(days=1)
    kept = library.backups.list()
    assert [each.number for each in kept] == [10, 9, 8, 7, 6, 5, 4]
    assert [each.day for each in kept][:2] == ["2026-12-01", "2026-11-30"]


@pytest.mark.parametrize("kind", [BackupKind.MIGRATION, BackupKind.RESTORE])
def test_of_backups_before_great_changes_the_last_three_are_kept(library: Library, kind: BackupKind) -> None:
    library.back_up()
    for _ in range(5):
        library.backups.make(library._database, kind)
    kept = [(each.number, each.kind) for each in library.backups.list()]
    assert kept == [(6, kind), (5, kind), (4, kind), (1, "daily")], "one kind pushes out no other"


def test_a_clock_that_jumps_ten_years_either_way_stops_no_backup(library: Library, clock: TestClock) -> None:
    days = []
    for jump in (3650, -3650, -3650, 3650, 1):
        clock.advance(days=jump)
        assert library.backups.due()
        days.append(library.back_up().name[7:17])
    assert [each.day for each in library.backups.list()] == days[::-1], (
        "their order is that of making, not of the clock"
    )


def test_a_backup_before_a_migration_holds_what_was_before(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = open_library(home)
    put(library, add_account(library), submission())
    library.close()
    longer = (*STEPS, ("CREATE TABLE newest (a TEXT) STRICT", "DELETE FROM submission_body"))
    monkeypatch.setattr("mcassess.store.library.STEPS", longer)
    library = open_library(home)
    [made] = library.backups.list()
    library.close()
    assert made.kind == "migration"
    monkeypatch.undo()
    copy = opened_copy(made.path, home.with_name("copy"))
    with copy.read() as reading:
        assert reading.submissions.get(1).submission.id == "s-0001"
    copy.close()


def test_a_backup_that_fails_leaves_nothing_and_keeps_the_one_before(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "mine.backup"
    library.back_up_to(target)
    before = target.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WorldError, match="is full"):
        library.back_up_to(target)
    with pytest.raises(WorldError, match="is full"):
        library.back_up()
    monkeypatch.undo()
    assert target.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"home", "mine.backup"}
    assert [path.name for path in (library.home / "backups").iterdir()] == ["lock"]


def test_writing_goes_on_while_a_backup_is_made(
    library: Library, account: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mcassess.store import copying

    [key] = put(library, account, submission())
    really = copying._copy_rows
    wrote = []

    def beside(*given: object) -> str:
        if not wrote:
            with library.write() as writing:
                writing.reviews.append(key, [NOTE])
            wrote.append(key)
        return really(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(copying, "_copy_rows", beside)
    library.back_up()
    assert wrote
    with library.read() as reading:
        assert reading.reviews.get(key).note
