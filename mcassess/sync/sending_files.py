"""Attachments up: after their decisions, piece by piece, each going on where it stopped; one holds up no other."""

from contextlib import closing

from mcassess.errors import McassessError
from mcassess.store.attachments import StoredAttachment
from mcassess.store.vault_files import VaultReader
from mcassess.sync.pace import Pace
from mcassess.sync.platform import (
    CancelledError,
    ContentError,
    NotOurPlatformError,
    OfflineError,
    PlatformRefusedError,
    SignedOutError,
)
from mcassess.sync.platforms.native_messages import Exchange
from mcassess.sync.platforms.native_uploads import NativeUploads
from mcassess.sync.progress import Progress
from mcassess.sync.run import INITIATOR, Run, Step
from mcassess.sync.wire_uploads import MAX_CHUNK_BYTES, UploadRequest, UploadState
from mcassess.texts import tr

_STANDSTILLS = 3
"""How often an upload may be asked to begin again, or get no further, before it is left for the next run."""
_FIRST_PIECE_BYTES = 1 << 20
_LEAST_PIECE_BYTES = 64 << 10
_QUICK_MS = 1000
_SLOW_MS = 4000
_NO_SUCH_UPLOAD = {404, 410}
_ID_REUSED = "upload-id-reused"


def send_files(run: Run) -> None:
    """Sends the files of decisions that the platform has, as fast as the assessor wishes.

    Raises:
        McassessError: The platform is not there any more. What has arrived there is not sent again.
        CancelledError: The run should end.
    """
    if not isinstance(run.platform, Exchange):
        return
    uploads, pace = NativeUploads(run.platform), Pace(run)
    with run.library.read() as reading:
        due = reading.attachments.due(run.account.key)
    total = sum(each.size - each.arrived for each in due)
    progress = Progress(run, Step.UPLOAD, tr("Files to the platform: {done} of {total} MB"), total)
    for each in due:
        run.cancel.raise_if_set()
        if not pace.look():
            break
        try:
            _send_or_note(run, _One(run, uploads, each, pace, progress))
        except CancelledError:
            run.cancel.raise_if_set()
            break  # nothing may be sent any more
    if due and pace.why_not:
        run.tell(Step.UPLOAD, pace.why_not)


def _send_or_note(run: Run, one: "_One") -> None:
    file = one.file
    about = {"submission": file.submission_id, "attempt": file.attempt, "attachment": file.name}
    run.tell(Step.UPLOAD, tr("Sending '{name}'").format(name=file.name), one.progress.done, one.progress.total)
    try:
        with closing(run.library.vault.reader(file.sha256)) as reader:
            one.send(reader)
    except (NotOurPlatformError, SignedOutError):
        raise
    except OfflineError as error:
        # One file that always breaks off is that file's trouble; ask whether the platform is there at all.
        if run.gone() is not None:
            raise
        run.fail(Step.UPLOAD, error, **about)
    except McassessError as error:
        run.fail(Step.UPLOAD, error, **about)
    else:
        with run.library.write(INITIATOR) as writing:
            writing.attachments.sent(file.key)
        text = tr("Sent: '{name}'").format(name=file.name)
        run.tell(Step.UPLOAD, text, one.progress.done, one.progress.total, writing.change_set)


class _One:
    """One file on its way up."""

    def __init__(
        self, run: Run, uploads: NativeUploads, file: StoredAttachment, pace: Pace, progress: Progress
    ) -> None:
        self.file = file
        self.progress = progress
        self._run = run
        self._uploads = uploads
        self._pace = pace
        self._arrived = file.arrived
        self._piece_bytes = min(_FIRST_PIECE_BYTES, MAX_CHUNK_BYTES)
        self._request = UploadRequest(
            upload_id=file.upload_id, sha256=file.sha256, size=file.size, media_type=file.media_type
        )

    def send(self, reader: VaultReader) -> None:
        state = self._begin()
        standstills = 0
        while not state.complete:
            self._run.cancel.raise_if_set()
            offset = state.offset
            reader.seek(offset)
            piece = reader.read(self._pace.at_once(self._piece_bytes))
            self._pace.pass_on(len(piece))
            state = self._one_piece(offset, piece)
            self._note(state.offset)
            standstills = 0 if state.offset > offset else standstills + 1
            if standstills == _STANDSTILLS:
                text = tr("'{name}' does not arrive at the platform as it is here. It is sent again next time.")
                raise ContentError(text.format(name=self.file.name))

    def _begin(self) -> UploadState:
        """Announces the file; under another id where the platform will have nothing to do with this one any more."""
        try:
            state = self._run.tried(lambda: self._uploads.begin(self._request))
        except PlatformRefusedError as error:
            if error.status not in _NO_SUCH_UPLOAD and error.code != _ID_REUSED:
                raise
            upload_id = self._run.library.clock.new_id()
            self._request = self._request.model_copy(update={"upload_id": upload_id})
            with self._run.library.write(INITIATOR) as writing:
                writing.attachments.rename_upload(self.file.key, upload_id)
            state = self._run.tried(lambda: self._uploads.begin(self._request))
        self._note(state.offset)
        return state

    def _one_piece(self, offset: int, piece: bytes) -> UploadState:
        """Sends a piece; where that fails, asks how much has arrived instead of sending it again blindly."""
        began = self._run.library.clock.monotonic_ms()
        tries = 0

        def one_try() -> UploadState:
            nonlocal tries
            tries += 1
            return self._uploads.begin(self._request) if tries > 1 else self._uploads.send(self._request, offset, piece)

        state = self._run.tried(one_try)
        took = self._run.library.clock.monotonic_ms() - began
        # What a connection cannot carry in some seconds is lost whenever it breaks off; so pieces are as it is.
        if tries > 1 or took > _SLOW_MS:
            self._piece_bytes = max(self._piece_bytes // 2, min(_LEAST_PIECE_BYTES, MAX_CHUNK_BYTES))
        elif took < _QUICK_MS:
            self._piece_bytes = min(self._piece_bytes * 2, MAX_CHUNK_BYTES)
        return state

    def _note(self, arrived: int) -> None:
        if arrived == self._arrived:
            return
        with self._run.library.write(INITIATOR) as writing:
            writing.attachments.arrived(self.file.key, arrived)
        self.progress.add(arrived - self._arrived, writing.change_set)
        self._arrived = arrived
