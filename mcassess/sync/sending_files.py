"""Attachments up: after their decisions, piece by piece, each going on where it stopped; one holds up no other."""

from contextlib import closing

from mcassess.errors import McassessError
from mcassess.store.attachments import StoredAttachment
from mcassess.store.vault_files import VaultReader
from mcassess.sync.platform import ContentError, NotOurPlatformError, OfflineError, SignedOutError
from mcassess.sync.platforms.native_messages import Exchange
from mcassess.sync.platforms.native_uploads import NativeUploads
from mcassess.sync.run import INITIATOR, Run, Step
from mcassess.sync.wire_uploads import MAX_CHUNK_BYTES, UploadRequest, UploadState
from mcassess.texts import tr

_STANDSTILLS = 3
"""How often an upload may be asked to begin again, or get no further, before it is left for the next run."""


def send_files(run: Run) -> None:
    """Sends the files of decisions that the platform has.

    Raises:
        McassessError: The platform is not there any more. What has arrived there is not sent again.
        CancelledError: The run should end.
    """
    if not isinstance(run.platform, Exchange):
        return
    uploads = NativeUploads(run.platform)
    with run.library.read() as reading:
        due = reading.attachments.due(run.account.key)
    for done, each in enumerate(due):
        run.cancel.raise_if_set()
        run.tell(Step.UPLOAD, tr("Sending '{name}'").format(name=each.name), done, len(due))
        about = {"submission": each.submission_id, "attempt": each.attempt, "attachment": each.name}
        try:
            with closing(run.library.vault.reader(each.sha256)) as reader:
                _send(run, uploads, each, reader)
        except (NotOurPlatformError, SignedOutError, OfflineError):
            raise
        except McassessError as error:
            run.fail(Step.UPLOAD, error, **about)
        else:
            with run.library.write(INITIATOR) as writing:
                writing.attachments.sent(each.key)
            text = tr("Sent: '{name}'").format(name=each.name)
            run.tell(Step.UPLOAD, text, done + 1, len(due), writing.change_set)


def _send(run: Run, uploads: NativeUploads, file: StoredAttachment, reader: VaultReader) -> None:
    request = UploadRequest(upload_id=file.upload_id, sha256=file.sha256, size=file.size, media_type=file.media_type)
    state = run.tried(lambda: uploads.begin(request))
    standstills = 0
    while not state.complete:
        run.cancel.raise_if_set()
        offset = state.offset
        reader.seek(offset)
        state = _one_piece(run, uploads, request, offset, reader.read(MAX_CHUNK_BYTES))
        standstills = 0 if state.offset > offset else standstills + 1
        if standstills == _STANDSTILLS:
            text = tr("'{name}' does not arrive at the platform as it is here. It is sent again next time.")
            raise ContentError(text.format(name=file.name))


def _one_piece(run: Run, uploads: NativeUploads, request: UploadRequest, offset: int, piece: bytes) -> UploadState:
    """Sends a piece; where that fails, asks how much has arrived instead of sending it again blindly."""
    sent = False

    def one_try() -> UploadState:
        nonlocal sent
        if sent:
            return uploads.begin(request)
        sent = True
        return uploads.send(request, offset, piece)

    return run.tried(one_try)
