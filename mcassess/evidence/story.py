"""Documents without pages of their own, on their way from the child that reads them to the child that draws them."""

from dataclasses import dataclass
from typing import Any

from mcassess.evidence.kinds import FileKind
from mcassess.evidence.reader import Reader
from mcassess.evidence.worker import Worker

STORY = "story"


@dataclass(frozen=True, slots=True)
class Story:
    """What is laid out to pages.

    Attributes:
        layout: ``sections`` and ``pictures``, or ``scans``, as the readers make them and ``render_process`` takes them.
        pictures: The bytes of all pictures, one after the other.
    """

    layout: dict[str, Any]
    pictures: bytes


def reading_child(kind: FileKind) -> str:
    """Returns the kind of child that reads a kind of document."""
    if kind is FileKind.IMAGE:
        return "photos"
    return "office" if kind in {FileKind.DOCX, FileKind.OPEN_DOCUMENT} else "words"


def read_story(reader: Reader, kind: FileKind, seconds: float, worker: Worker | None = None) -> Story:
    """Returns a document of a kind as simple HTML; waits for a child, which ends with it.

    Args:
        reader: The evidence; read, not closed.
        kind: What it is.
        seconds: Time limit.
        worker: The child to use; None starts one for this document.

    Raises:
        EvidenceError: ``broken``, ``too_big``, ``not_text``, ``too_slow``, ``crashed`` or ``damaged``.
    """
    child = worker if worker is not None else Worker(reading_child(kind))
    try:
        request = {"do": "convert", "kind": kind.value, "size": reader.size}
        message = child.call(request, seconds, reader)
        return Story(message.header["done"], bytes(message.payload))
    finally:
        child.close()
