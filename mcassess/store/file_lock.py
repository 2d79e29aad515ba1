"""Advisory locks on files: held by a process, let go by the system when it ends, however it ends. Knows no library."""

import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mcassess.clock import written
from mcassess.errors import WorldError
from mcassess.store import edges
from mcassess.texts import tr

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_PAUSE_SECONDS = 0.01
_BEYOND = 1 << 30  # Windows keeps others from reading what is locked, so a byte far behind the text is


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """The process that holds a lock, as it wrote itself into the file."""

    pid: int
    host: str
    since: datetime

    def text(self) -> str:
        """Returns which process it is, for a person."""
        since = self.since.astimezone().strftime("%Y-%m-%d %H:%M")
        return tr("process {pid} on {host}, since {time}").format(pid=self.pid, host=self.host, time=since)


class HeldError(WorldError):
    """Somebody else holds the lock."""


class FileLock:
    """A lock on a file. Of two that are made in one process only one can be taken as well.

    Args:
        path: The file; its folder is there. It stays when the lock is let go, and means nothing then.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with edges.world(path.parent):
            self._descriptor = _open(path, os.O_CREAT)

    def take(self, *, wait_seconds: float = 0.0) -> bool:
        """Takes the lock, waiting at most so long; tells whether it was taken."""
        until = time.monotonic() + wait_seconds
        while not _lock(self._descriptor):
            if time.monotonic() >= until:
                return False
            time.sleep(_PAUSE_SECONDS)
        return True

    def sign(self, now: datetime) -> None:
        """Writes which process holds the lock, and since when; where the disk is full, it stays unknown."""
        holder = {"pid": os.getpid(), "host": socket.gethostname(), "since": written(now)}
        with suppress(OSError):
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.write(self._descriptor, json.dumps(holder).encode())

    def close(self) -> None:
        """Lets the lock go, if it was taken."""
        os.close(self._descriptor)


@contextmanager
def folder_locked(folder: Path, wait_seconds: float) -> Iterator[bool]:
    """Keeps others from the same block for this folder, waiting at most so long; gives whether it was free by then.

    Raises:
        WorldError: The folder cannot be read.
    """
    if os.name != "posix":  # elsewhere folders are not locked
        yield True
        return
    with edges.world(folder.parent):
        descriptor = os.open(folder, os.O_RDONLY)
    try:
        until = time.monotonic() + wait_seconds
        while not (taken := _lock(descriptor)) and time.monotonic() < until:
            time.sleep(_PAUSE_SECONDS)
        yield taken
    finally:
        os.close(descriptor)


def is_held(path: Path) -> bool | None:
    """Tells whether somebody holds the lock on a file; None where there is no such file any more."""
    try:
        descriptor = _open(path)
    except FileNotFoundError:
        return None
    try:
        return not _lock(descriptor)
    finally:
        os.close(descriptor)


def holder_of(path: Path) -> Holder | None:
    """Returns who signed a lock file last, or None where that cannot be read."""
    try:
        fields = json.loads(path.read_bytes())
        return Holder(pid=int(fields["pid"]), host=str(fields["host"]), since=datetime.fromisoformat(fields["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _open(path: Path, make: int = 0) -> int:
    return os.open(path, os.O_RDWR | make | getattr(os, "O_BINARY", 0), 0o600)


def _lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            os.lseek(descriptor, _BEYOND, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
