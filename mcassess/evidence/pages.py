"""Documents as pages: opened and drawn by the child process of kind ``pages``, with a time limit for each page."""

import threading
import time
from collections.abc import Sequence
from typing import Any

from mcassess.evidence.channel import Message
from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.kinds import FileKind
from mcassess.evidence.page_parts import (
    FormField,
    OutlineEntry,
    PageHit,
    PageLink,
    PageSize,
    PageWord,
    box_of,
    words_of,
)
from mcassess.evidence.picture import Picture, PixelLayout
from mcassess.evidence.reader import BytesReader, Reader
from mcassess.evidence.story import STORY, Story, read_story
from mcassess.evidence.worker import KILLS, Worker
from mcassess.texts import tr

PAGE_SECONDS = 10.0
OPEN_SECONDS = 30.0
BURN_SECONDS = 60.0
_LEAST_SECONDS = 0.1
_MOST_KILLS = 2


class PageDocument:
    """An open document. Its operations wait for the child, so they are called off the window's thread; they take turns.

    Args:
        reader: The evidence; the document's from now on, and closed by it.
        name: The file's name, for its ending only.
        password: What opens a locked document.
        page_seconds: Time limit for each page; the attribute of this name may be changed.
        open_seconds: Time limit for opening.
        worker: A child to use, which stays the caller's; None starts one of its own.
        converter: The child that reads documents without pages of their own; None starts one where it is needed.

    Raises:
        EvidenceError: ``password``, ``no_pages``, ``broken``, ``too_slow``, ``too_big``, ``empty``, ``unsupported``,
            ``damaged``. The reader is closed then.
    """

    def __init__(
        self,
        reader: Reader,
        name: str = "",
        *,
        password: str | None = None,
        page_seconds: float = PAGE_SECONDS,
        open_seconds: float = OPEN_SECONDS,
        worker: Worker | None = None,
        converter: Worker | None = None,
    ) -> None:
        self._reader = reader
        self._converter = converter
        self._story: Story | None = None
        self._password = password
        self.page_seconds = page_seconds
        self._open_seconds = open_seconds
        self._own = worker is None
        self._worker = worker if worker is not None else Worker("pages")
        self._turn = threading.Lock()
        self._generation = 0
        self._repaired = False
        self._killed: dict[int, list[EvidenceError]] = {}
        try:
            self._kind = checked_kind(self._worker.kind_of(reader, name, open_seconds))
            self._sizes = self._open()
        except BaseException:
            self.close()
            raise

    @property
    def kind(self) -> FileKind:
        """What the document is."""
        return self._kind

    @property
    def page_count(self) -> int:
        """Number of pages, at least one."""
        return len(self._sizes)

    @property
    def page_sizes(self) -> tuple[PageSize, ...]:
        """The size of each page."""
        return self._sizes

    @property
    def repaired(self) -> bool:
        """Whether the file was broken and mended on opening: parts may be missing."""
        return self._repaired

    def render(self, page: int, scale: float, quarters: int = 0) -> Picture:
        """Draws a page.

        Args:
            page: Counted from 0.
            scale: Pixels a point: 1.0 is 72 dots an inch.
            quarters: Turned clockwise so often.

        Raises:
            EvidenceError: ``too_slow``, ``broken``, ``crashed``, ``too_big``, ``closed``; other pages may still work.
        """
        killed = self._killed.get(self._checked(page), [])
        if len(killed) >= _MOST_KILLS:
            raise killed[-1]  # not tried again as long as the document is open
        try:
            result, pixels = self._ask({"do": "draw", "page": page, "scale": scale, "quarters": quarters})
        except EvidenceError as error:
            if error.code in KILLS:
                self._killed.setdefault(page, []).append(error)
            raise
        return Picture(
            width=int(result["width"]),
            height=int(result["height"]),
            stride=int(result["stride"]),
            layout=PixelLayout.RGB,
            pixels=pixels,
        )

    def words(self, page: int) -> tuple[PageWord, ...]:
        """Returns the words of a page, counted from 0, in reading order.

        Raises:
            EvidenceError: As ``render``.
        """
        result, _ = self._ask({"do": "words", "page": self._checked(page)})
        return words_of(result["words"])

    def links(self, page: int) -> tuple[PageLink, ...]:
        """Returns where a page, counted from 0, leads.

        Raises:
            EvidenceError: As ``render``.
        """
        result, _ = self._ask({"do": "links", "page": self._checked(page)})
        return tuple(
            PageLink(box=box_of(link["box"]), page=link.get("page"), address=str(link.get("address", "")))
            for link in result["links"]
        )

    def outline(self) -> tuple[OutlineEntry, ...]:
        """Returns the document's outline; empty where it has none.

        Raises:
            EvidenceError: As ``render``.
        """
        result, _ = self._ask({"do": "outline"})
        return tuple(OutlineEntry(level=level, title=title, page=page) for level, title, page in result["outline"])

    def fields(self, first: int, count: int) -> tuple[FormField, ...]:
        """Returns the form fields of ``count`` pages from ``first`` (from 0) on, with what was entered.

        Raises:
            EvidenceError: As ``render``.
        """
        result, _ = self._ask({"do": "fields", "first": first, "count": count})
        return tuple(
            FormField(name=row["name"], value=row["value"], page=row["page"], box=box_of(row["box"]))
            for row in result["fields"]
        )

    def find(self, text: str, first: int, count: int) -> tuple[PageHit, ...]:
        """Returns where a text stands on ``count`` pages from ``first`` (from 0) on; capitals make no difference.

        Raises:
            EvidenceError: As ``render``.
        """
        result, _ = self._ask({"do": "find", "text": text, "first": first, "count": count})
        return tuple(PageHit(page=page, first=begin, words=words_of(words)) for page, begin, words in result["hits"])

    def survey(self, for_seconds: float) -> tuple[int | None, dict[str, str]]:
        """Returns the number of words, None where counting takes longer, and what the document says of its makers.

        Raises:
            EvidenceError: As ``render``.
        """
        result, _ = self._ask({"do": "survey", "for_seconds": for_seconds})
        return result["words"], result["who"]

    def burnt(self, annotations: Sequence[dict[str, Any]], title: str, seconds: float = BURN_SECONDS) -> bytes:
        """Returns a PDF of the document with annotations drawn into it, and their words on pages at the end.

        Args:
            annotations: As ``burning.Burner`` and ``burning.notes_html`` take them.
            title: Stands over the words at the end.
            seconds: Time limit.

        Raises:
            EvidenceError: As ``render``.
        """
        request = {"do": "burn", "annotations": list(annotations), "title": title}
        return bytes(self._ask(request, seconds)[1])

    def close(self) -> None:
        """Closes the reader and ends the child, in the middle of a page too."""
        if self._own:
            self._worker.close()
        self._reader.close()

    def _checked(self, page: int) -> int:
        if not 0 <= page < self.page_count:
            raise IndexError(page)
        return page

    def _ask(self, request: dict[str, Any], seconds: float | None = None) -> tuple[dict[str, Any], memoryview]:
        with self._turn:
            try:
                message = self._call(request, seconds)
            except EvidenceError as error:
                if error.code != "crashed":
                    raise
                message = self._call(request, seconds)  # once more, in a new child: it may have died of something else
            return message.header["done"], message.payload

    def _call(self, request: dict[str, Any], seconds: float | None) -> Message:
        if self._worker.generation != self._generation:
            self._open()
        return self._worker.call(request, self.page_seconds if seconds is None else seconds)

    def _open(self) -> tuple[PageSize, ...]:
        until = time.monotonic() + self._open_seconds
        reader, request = self._reader, {"do": "open", "kind": self._kind.value, "password": self._password}
        if not self._kind.has_pages:
            if self._story is None:
                self._story = read_story(reader, self._kind, self._open_seconds, self._converter)
            reader, request = BytesReader(self._story.pictures), {"do": "open", "kind": STORY, **self._story.layout}
        seconds = max(until - time.monotonic(), _LEAST_SECONDS)
        message = self._worker.call({**request, "size": reader.size}, seconds, reader)
        self._generation = self._worker.generation
        done = message.header["done"]
        self._repaired = bool(done["repaired"])
        return tuple(PageSize(width=width, height=height) for width, height in done["sizes"])


def checked_kind(kind: FileKind) -> FileKind:
    """Returns ``kind`` if pages can be drawn from such files.

    Raises:
        EvidenceError: ``empty``, ``password``, ``unsupported``: they cannot.
    """
    if kind.is_document or kind in {FileKind.TEXT, FileKind.IMAGE}:
        return kind
    if kind is FileKind.EMPTY:
        raise EvidenceError("empty", tr("The file is empty: it has no bytes at all. Ask for it to be sent again."))
    if kind is FileKind.LOCKED_OFFICE:
        raise EvidenceError("password", tr("The document is locked with a password. Ask for a copy without one."))
    if kind is FileKind.OFFICE:
        text = tr(
            "Office files of this kind cannot be shown here. "
            "Ask for a PDF of it, or for a copy saved as .docx, .xlsx or .pptx."
        )
        raise EvidenceError("unsupported", text)
    if kind is FileKind.ARCHIVE:
        text = tr("The file is an archive that holds other files, and is not opened here. Ask for each file by itself.")
        raise EvidenceError("unsupported", text)
    raise EvidenceError(
        "unsupported", tr("The file is not a document that can be shown: it is broken or of another kind.")
    )
