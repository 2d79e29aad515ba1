"""What disks, clocks and rights do to a library: nothing that was reported as saved is lost, or it is said.

MCASSESS_LONG_MINUTES goes on at random for that time.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.errors import WorldError
from mcassess.jobs import keeping
from mcassess.store import journal_tail
from mcassess.store.edges import DamagedLibraryError
from mcassess.store.library import Library
from mcassess.store.recovery import recover
from tests.support.library import GivenKeys, TestClock, add_account, open_library, put, submission
from tests.support.library_samples import FOLDER, facts

LONG_SECONDS = 60 * float(os.environ.get("MCASSESS_LONG_MINUTES") or 0)
PAGE = 4096
FRAME = 24 + PAGE
KEYS = GivenKeys()


def rounds(least: int, seed: int) -> Iterator[random.Random]:
    """Yields a source of chance for each round: the same ones always, and new ones as long as time is given."""
    until = time.monotonic() + LONG_SECONDS / 4
    number = 0
    while number < least or time.monotonic() < until:
        yield random.Random(seed + number)
        number += 1


def note(library: Library, number: int, identifier: str = "s-0001") -> None:
    with library.write() as writing:
        key = writing.submissions.find(identifier)[0][0]
        writing.reviews.append(key, [Entry(kind=ChangeKind.NOTE, value=f"note {number} " + "x" * 300)])


def numbers(library: Library, identifier: str = "s-0001") -> list[int]:
    with library.read() as reading:
        key = reading.submissions.find(identifier)[0][0]
        return [int(str(each.entry.value).split()[1]) for each in reading.reviews.changes(key)]


def made(home: Path, clock: TestClock, backed_up: int = 60) -> None:
    """Makes a library with so many notes in database and backup."""
    library = open_library(home, clock)
    put(library, add_account(library), submission("s-0001"), submission("s-0002"))
    for number in range(backed_up):
        note(library, number)
    library.back_up()
    library.close()


def left_by_death(source: Path, home: Path, clock: TestClock, more: int) -> None:
    """Leaves a home as sudden death leaves it: so many more notes stand in the write-ahead log alone."""
    library = open_library(source, clock)
    with library._database.read() as connection:
        connection.exec_driver_sql("PRAGMA wal_autocheckpoint = 0")
    for number in range(60, 60 + more):
        note(library, number)
    shutil.copytree(source, home)
    library.close()


@pytest.fixture
def dead(tmp_path: Path) -> Path:
    clock = TestClock()
    made(tmp_path / "source", clock)
    left_by_death(tmp_path / "source", tmp_path / "dead", clock, 20)
    return tmp_path / "dead"


def test_a_log_that_is_cut_off_anywhere_leaves_a_sound_library_up_to_there(dead: Path, tmp_path: Path) -> None:
    size = (dead / "library.db-wal").stat().st_size
    assert size > 20 * FRAME
    for chance in rounds(12, 100):
        home = tmp_path / "home"
        shutil.copytree(dead, home)
        os.truncate(home / "library.db-wal", chance.randrange(size))
        library = open_library(home)
        found = numbers(library)
        assert found == list(range(len(found)))
        assert len(found) >= 60
        assert library.check() == []
        library.close()
        shutil.rmtree(home)


def test_a_flipped_bit_in_the_log_is_said_or_changes_nothing(dead: Path, tmp_path: Path) -> None:
    size = (dead / "library.db-wal").stat().st_size
    regions = [*range(0, 32, 5), 33, 40, 44, 50, 32 + 24 + 7, size - 10, size - PAGE - 5]
    said = 0
    for index, chance in enumerate(rounds(len(regions) + 6, 200)):
        offset = regions[index] if index < len(regions) else chance.randrange(size)
        home = tmp_path / "home"
        shutil.copytree(dead, home)
        flip(home / "library.db-wal", offset, chance)
        said += survives(home, offset)
        shutil.rmtree(home)
    assert said > 10


def test_a_flipped_bit_in_any_region_of_the_database_is_said_or_changes_nothing(tmp_path: Path) -> None:
    clock = TestClock()
    made(tmp_path / "source", clock)
    library = open_library(tmp_path / "source", clock)
    for number in range(60, 80):
        note(library, number)
    library.close()
    (tmp_path / "source" / "running" / "somebody.mark").touch()
    pages = (tmp_path / "source" / "library.db").stat().st_size // PAGE
    said = 0
    regions = [0, 1, 2, *range(3, pages, pages // 25)]
    for index, chance in enumerate(rounds(len(regions), 300)):
        page = regions[index] if index < len(regions) else chance.randrange(pages)
        offset = page * PAGE + chance.randrange(PAGE)
        home = tmp_path / "home"
        shutil.copytree(tmp_path / "source", home)
        flip(home / "library.db", offset, chance)
        said += survives(home, offset)
        shutil.rmtree(home)
    assert said > 10


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
        assert set(range(60)) <= set(found), offset
        assert library.check() == [], offset
        library.close()
        return True
    # Nothing of what was flipped is in use.
    assert numbers(library) == list(range(80)), offset
    with library.read() as reading:
        assert len(reading.queue.ids()) == 2, offset
    library.close()
    return False


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
def test_a_clock_that_jumps_ten_years_changes_no_order_and_stops_no_care(tmp_path: Path, years: int) -> None:
    clock = TestClock()
    made(tmp_path / "home", clock)
    library = open_library(tmp_path / "home", clock)
    keeping.keep(library)
    clock.at += timedelta(days=365 * years)
    note(library, 60)
    kept = keeping.keep(library)
    assert kept.backup is not None
    library.close()
    clock.at -= timedelta(days=365 * years)
    library = open_library(tmp_path / "home", clock)
    note(library, 61)
    assert numbers(library) == list(range(62))
    assert keeping.keep(library).backup is not None
    assert library.check() == []
    library.close()


def child(home: Path, *prefix: str, count: int = 10) -> list[str]:
    """Runs the child that works on a library, and returns what it said."""
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd()), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [*prefix, sys.executable, "-m", "tests.support.faulty_work", str(home), str(count)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr[-3000:]
    return done.stdout.splitlines()


def has_all(home: Path, said: list[str]) -> None:
    """Checks that all that the child was told is saved is there."""
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


def can_inject() -> bool:
    if not shutil.which("strace"):
        return False
    return subprocess.run(["strace", "-qq", "-o", os.devnull, "true"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not can_inject(), reason="strace may not trace here")
def test_a_disk_that_fails_at_any_write_loses_nothing_that_was_reported_as_saved(tmp_path: Path) -> None:
    made(tmp_path / "source", TestClock())
    failed = 0
    for chance in rounds(8, 400):
        home = tmp_path / "home"
        shutil.copytree(tmp_path / "source", home)
        call = chance.choice(["pwrite64", "pwrite64", "fsync,fdatasync", "ftruncate", "rename,unlink"])
        error = chance.choice(["ENOSPC", "EIO"])
        first = chance.randrange(1, 120 if call == "pwrite64" else 12)
        until = chance.choice(["", "+"])  # once, or from then on
        inject = f"inject={call}:error={error}:when={first}{until}"
        said = child(home, "strace", "-qq", "-f", "-o", os.devnull, "-e", f"trace={call}", "-e", inject)
        failed += any(line.startswith(("FAILED", "REFUSED")) for line in said)
        try:
            has_all(home, said)
        except DamagedLibraryError:
            assert recover(home, KEYS, TestClock(), act=True) is not None
            has_all(home, said)
        shutil.rmtree(home)
    assert failed


@pytest.mark.skipif(not can_inject(), reason="strace may not trace here")
def test_a_disk_that_fails_in_the_middle_of_a_migration_loses_nothing(tmp_path: Path) -> None:
    expected = json.loads((FOLDER / "version-1.json").read_text(encoding="utf-8"))
    failed = 0
    for chance in rounds(5, 500):
        home = tmp_path / "home"
        shutil.copytree(FOLDER / "version-1", home)
        call, most = chance.choice([("pwrite64", 150), ("fsync,fdatasync", 6), ("rename,renameat2", 2)])
        inject = f"inject={call}:error={chance.choice(['ENOSPC', 'EIO'])}:when={chance.randrange(1, most)}+"
        said = child(home, "strace", "-qq", "-f", "-o", os.devnull, "-e", f"trace={call}", "-e", inject, count=0)
        failed += any(line.startswith(("FAILED", "REFUSED")) for line in said)
        library = open_library(home)
        assert facts(library) == expected
        assert library.check() == []
        library.close()
        shutil.rmtree(home)
    assert failed


@pytest.mark.skipif(not shutil.which("unshare") or os.geteuid() != 0, reason="mounting needs rights that are missing")
@pytest.mark.parametrize("room", ["300k", "700k", "1500k"])
def test_a_disk_that_fills_up_loses_nothing_that_was_reported_as_saved(tmp_path: Path, room: str) -> None:
    made(tmp_path / "source", TestClock())
    disk = tmp_path / "disk"
    disk.mkdir()
    script = (
        f'mount -t tmpfs -o size={room} tmpfs "{disk}" && cp -r "{tmp_path}/source" "{disk}/home" 2>/dev/null; '
        f'"$@"; mkdir "{tmp_path}/after" && cp -r "{disk}/home" "{tmp_path}/after/"'
    )
    said = child(disk / "home", "unshare", "--mount", "bash", "-c", script, "bash", count=80)
    if room != "300k":
        assert "OPENED" in said
        assert any("is full" in line for line in said)
        has_all(tmp_path / "after" / "home", said)
    else:
        assert all(line.startswith(("REFUSED", "OPENED", "FAILED", "CLOSED", "NOTE", "SEAL", "KEPT")) for line in said)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can become somebody else")
def test_rights_that_are_taken_away_meanwhile_are_one_sentence_and_lose_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    made(home, TestClock())
    for part in (tmp_path, *(each for each in tmp_path.parents if "pytest-of" in str(each))):
        part.chmod(0o755)
    shutil.chown(home, 65534, 65534)
    for part in home.rglob("*"):
        shutil.chown(part, 65534, 65534)
    said = nobody(home)
    assert said[0] == "OPENED"
    assert any(line.startswith("NOTE") for line in said)
    assert any("cannot be" in line for line in said if line.startswith("FAILED"))
    has_all(home, said)


NOBODY = """
import os, sys
from pathlib import Path
from mcassess.errors import WorldError
from tests.support import faulty_work
from tests.support.library import open_library
home = Path(sys.argv[1])
warm = open_library(home.with_name("warm"))
with warm.read() as reading:  # what is imported late, nobody may not read
    reading.submissions, reading.outbox, reading.accounts
warm.close()
os.setgroups([]); os.setgid(65534); os.setuid(65534)
library = open_library(home)
print("OPENED")
for number in range(10):
    if number == 5:
        home.chmod(0o500)
        for part in home.rglob("*"):
            part.chmod(0o500 if part.is_dir() else 0o400)
    faulty_work._step(f"NOTE {number}", lambda: faulty_work._note(library, number))
    faulty_work._step(f"BACKUP {number}", library.back_up)
for part in (home, *home.rglob("*")):
    part.chmod(0o700)
library.close()
try:
    home.chmod(0o500)
    open_library(home)
except WorldError as error:
    print("FAILED", error.text)
home.chmod(0o700)
"""


def nobody(home: Path) -> list[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path.cwd()),
        "PYTHONWARNINGS": "ignore",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-c", NOBODY, str(home)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


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
    assert numbers(library) == list(range(60))
    with library.read() as reading:
        assert len(reading.queue.rows(reading.queue.ids())) == 2
    with pytest.raises(WorldError, match="newer version"):
        note(library, 60)
    with pytest.raises(WorldError, match="newer version"), library.read() as reading:
        reading.accounts.list()
    assert keeping.keep(library).backup is None
    library.close()
    assert (tmp_path / "home" / "library.db").read_bytes() == before
