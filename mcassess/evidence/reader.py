"""The way bytes of evidence come in: a seekable reader, never a path to plain bytes. Decrypting is the vault's work."""

import io
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol


class Reader(Protocol):
    """Seekable bytes of one piece of evidence. Not thread-safe: one reader, one user."""

    @property
    def size(self) -> int:
        """Length of the plain bytes."""
        ...

    @property
    def error(self) -> Exception | None:
        """What made a read fail, for instance a damaged chunk; None as long as all went well."""
        ...

    def read(self, count: int) -> bytes:
        """Returns up to ``count`` bytes from the current place, empty only at the end.

        Raises:
            Exception: The bytes cannot be had; ``error`` says the same afterwards.
        """
        ...

    def seek(self, offset: int) -> None:
        """Moves to ``offset`` bytes from the start."""
        ...

    def close(self) -> None:
        """Lets go of everything; may be called twice."""
        ...


class BytesReader:
    """A reader over bytes that are in memory already."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._offset = 0

    @property
    def size(self) -> int:
        """Length in bytes."""
        return len(self._content)

    @property
    def error(self) -> Exception | None:
        """Always None: memory does not fail."""
        return None

    def read(self, count: int) -> bytes:
        """Returns up to ``count`` bytes from the current place."""
        piece = self._content[self._offset : self._offset + max(0, count)]
        self._offset += len(piece)
        return piece

    def seek(self, offset: int) -> None:
        """Moves to ``offset`` bytes from the start."""
        self._offset = max(0, offset)

    def close(self) -> None:
        """Drops the bytes."""
        self._content = b""


class FileReader:
    """A reader over a loose file, which is not in the library: for ``mcassess check``.

    Raises:
        OSError: The file cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self._size = self._file.seek(0, io.SEEK_END)
        self._file.seek(0)
        self._error: Exception | None = None

    @property
    def size(self) -> int:
        """Length in bytes when it was opened."""
        return self._size

    @property
    def error(self) -> Exception | None:
        """What the system said when a read failed."""
        return self._error

    def read(self, count: int) -> bytes:
        """Returns up to ``count`` bytes from the current place."""
        try:
            return self._file.read(max(0, count)) or b""
        except OSError as error:
            self._error = error
            raise

    def seek(self, offset: int) -> None:
        """Moves to ``offset`` bytes from the start."""
        self._file.seek(max(0, offset))

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


class PassingReader:
    """A reader that hands everything on to another; what stands between the two makes its own of some of it.

    Args:
        reader: The bytes; closed with this one.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    @property
    def size(self) -> int:
        """Length of the plain bytes."""
        return self._reader.size

    @property
    def error(self) -> Exception | None:
        """What made a read fail."""
        return self._reader.error

    def read(self, count: int) -> bytes:
        """Returns up to ``count`` bytes from the current place."""
        return self._reader.read(count)

    def seek(self, offset: int) -> None:
        """Moves to ``offset`` bytes from the start."""
        self._reader.seek(offset)

    def close(self) -> None:
        """Closes the reader beneath."""
        self._reader.close()


class WatchedReader(PassingReader):
    """A reader that hears when what was read from it ended a child process, and when it is closed.

    Args:
        reader: The bytes; closed with this one.
        killed: Called for each child that died or was ended over them.
        closed: Called once.
    """

    def __init__(self, reader: Reader, killed: Callable[[], None], closed: Callable[[], None]) -> None:
        super().__init__(reader)
        self.killed = killed
        self._closed: Callable[[], None] | None = closed

    def close(self) -> None:
        """Closes the reader that is watched, and tells it."""
        super().close()
        closed, self._closed = self._closed, None
        if closed is not None:
            closed()


def tell_killed(reader: object) -> None:
    """Tells whoever watches a reader, below whatever stands between, that a child has ended over its bytes."""
    while reader is not None:
        if isinstance(reader, WatchedReader):
            reader.killed()
        reader = getattr(reader, "beneath", None)


class SharedReader:
    """Lets several users, each in its own thread, read through one reader; each has its own place.

    Its lock is held for one read only, and nothing else is waited for inside it.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._lock = threading.Lock()
        self._closed = False

    @property
    def size(self) -> int:
        """Length of the plain bytes."""
        return self._reader.size

    @property
    def error(self) -> Exception | None:
        """What made a read of any user fail."""
        return self._reader.error

    @property
    def beneath(self) -> Reader:
        """The reader that is shared."""
        return self._reader

    def view(self) -> "ReaderView":
        """Returns a reader with a place of its own, at the start."""
        return ReaderView(self)

    def read_at(self, offset: int, count: int) -> bytes:
        """Returns up to ``count`` bytes from ``offset``; empty at the end and after closing."""
        with self._lock:
            if self._closed:
                return b""
            self._reader.seek(offset)
            return self._reader.read(count)

    def close(self) -> None:
        """Closes the reader that is shared."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._reader.close()


class ReaderView:
    """One user's reader on a shared one. Closing it leaves the shared reader open."""

    def __init__(self, shared: SharedReader) -> None:
        self._shared = shared
        self._offset = 0

    @property
    def beneath(self) -> SharedReader:
        """What it is a view of."""
        return self._shared

    @property
    def size(self) -> int:
        """Length of the plain bytes."""
        return self._shared.size

    @property
    def error(self) -> Exception | None:
        """What made a read fail."""
        return self._shared.error

    def read(self, count: int) -> bytes:
        """Returns up to ``count`` bytes from the current place."""
        piece = self._shared.read_at(self._offset, count)
        self._offset += len(piece)
        return piece

    def seek(self, offset: int) -> None:
        """Moves to ``offset`` bytes from the start."""
        self._offset = max(0, offset)

    def close(self) -> None:
        """Nothing to let go of."""


class ReaderFile(io.RawIOBase):
    """A reader in the clothes of a binary file, for libraries that want one. Closing it closes no reader."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self._reader = reader
        self._offset = 0
        reader.seek(0)

    def readable(self) -> bool:
        """Always true."""
        return True

    def seekable(self) -> bool:
        """Always true."""
        return True

    def tell(self) -> int:
        """Returns the current place in bytes."""
        return self._offset

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Moves as files do and returns the new place."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._offset, io.SEEK_END: self._reader.size}[whence]
        self._offset = max(0, start + offset)
        self._reader.seek(self._offset)
        return self._offset

    def readinto(self, buffer: object) -> int:
        """Fills ``buffer`` as far as one read reaches and returns the number of bytes."""
        target = memoryview(buffer).cast("B")  # type: ignore[arg-type]  # typeshed knows the buffer type only from 3.12 on
        piece = self._reader.read(len(target))
        target[: len(piece)] = piece
        self._offset += len(piece)
        return len(piece)


def as_file(reader: Reader) -> io.RawIOBase:
    """Returns ``reader`` as a seekable binary file, from its start."""
    return ReaderFile(reader)


def read_all(reader: Reader, limit: int) -> bytes:
    """Returns all bytes of ``reader``, but no more than ``limit``."""
    reader.seek(0)
    pieces = []
    missing = min(reader.size, limit)
    while missing > 0 and (piece := reader.read(min(missing, 1 << 20))):
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)
