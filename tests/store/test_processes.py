"""Several processes on one library, and processes that are killed: nothing that was saved is lost, nothing is torn."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.store.evidence import EvidenceState
from mcassess.store.library import Library
from mcassess.store.vault_format import CHUNK
from tests.support.library import add_account, open_library, put, submission, video
from tests.support.tally import Tally

SIZE = 40 * CHUNK + 17

CHILD = """
import sys
from pathlib import Path
from mcassess.clock import SystemClock
from mcassess.domain.changes import ChangeKind, Entry
from tests.support.library import open_library

library = open_library(Path(sys.argv[1]), SystemClock())
work, key, count = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
print("begun", flush=True)
if work == "review":
    for number in range(count):
        with library.write() as writing:
            writing.reviews.append(key, [Entry(kind=ChangeKind.NOTE, value=f"note {number}")])
        print(number, flush=True)
else:
    import random
    content = random.Random(5).randbytes(count)
    writer = library.vault.writer(work, count)
    print(writer.offset, flush=True)
    for start in range(writer.offset, count, 100_000):
        writer.write(content[start : start + 100_000])
        print(min(start + 100_000, count), flush=True)
        sys.stdin.readline()
    writer.finish()
    print("finished", flush=True)
library.close()
"""


@contextmanager
def child(home: Path, work: str, key: int, count: int) -> Iterator["subprocess.Popen[str]"]:
    """Starts a child that works on the library and prints what it has saved; kills it in the end."""
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd()), "PYTHONWARNINGS": "ignore"}
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(home), work, str(key), str(count)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    guard = threading.Timer(60, process.kill)
    guard.start()
    try:
        yield process
    finally:
        guard.cancel()
        guard.join()
        process.kill()
        process.communicate()


def lines_until_killed(process: "subprocess.Popen[str]", after: int) -> list[str]:
    """Kills the child once it has printed so many lines, and returns all that it had printed by then.

    A child that asks is answered after each line, so that it is never far ahead.
    """
    assert process.stdout is not None
    assert process.stdin is not None
    seen = []
    for line in process.stdout:
        seen.append(line.strip())
        if len(seen) <= after:
            with suppress(BrokenPipeError):
                process.stdin.write("\n")
                process.stdin.flush()
        if len(seen) == after:
            process.send_signal(signal.SIGKILL)
    return seen


def test_what_was_reported_as_saved_survives_a_kill_at_any_moment(home: Path, tally: Tally) -> None:
    library = open_library(home)
    [key] = put(library, add_account(library), submission())
    library.close()
    chance = random.Random(11)
    saved = 0
    for _ in range(4):
        with child(home, "review", key, 1000) as process:
            lines = lines_until_killed(process, 2 + chance.randrange(40))
        reported = len(lines) - 1
        library = open_library(home)
        library.catch_up_search()
        with library.read() as reading:
            changes = reading.reviews.changes(key)
            note = reading.reviews.get(key).note
            assert reading.queue.ids(search="note") == [key]
        assert library.check() == []
        library.close()
        assert saved + reported <= len(changes) <= saved + reported + 1
        assert note == changes[-1].entry.value
        assert [change.number for change in changes] == list(range(1, len(changes) + 1))
        saved = len(changes)
        tally.add("Kills while scoring", "at any instant")


def test_a_download_goes_on_behind_the_last_chunk_after_a_kill_at_any_moment(home: Path, tally: Tally) -> None:
    import hashlib

    content = random.Random(5).randbytes(SIZE)
    sha256 = hashlib.sha256(content).hexdigest()
    library = open_library(home)
    [key] = put(library, add_account(library), submission(evidence=(video(sha256, SIZE),)))
    library.close()
    chance, reached = random.Random(12), 0
    for _ in range(4):
        with child(home, sha256, key, SIZE) as process:
            lines = lines_until_killed(process, 3 + chance.randrange(15))
        assert "finished" not in lines
        assert int(lines[1]) >= reached // CHUNK * CHUNK, "not one whole chunk is fetched twice"
        reached = int(lines[-1])
        tally.add("Kills while downloading", "at any instant")
    library = open_library(home)
    assert library.vault.verify().damaged == 0
    writer = library.vault.writer(sha256, SIZE)
    assert writer.offset >= reached // CHUNK * CHUNK > 0
    writer.write(content[writer.offset :])
    writer.finish()
    reader = library.vault.reader(sha256)
    assert reader.read(SIZE) == content
    reader.close()
    library.close()


def test_two_processes_write_side_by_side(home: Path) -> None:
    library = open_library(home)
    first, second = put(library, add_account(library), submission("s-1"), submission("s-2"))
    with child(home, "review", first, 60) as process:
        assert process.stdout is not None
        process.stdout.readline()
        for number in range(60):
            with library.write() as writing:
                writing.reviews.append(second, [Entry(kind=ChangeKind.NOTE, value=f"mine {number}")])
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    with library.read() as reading:
        theirs, mine = reading.reviews.changes(first), reading.reviews.changes(second)
        assert reading.reviews.get(first).note == "note 59"
    assert (len(theirs), len(mine)) == (60, 60)
    assert [each.number for each in theirs] == [each.number for each in mine] == list(range(1, 61))
    library.close()


def test_threads_read_and_write_side_by_side(library: Library, account: int) -> None:
    keys = put(library, account, *(submission(f"s-{number}") for number in range(4)))
    failures: list[BaseException] = []

    def work(key: int) -> None:
        try:
            for number in range(25):
                with library.write() as writing:
                    writing.reviews.append(key, [Entry(kind=ChangeKind.NOTE, value=str(number))])
                with library.read() as reading:
                    assert reading.reviews.get(key).note == str(number)
        except BaseException as failure:  # noqa: BLE001 - handed to the test
            failures.append(failure)

    threads = [threading.Thread(target=work, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures
    with library.read() as reading:
        numbers = [[change.number for change in reading.reviews.changes(key)] for key in keys]
    assert numbers == [list(range(1, 26))] * 4


def test_a_library_is_made_once_though_many_open_it_at_the_same_time(home: Path) -> None:
    opened: list[Library] = []
    home.mkdir()
    threads = [threading.Thread(target=lambda: opened.append(open_library(home))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len({library.device_id for library in opened}) == 1
    assert len(opened) == 4
    for library in opened:
        library.close()


@pytest.mark.parametrize("moment", ["before the first byte", "after the last byte"])
def test_a_file_that_was_not_marked_ready_is_not_ready(library: Library, account: int, moment: str) -> None:
    import hashlib

    content = b"all of it"
    sha256 = hashlib.sha256(content).hexdigest()
    put(library, account, submission(evidence=(video(sha256, len(content)),)))
    writer = library.vault.writer(sha256, len(content))
    if moment == "after the last byte":
        writer.write(content)
    writer._file.close()  # as death does it
    with library.read() as reading:
        [row] = reading.evidence.wanted(account)
    assert row.state is EvidenceState.PARTIAL
    again = library.vault.writer(sha256, len(content))
    again.write(content[again.offset :])
    again.finish()
    assert library.vault.verify().ok == 1


def test_a_write_waits_for_another_process_and_then_says_who_is_in_the_way(
    home: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mcassess.errors import WorldError

    monkeypatch.setattr("mcassess.store.connections._BUSY_TIMEOUT_MS", 200)
    impatient = open_library(home)
    with library.write() as writing:
        began = time.monotonic()
        with pytest.raises(WorldError, match="Another program"), impatient.write():
            pass
        assert time.monotonic() - began > 0.15
        writing.settings.set("kept", 1)
    with impatient.write() as again:
        assert again.settings.get("kept") == 1
    impatient.close()
