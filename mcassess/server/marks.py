"""Two small files beside the database that tell whether it has gone back in time: a backup put in place by hand."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

EPOCH_NAME = "epoch"
SEQ_NAME = "seq"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Which platform, and since which restored backup."""

    server_id: str
    epoch: str


class Marks:
    """What was noted outside the database. Every process that has the folder open reads and writes it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
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
        document = {"server_id": identity.server_id, "epoch": identity.epoch}
        self._replace(EPOCH_NAME, json.dumps(document))

    def seq(self) -> int:
        """Returns the highest number of the feed that was noted; 0 where there is none."""
        try:
            return int((self._folder / SEQ_NAME).read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return 0

    def note_seq(self, seq: int) -> None:
        """Notes a number of the feed that was committed. Two processes at once may leave the lower of two numbers.

        Raises:
            OSError: It cannot be written.
        """
        if seq > self._seq:
            self._replace(SEQ_NAME, str(seq))
            self._seq = seq

    def _replace(self, name: str, text: str) -> None:
        temporary = self._folder / f".{name}.{secrets.token_hex(4)}"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
        temporary.replace(self._folder / name)
