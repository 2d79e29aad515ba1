"""Documents without pages of their own, on their way from the child that reads them to the child that draws them."""

import time
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any

from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.kinds import FileKind
from mcassess.evidence.reader import BytesReader, Reader
from mcassess.evidence.worker import Worker

STORY = "story"
_DRAWN_STARTS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_LEAST_SECONDS, _PICTURE_SECONDS = 0.1, 5.0


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
    until = time.monotonic() + seconds
    child = worker if worker is not None else Worker(reading_child(kind))
    with closing(child):
        request = {"do": "convert", "kind": kind.value, "size": reader.size}
        message = child.call(request, seconds, reader)
        return _redrawn(Story(message.header["done"], bytes(message.payload)), until)


def _redrawn(story: Story, until: float) -> Story:
    """Returns a story whose pictures the child that draws pages knows; others are read by the one for photographs."""
    pieces, at = [], 0
    for _, size in story.layout.get("pictures", ()):
        pieces.append(story.pictures[at : at + size])
        at += size
    strange = [place for place, piece in enumerate(pieces) if not piece.startswith(_DRAWN_STARTS)]
    if not strange:
        return story
    with closing(Worker("photos")) as child:
        for place in strange:
            seconds = min(max(until - time.monotonic(), _LEAST_SECONDS), _PICTURE_SECONDS)
            with suppress(EvidenceError):  # the page says in its place that there was a picture
                reader = BytesReader(pieces[place])
                pieces[place] = bytes(child.call({"do": "convert", "size": reader.size}, seconds, reader).payload)
    names = [name for name, _ in story.layout["pictures"]]
    pictures = [[name, len(piece)] for name, piece in zip(names, pieces, strict=True)]
    return Story({**story.layout, "pictures": pictures}, b"".join(pieces))
