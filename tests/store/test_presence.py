"""Who has the library open, who died with it open, and that only one window has it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mcassess.errors import WorldError
from mcassess.store.file_lock import HeldError
from mcassess.store.presence import Presence, WindowLock, alone
from tests.support.library import TestClock, open_library

CHILD = """
import sys, time
from pathlib import Path
from mcassess.clock import SystemClock
from mcassess.store.presence import WindowLock
from tests.support.library import open_library
home = Path(sys.argv[1])
library = open_library(home, SystemClock())
window = WindowLock.take(home, SystemClock())
print("open", flush=True)
sys.stdin.read()
library.close()
window.release()
"""


@contextmanager
def somebody_else(home: Path) -> Iterator["subprocess.Popen[str]"]:
    """Gives a process that has library and window lock until its input ends."""
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd()), "PYTHONWARNINGS": "ignore"}
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield process
    finally:
        if process.poll() is None:
            process.communicate("", timeout=30)
        else:
            process.communicate()


def marks(home: Path) -> list[Path]:
    return list((home / "running").glob("*.mark"))


def test_a_clean_end_leaves_no_mark(home: Path) -> None:
    library = open_library(home)
    assert len(marks(home)) == 1
    library.close()
    assert marks(home) == []


def test_sudden_death_is_noticed_once_and_forgotten_after_a_sound_check(home: Path, clock: TestClock) -> None:
    with somebody_else(home) as process:
        process.kill()
    first = Presence.enter(home, clock)
    assert first.after_death
    first.leave()
    again = Presence.enter(home, clock)
    assert again.after_death, "nobody has looked yet"
    again.leave()
    open_library(home).close()
    last = Presence.enter(home, clock)
    assert not last.after_death
    last.leave()


def test_who_is_still_at_work_is_not_taken_for_dead(home: Path, clock: TestClock) -> None:
    with somebody_else(home):
        beside = Presence.enter(home, clock)
        assert (beside.after_death, beside.alone) == (False, False)
        beside.leave()
    assert marks(home) == []


def test_a_second_window_is_told_which_process_has_the_first(home: Path, clock: TestClock) -> None:
    with somebody_else(home) as process:
        with pytest.raises(HeldError, match=f"process {process.pid} on "):
            WindowLock.take(home, clock)
        open_library(home).close()
    WindowLock.take(home, clock).release()


def test_the_lock_of_a_window_that_died_is_no_obstacle(home: Path, clock: TestClock) -> None:
    with somebody_else(home) as process:
        process.kill()
    assert json.loads((home / "running" / "window").read_text())["pid"] == process.pid
    WindowLock.take(home, clock).release()


def test_a_library_is_only_changed_under_nobody(home: Path) -> None:
    with (
        somebody_else(home) as process,
        pytest.raises(WorldError, match=f"open in another process.*{process.pid}"),
        alone(home),
    ):
        pytest.fail("somebody has it open")
    with alone(home):
        pass


def test_a_library_that_is_being_restored_is_waited_for_in_vain(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_library(home).close()
    monkeypatch.setattr("mcassess.store.presence._GATE_SECONDS", 0.05)
    with alone(home), pytest.raises(WorldError, match="being restored"):
        open_library(home)
