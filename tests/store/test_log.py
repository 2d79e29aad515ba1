"""The write-ahead log gets its room in advance: changes then make no file longer, and nothing else differs."""

import random
import shutil
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from mcassess.store import database, journal_tail
from mcassess.store.library import Library
from tests.support.faulty_homes import BACKED_UP, made, numbers, write_note
from tests.support.library import TestClock, open_library

MANY = 300


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made(tmp_path / "home", TestClock())
    return tmp_path / "home"


@pytest.fixture
def library(home: Path) -> Library:
    return open_library(home)


def log_of(home: Path) -> Path:
    return home / "library.db-wal"


def after_death(home: Path) -> list[int]:
    """Opens a copy of a home that is in use, as it is after sudden death, and returns the notes in it."""
    shutil.copytree(home, home.with_name("dead"))
    dead = open_library(home.with_name("dead"))
    found = numbers(dead)
    assert dead.check() == []
    dead.close()
    shutil.rmtree(home.with_name("dead"))
    return found


def test_changes_make_no_file_longer_and_are_there_after_death(home: Path, library: Library) -> None:
    library.extend_log()
    length = log_of(home).stat().st_size
    assert length >= 4 << 20
    for number in range(BACKED_UP, BACKED_UP + MANY):
        write_note(library, number)
    assert log_of(home).stat().st_size == length
    assert after_death(home) == list(range(BACKED_UP + MANY))
    library.close()
    assert not log_of(home).exists()


def test_a_log_that_is_long_already_stays_as_it_is(home: Path, library: Library) -> None:
    library.extend_log()
    write_note(library, BACKED_UP)
    before = log_of(home).read_bytes()
    library.extend_log()
    assert log_of(home).read_bytes() == before
    library.close()


def test_a_log_that_was_emptied_is_extended_again(home: Path, library: Library) -> None:
    library.extend_log()
    write_note(library, BACKED_UP)
    library._database.truncate_wal()
    assert log_of(home).stat().st_size == 0
    write_note(library, BACKED_UP + 1)
    library.extend_log()
    write_note(library, BACKED_UP + 2)
    assert after_death(home) == list(range(BACKED_UP + 3))
    library.close()


def test_death_before_the_first_change_leaves_a_sound_library(home: Path, library: Library) -> None:
    library._database.truncate_wal()
    library.extend_log()
    assert set(log_of(home).read_bytes()) == {0}
    assert not journal_tail.is_torn(log_of(home))
    assert after_death(home) == list(range(BACKED_UP))
    library.close()


def test_what_stands_behind_the_end_is_never_taken_for_a_change_or_for_damage(home: Path, library: Library) -> None:
    library._database.truncate_wal()
    library.extend_log()
    write_note(library, BACKED_UP)
    used = len(log_of(home).read_bytes().rstrip(b"\0"))
    chance = random.Random(7)
    shutil.copytree(home, home.with_name("flipped"))
    with log_of(home.with_name("flipped")).open("r+b") as file:
        for _ in range(40):
            file.seek(chance.randrange(used + 4096, 4 << 20))
            file.write(chance.randbytes(24))
    library.close()
    again = open_library(home.with_name("flipped"))
    assert numbers(again) == list(range(BACKED_UP + 1))
    assert again.check() == []
    again.close()


def test_others_may_write_meanwhile(home: Path, library: Library) -> None:
    other = open_library(home)
    over = threading.Event()

    def extend() -> None:
        while not over.is_set():
            library.extend_log()
            library._database.truncate_wal()

    extending = threading.Thread(target=extend)
    extending.start()
    for number in range(BACKED_UP, BACKED_UP + MANY):
        write_note(other, number)
    over.set()
    extending.join()
    assert numbers(library) == list(range(BACKED_UP + MANY))
    assert after_death(home) == list(range(BACKED_UP + MANY))
    library.close()
    other.close()


def test_nobody_writes_while_the_log_is_made_longer(
    home: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage, kept_out = shutil.disk_usage(home), []

    def looked_at(_folder: Path) -> object:
        with closing(library._database._connections.open()) as other:
            other.execute("PRAGMA busy_timeout = 0")
            with pytest.raises(dbapi2.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
            kept_out.append(other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])
        return usage

    monkeypatch.setattr(database.shutil, "disk_usage", looked_at)
    library.extend_log()
    monkeypatch.undo()
    assert kept_out == [1], "no checkpoint makes it shorter meanwhile"
    write_note(library, BACKED_UP)
    assert after_death(home) == list(range(BACKED_UP + 1))
    library.close()


def test_a_disk_with_little_room_keeps_it_for_words(
    home: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = log_of(home).stat().st_size
    usage = shutil.disk_usage(home)
    monkeypatch.setattr(database.shutil, "disk_usage", lambda _folder: usage._replace(free=32 << 20))
    library.extend_log()
    assert log_of(home).stat().st_size == before
    write_note(library, BACKED_UP)
    library.close()


def test_a_disk_that_gets_full_meanwhile_gets_back_what_was_taken(
    home: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource = pytest.importorskip("resource")
    signal = pytest.importorskip("signal")
    before = log_of(home).stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    former = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))  # the write ends after a part of it
    try:
        library.extend_log()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, former)
    assert log_of(home).stat().st_size == before
    write_note(library, BACKED_UP)
    assert after_death(home) == list(range(BACKED_UP + 1))
    library.close()


def test_a_newer_library_is_left_alone(home: Path, library: Library) -> None:
    with library._database.write() as connection:
        connection.exec_driver_sql("PRAGMA user_version = 999")
    library.close()
    newer = open_library(home)
    assert newer.read_only
    newer.extend_log()
    assert not log_of(home).exists() or not log_of(home).stat().st_size
    newer.close()
