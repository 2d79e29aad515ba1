"""Writing one encrypted file of the vault, and mending it: only chunks that are missing or damaged are written."""

import hashlib
import io
import os
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mcassess.errors import WorldError
from mcassess.store import edges
from mcassess.store.changes import ChangeSet
from mcassess.store.derived import unlink_with_derived
from mcassess.store.vault_files import header_of, is_lost, read_fully, write_fully
from mcassess.store.vault_format import DamagedError, Form
from mcassess.texts import tr

_ADVISE = getattr(os, "posix_fadvise", None)  # not on Windows and macOS
_LET_GO_EVERY = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorder:
    """Whom a writer tells.

    Attributes:
        stopped: Records how many plain bytes are kept, -1 for none and never again.
        ended: Records the SHA-256 that all the bytes together have, or raises if it is the wrong one.
        at: Called with the name of each point at which sudden death is tested.
    """

    stopped: Callable[[int], ChangeSet]
    ended: Callable[[str], ChangeSet]
    at: Callable[[str], None]


class VaultWriter:
    """Writes a file of evidence into the vault, and goes on where an earlier writer stopped.

    Bytes are encrypted before they reach the disk; what is still short of a chunk stays in memory. Chunks that are
    there and sound stay as they are: what is written are the gaps between them, one after the other.

    Args:
        file: The file, opened and locked by ``open_locked``; closed by whichever of the ways to stop is taken.

    Attributes:
        offset: Where the next plain bytes belong; at the start of a gap a multiple of ``chunk``.
    """

    def __init__(self, file: io.FileIO, path: Path, form: Form, recorder: Recorder) -> None:
        self.offset = 0
        self._file = file
        self._path = path
        self._home = path.parent.parent
        self._recorder = recorder
        self._hash = hashlib.sha256()
        self._index = 0
        """The chunk that is written next; all before it are sound, and hashed."""
        self._kept = 0
        self._filled = 0
        with edges.world(self._home):
            self._form = self._begin(form)
            # Allocated once: new memory for every chunk would cost more than encrypting it.
            self._pending = memoryview(bytearray(self._form.chunk))
            self._record = memoryview(bytearray(self._form.record))
            self._gaps = self._find_gaps()
            self._go_to_gap()
        self.offset = self._index * self.chunk

    @property
    def size(self) -> int:
        """How many plain bytes there have to be in the end."""
        return self._form.size

    @property
    def chunk(self) -> int:
        """How many plain bytes each chunk but the last one has."""
        return self._form.chunk

    @property
    def until(self) -> int:
        """Where the gap in which ``offset`` lies ends; behind it ``offset`` leaps to the next one, or to the end."""
        return min(self._gaps[0].stop * self.chunk, self.size) if self._gaps else self.size

    @property
    def digest(self) -> str:
        """The SHA-256 that all the bytes have together, once ``offset`` is at the end."""
        return self._hash.hexdigest()

    def differing(self, digests: Sequence[str], part_bytes: int) -> list[range]:
        """Returns which parts of a file that was written whole have another SHA-256 than they should.

        Args:
            digests: Of each part, as 64 hexadecimal digits.
            part_bytes: How long a part is, a multiple of ``chunk``; the last one may be shorter.
        """
        wrong = []
        with edges.world(self._home):
            for number, digest in enumerate(digests):
                begin, end = number * part_bytes, min((number + 1) * part_bytes, self.size)
                found = hashlib.sha256()
                for index in range(begin // self.chunk, -(-end // self.chunk)):
                    found.update(self._read(index))
                if found.hexdigest() != digest:
                    wrong.append(range(begin, end))
        return wrong

    def again(self, parts: Sequence[range]) -> None:
        """Takes these parts anew, and keeps all others: ``offset`` goes back to the beginning of the first.

        Args:
            parts: Plain bytes from borders of chunks, in their order; at least one.
        """
        self._gaps = deque(range(part.start // self.chunk, -(-part.stop // self.chunk)) for part in parts)
        self._kept -= sum(len(part) for part in parts)
        self._hash, self._index = hashlib.sha256(), 0
        with edges.world(self._home):
            self._go_to_gap()
        self.offset = self._index * self.chunk

    def write(self, data: bytes | memoryview) -> None:
        """Takes the next plain bytes, any number of them up to ``until``.

        Raises:
            WorldError: There are more bytes than there should be, or the disk is full; the whole chunks are kept.
        """
        if self.offset + len(data) > self.until:
            raise WorldError(tr("The platform sent more bytes of a file of evidence than it should have. Sync again."))
        view = memoryview(data)
        while view:
            length = self._form.plain_length(self._index)
            if not self._filled and len(view) >= length:
                plain, view = view[:length], view[length:]
                self._put(plain)
                continue
            taken = view[: length - self._filled]
            self._pending[self._filled : self._filled + len(taken)] = taken
            self._filled += len(taken)
            view = view[len(taken) :]
            if self._filled == length:
                self._filled = 0
                self._put(self._pending[:length])
        self.offset = min(self._index * self.chunk + self._filled, self.size)

    def finish(self) -> ChangeSet:
        """Verifies the whole file, puts it safely on the disk and marks it ready.

        Raises:
            WorldError: Bytes are missing: those that came are kept. Or the SHA-256 is wrong: they are thrown away and
                the file is marked damaged.
        """
        if self.offset != self.size:
            self.abort()
            raise WorldError(tr("A file of evidence came only in part. Sync again to fetch the rest."))
        try:
            with edges.world(self._home):
                if self._index == 0:  # an empty file has one chunk, and nobody wrote it
                    self._put(self._pending[:0])
                self._recorder.at("file-written")
                last = self._form.chunks - 1
                self._file.truncate(self._form.place(last) + self._form.record_length(last))
                os.fsync(self._file.fileno())
        finally:
            self._file.close()
        self._recorder.at("file-synced")
        return self._recorder.ended(self._hash.hexdigest())

    def abort(self) -> ChangeSet:
        """Stops, and keeps the whole chunks for the next writer."""
        self._filled = 0
        self.offset = min(self._index * self.chunk, self.size)
        try:
            with edges.world(self._home):
                if self._gaps and self._gaps[0].stop == self._form.chunks:
                    self._file.truncate(self._form.place(self._index))  # on a full disk, half a chunk is in the way
                os.fsync(self._file.fileno())
        finally:
            self._file.close()
        self._recorder.at("stopped")
        try:
            return self._recorder.stopped(self._kept)
        except WorldError:
            # The chunks themselves tell the next writer how far they reach; only the number on show is older.
            return ChangeSet()

    def discard(self) -> ChangeSet:
        """Stops and throws away all that is there of the file."""
        self._file.close()
        change_set = self._recorder.stopped(-1)
        self._recorder.at("discarded")
        with edges.world(self._home):
            unlink_with_derived(self._path)
        return change_set

    def _begin(self, form: Form) -> Form:
        """Returns the form in which the file was begun, and begins it in this one if there is none yet."""
        begun = form.as_written(header_of(self._file))
        if begun is None:
            self._file.seek(0)
            write_fully(self._file, form.header)
        return begun or form

    def _find_gaps(self) -> deque[range]:
        gaps: deque[range] = deque()
        for index in range(self._form.chunks):
            begin = gaps.pop().start if gaps and gaps[-1].stop == index else index
            if self._file.seek(0, os.SEEK_END) <= self._form.place(index):
                gaps.append(range(begin, self._form.chunks))
                break
            if not self._is_sound(index):
                gaps.append(range(begin, index + 1))
                continue
            if begin != index:
                gaps.append(range(begin, index))
            self._kept += self._form.plain_length(index)
        if not gaps:  # the last chunk is asked for again, so that there always is something to ask for
            last = self._form.chunks - 1
            gaps.append(range(last, last + 1))
            self._kept -= self._form.plain_length(last)
        return gaps

    def _is_sound(self, index: int) -> bool:
        try:
            self._read(index)
        except DamagedError:
            return False
        except OSError as error:
            if not is_lost(error):
                raise
            return False
        return True

    def _read(self, index: int) -> memoryview:
        self._file.seek(self._form.place(index))
        record = read_fully(self._file, self._record[: self._form.record_length(index)])
        return self._form.open(index, record, self._pending)

    def _go_to_gap(self) -> None:
        """Leaps over what is there already, and hashes it on the way."""
        border = self._gaps[0].start if self._gaps else self._form.chunks
        while self._index < border:
            self._hash.update(self._read(self._index))
            self._index += 1

    def _put(self, plain: memoryview) -> None:
        with edges.world(self._home):
            self._file.seek(self._form.place(self._index))  # a write that failed half-way is written over
            self._recorder.at("before-chunk")
            write_fully(self._file, self._form.seal(self._index, plain, self._record))
            self._recorder.at("chunk-written")
            self._hash.update(plain)
            self._kept += len(plain)
            self._index += 1
            if not self._index % _LET_GO_EVERY:
                self._let_go()
            if self._index == self._gaps[0].stop:
                self._gaps.popleft()
                self._go_to_gap()

    def _let_go(self) -> None:
        """Has what was written brought to the disk by and by, and not kept in memory once it is there.

        Else a large file would push everything else out of the system's memory, and ``finish`` would wait long.
        """
        if _ADVISE is not None:
            _ADVISE(self._file.fileno(), 0, self._form.place(self._index), os.POSIX_FADV_DONTNEED)
