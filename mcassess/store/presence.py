"""Who has the library open, and who had it open and died: marks in the home, locked while their process lives."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mcassess.clock import Clock
from mcassess.errors import WorldError
from mcassess.store import edges
from mcassess.store.file_lock import FileLock, HeldError, Holder, holder_of, is_held
from mcassess.texts import tr

FOLDER = "running"
_GATE = "gate"
_WINDOW = "window"
_GATE_SECONDS = 30.0


class Presence:
    """This process's mark. Left behind by sudden death, it makes the next opening look for damage.

    Attributes:
        after_death: Whether somebody had the library open and died, so that the database has to be checked.
        alone: Whether nobody else had it open when this process came.
    """

    def __init__(self, lock: FileLock, dead: list[Path], *, alone: bool) -> None:
        self._lock: FileLock | None = lock
        self._dead = dead
        self.after_death = bool(dead)
        self.alone = alone

    @staticmethod
    def enter(home: Path, clock: Clock) -> "Presence":
        """Leaves a mark; the home is there.

        Raises:
            WorldError: The home cannot be written, or a restore is under way in another process.
        """
        with gate(home), edges.world(home):
            folder = home / FOLDER
            held = {path: is_held(path) for path in _marks(folder)}
            lock = FileLock(folder / f"{secrets.token_hex(8)}.mark")
            lock.take()
        lock.sign(clock.now())
        dead = [path for path, by_somebody in held.items() if by_somebody is False]
        return Presence(lock, dead, alone=True not in held.values())

    def sound(self) -> None:
        """Removes the marks of those who died: what they left was looked at and is sound."""
        with suppress(OSError):  # a mark that stays costs one more look
            for path in self._dead:
                path.unlink(missing_ok=True)
        self._dead = []
        self.after_death = False

    def leave(self) -> None:
        """Removes the mark: a clean end."""
        if self._lock is not None:
            with suppress(OSError):  # a mark that stays costs one more look
                if os.name == "posix":  # elsewhere no open file can be removed
                    self._lock.path.unlink(missing_ok=True)
            self._lock.close()
            with suppress(OSError):
                self._lock.path.unlink(missing_ok=True)
            self._lock = None


class WindowLock:
    """Keeps a second window from the same library; of no concern to the command line."""

    def __init__(self, lock: FileLock) -> None:
        self._lock = lock

    @staticmethod
    def take(home: Path, clock: Clock) -> "WindowLock":
        """Takes the lock. One that a crash has left behind is no obstacle.

        Raises:
            HeldError: Another window has the library; the text names its process.
            WorldError: The home cannot be written.
        """
        with edges.world(home):
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            (home / FOLDER).mkdir(mode=0o700, exist_ok=True)
        lock = FileLock(home / FOLDER / _WINDOW)
        if not lock.take():
            lock.close()
            text = tr("The library in {home} is open in another window already ({holder}). Close that one first.")
            raise HeldError(text.format(home=home, holder=_name(holder_of(home / FOLDER / _WINDOW))))
        lock.sign(clock.now())
        return WindowLock(lock)

    def release(self) -> None:
        """Lets the lock go."""
        self._lock.close()


@contextmanager
def gate(home: Path) -> Iterator[None]:
    """Keeps others from opening the library during the block; those who have it open go on.

    Raises:
        WorldError: Another process holds the gate for a long time, or the home cannot be written.
    """
    with edges.world(home):
        (home / FOLDER).mkdir(mode=0o700, exist_ok=True)
    lock = FileLock(home / FOLDER / _GATE)
    try:
        if not lock.take(wait_seconds=_GATE_SECONDS):
            text = tr("The library in {home} is being restored or recovered by another process. Wait for it.")
            raise WorldError(text.format(home=home))
        yield
    finally:
        lock.close()


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Keeps the library closed to all others during the block.

    Raises:
        WorldError: Somebody has it open; the text names the process.
    """
    with gate(home):
        with edges.world(home):
            holders = [path for path in _marks(home / FOLDER) if is_held(path)]
        for path in holders:
            text = tr("The library in {home} is open in another process ({holder}). Close that first.")
            raise WorldError(text.format(home=home, holder=_name(holder_of(path))))
        yield


def suspect(home: Path) -> None:
    """Makes the next opening look for damage, where the home can be written."""
    with suppress(OSError):
        (home / FOLDER / "damage.mark").touch(mode=0o600)


def clear_dead(home: Path) -> None:
    """Removes the marks of all who died; only within ``alone``, when the database is known to be sound."""
    with suppress(OSError):  # a mark that stays costs one more look
        for path in _marks(home / FOLDER):
            path.unlink(missing_ok=True)


def _marks(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.mark"))


def _name(holder: Holder | None) -> str:
    return tr("its process is not known") if holder is None else holder.text()
