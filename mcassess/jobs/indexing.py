"""Reading the words of captions and documents into the search index, in the background, once their file is here."""

from collections.abc import Callable
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from mcassess.errors import WorldError
from mcassess.store.changes import ChangeSet
from mcassess.store.library import Library
from mcassess.store.search_index import UnreadFile

if TYPE_CHECKING:
    from mcassess.store.vault_files import VaultReader

TEXT_CHARACTERS = 200_000
"""So much of one file is found by its words; the rest of a longer one is not."""

PAGES = 300
"""So many pages of one document are read."""


def index_evidence(library: Library, stop: Callable[[], bool] = lambda: False) -> ChangeSet:
    """Reads every captions file and document whose words the index does not know yet; nothing plain reaches the disk.

    Documents are opened in a child process. What cannot be read is noted as without words, and not tried again.

    Args:
        library: Where the files lie.
        stop: Asked between two files; what is left over comes at the next call.
    """
    with library.read() as reading:
        unread = reading.search.unread_files()
    changes = ChangeSet()
    for file in unread:
        if stop():
            break
        with suppress(WorldError):  # damaged or destroyed meanwhile: its state says so
            text = text_of(library, file)
            with library.write("index") as writing:
                writing.search.put_text(file.sha256, text[:TEXT_CHARACTERS])
            changes |= writing.change_set
    return changes


def text_of(library: Library, file: UnreadFile) -> str:
    """Returns the words of a file of evidence; none where it cannot be read.

    Raises:
        WorldError: The file is not here any more.
    """
    from mcassess.evidence.errors import EvidenceError  # noqa: PLC0415 - nothing of evidence is needed for a start

    with closing(library.vault.reader(file.sha256)) as reader:
        try:
            return _captions(reader) if file.is_captions else _document(reader)
        except EvidenceError:
            return ""


def _captions(reader: "VaultReader") -> str:
    from mcassess.evidence.captions import open_captions  # noqa: PLC0415 - as above

    return "\n".join(caption.text for caption in open_captions(reader))


def _document(reader: "VaultReader") -> str:
    from mcassess.evidence.errors import EvidenceError  # noqa: PLC0415 - as above
    from mcassess.evidence.kinds import FileKind, kind_of  # noqa: PLC0415 - as above
    from mcassess.evidence.pages import PageDocument  # noqa: PLC0415 - as above
    from mcassess.evidence.text import open_text  # noqa: PLC0415 - as above

    kind = kind_of(reader, "")
    if kind is FileKind.TEXT:
        return open_text(reader)
    if not kind.is_document:
        return ""
    words: list[str] = []
    length = 0
    with closing(PageDocument(reader)) as document:
        for page in range(min(document.page_count, PAGES)):
            with suppress(EvidenceError):  # one bad page does not spoil the others
                found = [word.text for word in document.words(page)]
                words += found
                length += sum(map(len, found)) + len(found)
            if length > TEXT_CHARACTERS:
                break
    return " ".join(words)
