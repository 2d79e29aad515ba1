"""What is noted beside the database, to notice one that has gone back in time."""

import os
from pathlib import Path

import pytest

from mcassess.server.marks import SEQ_NAME, Identity, Marks
from tests.support.library import TestClock


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def marks(tmp_path: Path, clock: TestClock) -> Marks:
    return Marks(tmp_path, clock.monotonic_ms)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What reaches the disk, in its order: bytes of files and folders, and names that are put in place."""
    done: list[str] = []
    sync, replace = os.fsync, Path.replace

    def synced(descriptor: int) -> None:
        sync(descriptor)
        done.append(Path(f"/proc/self/fd/{descriptor}").readlink().name.split(".")[-1])

    def replaced(path: Path, target: Path) -> Path:
        done.append(f"put {target.name}")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    return done


def test_a_mark_is_on_disk_before_and_after_it_is_put_in_place(marks: Marks, tmp_path: Path, disk: list[str]) -> None:
    marks.note_identity(Identity(server_id="s", epoch="e"))
    bytes_of_it, *rest = disk
    assert bytes_of_it != tmp_path.name
    assert rest == ["put epoch", tmp_path.name]


def test_numbers_survive_at_once_and_the_disk_is_waited_for_once_a_second(
    marks: Marks, tmp_path: Path, clock: TestClock, disk: list[str]
) -> None:
    for number in range(1, 200):
        marks.note_seq(number)
        assert Marks(tmp_path, clock.monotonic_ms).seq() == number
    assert disk[1:] == ["put seq", tmp_path.name, "seq"]
    clock.advance(seconds=2)
    marks.note_seq(200)
    marks.note_seq(201)
    assert disk[4:] == ["seq"]


def test_of_two_processes_the_higher_number_stays(marks: Marks, tmp_path: Path, clock: TestClock) -> None:
    other = Marks(tmp_path, clock.monotonic_ms)
    marks.note_seq(1_000_000_007)
    other.note_seq(8)
    assert marks.seq() == other.seq() == 1_000_000_007


@pytest.mark.parametrize("before", ["", "41", "torn\n", "7\n"])
def test_a_mark_of_an_earlier_version_or_a_torn_one_is_written_over(marks: Marks, tmp_path: Path, before: str) -> None:
    (tmp_path / SEQ_NAME).write_text(before)
    marks.note_seq(42)
    assert marks.seq() == 42
