"""Evidence down: straight into the vault, two files at once, each going on where it stopped, verified as a whole."""

import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import cycle

from mcassess.errors import McassessError
from mcassess.store.changes import ChangeSet
from mcassess.store.evidence import FileRow
from mcassess.store.vault_format import CHUNK
from mcassess.store.vault_writer import VaultWriter
from mcassess.sync.plan import fetch_rank
from mcassess.sync.platform import (
    CancelledError,
    ContentStream,
    NotOurPlatformError,
    OfflineError,
    RemoteFile,
    Role,
    SignedOutError,
    TransientError,
)
from mcassess.sync.room import Room
from mcassess.sync.run import Run, Step
from mcassess.texts import tr

AT_ONCE = 2
_TELL_EVERY_MS = 1000
_MEGABYTE = 1_000_000
_BUFFERS = 6

_Wanted = tuple[FileRow, RemoteFile, datetime | None]
"""A file as the library has it, as the platform has it, and when it is needed."""


@dataclass(slots=True)
class _Progress:
    """How far all files together are; told now and then."""

    run: Run
    total: int
    done: int = 0
    told_ms: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, count: int) -> None:
        now = self.run.library.clock.monotonic_ms()
        with self.lock:
            self.done += count
            if now - self.told_ms < _TELL_EVERY_MS:
                return
            self.told_ms = now
            text = tr("Evidence: {done} of {total} MB").format(
                done=self.done // _MEGABYTE, total=self.total // _MEGABYTE
            )
        self.run.tell(Step.FETCH, text, self.done, self.total)


@dataclass(slots=True)
class _Stop:
    """Why no further file is begun: the platform is gone, not one file."""

    why: McassessError | None = None


def fetch(run: Run) -> None:
    """Fetches what is wanted: what is due first, then the smallest. A file that fails holds up no other.

    Raises:
        McassessError: The platform is not there any more. What came is kept.
        CancelledError: The run should end. What came is kept.
    """
    files = _wanted(run)
    progress = _Progress(run, sum(file.size - file.done_bytes for file, _, _ in files))
    stop, room = _Stop(), Room(run)
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="fetch") as pool:
        for outcome in [pool.submit(_fetch_or_note, run, each, room, progress, stop) for each in files]:
            outcome.result()
    run.cancel.raise_if_set()
    if stop.why is not None:
        raise stop.why


def _wanted(run: Run) -> list[_Wanted]:
    with run.library.read() as reading:
        files = reading.evidence.wanted(run.account.key)
        rows = {row.key: row for row in reading.queue.rows(sorted({file.key for file in files}))}
    ordered = sorted(files, key=lambda file: fetch_rank(rows[file.key].due_at, file.size))
    return [(file, _remote(file, rows[file.key].id), rows[file.key].due_at) for file in ordered]


def _remote(file: FileRow, submission_id: str) -> RemoteFile:
    return RemoteFile(
        submission_id=submission_id,
        attempt=file.attempt,
        evidence_id=file.evidence_id,
        role=Role(file.role),
        sha256=file.sha256,
        size=file.size,
    )


def _fetch_or_note(run: Run, wanted: _Wanted, room: Room, progress: _Progress, stop: _Stop) -> None:
    file, remote, due_at = wanted
    if stop.why is not None or run.cancel.is_set():
        return
    about = {
        "submission": remote.submission_id,
        "attempt": remote.attempt,
        "evidence": remote.evidence_id,
        "role": remote.role.value,
    }
    try:
        with room.given(file, due_at):
            _fetch(run, remote, progress)
    except CancelledError:
        return
    except (NotOurPlatformError, SignedOutError) as error:
        stop.why = error
    except OfflineError as error:
        # One file that always breaks off is that file's trouble; ask whether the platform is there at all.
        stop.why = _gone(run)
        if stop.why is None:
            run.fail(Step.FETCH, error, **about)
    except McassessError as error:
        run.fail(Step.FETCH, error, **about)
    else:
        run.report.evidence.append(about | {"bytes": remote.size})


def _gone(run: Run) -> McassessError | None:
    try:
        run.platform.server()
    except McassessError as error:
        return error
    except CancelledError:
        return None
    return None


def _fetch(run: Run, remote: RemoteFile, progress: _Progress) -> None:
    failures, kept = 0, _kept(run, remote)
    while True:
        run.cancel.raise_if_set()
        try:
            changed = _one_try(run, remote, progress)
        except TransientError as error:
            # A connection that breaks off again and again will do, as long as each try brings something.
            before, kept = kept, _kept(run, remote)
            failures = 1 if kept > before else failures + 1
            run.pause_after(error, failures)
            continue
        text = tr("Fetched and verified: {id}, {evidence}")
        text = text.format(id=remote.submission_id, evidence=remote.evidence_id)
        run.tell(Step.FETCH, text, progress.done, progress.total, changed)
        return


def _one_try(run: Run, remote: RemoteFile, progress: _Progress) -> ChangeSet:
    vault = run.library.vault
    writer = vault.writer(remote.sha256, remote.size)
    while True:  # once, but where several chunks in the middle are damaged
        try:
            stream = run.platform.open_content(remote, writer.offset, writer.until)
        except BaseException:
            writer.abort()
            raise
        with stream:
            if stream.offset != writer.offset or stream.length != writer.until - writer.offset:
                writer.discard()  # the platform sends the whole file, so it begins again
                writer = vault.writer(remote.sha256, remote.size)
            _write_all(run, writer, stream, progress)
        if writer.offset == writer.size:
            return writer.finish()


def _write_all(run: Run, writer: VaultWriter, stream: ContentStream, progress: _Progress) -> None:
    """Writes in a thread of its own, so that the platform need not wait while bytes are hashed and encrypted."""
    written: deque[Future[None]] = deque()
    with ThreadPoolExecutor(1, thread_name_prefix="vault") as vault:
        try:
            for block in _received(stream):
                run.cancel.raise_if_set()
                written.append(vault.submit(writer.write, block))
                progress.add(len(block))
                if len(written) == _BUFFERS:  # the next block comes into the oldest one's buffer
                    written.popleft().result()
            while written:
                written.popleft().result()
        except BaseException:
            vault.shutdown()
            writer.abort()
            raise


def _received(stream: ContentStream) -> Iterator[memoryview]:
    """Yields whole chunks of the vault, in one of ``_BUFFERS`` buffers after the other.

    Where the stream breaks off, what has come of the last one too.
    """
    # Allocated once: new memory for every block would cost more than receiving it.
    for buffer in cycle([memoryview(bytearray(CHUNK)) for _ in range(_BUFFERS)]):
        filled, failure = 0, None
        try:
            while filled < CHUNK and (count := stream.readinto(buffer[filled:])):
                filled += count
        except (McassessError, CancelledError) as error:
            failure = error
        if filled:
            yield buffer[:filled]
        if failure is not None:
            raise failure
        if filled < CHUNK:
            return


def _kept(run: Run, remote: RemoteFile) -> int:
    with run.library.read() as reading:
        stored = reading.evidence.get(remote.sha256)
    return 0 if stored is None else stored.done_bytes
