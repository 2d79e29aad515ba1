"""Reading the words of captions and documents into the search index, in the background, once their file is here."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing, suppress
from typing import TYPE_CHECKING

from mcassess.errors import WorldError
from mcassess.jobs.opening_evidence import EvidenceOpener
from mcassess.jobs.passwords import document_password
from mcassess.store.changes import ChangeSet
from mcassess.store.library import Library
from mcassess.store.search_index import UnreadFile
from mcassess.sync.runner import Cancel

if TYPE_CHECKING:
    from mcassess.evidence.reader import Reader
    from mcassess.evidence.worker import Worker

TEXT_CHARACTERS = 200_000
"""So much of one file is found by its words; the rest of a longer one is not."""

_LATER = frozenset({"busy", "password"})  # a busy computer is no fault of the file, and its password may come

PAGES = 300
"""So many pages of one document are read."""


def index_evidence(library: Library, cancel: Cancel, on_change: Callable[[ChangeSet], None] = lambda _: None) -> None:
    """Reads every captions file and document whose words the index does not know yet; nothing plain reaches the disk.

    Files are opened in child processes. What cannot be read is noted as without words, and not tried again. What has
    ended such processes before is left alone.

    Args:
        library: Where the files lie.
        cancel: Breaks it off, in the middle of a file too; what is left over comes at the next call.
        on_change: Called with what each file has changed.
    """
    with library.read() as reading:
        unread = [each for each in reading.search.unread_files() if not reading.preflights.get(each.sha256).is_marked]
    if not unread:
        return
    from mcassess.evidence.worker import Worker  # noqa: PLC0415 - nothing of evidence is needed for a start

    children = {kind: Worker(kind, gentle=True) for kind in ("captions", "pages")}
    with ExitStack() as stack:
        for child in children.values():
            stack.enter_context(closing(child))
            stack.enter_context(cancel.calling(child.close))
        for file in unread:
            if cancel.is_set():
                return
            with suppress(WorldError):  # damaged or destroyed meanwhile: its state says so
                text = text_of(library, file, children)
                if cancel.is_set():
                    return  # what is missing may be missing because a child was ended
                with library.write("index") as writing:
                    writing.search.put_text(file.sha256, text[:TEXT_CHARACTERS])
                on_change(writing.change_set)


def text_of(library: Library, file: UnreadFile, children: "Mapping[str, Worker]") -> str:
    """Returns the words of a file of evidence; none where it cannot be read.

    Args:
        library: Where the file lies.
        file: Which one.
        children: Those of kind ``captions`` and ``pages``.

    Raises:
        WorldError: The file is not here any more, is locked, or the computer was too busy: it comes at the next call.
    """
    from mcassess.evidence.captions import open_captions  # noqa: PLC0415 - as above
    from mcassess.evidence.errors import EvidenceError  # noqa: PLC0415 - as above

    with closing(EvidenceOpener(library, file.sha256).open()) as reader:
        try:
            if file.is_captions:
                return "\n".join(caption.text for caption in open_captions(reader, children["captions"]))
            return _document(reader, children["pages"], document_password(library, file.sha256))
        except EvidenceError as error:
            if error.code in _LATER:
                raise
            return ""


def _document(reader: "Reader", worker: "Worker", password: str | None) -> str:
    from mcassess.evidence.errors import EvidenceError  # noqa: PLC0415 - as above
    from mcassess.evidence.pages import PageDocument  # noqa: PLC0415 - as above

    words: list[str] = []
    length = 0
    with closing(PageDocument(reader, password=password, worker=worker)) as document:
        for page in range(min(document.page_count, PAGES)):
            with suppress(EvidenceError):  # one bad page does not spoil the others
                found = [word.text for word in document.words(page)]
                words += found
                length += sum(map(len, found)) + len(found)
            if length > TEXT_CHARACTERS:
                break
    return " ".join(words)
