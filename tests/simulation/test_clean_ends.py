"""Whatever ends a world, it leaves nothing behind that waits, fills memory or is kept for ever."""

import logging
import os
import signal
from pathlib import Path
from random import Random

import pytest

from tests.simulation.baton import Bout
from tests.simulation.events import runs_another_version
from tests.simulation.world import memory_folder, world_of


def test_a_bout_that_is_broken_off_from_outside_leaves_nobody_waiting_for_the_baton() -> None:
    draws: list[list[str]] = []
    ended: list[str] = []

    def draw(left: list[str]) -> str:
        draws.append(left)
        if len(draws) == 4:
            raise KeyboardInterrupt
        return left[len(draws) % 2]

    def task() -> None:
        try:
            for _ in range(9):
                bout.pause()
        finally:
            ended.append("ended")

    bout = Bout(draw)
    with pytest.raises(KeyboardInterrupt):
        bout.run({"one": task, "two": task})
    assert ended == ["ended"] * 2


@pytest.mark.skipif(memory_folder() is None, reason="worlds lie in memory only where there is /dev/shm")
def test_the_next_world_removes_what_a_killed_one_has_left_in_memory() -> None:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with world_of(1) as world:
            os.write(writing, str(world.folder).encode())
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    left = Path(os.read(reading, 4096).decode())
    os.close(reading)
    os.close(writing)
    assert left.exists()
    with world_of(1) as world:
        assert not left.exists()
        assert world.folder.exists()
    assert not world.folder.exists()


def test_who_else_listens_keeps_only_what_is_loud_and_no_frame_of_the_world(
    caplog: pytest.LogCaptureFixture, expected_logs: list[str]
) -> None:
    expected_logs.append("mcassess.simulated")
    log = logging.getLogger("mcassess.simulated")
    with world_of(1) as world:
        log.info("quiet")
        try:
            (world.folder / "nothing").read_bytes()
        except FileNotFoundError:
            log.warning("loud", exc_info=True)
    assert world.trace.counts["log records"] >= 2
    assert [record.getMessage() for record in caplog.records] == ["loud"]
    assert caplog.records[0].exc_info is None
    assert "FileNotFoundError" in caplog.text


def test_another_version_of_the_program_that_finds_the_disk_full_ends_no_world() -> None:
    with world_of(1) as world:
        laptop = world.laptops[0]
        laptop.full = True
        runs_another_version(world, laptop, Random(1))
        assert not laptop.full, "it has met the full disk"


def test_whatever_ends_a_world_names_its_seed() -> None:
    with pytest.raises(KeyError) as raised, world_of(1):
        {}["a bug of ours"]
    assert "tests.simulation.replay 1" in "".join(raised.value.__notes__)
