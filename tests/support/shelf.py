"""A library whose vault is filled and looked into. Tests nothing."""

import hashlib
import random
from pathlib import Path

from mcassess.store.evidence import EvidenceState
from mcassess.store.library import Library
from tests.support.library import add_account, put, submission, video


def plain(size: int, seed: int = 0) -> bytes:
    return random.Random(seed).randbytes(size)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Shelf:
    """A library with one account; gives every content a submission of its own."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.account = add_account(library)
        self._count = 0

    def announce(self, data: bytes) -> str:
        self._count += 1
        sha256 = digest(data)
        put(self.library, self.account, submission(f"s-{self._count}", evidence=(video(sha256, len(data)),)))
        return sha256

    def store(self, data: bytes) -> str:
        sha256 = self.announce(data)
        if self.state(sha256) is not EvidenceState.READY:
            self.fill(data)
        return sha256

    def fill(self, data: bytes) -> list[range]:
        """Writes what the writer asks for, and returns what that was."""
        writer, asked = self.library.vault.writer(digest(data), len(data)), []
        while writer.offset < len(data):
            asked.append(range(writer.offset, writer.until))
            writer.write(data[writer.offset : writer.until])
        writer.finish()
        return asked

    def repair(self, path: Path, content: bytes, sound: bytes) -> None:
        """Checks that the damage was noted and that fetching what is damaged mends it."""
        assert self.state(digest(content)) is EvidenceState.DAMAGED
        self.fill(content)
        assert self.path(digest(content)) == path
        assert path.stat().st_size == len(sound)
        assert self.read(digest(content)) == content

    def state(self, sha256: str) -> EvidenceState:
        with self.library.read() as reading:
            stored = reading.evidence.get(sha256)
        assert stored is not None
        return stored.state

    def path(self, sha256: str) -> Path:
        with self.library.read() as reading:
            stored = reading.evidence.get(sha256)
        assert stored is not None
        assert stored.name is not None
        return self.library.home / "vault" / stored.name

    def read(self, sha256: str) -> bytes:
        reader = self.library.vault.reader(sha256)
        try:
            return reader.read(reader.size + 1)
        finally:
            reader.close()
