"""Disks that fail or fill up and rights that go while somebody works: nothing that was reported as saved is lost."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.faulty_homes import child, has_all, made, said_by
from tests.support.library import TestClock, open_library
from tests.support.library_samples import FOLDER, facts
from tests.support.series import rounds
from tests.support.tally import Tally

SHARE = 1 / 9
"""There are nine random series of faults; together they take the time that was asked for."""

CALLS = {"pwrite64": 120, "write": 12, "fsync,fdatasync": 40, "ftruncate": 12, "rename,unlink": 12}
"""What may fail, and up to how many such calls come before."""

ALL_CALLS = "pwrite64,write,fsync,fdatasync,ftruncate,rename,unlink,mkdir"


def can_inject() -> bool:
    if not shutil.which("strace"):
        return False
    return subprocess.run(["strace", "-qq", "-o", os.devnull, "true"], capture_output=True, check=False).returncode == 0


def failing(calls: str, error: str, when: str) -> tuple[str, ...]:
    """Returns the command before a child's own under which its system calls fail."""
    inject = f"inject={calls}:error={error}:when={when}"
    return ("strace", "-qq", "-f", "--seccomp-bpf", "-o", os.devnull, "-e", f"trace={calls}", "-e", inject)


def outcome(said: list[str], *, recovered: bool) -> str:
    if recovered:
        return "damaged, said so, came back"
    return "said so" if any(line.startswith(("FAILED", "REFUSED")) for line in said) else "did no harm"


@pytest.mark.skipif(not can_inject(), reason="strace may not trace here")
def test_a_disk_that_fails_at_any_write_loses_nothing_that_was_reported_as_saved(tmp_path: Path, tally: Tally) -> None:
    made(tmp_path / "source", TestClock())
    failed = 0
    for chance in rounds(8, 400, SHARE):
        home = tmp_path / "home"
        shutil.copytree(tmp_path / "source", home)
        error = chance.choice(["ENOSPC", "EIO", "EROFS"])
        calls = chance.choice([*CALLS, "pwrite64"])
        first, until = chance.randrange(1, CALLS[calls]), chance.choice(["", "+"])  # once, or from then on
        if error == "EROFS":  # a disk that was found faulty and is write-protected from then on
            calls, until = ALL_CALLS, "+"
        said = child(home, *failing(calls, error, f"{first}{until}"))
        recovered = has_all(home, said)
        failed += any(line.startswith(("FAILED", "REFUSED")) for line in said)
        shutil.rmtree(home)
        name = "any call" if calls == ALL_CALLS else calls
        tally.add("Faults", f"{error} at the nth {name}: {outcome(said, recovered=recovered)}")
    assert failed


@pytest.mark.skipif(not can_inject(), reason="strace may not trace here")
def test_a_disk_that_fails_in_the_middle_of_a_migration_loses_nothing(tmp_path: Path, tally: Tally) -> None:
    samples = sorted(path.name for path in FOLDER.glob("version-*") if path.is_dir())[:-1]
    failed = 0
    for chance in rounds(5, 500, SHARE):
        home, sample = tmp_path / "home", chance.choice(samples)
        expected = json.loads((FOLDER / f"{sample}.json").read_text(encoding="utf-8"))
        shutil.copytree(FOLDER / sample, home)
        calls, most = chance.choice([("pwrite64", 150), ("fsync,fdatasync", 6), ("rename,renameat2", 2)])
        error = chance.choice(["ENOSPC", "EIO"])
        said = child(home, *failing(calls, error, f"{chance.randrange(1, most)}+"), count=0)
        failed += any(line.startswith(("FAILED", "REFUSED")) for line in said)
        library = open_library(home)
        assert facts(library) == expected
        assert library.check() == []
        library.close()
        shutil.rmtree(home)
        tally.add("Faults", f"{error} while migrating: {outcome(said, recovered=False)}")
    assert failed


@pytest.mark.skipif(not shutil.which("unshare") or os.geteuid() != 0, reason="mounting needs rights that are missing")
def test_a_disk_that_fills_up_loses_nothing_that_was_reported_as_saved(tmp_path: Path, tally: Tally) -> None:
    made(tmp_path / "source", TestClock())
    sizes = [300, 900, 2000]
    for number, chance in enumerate(rounds(len(sizes), 600, SHARE)):
        size = sizes[number] if number < len(sizes) else chance.randrange(250, 3000)
        folder = tmp_path / str(number)
        said = on_small_disk(folder, tmp_path / "source", f"{size}k")
        opened = "OPENED" in said
        assert opened or size < 900
        recovered = opened and has_all(folder / "after" / "home", said)
        if 900 <= size <= 2000:
            assert any("is full" in line for line in said)
        shutil.rmtree(folder)
        tally.add("Faults", f"a disk that fills up: {outcome(said, recovered=recovered)}")


def on_small_disk(folder: Path, source: Path, size: str) -> list[str]:
    """Lets the child work on a disk of this size, leaves what it left in ``after``, and returns what it said."""
    disk = folder / "disk"
    disk.mkdir(parents=True)
    script = (
        f'mount -t tmpfs -o size={size} tmpfs "{disk}" && cp -r "{source}" "{disk}/home" 2>/dev/null; '
        f'"$@"; mkdir "{folder}/after" && cp -r "{disk}/home" "{folder}/after/"'
    )
    return child(disk / "home", "unshare", "--mount", "bash", "-c", script, "bash", count=80)


@pytest.fixture
def for_everybody() -> Iterator[Path]:
    """A folder that others than root may enter; each run of pytest closes those that it gives to tests."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can become somebody else")
def test_rights_that_are_taken_away_meanwhile_are_one_sentence_and_lose_nothing(
    for_everybody: Path, tally: Tally
) -> None:
    for chance in rounds(1, 700, SHARE):
        home = for_everybody / "home"
        made(home, TestClock())
        shutil.chown(home, 65534, 65534)
        for part in home.rglob("*"):
            shutil.chown(part, 65534, 65534)
        taken = [*(["home"] if chance.random() < 0.7 else []), *chance.sample(["vault", "backups"], 1)]
        said = said_by([sys.executable, "-c", NOBODY, str(home), str(chance.randrange(1, 9)), *taken])
        assert said[0] == "OPENED"
        assert said[-1] == "END"
        assert any(line.startswith("NOTE") for line in said)
        assert any("cannot be" in line for line in said if line.startswith("FAILED"))
        recovered = has_all(home, said)
        shutil.rmtree(home)
        shutil.rmtree(for_everybody / "warm")
        tally.add("Faults", f"rights taken away: {outcome(said, recovered=recovered)}")


NOBODY = """
import os, sys
from functools import partial
from pathlib import Path
from mcassess.errors import WorldError
from mcassess.store import vault_files, vault_writer
from tests.support import faulty_work
from tests.support.library import open_library
home, when, taken = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
warm = open_library(home.with_name("warm"))
with warm.read() as reading:  # what is imported late, nobody may not read
    reading.submissions, reading.outbox, reading.accounts, reading.evidence, reading.leftovers
warm.close()
os.setgroups([]); os.setgid(65534); os.setuid(65534)
library = open_library(home)
faulty_work.tell("OPENED")
for number in range(10):
    if number == when:
        for name in taken:
            folder = home if name == "home" else home / name
            for part in (folder, *folder.rglob("*")):
                part.chmod(0o500 if part.is_dir() else 0o400)
    faulty_work.step(f"NOTE {number}", partial(faulty_work.note, library, number))
    faulty_work.step(f"BACKUP {number}", library.back_up)
    if number % 3 == 0:
        faulty_work.step(f"FETCH {number // 3}", partial(faulty_work.fetch, library, number // 3))
for part in (home, home / "vault", home / "backups"):
    part.chmod(0o700)
for part in home.rglob("*"):
    part.chmod(0o700)
library.close()
try:
    home.chmod(0o500)
    open_library(home)
except WorldError as error:
    faulty_work.tell("FAILED", error.text)
home.chmod(0o700)
faulty_work.tell("END")
"""
