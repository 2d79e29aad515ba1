"""Flipped bits, logs that end early and clocks that jump: nothing that was reported as saved is lost, or it is said."""

import os
import random
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from mcassess.errors import WorldError
from mcassess.jobs import keeping
from mcassess.store import journal_tail
from mcassess.store.edges import DamagedLibraryError
from mcassess.store.library import Library
from mcassess.store.recovery import recover
from mcassess.store.vault_format import CHUNK, HEADER_BYTES, NONCE, RECORD
from tests.support.faulty_homes import BACKED_UP, KEYS, made, numbers, write_note
from tests.support.library import TestClock, open_library
from tests.support.series import rounds
from tests.support.shelf import Shelf, digest, plain
from tests.support.tally import Tally

SHARE = 1 / 9
"""There are nine random series of faults; together they take the time that was asked for."""

PAGE = 4096
FRAME = 24 + PAGE
ROOM = 4 << 20
ALL = list(range(80))


def left_by_death(source: Path, home: Path, clock: TestClock) -> None:
    """Leaves a home as sudden death leaves it: the newest notes stand in the write-ahead log alone."""
    library = open_library(source, clock)
    with library._database.read() as connection:
        connection.exec_driver_sql("PRAGMA wal_autocheckpoint = 0")
    for number in ALL[BACKED_UP:]:
        write_note(library, number)
    shutil.copytree(source, home)
    library.close()


@pytest.fixture
def dead(tmp_path: Path) -> Path:
    clock = TestClock()
    made(tmp_path / "source", clock)
    left_by_death(tmp_path / "source", tmp_path / "dead", clock)
    return tmp_path / "dead"


@pytest.fixture
def roomy(dead: Path, tmp_path: Path) -> Path:
    """The same home where the log got its room in advance, as the window gives it."""
    shutil.copytree(dead, tmp_path / "roomy")
    log = tmp_path / "roomy" / "library.db-wal"
    os.truncate(log, max(ROOM, log.stat().st_size))
    return tmp_path / "roomy"


def test_a_log_that_is_cut_off_anywhere_leaves_a_sound_library_up_to_there(
    dead: Path, roomy: Path, tmp_path: Path, tally: Tally
) -> None:
    size = (dead / "library.db-wal").stat().st_size
    assert size > 20 * FRAME
    for chance in rounds(12, 100, SHARE):
        home = tmp_path / "home"
        shutil.copytree(chance.choice([dead, roomy]), home)
        os.truncate(home / "library.db-wal", chance.randrange(size))
        library = open_library(home)
        found = numbers(library)
        assert found == ALL[: len(found)]
        assert len(found) >= BACKED_UP
        assert library.check() == []
        library.close()
        shutil.rmtree(home)
        tally.add("Faults", "log cut off: sound up to there")


def test_a_flipped_bit_in_the_log_is_said_or_changes_nothing(
    dead: Path, roomy: Path, tmp_path: Path, tally: Tally
) -> None:
    size = (dead / "library.db-wal").stat().st_size
    regions = [*range(0, 32, 5), 33, 40, 44, 50, 32 + 24 + 7, size - 10, size - PAGE - 5]
    said = 0
    for index, chance in enumerate(rounds(len(regions) + 6, 200, SHARE)):
        offset = regions[index] if index < len(regions) else chance.randrange(size)
        home = tmp_path / "home"
        shutil.copytree(chance.choice([dead, roomy]), home)
        flip(home / "library.db-wal", offset, chance)
        damaged = survives(home, offset)
        said += damaged
        shutil.rmtree(home)
        tally.add("Faults", f"bit flipped in the log: {OUTCOMES[damaged]}")
    assert said > 10


def test_a_flipped_bit_in_any_region_of_the_database_is_said_or_changes_nothing(tmp_path: Path, tally: Tally) -> None:
    clock = TestClock()
    made(tmp_path / "source", clock)
    library = open_library(tmp_path / "source", clock)
    for number in ALL[BACKED_UP:]:
        write_note(library, number)
    library.close()
    (tmp_path / "source" / "running" / "somebody.mark").touch()
    pages = (tmp_path / "source" / "library.db").stat().st_size // PAGE
    said = 0
    regions = [0, 1, 2, *range(3, pages, pages // 25)]
    for index, chance in enumerate(rounds(len(regions), 300, SHARE)):
        page = regions[index] if index < len(regions) else chance.randrange(pages)
        offset = page * PAGE + chance.randrange(PAGE)
        home = tmp_path / "home"
        shutil.copytree(tmp_path / "source", home)
        flip(home / "library.db", offset, chance)
        damaged = survives(home, offset)
        said += damaged
        shutil.rmtree(home)
        tally.add("Faults", f"bit flipped in the database: {OUTCOMES[damaged]}")
    assert said > 10


OUTCOMES = {True: "damaged, said so, came back", False: "not in use, all there"}


def flip(path: Path, offset: int, chance: random.Random) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        [byte] = file.read(1)
        file.seek(offset)
        file.write(bytes([byte ^ 1 << chance.randrange(8)]))


def survives(home: Path, offset: int) -> bool:
    """Checks that a library with damage opens with all in it, or says so and comes back; returns whether it said so."""
    try:
        library = open_library(home)
    except DamagedLibraryError as error:
        said = error.text
        recovered = recover(home, KEYS, TestClock(), act=True)
        assert "mcassess recover" in said, offset
        assert recovered is not None, offset
        library = open_library(home)
        found = numbers(library)
        assert found == sorted(found), offset
        assert set(ALL[:BACKED_UP]) <= set(found), offset
        assert library.check() == [], offset
        library.close()
        return True
    # Nothing of what was flipped is in use.
    assert numbers(library) == ALL, offset
    with library.read() as reading:
        assert len(reading.queue.ids()) == 3, offset
    library.close()
    return False


def test_a_flipped_bit_in_any_region_of_a_file_of_the_vault_is_named_and_mended(library: Library, tally: Tally) -> None:
    shelf, content = Shelf(library), plain(3 * CHUNK + 500)
    path = shelf.path(shelf.store(content))
    sound = path.read_bytes()
    first, middle, last = (HEADER_BYTES + index * RECORD for index in (0, 1, 3))
    regions = [0, 7, 9, first, first + NONCE, middle - 1, middle, middle + RECORD // 2, last, len(sound) - 1]
    for index, chance in enumerate(rounds(len(regions), 350, SHARE)):
        offset = regions[index] if index < len(regions) else chance.randrange(len(sound))
        flip(path, offset, chance)
        [damage] = library.vault.verify().damage
        chunk = (offset - HEADER_BYTES) // RECORD
        assert damage.chunks == (() if offset < HEADER_BYTES else (chunk + 1,)), offset
        asked = shelf.fill(content)
        if offset >= HEADER_BYTES:
            end = min((chunk + 1) * CHUNK, len(content))
            assert asked[0] == range(chunk * CHUNK, end), "nothing else is fetched again"
        assert shelf.read(digest(content)) == content
        path = shelf.path(digest(content))
        tally.add("Faults", "bit flipped in the vault: named, mended")


def test_a_log_that_ends_in_the_middle_of_a_write_is_no_damage(dead: Path) -> None:
    wal = dead / "library.db-wal"
    assert not journal_tail.is_torn(wal)
    os.truncate(wal, wal.stat().st_size - 100)
    assert not journal_tail.is_torn(wal)
    assert not journal_tail.is_torn(dead / "nothing")


def test_a_log_of_which_the_middle_is_gone_is_torn(dead: Path) -> None:
    with (dead / "library.db-wal").open("r+b") as file:
        file.seek(32 + 5 * FRAME)
        file.write(bytes(FRAME))
    assert journal_tail.is_torn(dead / "library.db-wal")


@pytest.mark.parametrize("years", [10, -10])
def test_a_clock_that_jumps_ten_years_changes_no_order_and_stops_no_care(
    tmp_path: Path, years: int, tally: Tally
) -> None:
    for chance in rounds(1, 450, SHARE / 2):
        clock, home = TestClock(), tmp_path / "home"
        made(home, clock)
        library, written = open_library(home, clock), BACKED_UP
        keeping.keep(library)
        for jump in (years, *chance.choices([10, -10, 0], k=2), -years):
            clock.at += timedelta(days=365 * jump)
            if clock.at.year < 2000:
                clock.at += timedelta(days=365 * 20)
            write_note(library, written)
            written += 1
            kept = keeping.keep(library)
            assert kept.backup is not None or not jump
            if chance.random() < 0.5:
                library.close()
                library = open_library(home, clock)
            assert numbers(library) == ALL[:written]
        assert library.check() == []
        library.close()
        shutil.rmtree(home)
        tally.add("Faults", "clock jumps ten years: all in order")


def test_a_newer_library_can_be_looked_at_and_not_changed(tmp_path: Path) -> None:
    made(tmp_path / "home", TestClock())
    library = open_library(tmp_path / "home")
    with library._database.write() as connection:
        connection.exec_driver_sql("PRAGMA user_version = 999")
        connection.exec_driver_sql("ALTER TABLE submission ADD COLUMN later TEXT")
        connection.exec_driver_sql("ALTER TABLE account RENAME TO person")
    library.close()
    before = (tmp_path / "home" / "library.db").read_bytes()
    library = open_library(tmp_path / "home")
    assert "newer version" in library.read_only
    assert numbers(library) == ALL[:BACKED_UP]
    with library.read() as reading:
        assert len(reading.queue.rows(reading.queue.ids())) == 3
    with pytest.raises(WorldError, match="newer version"):
        write_note(library, 60)
    with pytest.raises(WorldError, match="newer version"), library.read() as reading:
        reading.accounts.list()
    assert keeping.keep(library).backup is None
    library.close()
    assert (tmp_path / "home" / "library.db").read_bytes() == before
