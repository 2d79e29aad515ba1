"""Files that go up with a decision, such as an annotated document: kept encrypted until the platform has them.

How they are sent is sync/sending_files.py.
"""

import hashlib
import io
import json
import mimetypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from mcassess.errors import McassessError, RefusedError, UsageError, WorldError
from mcassess.jobs.annotating import annotated_copy
from mcassess.jobs.sentences import bytes_text
from mcassess.store.attachments import StoredAttachment
from mcassess.store.changes import ChangeSet
from mcassess.store.library import Library
from mcassess.store.outbox import OutboxRow
from mcassess.store.sessions import Reading
from mcassess.store.states import EvidenceState, OpState
from mcassess.store.submissions import StoredSubmission
from mcassess.sync.wire_uploads import MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS, Attachment
from mcassess.texts import tr

INITIATOR = "attaching"
_BLOCK_BYTES = 1 << 20
_LONGEST_NAME = 200
_PDF = "application/pdf"


class FileState(StrEnum):
    """Where a file of a decision stands."""

    ATTACHED = "attached"
    """It goes up once the decision is sealed and has arrived."""
    WAITING = "waiting"
    """The decision is sealed, and not on the platform yet."""
    SENDING = "sending"
    """The platform has the decision, and not all of the file."""
    SENT = "sent"
    LOST = "lost"
    """Its bytes are not whole on this laptop, and the platform does not have them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedFile:
    """A file of a decision, and where it stands.

    Attributes:
        size: In bytes.
        target: What it was made of, such as ``evidence:d1``; empty where that is not said.
        arrived: How many bytes the platform has.
    """

    key: int
    name: str
    size: int
    media_type: str
    target: str
    state: FileState
    arrived: int


def attach(library: Library, key: int, path: Path, target: str = "") -> ChangeSet:
    """Attaches a file to the decision on the present attempt: its bytes are kept here, encrypted, until they are sent.

    A file of the same name takes the place of the former one. One that is lost here may be given once more, also when
    its decision has arrived.

    Args:
        library: Where it is kept.
        key: The library's key of the submission.
        path: The file; it is not needed any more afterwards.
        target: Id of the evidence that it was made of; empty where there is none.

    Raises:
        UsageError: The attempt has no such evidence.
        RefusedError: The decision is sealed, there are too many files, or the programme or the platform takes no such.
        WorldError: The file cannot be read, changes meanwhile, or the disk is full.
    """
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    with _opened(path) as file:
        return _keep(library, key, file, path.name[:_LONGEST_NAME], kind, target)


def attach_annotated(library: Library, key: int, evidence: str) -> ChangeSet:
    """Attaches a PDF of a piece of evidence with everything marked on it; it takes the place of the one before.

    It waits for child processes, so it is called off the window's thread. Nothing of it touches the disk in plain.

    Raises:
        UsageError: There is no such evidence, or it has no pages.
        RefusedError: Nothing is marked on it, or as ``attach``.
        WorldError: Its file is not here, cannot be opened, or the disk is full.
    """
    copy = annotated_copy(library, key, evidence)
    name = tr("{title}, annotated.pdf").format(title=_file_name(copy.title))
    return _keep(library, key, io.BytesIO(copy.content), name, _PDF, evidence)


def detach(library: Library, key: int, name: str) -> ChangeSet:
    """Takes a file from the decision on the present attempt.

    Raises:
        UsageError: It has no such file.
        RefusedError: The decision is sealed.
    """
    with library.write(INITIATOR) as writing:
        attempt = writing.submissions.get(key).submission.attempt
        if writing.outbox.sealed(key, attempt) is not None:
            raise _sealed()
        found = [each for each in writing.attachments.of(key, attempt) if each.name == name]
        if not found:
            raise UsageError(tr("No file '{name}' is attached here.").format(name=name))
        writing.attachments.remove(found[0].key)
    return writing.change_set


def attached(library: Library, key: int) -> list[StoredAttachment]:
    """Returns the files of the decision on the present attempt that is being written."""
    with library.read() as reading:
        return reading.attachments.of(key, reading.submissions.get(key).submission.attempt)


def attached_files(library: Library, key: int) -> tuple[AttachedFile, ...]:
    """Returns the files of the decision on the present attempt, and where each stands."""
    with library.read() as reading:
        return read_files(reading, key, reading.submissions.get(key).submission.attempt)


def read_files(reading: Reading, key: int, attempt: int) -> tuple[AttachedFile, ...]:
    """Returns the files of the decision on an attempt; where it is sealed, those that its bytes name."""
    sealed = reading.outbox.sealed(key, attempt)
    if sealed is None:
        return tuple(attached_file(each, None) for each in reading.attachments.of(key, attempt))
    named = {each["sha256"] for each in json.loads(sealed.payload)["body"].get("attachments", [])}
    files = reading.attachments.of(key, attempt, dropped=True)
    return tuple(attached_file(each, sealed) for each in files if each.sha256 in named)


def attached_file(stored: StoredAttachment, sealed: OutboxRow | None) -> AttachedFile:
    """Returns where a file stands, given the decision that names it; None while that is being written."""
    return _shown(stored, _state(stored, sealed))


def owed_file(stored: StoredAttachment) -> AttachedFile:
    """Returns where a file stands whose decision has arrived, and which has not."""
    return _shown(stored, FileState.SENDING if stored.here else FileState.LOST)


def attachment(stored: StoredAttachment) -> Attachment:
    """Returns a file as its decision names it."""
    return Attachment.model_validate(
        {
            "sha256": stored.sha256,
            "size": stored.size,
            "name": stored.name,
            "media_type": stored.media_type,
            "for": stored.target,
        }
    )


def file_state_text(file: AttachedFile) -> str:
    """Returns where a file stands, in words."""
    match file.state:
        case FileState.ATTACHED | FileState.WAITING:
            return tr("goes up after the decision")
        case FileState.SENDING:
            share = 100 * file.arrived // file.size if file.size else 0
            return tr("{percent} % sent").format(percent=share) if file.arrived else tr("waits to be sent")
        case FileState.SENT:
            return tr("arrived")
        case FileState.LOST:
            return tr("not on this laptop any more: attach it once more")


def check_allowed(stored: StoredSubmission, name: str, media_type: str, size: int) -> None:
    """Refuses a file that may not go up with a decision.

    Raises:
        RefusedError: The programme takes no such kind, or it is too large for it or for the platform.
    """
    policy = stored.microcredential.policy
    if not policy.takes_kind(media_type):
        text = tr("'{name}' cannot be attached: this programme takes {kinds} only.")
        raise RefusedError(text.format(name=name, kinds=", ".join(policy.attachment_kinds)))
    most = min(MAX_ATTACHMENT_BYTES, policy.attachment_bytes or MAX_ATTACHMENT_BYTES)
    if size > most:
        text = tr("'{name}' cannot be attached: it is larger than the {size} that may go up with a decision.")
        raise RefusedError(text.format(name=name, size=bytes_text(most)))


def _shown(stored: StoredAttachment, state: FileState) -> AttachedFile:
    return AttachedFile(
        key=stored.key,
        name=stored.name,
        size=stored.size,
        media_type=stored.media_type,
        target=stored.target,
        state=state,
        arrived=stored.arrived,
    )


def _state(stored: StoredAttachment, sealed: OutboxRow | None) -> FileState:
    if stored.sent_at is not None:
        return FileState.SENT
    if not stored.here:
        return FileState.LOST
    if sealed is None:
        return FileState.ATTACHED
    return FileState.SENDING if sealed.state is OpState.SETTLED else FileState.WAITING


def _keep(library: Library, key: int, file: BinaryIO, name: str, kind: str, target: str) -> ChangeSet:
    with library.read() as reading:
        stored = reading.submissions.get(key)
        attempt = stored.submission.attempt
        present = reading.attachments.of(key, attempt)
        sealed = reading.outbox.sealed(key, attempt)
        lost = {each.sha256 for each in reading.attachments.of(key, attempt, dropped=True) if not each.here}
    if target and stored.submission.find_evidence(target) is None:
        raise UsageError(tr("There is no evidence '{name}' here.").format(name=target))
    sha256, size = _measured(file)
    if sealed is not None:
        if sha256 not in lost:
            raise _sealed()
        with library.write(INITIATOR) as writing:
            writing.attachments.expect(sha256, size, kind)
        return writing.change_set | _kept(library, file, sha256, size)
    if len([each for each in present if each.name != name]) >= MAX_ATTACHMENTS:
        raise RefusedError(tr("A decision has at most {count} files.").format(count=MAX_ATTACHMENTS))
    check_allowed(stored, name, kind, size)
    about = f"evidence:{target}" if target else ""
    with library.write(INITIATOR) as writing:
        if writing.outbox.sealed(key, attempt) is not None:
            raise _sealed()
        writing.attachments.add(key, attempt, sha256, size, name, kind, about, library.clock.new_id())
    try:
        changed = writing.change_set | _kept(library, file, sha256, size)
    except (McassessError, OSError):
        _remove(library, key, attempt, lambda each: each.sha256 == sha256 and not each.here)
        raise
    return changed | _remove(library, key, attempt, lambda each: each.name == name and each.sha256 != sha256)


def _remove(library: Library, key: int, attempt: int, which: Callable[[StoredAttachment], bool]) -> ChangeSet:
    with library.write(INITIATOR) as writing:
        for each in writing.attachments.of(key, attempt):
            if which(each):
                writing.attachments.remove(each.key)
    return writing.change_set


def _sealed() -> RefusedError:
    return RefusedError(tr("The decision is sealed already. Take it back first, if it was not sent yet."))


def _file_name(title: str) -> str:
    """Returns a title as the beginning of a file's name."""
    plain = "".join(" " if each in '/\\:*?"<>|' or not each.isprintable() else each for each in title)
    return " ".join(plain.split())[: _LONGEST_NAME - 40] or tr("Evidence")


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WorldError(tr("'{name}' cannot be read: {reason}.").format(name=path.name, reason=reason)) from error


def _measured(file: BinaryIO) -> tuple[str, int]:
    found, size = hashlib.sha256(), 0
    while block := file.read(_BLOCK_BYTES):
        found.update(block)
        size += len(block)
    return found.hexdigest(), size


def _kept(library: Library, file: BinaryIO, sha256: str, size: int) -> ChangeSet:
    with library.read() as reading:
        stored = reading.evidence.get(sha256)
    if stored is not None and stored.state is EvidenceState.READY:
        return ChangeSet()
    writer = library.vault.writer(sha256, size)
    try:
        while writer.offset < size:
            file.seek(writer.offset)
            block = file.read(min(_BLOCK_BYTES, writer.until - writer.offset))
            if not block:
                break
            writer.write(block)
    except BaseException:
        writer.abort()
        raise
    return writer.finish()
