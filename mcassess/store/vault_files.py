"""Reading one encrypted file of the vault, and opening it safely. Writing is in vault_writer.py."""

import errno
import io
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]  # looked at before each use

from mcassess.errors import WorldError
from mcassess.store import edges
from mcassess.store.vault_format import HEADER_BYTES, NONCE, TAG, DamagedError, Form
from mcassess.texts import tr

_PREADV = getattr(os, "preadv", None)  # not on Windows


class VaultReader:
    """The plain bytes of a file of evidence, decrypted as they are read. Not thread-safe: one reader, one user.

    Args:
        on_damage: Called whenever bytes turn out to be missing or not those that were written.

    Raises:
        WorldError: The file cannot be opened.
    """

    def __init__(self, path: Path, form: Form, on_damage: Callable[[], None]) -> None:
        self._home = path.parent.parent
        self._on_damage = on_damage
        self._error: WorldError | None = None
        self._offset = 0
        with edges.world(self._home):
            try:
                self._file = path.open("rb", buffering=0)
            except FileNotFoundError:
                on_damage()
                raise DamagedError(tr("The stored evidence is missing. Sync to fetch it again.")) from None
            written = form.as_written(header_of(self._file))
        if written is None:
            self._file.close()
            on_damage()
            raise DamagedError(tr("The stored evidence is damaged at its beginning. Sync to fetch it again."))
        self._form = written
        self._path = path
        self._changed_at = -1
        """When the file's names were last seen to change, in nanoseconds; whether ours is among them was looked at."""
        # Allocated once: new memory for every chunk would cost more than decrypting it.
        self._nonce = memoryview(bytearray(NONCE))
        self._sealed = memoryview(bytearray(written.chunk + TAG))
        self._plain = memoryview(bytearray(written.chunk))
        self._gathered = memoryview(bytearray())
        self._index = -1
        self._chunk = self._plain[:0]

    @property
    def size(self) -> int:
        """Length of the plain bytes."""
        return self._form.size

    @property
    def chunks(self) -> int:
        """How many chunks there are."""
        return self._form.chunks

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._file.closed

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
        index, start = divmod(self._offset, self._form.chunk)
        if start + length <= self._form.chunk:
            result = bytes(self.chunk(index)[start : start + length]) if length else b""
            self._offset += length
            return result
        if length > len(self._gathered):
            self._gathered = memoryview(bytearray(length))
        gathered = self._gathered[:length]
        self.readinto(gathered)
        return bytes(gathered)

    def readinto(self, buffer: memoryview) -> int:
        """Fills a buffer from the current place and returns how many bytes that were; fewer only at the end.

        The quickest way to read much: whole chunks are decrypted right into the buffer.

        Raises:
            DamagedError: The bytes there are not those that were written.
            WorldError: The disk does not give them, or the evidence was removed meanwhile.
        """
        length, filled = max(0, min(len(buffer), self._form.size - self._offset)), 0
        while filled < length:
            index, start = divmod(self._offset, self._form.chunk)
            target = buffer[filled:length]
            if not start and index != self._index and len(target) >= self._form.plain_length(index):
                taken = len(self._load(index, target))
            else:
                piece = self.chunk(index)[start : start + len(target)]
                taken = len(piece)
                target[:taken] = piece
            filled += taken
            self._offset += taken
        return filled

    def seek(self, offset: int) -> None:
        """Moves to ``offset`` bytes from the start; beyond the end there is nothing to read."""
        self._offset = max(0, offset)

    def close(self) -> None:
        """Closes the file and forgets the plain bytes; may be called twice."""
        self._file.close()
        self._index, self._chunk = -1, self._plain[:0]
        self._plain[:] = bytes(len(self._plain))
        self._gathered[:] = bytes(len(self._gathered))

    def chunk(self, index: int) -> memoryview:
        """Returns the plain bytes of one chunk; they stay there until the next one is read.

        Raises:
            DamagedError: The bytes there are not those that were written.
            WorldError: The disk does not give them.
        """
        if index == self._index:
            self._refuse_removed()
        else:
            self._index = -1
            self._chunk = self._load(index, self._plain)
            self._index = index
        return self._chunk

    def _load(self, index: int, target: memoryview) -> memoryview:
        self._refuse_removed()
        try:
            return self._form.unseal(index, *self._stored(index), target)
        except OSError as error:
            if not is_lost(error):
                self._error = edges.from_system(error, self._home)
                raise self._error from error
            damage = self._form.damage(index)
        except DamagedError as error:
            damage = error
        self._error = damage
        self._on_damage()
        raise damage

    def _stored(self, index: int) -> tuple[memoryview, memoryview]:
        # Every microsecond here is one of each jump in a video: two buffers spare slicing, the large one is aligned.
        place, length = self._form.place(index), self._form.record_length(index) - NONCE
        sealed = self._sealed if length == len(self._sealed) else self._sealed[:length]
        if _PREADV is not None and _PREADV(self._file.fileno(), (self._nonce, sealed), place) == NONCE + length:
            return self._nonce, sealed
        self._file.seek(place)
        return read_fully(self._file, self._nonce), read_fully(self._file, sealed)

    def _refuse_removed(self) -> None:
        # Who has it open still has its key: what was destroyed must not be read on, in whichever process that is.
        if os.name != "posix":
            return
        now = os.fstat(self._file.fileno())
        if now.st_nlink and (now.st_ctime_ns == self._changed_at or self._is_in_place(now)):
            self._changed_at = now.st_ctime_ns
            return
        self._index, self._chunk = -1, self._plain[:0]
        self._error = WorldError(tr("This evidence was removed from this laptop while it was open."))
        raise self._error

    def _is_in_place(self, opened: os.stat_result) -> bool:
        # A backup program may have given the file another name, under which it outlasts ours.
        try:
            return os.path.samestat(self._path.stat(), opened)
        except OSError:
            return False


def header_of(file: io.FileIO) -> bytes:
    """Returns what a file begins with; nothing where the disk has lost it.

    Raises:
        OSError: The disk does not give it for another reason.
    """
    try:
        return file.read(HEADER_BYTES) or b""
    except OSError as error:
        if not is_lost(error):
            raise
        return b""


def is_lost(error: OSError) -> bool:
    """Tells whether a place of the disk cannot be read: what stood there is as damaged as if it had changed."""
    return error.errno == errno.EIO


def open_locked(path: Path) -> io.FileIO:
    """Opens a file of the vault for writing, and keeps others from writing it until it is closed.

    Raises:
        WorldError: Somebody else is writing it, or it cannot be opened.
    """
    with edges.world(path.parent.parent):
        if path.is_symlink():
            path.unlink()
        file = _open_and_lock(path)
        if os.fstat(file.fileno()).st_nlink > 1:
            file.close()
            path.unlink()
            file = _open_and_lock(path)
    return file


def part_from_others(path: Path) -> None:
    """Removes what lies at a place of the vault under other names too: what is written must reach no foreign file.

    Raises:
        OSError: The system does not let it go.
    """
    with suppress(FileNotFoundError):
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode) or found.st_nlink > 1:
            path.unlink()


def _open_and_lock(path: Path) -> io.FileIO:
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
