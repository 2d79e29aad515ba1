"""The laptop dies in the vault, at every named point and at random: nothing that was said to be saved is lost."""

import hashlib
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mcassess.clock import SystemClock
from mcassess.domain.changes import ChangeKind, Entry
from mcassess.domain.kinds import DestroyReason
from mcassess.store.evidence import EvidenceState
from mcassess.store.library import Library
from mcassess.store.vault_format import CHUNK, HEADER_BYTES, RECORD
from tests.support.kept_keys import KeptKeys
from tests.support.library import add_account, put, submission, video
from tests.support.series import rounds
from tests.support.tally import Tally

FILES = {
    "stays": random.Random(1).randbytes(2 * CHUNK + 5),
    "comes": random.Random(2).randbytes(3 * CHUNK + 7),
    "mended": random.Random(3).randbytes(3 * CHUNK),
    "goes": random.Random(4).randbytes(CHUNK + 1),
    "goes too": random.Random(5).randbytes(9),
    "evicted": random.Random(6).randbytes(CHUNK),
    "false": b"announced",
    "discarded": random.Random(7).randbytes(2 * CHUNK),
}
POINTS = {
    "placed",
    "before-chunk",
    "chunk-written",
    "file-written",
    "file-synced",
    "ended",
    "stopped",
    "discarded",
    "keys-destroyed",
    "file-removed",
    "journal-emptied",
    "new-key-beside",
    "wrapping-anew",
    "keys-wrapped-anew",
    "new-key-in-place",
    "key-replaced",
    "evicted",
}
RANDOM_KILLS = 60
SHARE = 1 / 4
"""Of the time that was asked for; the rest goes to the other stretches of work."""


def digest(name: str) -> str:
    return hashlib.sha256(FILES[name]).hexdigest()


def nowhere(_point: str) -> None:
    pass


class Stretch:
    """A home in which a stretch of work is done, and the log of what was said to be saved."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.log = folder / "log"

    def open(self, at: Callable[[str], None] = nowhere) -> Library:
        return Library.open(self.home, KeptKeys(self.folder / "keyring"), SystemClock(), at)

    def prepare(self) -> None:
        library = self.open()
        account = add_account(library)
        pieces = [
            submission(f"s-{number}", evidence=(video(digest(name), len(content)),))
            for number, (name, content) in enumerate(FILES.items())
        ]
        put(library, account, *pieces)
        for name in ("stays", "mended", "goes", "goes too", "evicted"):
            fill(library, name)
        with library.read() as reading:
            stored = reading.evidence.get(digest("mended"))
        assert stored is not None
        with (self.home / "vault" / str(stored.name)).open("r+b") as file:
            file.seek(HEADER_BYTES + RECORD + 9)
            file.write(b"damage")
        library.close()
        self.log.write_text("")

    def work(self, at: Callable[[str], None]) -> None:
        library = self.open(at)
        library.extend_log()
        with library.read() as reading:
            [key, *_] = reading.queue.ids()

        def note(words: str) -> None:
            with library.write() as writing:
                writing.reviews.append(key, [Entry(kind=ChangeKind.NOTE, value=words)])
            self.say(f"note {words}")

        note("one")
        library.vault.verify()
        writer = library.vault.writer(digest("comes"), len(FILES["comes"]))
        writer.write(FILES["comes"][writer.offset : writer.offset + CHUNK + 9])
        writer.abort()
        for name in ("comes", "mended"):
            fill(library, name)
            self.say(f"ready {name}")
        note("two")
        library.vault.destroy_all({digest(name): DestroyReason.WIPE for name in ("goes", "goes too")})
        self.say("destroyed")
        library.vault.evict([digest("evicted")])
        self.say("evicted")
        writer = library.vault.writer(digest("discarded"), len(FILES["discarded"]))
        writer.write(FILES["discarded"][: CHUNK + 1])
        writer.discard()
        writer = library.vault.writer(digest("false"), len(FILES["false"]))
        writer.write(b"something")
        try:
            writer.finish()
        except Exception as error:  # noqa: BLE001 - it is what it should be, or the check below fails
            self.say(f"refused {type(error).__name__}")
        note("three")
        library.close()

    def say(self, what: str) -> None:
        with self.log.open("a") as file:
            file.write(f"{what}\n")

    def check(self) -> None:
        """Opens what death has left and looks whether all that was said is so."""
        said = self.log.read_text().splitlines()
        library = self.open()
        try:
            assert library.check() == []
            found = library.vault.verify()
            mended = "ready mended" in said
            assert set(found.damaged_files) <= {digest("false")} | (set() if mended else {digest("mended")})
            assert read(library, "stays") == FILES["stays"]
            for name in ("comes", "mended"):
                assert f"ready {name}" not in said or read(library, name) == FILES[name], name
            if "destroyed" in said:
                states = [state(library, name) for name in ("goes", "goes too")]
                assert states == [EvidenceState.DESTROYED] * 2
                assert reader_refuses(library, "goes")
            with library.read() as reading:
                [key, *_] = reading.queue.ids()
                notes = [f"note {each.entry.value}" for each in reading.reviews.changes(key)]
                gone = reading.leftovers.unremoved()
                names = reading.leftovers.names()
            saved = [line for line in said if line.startswith("note ")]
            assert notes[: len(saved)] == saved, "no word is lost"
            assert len(notes) <= len(saved) + 1, "and none is doubled"
            assert gone == [], "a destruction that was begun is finished"
            assert {path.name for path in (self.home / "vault").iterdir()} <= names, "no file that nobody knows"
        finally:
            library.close()


def fill(library: Library, name: str) -> None:
    content = FILES[name]
    writer = library.vault.writer(digest(name), len(content))
    while writer.offset < len(content):
        writer.write(content[writer.offset : writer.until])
    writer.finish()


def read(library: Library, name: str) -> bytes:
    reader = library.vault.reader(digest(name))
    try:
        return reader.read(reader.size)
    finally:
        reader.close()


def reader_refuses(library: Library, name: str) -> bool:
    from mcassess.errors import WorldError

    with pytest.raises(WorldError):
        library.vault.reader(digest(name))
    return True


def state(library: Library, name: str) -> EvidenceState:
    with library.read() as reading:
        stored = reading.evidence.get(digest(name))
    assert stored is not None
    return stored.state


def in_child(work: Callable[[], None], kill_after_s: float | None = None) -> bool:
    """Runs something in a forked child, kills it after a time if one is given, and tells whether it died by SIGKILL."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BaseException as error:  # noqa: BLE001 - the child must not go on in the tests
            print(repr(error), file=sys.__stderr__, flush=True)
            os._exit(7)
    if kill_after_s is not None:
        time.sleep(kill_after_s)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, "the work itself failed"
    return False


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Stretch:
    folder = tmp_path_factory.mktemp("prepared")
    stretch = Stretch(folder)
    stretch.prepare()
    return stretch


@pytest.fixture
def copies(prepared: Stretch, tmp_path: Path) -> Callable[[], Stretch]:
    """Gives fresh copies of the prepared home, one at a time."""
    number = 0

    def copy() -> Stretch:
        nonlocal number
        shutil.rmtree(tmp_path / str(number), ignore_errors=True)
        number += 1
        shutil.copytree(prepared.folder, tmp_path / str(number))
        return Stretch(tmp_path / str(number))

    return copy


def test_death_at_every_named_point_loses_nothing_that_was_saved(copies: Callable[[], Stretch], tally: Tally) -> None:
    seen: list[str] = []
    first = copies()
    first.work(seen.append)
    first.check()
    assert set(seen) == POINTS
    assert "refused DamagedError" in first.log.read_text()
    for number, point in enumerate(seen):
        stretch = copies()
        assert in_child(lambda stretch=stretch, number=number: stretch.work(dying_at(number))), point  # type: ignore[misc]
        print(f"death at point {number}: {point}")
        stretch.check()
        tally.add("Kills in the vault", point)


def dying_at(number: int) -> Callable[[str], None]:
    left = number

    def at(_point: str) -> None:
        nonlocal left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    return at


def test_death_at_random_instants_loses_nothing_that_was_saved(copies: Callable[[], Stretch], tally: Tally) -> None:
    begun = time.monotonic()
    copies().work(nowhere)
    lasts = time.monotonic() - begun
    for chance in rounds(RANDOM_KILLS, 900, SHARE):
        stretch = copies()
        if in_child(lambda stretch=stretch: stretch.work(nowhere), chance.uniform(0, lasts)):  # type: ignore[misc]
            tally.add("Kills in the vault", "at any instant")
        stretch.check()
