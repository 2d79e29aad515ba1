"""Opening and closing, and what a write leaves behind."""

import os
import stat
from pathlib import Path

import pytest

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.errors import WorldError
from mcassess.store.changes import ChangeSet
from mcassess.store.keys import Secrets
from mcassess.store.library import Library
from tests.support.library import GivenKeys, TestClock, add_account, open_library, put, submission

SCORE = Entry(kind=ChangeKind.SCORE, target="c1", value="low")


def test_a_library_that_is_opened_again_holds_what_was_written(home: Path) -> None:
    first = open_library(home)
    [key] = put(first, add_account(first), submission())
    with first.write() as writing:
        writing.reviews.append(key, [SCORE])
    device = first.device_id
    first.close()
    again = open_library(home)
    with again.read() as reading:
        assert reading.reviews.get(key).scores == {"c1": "low"}
    assert again.device_id == device
    again.close()


def test_what_raises_within_a_write_is_undone_whole(library: Library, account: int) -> None:
    [key] = put(library, account, submission())
    with pytest.raises(KeyError), library.write() as writing:  # noqa: PT012 - the block is what raises
        writing.reviews.append(key, [SCORE])
        writing.reviews.append(key + 1, [SCORE])
    with library.read() as reading:
        assert not reading.reviews.get(key).begun
    with library.write() as writing:
        review = writing.reviews.append(key, [Entry(kind=ChangeKind.SCORE, target="c2", value="high")])
    assert review.scores == {"c2": "high"}, "the fold that was rolled back is not remembered"


def test_a_write_tells_what_it_touched_and_who_asked(library: Library, account: int) -> None:
    [key] = put(library, account, submission())
    with library.write("desk") as writing:
        writing.reviews.append(key, [SCORE])
    assert writing.change_set == ChangeSet(submissions=frozenset({key}), reviews=frozenset({key}), initiator="desk")


def test_change_sets_add_up() -> None:
    both = ChangeSet(submissions=frozenset({1}), initiator="sync") | ChangeSet(evidence=frozenset({"a"}), outbox=True)
    assert both == ChangeSet(submissions=frozenset({1}), evidence=frozenset({"a"}), outbox=True, initiator="sync")
    assert both
    assert not ChangeSet(initiator="nobody")


def test_a_read_transaction_writes_nothing(library: Library, account: int) -> None:
    [key] = put(library, account, submission())
    with library.read() as reading, pytest.raises(RuntimeError):
        reading.reviews.append(key, [SCORE])
    with library.read() as reading:
        assert reading.reviews.changes(key) == []


def test_a_write_within_a_write_is_refused_instead_of_waiting_for_itself(library: Library) -> None:
    with library.write(), pytest.raises(RuntimeError), library.write():
        pass
    with library.write() as writing:
        writing.settings.set("after", 1)


def test_a_read_sees_one_moment_though_others_write(library: Library, account: int) -> None:
    with library.read() as reading:
        before = reading.queue.ids()
        put(library, account, submission())
        assert reading.queue.ids() == before
    with library.read() as reading:
        assert len(reading.queue.ids()) == 1


@pytest.mark.skipif(os.name != "posix", reason="rights are of another kind there")
def test_nobody_else_may_look_into_the_home(home: Path) -> None:
    home.mkdir(mode=0o755)
    library = open_library(home)
    put(library, add_account(library), submission())
    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (home, *home.iterdir())}
    library.close()
    assert found.pop("home") == 0o700
    assert found.pop("vault") == found.pop("running") == 0o700
    assert found.pop("key.json")
    assert set(found) == {"library.db", "library.db-wal", "library.db-shm"}
    assert set(found.values()) == {0o600}


def test_the_wrong_key_says_so_in_one_sentence_and_changes_nothing(home: Path, clock: TestClock) -> None:
    open_library(home).close()
    before = (home / "library.db").read_bytes()
    with pytest.raises(WorldError, match="cannot be decrypted"):
        Library.open(home, GivenKeys(Secrets(b"x" * 32, b"y" * 32)), clock)
    assert (home / "library.db").read_bytes() == before


@pytest.mark.parametrize("lost", ["library.db", "key.json"])
def test_a_library_that_lost_a_part_is_never_replaced_by_an_empty_one(home: Path, lost: str) -> None:
    open_library(home).close()
    (home / lost).unlink()
    with pytest.raises(WorldError, match=f"{lost} is missing"):
        open_library(home)
    assert not (home / lost).exists()


def test_settings_are_kept(library: Library) -> None:
    with library.write() as writing:
        writing.settings.set("split", {"left": 0.4})
    with library.read() as reading:
        assert reading.settings.get("split") == {"left": 0.4}
        assert reading.settings.get("never set", 7) == 7


def test_a_sound_library_is_found_sound(library: Library) -> None:
    assert library.check() == []


def test_nothing_about_keys_shows_in_a_representation(library: Library) -> None:
    shown = f"{library!r} {library.vault!r} {Secrets.random()!r} {vars(library)!r}"
    assert "dddd" not in shown
    assert "6464" not in shown
    assert "eeee" not in shown
