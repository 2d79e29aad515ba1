"""Two small files beside the database that tell whether it has gone back in time: a backup put in place by hand."""

import json
import os
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from mcassess.server.files import write_for_good

EPOCH_NAME = "epoch"
SEQ_NAME = "seq"
_DIGITS = 20
_SYNC_EVERY_MS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Which platform, and since which restored backup.

    Attributes:
        leaps: How often fences and versions were raised by new epochs.
    """

    server_id: str
    epoch: str
    leaps: int = 0


class Marks:
    """What was noted outside the database. Every process that has the folder open reads and writes it."""

    def __init__(self, folder: Path, monotonic_ms: Callable[[], int]) -> None:
        self._folder = folder
        self._monotonic_ms = monotonic_ms
        self._lock = threading.Lock()
        self._synced_ms: int | None = None
        self._stamp: tuple[int, int] | None = None
        self._identity: Identity | None = None
        self._seq = -1

    def identity(self) -> Identity | None:
        """Returns what is noted now; asked before each answer, so the file is read only where it was replaced."""
        try:
            found = (self._folder / EPOCH_NAME).stat()
            if (found.st_ino, found.st_mtime_ns) != self._stamp:
                text = (self._folder / EPOCH_NAME).read_text(encoding="utf-8")
                self._identity = Identity(**json.loads(text))
                self._stamp = (found.st_ino, found.st_mtime_ns)
        except FileNotFoundError:
            return None
        return self._identity

    def note_identity(self, identity: Identity) -> None:
        """Replaces what is noted.

        Raises:
            OSError: It cannot be written.
        """
        write_for_good(self._folder / EPOCH_NAME, json.dumps(asdict(identity)).encode())

    def seq(self) -> int:
        """Returns the highest number of the feed that was noted; 0 where there is none."""
        try:
            return int((self._folder / SEQ_NAME).read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return 0

    def note_seq(self, seq: int) -> None:
        """Notes a number of the feed that was committed; a lower one than is noted changes nothing.

        It is written over in place, so that it survives the process's death at once and costs next to nothing; once a
        second it is made to survive the machine's. What is put back by hand is older than that.

        Raises:
            OSError: It cannot be written.
        """
        with self._lock:
            if seq <= self._seq:
                return
            path = self._folder / SEQ_NAME
            if not path.is_file():
                write_for_good(path, _written(0))
            with path.open("r+b", buffering=0) as stream:
                noted = stream.read(_DIGITS)
                if not noted.isdigit() or int(noted) < seq:  # another process may have noted more
                    stream.seek(0)
                    stream.write(_written(seq))
                now = self._monotonic_ms()
                if self._synced_ms is None or now - self._synced_ms >= _SYNC_EVERY_MS:
                    os.fsync(stream.fileno())
                    self._synced_ms = now
            self._seq = seq


def _written(seq: int) -> bytes:
    return f"{seq:0{_DIGITS}}".encode("ascii")
