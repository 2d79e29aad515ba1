"""Regular care: the backup of the day and the check of the week, and what damage does to them."""

from pathlib import Path

import pytest

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.jobs import keeping
from mcassess.store.edges import DamagedLibraryError
from mcassess.store.library import Library
from tests.support.library import TestClock, open_library

PAGE = 4096


def test_the_database_is_checked_once_a_week(
    library: Library, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[object] = []
    monkeypatch.setattr(library, "check", lambda: checked.append(clock.now()) or [])
    keeping.keep(library)
    assert checked == [], "a library that was made just now is sound"
    for days, checks in ((1, 0), (5.9, 0), (0.2, 1), (6.9, 1), (0.2, 2), (-3650, 3), (1, 3)):
        clock.advance(days=days)
        keeping.keep(library)
        keeping.keep(library)
        assert len(checked) == checks, f"after {days} more days"


def test_a_check_that_death_has_interrupted_is_made_again(
    library: Library, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Death(BaseException):
        pass

    def dying() -> list[str]:
        raise Death

    keeping.keep(library)
    clock.advance(days=8)
    monkeypatch.setattr(library, "check", dying)
    for _ in range(2):
        with pytest.raises(Death):
            keeping.keep(library)


def test_damage_that_the_check_finds_is_said_each_day_pushes_no_backup_out_and_is_looked_at_when_opening(
    library: Library, key: int, clock: TestClock
) -> None:
    home = library.home
    with library.write() as writing:
        writing.reviews.append(key, [Entry(kind=ChangeKind.NOTE, value="Words of ours.")])
    keeping.keep(library)
    before = [each.path for each in library.backups.list()]
    damage(library, "snapshot")
    library = open_library(home, clock)
    for _ in range(3):
        clock.advance(days=8)
        kept = keeping.keep(library)
        assert kept.faults
        assert kept.backup is None
        clock.advance(days=1)
        kept = keeping.keep(library)
        assert kept.faults, "it is as damaged as it was yesterday"
        assert kept.backup is None
    assert [each.path for each in library.backups.list()] == before
    library.close()
    with pytest.raises(DamagedLibraryError, match="mcassess recover"):
        open_library(home, clock)


def damage(library: Library, table: str) -> None:
    """Closes the library and damages a table that opening has no need of."""
    with library._database.read() as connection:
        root = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        page = int(connection.exec_driver_sql(root, (table,)).scalar_one()) - 1
    library.close()
    flip(library.home / "library.db", page * PAGE + 17)


def flip(path: Path, offset: int) -> None:
    content = bytearray(path.read_bytes())
    content[offset] ^= 1
    path.write_bytes(content)
