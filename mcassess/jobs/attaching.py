"""Files that go up with a decision, such as an annotated document: kept encrypted until the platform has them."""

import hashlib
import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from mcassess.errors import RefusedError, UsageError, WorldError
from mcassess.store.attachments import StoredAttachment
from mcassess.store.changes import ChangeSet
from mcassess.store.library import Library
from mcassess.store.states import EvidenceState
from mcassess.sync.wire_uploads import MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS, Attachment
from mcassess.texts import tr

INITIATOR = "attaching"
_BLOCK_BYTES = 1 << 20
_LONGEST_NAME = 200


def attach(library: Library, key: int, path: Path, target: str = "") -> ChangeSet:
    """Attaches a file to the decision on the present attempt: its bytes are kept here, encrypted, until they are sent.

    Args:
        library: Where it is kept.
        key: The library's key of the submission.
        path: The file; it is not needed any more afterwards.
        target: Id of the evidence that it was made of; empty where there is none.

    Raises:
        UsageError: The attempt has no such evidence.
        RefusedError: The decision is sealed, there are too many files, or this one is too large.
        WorldError: The file cannot be read, changes meanwhile, or the disk is full.
    """
    with library.read() as reading:
        stored = reading.submissions.get(key)
        present = reading.attachments.of(key, stored.submission.attempt)
        sealed = reading.outbox.sealed(key, stored.submission.attempt)
    if target and stored.submission.find_evidence(target) is None:
        raise UsageError(tr("There is no evidence '{name}' here.").format(name=target))
    if sealed is not None:
        raise RefusedError(tr("The decision is sealed already. Take it back first, if it was not sent yet."))
    if len(present) >= MAX_ATTACHMENTS:
        raise RefusedError(tr("A decision has at most {count} files.").format(count=MAX_ATTACHMENTS))
    with _opened(path) as file:
        sha256, size = _measured(file)
        if size > MAX_ATTACHMENT_BYTES:
            raise RefusedError(tr("'{name}' is larger than the 2 GB that a platform takes.").format(name=path.name))
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        with library.write(INITIATOR) as writing:
            writing.attachments.add(
                key,
                stored.submission.attempt,
                sha256,
                size,
                path.name[:_LONGEST_NAME],
                kind,
                f"evidence:{target}" if target else "",
                library.clock.new_id(),
            )
        return writing.change_set | _kept(library, file, sha256, size)


def detach(library: Library, key: int, name: str) -> ChangeSet:
    """Takes a file from the decision on the present attempt.

    Raises:
        UsageError: It has no such file.
        RefusedError: The decision is sealed.
    """
    with library.write(INITIATOR) as writing:
        attempt = writing.submissions.get(key).submission.attempt
        if writing.outbox.sealed(key, attempt) is not None:
            raise RefusedError(tr("The decision is sealed already. Take it back first, if it was not sent yet."))
        found = [each for each in writing.attachments.of(key, attempt) if each.name == name]
        if not found:
            raise UsageError(tr("No file '{name}' is attached here.").format(name=name))
        writing.attachments.remove(found[0].key)
    return writing.change_set


def attached(library: Library, key: int) -> list[StoredAttachment]:
    """Returns the files of the decision on the present attempt."""
    with library.read() as reading:
        return reading.attachments.of(key, reading.submissions.get(key).submission.attempt)


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


@contextmanager
def _opened(path: Path) -> Iterator[BufferedReader]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WorldError(tr("'{name}' cannot be read: {reason}.").format(name=path.name, reason=reason)) from error


def _measured(file: BufferedReader) -> tuple[str, int]:
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return sha256, file.tell()


def _kept(library: Library, file: BufferedReader, sha256: str, size: int) -> ChangeSet:
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
