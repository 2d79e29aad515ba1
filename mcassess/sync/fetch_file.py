"""One file of evidence down: straight into the vault, going on where it stopped, mended by parts, verified whole."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle

from mcassess.errors import McassessError
from mcassess.store.changes import ChangeSet
from mcassess.store.vault_format import DamagedError
from mcassess.store.vault_writer import VaultWriter
from mcassess.sync.pace import Pace
from mcassess.sync.plan import describes
from mcassess.sync.platform import CancelledError, ContentError, ContentStream, RemoteFile, TransientError
from mcassess.sync.progress import Progress
from mcassess.sync.run import Run, Step
from mcassess.texts import tr

MENDED_AT_MOST = 3
"""How often parts that are not what they should be are fetched again."""
_BUFFERS = 6
_BLOCK_BYTES = 256 << 10


class WrongAtSourceError(ContentError):
    """The platform sends other bytes than it announced, however often it is asked.

    Attributes:
        found: The SHA-256 of what came.
    """

    def __init__(self, found: str) -> None:
        super().__init__(
            tr("The platform sends another file than it announced, time and again. It is reported to the programme.")
        )
        self.found = found


def fetch_file(run: Run, remote: RemoteFile, pace: Pace, progress: Progress) -> None:
    """Fetches one file, in as many tries as bring something and a few that do not.

    Raises:
        TransientError: The last try failed; what came is kept.
        WrongAtSourceError: What comes is never what was announced; it is thrown away.
        McassessError: It cannot be fetched, or not be kept.
        CancelledError: The run should end, or nothing may be fetched now; what came is kept.
    """
    one = _One(run, remote, pace, progress)
    failures, kept = 0, one.kept()
    while True:
        run.cancel.raise_if_set()
        try:
            changed = one.try_once()
        except TransientError as error:
            # A connection that breaks off again and again will do, as long as each try brings something.
            before, kept = kept, one.kept()
            failures = 1 if kept > before else failures + 1
            run.pause_after(error, failures)
            continue
        text = tr("Fetched and verified: {id}, {evidence}")
        text = text.format(id=remote.submission_id, evidence=remote.evidence_id)
        run.tell(Step.FETCH, text, progress.done, progress.total, changed)
        return


@dataclass(slots=True)
class _One:
    """One file under way.

    Attributes:
        mended: How often damaged parts were asked for anew.
        listed: Whether the platform has told the parts apart.
    """

    run: Run
    remote: RemoteFile
    pace: Pace
    progress: Progress
    mended: int = 0
    listed: bool = False

    def kept(self) -> int:
        with self.run.library.read() as reading:
            stored = reading.evidence.get(self.remote.sha256)
        return 0 if stored is None else stored.done_bytes

    def try_once(self) -> ChangeSet:
        vault, remote = self.run.library.vault, self.remote
        writer = vault.writer(remote.sha256, remote.size)
        while True:  # once, but where several parts in the middle are missing or damaged
            try:
                stream = self.run.platform.open_content(remote, writer.offset, writer.until)
            except BaseException:
                writer.abort()
                raise
            with stream:
                if stream.offset != writer.offset or stream.length != writer.until - writer.offset:
                    writer.discard()  # the platform sends the whole file, so it begins again
                    writer = vault.writer(remote.sha256, remote.size)
                self._write_all(writer, stream)
            if writer.offset == writer.size and not self._take_anew(writer):
                return self._finish(writer)

    def _finish(self, writer: VaultWriter) -> ChangeSet:
        found = writer.digest
        try:
            return writer.finish()
        except DamagedError as error:
            raise WrongAtSourceError(found) if self.listed else error from None

    def _take_anew(self, writer: VaultWriter) -> bool:
        """Has the writer take the parts once more that are not what they should be; tells whether there are any."""
        if writer.digest == self.remote.sha256 or self.mended == MENDED_AT_MOST:
            return False
        try:
            listed = self.run.platform.leaves(self.remote)
            if listed is None or not describes(listed, self.remote.sha256, self.remote.size):
                return False
            if listed.chunk_size % writer.chunk:
                return False
            wrong = writer.differing(listed.chunks, listed.chunk_size)
        except BaseException:
            writer.abort()
            raise
        self.listed = True
        if not wrong:
            return False
        self.mended += 1
        self.progress.ask_more(sum(len(part) for part in wrong))
        writer.again(wrong)
        return True

    def _write_all(self, writer: VaultWriter, stream: ContentStream) -> None:
        """Writes in a thread of its own, so that the platform need not wait while bytes are hashed and encrypted."""
        written: deque[Future[None]] = deque()
        with ThreadPoolExecutor(1, thread_name_prefix="vault") as vault:
            try:
                for block in _received(stream):
                    self.run.cancel.raise_if_set()
                    written.append(vault.submit(writer.write, block))
                    self.progress.add(len(block))
                    self.pace.pass_on(len(block))
                    if len(written) == _BUFFERS:  # the next block comes into the oldest one's buffer
                        written.popleft().result()
                while written:
                    written.popleft().result()
            except BaseException:
                vault.shutdown()
                writer.abort()
                raise


def _received(stream: ContentStream) -> Iterator[memoryview]:
    """Yields blocks of whole chunks of the vault, in one of ``_BUFFERS`` buffers after the other.

    Where the stream breaks off, what has come of the last one too.
    """
    # Allocated once: new memory for every block would cost more than receiving it.
    for buffer in cycle([memoryview(bytearray(_BLOCK_BYTES)) for _ in range(_BUFFERS)]):
        filled, failure = 0, None
        try:
            while filled < _BLOCK_BYTES and (count := stream.readinto(buffer[filled:])):
                filled += count
        except (McassessError, CancelledError) as error:
            failure = error
        if filled:
            yield buffer[:filled]
        if failure is not None:
            raise failure
        if filled < _BLOCK_BYTES:
            return
