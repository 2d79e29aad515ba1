"""Evidence that leaves the library on purpose, to be opened by another program: only where the programme lets it."""

import mimetypes
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from mcassess.domain.submission import Content
from mcassess.errors import UsageError
from mcassess.jobs.annotating import check_may_leave
from mcassess.jobs.files import write_pieces
from mcassess.store.library import Library
from mcassess.store.submissions import StoredSubmission
from mcassess.texts import tr

_PIECE_BYTES = 1 << 20


def save_evidence(library: Library, key: int, attempt: int, evidence: str, path: Path) -> Path:
    """Writes a piece of evidence as it came, in plain, to a place outside the library, and returns where it is.

    Raises:
        RefusedError: The programme does not let evidence leave.
        UsageError: There is no such evidence, or it has no file.
        WorldError: Its file is not here, is damaged, or the place cannot be written.
    """
    with library.read() as reading:
        stored = reading.submissions.get(key)
    check_may_leave(stored)
    content = _content(stored, attempt, evidence)
    if content is None:
        raise UsageError(tr("There is no file of '{name}' here.").format(name=evidence))

    def pieces() -> Iterator[bytes]:
        with closing(library.vault.reader(content.sha256)) as reader:
            while piece := reader.read(_PIECE_BYTES):
                yield piece

    write_pieces(path, pieces())
    return path


def file_ending(content: Content | None) -> str:
    """Returns how the name of a file of this kind usually ends, with its dot; empty where that is not known."""
    return (mimetypes.guess_extension(content.media_type) or "") if content is not None else ""


def _content(stored: StoredSubmission, attempt: int, evidence: str) -> Content | None:
    past = stored.submission.earlier_attempt(attempt)
    pieces = stored.submission.evidence if attempt == stored.submission.attempt else past.evidence if past else ()
    return next((each.content for each in pieces if each.id == evidence), None)
