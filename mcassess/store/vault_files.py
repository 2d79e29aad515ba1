"""Reading and writing one encrypted file of the vault, chunk by chunk. What is recorded of it is in vault.py."""

import hashlib
import io
import os
from collections.abc import Callable
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]  # looked at before each use

from mcassess.errors import WorldError
from mcassess.store import edges
from mcassess.store.changes import ChangeSet
from mcassess.store.vault_format import CHUNK, HEADER_BYTES, RECORD, DamagedError, Form
from mcassess.texts import tr


class VaultReader:
    """The plain bytes of a file of evidence, decrypted as they are read. Not thread-safe: one reader, one user.

    Args:
        on_damage: Called whenever bytes turn out to be missing or not those that were written.

    Raises:
        WorldError: The file cannot be opened.
    """

    def __init__(self, path: Path, form: Form, on_damage: Callable[[], None]) -> None:
        self._form = form
        self._home = path.parent.parent
        self._on_damage = on_damage
        self._error: WorldError | None = None
        self._offset = 0
        # Allocated once: new memory for every chunk would cost more than decrypting it.
        self._record = memoryview(bytearray(RECORD))
        self._plain = memoryview(bytearray(CHUNK))
        self._index = -1
        self._chunk = self._plain[:0]
        with edges.world(self._home):
            try:
                self._file = path.open("rb", buffering=0)
            except FileNotFoundError:
                on_damage()
                raise DamagedError(tr("The stored evidence is missing. Sync to fetch it again.")) from None
            header = self._file.read(HEADER_BYTES)
        if header != form.header:
            self._file.close()
            on_damage()
            raise DamagedError(tr("The stored evidence is damaged at its beginning. Sync to fetch it again."))

    @property
    def size(self) -> int:
        """Length of the plain bytes."""
        return self._form.size

    @property
    def error(self) -> WorldError | None:
        """What made a read fail; None as long as all went well."""
        return self._error

    def read(self, count: int) -> bytes:
        """Returns up to ``count`` bytes from the current place; fewer only at the end of the file.

        Raises:
            DamagedError: The bytes there are not those that were written.
            WorldError: The disk does not give them.
        """
        length = max(0, min(count, self._form.size - self._offset))
        index, start = divmod(self._offset, CHUNK)
        if start + length <= CHUNK:
            result = bytes(self.chunk(index)[start : start + length]) if length else b""
        else:
            result = self._across(length)
        self._offset += length
        return result

    def seek(self, offset: int) -> None:
        """Moves to ``offset`` bytes from the start; beyond the end there is nothing to read."""
        self._offset = max(0, offset)

    def close(self) -> None:
        """Closes the file and forgets the plain bytes; may be called twice."""
        self._file.close()
        self._index, self._chunk = -1, self._plain[:0]
        self._plain[:] = bytes(CHUNK)

    def chunk(self, index: int) -> memoryview:
        """Returns the plain bytes of one chunk; they stay there until the next one is read.

        Raises:
            DamagedError: The bytes there are not those that were written.
            WorldError: The disk does not give them.
        """
        if index != self._index:
            try:
                with edges.world(self._home):
                    self._file.seek(self._form.place(index))
                    record = read_fully(self._file, self._record[: self._form.record_length(index)])
                self._index = -1
                self._chunk = self._form.open(index, record, self._plain)
            except WorldError as error:
                self._error = error
                if isinstance(error, DamagedError):
                    self._on_damage()
                raise
            self._index = index
        return self._chunk

    def _across(self, length: int) -> bytes:
        gathered, filled = bytearray(length), 0
        while filled < length:
            index, start = divmod(self._offset + filled, CHUNK)
            piece = self.chunk(index)[start : start + length - filled]
            gathered[filled : filled + len(piece)] = piece
            filled += len(piece)
        return bytes(gathered)


class VaultWriter:
    """Writes a file of evidence into the vault, and goes on where an earlier writer stopped.

    Bytes are encrypted before they reach the disk; what is still short of a chunk stays in memory.

    Args:
        file: The file, opened and locked by ``open_locked``; closed by whichever of the ways to stop is taken.
        on_stop: Records how many plain bytes are kept, -1 for none and never again.
        on_end: Records the SHA-256 that all the bytes together have, or raises if it is the wrong one.

    Attributes:
        offset: How many plain bytes the library has; at the start a multiple of 256 KiB, and every one verified.
    """

    def __init__(
        self,
        file: io.FileIO,
        path: Path,
        form: Form,
        on_stop: Callable[[int], ChangeSet],
        on_end: Callable[[str], ChangeSet],
    ) -> None:
        self.offset = 0
        self._file = file
        self._path = path
        self._home = path.parent.parent
        self._form = form
        self._on_stop = on_stop
        self._on_end = on_end
        self._hash = hashlib.sha256()
        # Allocated once: new memory for every chunk would cost more than encrypting it.
        self._pending = memoryview(bytearray(CHUNK))
        self._filled = 0
        self._record = memoryview(bytearray(RECORD))
        with edges.world(self._home):
            self._resume()

    @property
    def size(self) -> int:
        """How many plain bytes there have to be in the end."""
        return self._form.size

    def write(self, data: bytes) -> None:
        """Takes the next plain bytes, any number of them.

        Raises:
            WorldError: There are more bytes than there should be, or the disk is full; the whole chunks are kept.
        """
        if self.offset + len(data) > self.size:
            raise WorldError(tr("The platform sent more bytes of a file of evidence than it should have. Sync again."))
        view = memoryview(data)
        while view:
            if not self._filled and len(view) >= CHUNK:
                self._put(view[:CHUNK])
                view = view[CHUNK:]
                continue
            taken = view[: CHUNK - self._filled]
            self._pending[self._filled : self._filled + len(taken)] = taken
            self._filled += len(taken)
            view = view[len(taken) :]
            if self._filled == CHUNK:
                self._put_pending()
        self.offset = self._written + self._filled

    def finish(self) -> ChangeSet:
        """Verifies the whole file, puts it safely on the disk and marks it ready.

        Raises:
            WorldError: Bytes are missing: those that came are kept. Or the SHA-256 is wrong: they are thrown away and
                the file is marked damaged.
        """
        if self.offset != self.size:
            self.abort()
            raise WorldError(tr("A file of evidence came only in part. Sync again to fetch the rest."))
        with edges.world(self._home):
            if self._filled or not self.size:
                self._put_pending()
            os.fsync(self._file.fileno())
            self._file.close()
        return self._on_end(self._hash.hexdigest())

    def abort(self) -> ChangeSet:
        """Stops, and keeps the whole chunks for the next writer."""
        self._filled = 0
        self.offset = self._written
        try:
            with edges.world(self._home):
                self._file.truncate(self._form.place(self._index))  # on a full disk, half a chunk is in the way
                os.fsync(self._file.fileno())
        finally:
            self._file.close()
        try:
            return self._on_stop(self._written)
        except WorldError:
            # The chunks themselves tell the next writer how far they reach; only the number on show is older.
            return ChangeSet()

    def discard(self) -> ChangeSet:
        """Stops and throws away all that is there of the file."""
        self._file.close()
        change_set = self._on_stop(-1)
        with edges.world(self._home):
            self._path.unlink(missing_ok=True)
        return change_set

    def _resume(self) -> None:
        self._written = 0
        self._index = 0
        if self._file.read(HEADER_BYTES) == self._form.header:
            # The last chunk is asked for again even if it is there, so that there always is something to ask for.
            while self._index < self._form.chunks - 1:
                record = read_fully(self._file, self._record[: self._form.record_length(self._index)])
                try:
                    plain = self._form.open(self._index, record, self._pending)
                except DamagedError:
                    break
                self._hash.update(plain)
                self._written += len(plain)
                self._index += 1
        else:
            self._file.seek(0)
            self._file.truncate()
            write_fully(self._file, self._form.header)
        self._file.seek(self._form.place(self._index))
        self._file.truncate()
        self.offset = self._written

    def _put_pending(self) -> None:
        self._put(self._pending[: self._filled])
        self._filled = 0

    def _put(self, plain: memoryview) -> None:
        with edges.world(self._home):
            self._file.seek(self._form.place(self._index))  # a write that failed half-way is written over
            write_fully(self._file, self._form.seal(self._index, plain, self._record))
        self._hash.update(plain)
        self._written += len(plain)
        self._index += 1


def open_locked(path: Path) -> io.FileIO:
    """Opens a file of the vault for writing, and keeps others from writing it until it is closed.

    Raises:
        WorldError: Somebody else is writing it, or it cannot be opened.
    """
    with edges.world(path.parent.parent):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        file = io.FileIO(descriptor, "r+b")
    if fcntl is not None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            raise WorldError(tr("Another mcassess is fetching this evidence already. Wait for it.")) from None
    return file


def read_fully(file: io.FileIO, buffer: memoryview) -> memoryview:
    """Fills a buffer from an unbuffered file, which may give the bytes piecewise; returns the part that was filled."""
    filled = 0
    while filled < len(buffer) and (count := file.readinto(buffer[filled:])):
        filled += count
    return buffer[:filled]


def write_fully(file: io.FileIO, data: bytes | memoryview) -> None:
    """Writes all bytes to an unbuffered file, which may take them piecewise."""
    view = memoryview(data)
    while view:
        view = view[file.write(view) or 0 :]
