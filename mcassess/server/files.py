"""Files of the platform's folder: evidence by the SHA-256 of its bytes, small ones by name. Decides nothing."""

import hashlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path


class FileChangedError(Exception):
    """Bytes do not have the digest that they were announced with."""


class FileStore:
    """A folder of files named by their digests; a file appears there whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, sha256: str) -> Path:
        """Returns where a file lies, or would lie."""
        return self._folder / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        """Tells whether a file is there."""
        return self.path(sha256).is_file()

    def digests(self) -> list[str]:
        """Returns the digests of all files, in their order."""
        return sorted(path.name for path in self._folder.glob("??/*") if len(path.name) == 64)

    def add(self, sha256: str, blocks: Iterable[bytes]) -> None:
        """Stores a file and waits until it is on disk; a file that is there already stays.

        Raises:
            FileChangedError: The bytes have another digest; nothing is kept.
            OSError: The disk is full or cannot be written.
        """
        place = self.path(sha256)
        if place.is_file():
            return
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = place.parent / f".{secrets.token_hex(8)}.part"
        digest = hashlib.sha256()
        try:
            with temporary.open("xb") as stream:
                for block in blocks:
                    digest.update(block)
                    stream.write(block)
                stream.flush()
                os.fsync(stream.fileno())
            if digest.hexdigest() != sha256:
                raise FileChangedError(sha256)
            temporary.replace(place)
            _sync_folder(place.parent)
        finally:
            temporary.unlink(missing_ok=True)

    def remove(self, sha256: str) -> None:
        """Destroys a file; does nothing where it is gone.

        Raises:
            OSError: The disk cannot be written.
        """
        place = self.path(sha256)
        if place.is_file():
            place.unlink()
            _sync_folder(place.parent)


def write_for_good(path: Path, content: bytes) -> None:
    """Puts a small file in place for its owner alone: whole or not at all, and still there when the power fails.

    Raises:
        OSError: The disk is full or cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
