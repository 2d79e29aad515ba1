"""Documents and pictures as sheets that are drawn in background threads. All methods wait, ``close`` included."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from PySide6.QtGui import QImage

from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.images import PictureFile
from mcassess.evidence.kinds import FileKind
from mcassess.evidence.page_parts import FormField, OutlineEntry, PageHit, PageLink, PageWord
from mcassess.evidence.pages import PageDocument
from mcassess.evidence.picture import Picture, PixelLayout
from mcassess.evidence.reader import Reader
from mcassess.evidence.story import reading_child
from mcassess.evidence.worker import Worker
from mcassess.texts import tr

_SHEET_PIXELS = 24_000_000
_PICTURE_SIDE = 6000
_FORM_PAGES = 300
_FORMATS = {PixelLayout.RGB: QImage.Format.Format_RGB888, PixelLayout.BGRX: QImage.Format.Format_RGB32}

Password = Callable[[], str | None]


class PasswordWantedError(EvidenceError):
    """The document opens with a password, and the one given, if any, is not it."""


class SheetSource(Protocol):
    """What sheets are drawn from."""

    def open(self) -> list[tuple[float, float]]:
        """Opens the evidence and returns the size of each sheet in its own units.

        Raises:
            McassessError: It cannot be opened.
        """
        ...

    def draw(self, index: int, scale: float, quarters: int = 0) -> QImage:
        """Returns a sheet at ``scale`` pixels a unit, or a little smaller where that is too large.

        Args:
            index: Counted from 0.
            scale: Pixels a unit.
            quarters: Turned clockwise so often.

        Raises:
            McassessError: It cannot be drawn.
        """
        ...

    def words(self, index: int) -> tuple[tuple[PageWord, ...], tuple[PageLink, ...]]:
        """Returns the words of a sheet, and where it leads.

        Raises:
            McassessError: They cannot be had.
        """
        ...

    def close(self) -> None:
        """Closes the evidence, and ends whatever is under way in another thread."""
        ...


class DocumentSheets:
    """The pages of a document, in points.

    Args:
        open_reader: Opens its file.
        password: Finds out what opens a locked document; called off the window's thread.
        worker: The child that draws, which is the document's from now on; None starts one.
    """

    def __init__(
        self, open_reader: Callable[[], Reader], password: Password | None = None, worker: Worker | None = None
    ) -> None:
        self._open_reader = open_reader
        self._password = password
        self._worker = worker if worker is not None else Worker("pages")
        self._converter: Worker | None = None
        self._lock = threading.Lock()
        self._document: PageDocument | None = None
        self._closed = False

    def open(self) -> list[tuple[float, float]]:
        """Opens the document and returns its pages' sizes."""
        reader = self._open_reader()
        kind = _kind(reader, self._worker)
        if not kind.has_pages:
            with self._lock:
                self._converter = Worker(reading_child(kind))
                if self._closed:
                    self._converter.close()
        document = self._opened_with(reader, kind, None)
        with self._lock:
            self._document = document
            closed = self._closed
        if closed:
            document.close()
        return [(size.width, size.height) for size in document.page_sizes]

    def draw(self, index: int, scale: float, quarters: int = 0) -> QImage:
        """Returns a page."""
        document = self.document()
        size = document.page_sizes[index]
        most = (_SHEET_PIXELS / max(size.width * size.height, 1.0)) ** 0.5
        return as_image(document.render(index, min(scale, most), quarters))

    def words(self, index: int) -> tuple[tuple[PageWord, ...], tuple[PageLink, ...]]:
        """Returns the words of a page, and where it leads."""
        document = self.document()
        return document.words(index), document.links(index)

    def find(self, text: str, first: int, count: int) -> tuple[PageHit, ...]:
        """Returns where a text stands on some pages."""
        return self.document().find(text, first, count)

    def contents(self) -> tuple[tuple[OutlineEntry, ...], tuple[FormField, ...]]:
        """Returns the outline, and the fields of a form with what was entered."""
        document = self.document()
        return document.outline(), document.fields(0, min(document.page_count, _FORM_PAGES))

    def close(self) -> None:
        """Ends the children, and closes the reader."""
        self._worker.close()
        with self._lock:
            self._closed = True
            document, converter = self._document, self._converter
        if converter is not None:
            converter.close()
        if document is not None:
            document.close()

    def document(self) -> PageDocument:
        """Returns the open document.

        Raises:
            EvidenceError: ``closed``.
        """
        with self._lock:
            if self._document is None or self._closed:
                raise EvidenceError("closed", tr("The evidence was closed."))
            return self._document

    def _opened_with(self, reader: Reader, kind: FileKind, password: str | None) -> PageDocument:
        try:
            return PageDocument(reader, password=password, worker=self._worker, converter=self._converter)
        except EvidenceError as error:
            if error.code != "password" or kind is not FileKind.PDF:
                raise
            known = self._password() if self._password is not None and password is None else None
            if known is None:
                raise PasswordWantedError("password", tr("This document is locked with a password.")) from error
        return self._opened_with(self._open_reader(), kind, known)


class PictureSheets:
    """The pictures of a file, in their own pixels; a document that came as a picture is shown by its pages.

    Args:
        open_reader: Opens its file.
    """

    def __init__(self, open_reader: Callable[[], Reader]) -> None:
        self._open_reader = open_reader
        self._worker = Worker("photos")
        self._lock = threading.Lock()
        self._file: PictureFile | None = None
        self._document: DocumentSheets | None = None
        self._closed = False

    def open(self) -> list[tuple[float, float]]:
        """Opens the file and returns the sizes of its pictures."""
        reader = self._open_reader()
        if _kind(reader, self._worker).is_document:
            reader.close()
            with self._lock:
                self._document = DocumentSheets(self._open_reader)
                if self._closed:
                    self._document.close()
            return self._document.open()
        file = PictureFile(reader, self._worker)
        with self._lock:
            self._file = file
            closed = self._closed
        if closed:
            file.close()
        return [(float(width), float(height)) for width, height in file.sizes]

    def draw(self, index: int, scale: float, quarters: int = 0) -> QImage:
        """Returns a picture, made smaller with care; enlarging is left to whoever paints it."""
        if self._document is not None:
            return self._document.draw(index, scale, quarters)
        with self._lock:
            file = self._file
        if file is None:
            raise EvidenceError("closed", tr("The evidence was closed."))
        most = round(max(file.sizes[index]) * min(scale, 1.0))
        return as_image(file.draw(index, min(max(most, 1), _PICTURE_SIDE), quarters))

    def words(self, index: int) -> tuple[tuple[PageWord, ...], tuple[PageLink, ...]]:
        """Returns nothing of a picture: nobody reads them here."""
        return self._document.words(index) if self._document is not None else ((), ())

    def close(self) -> None:
        """Ends the child, and closes the file."""
        self._worker.close()
        with self._lock:
            self._closed = True
            file, document = self._file, self._document
        for each in (file, document):
            if each is not None:
                with suppress(EvidenceError):
                    each.close()


def as_image(picture: Picture) -> QImage:
    """Returns a picture as Qt's image, over the same pixels: nothing is copied, which would hold up the window."""
    return QImage(picture.pixels, picture.width, picture.height, picture.stride, _FORMATS[picture.layout])


def _kind(reader: Reader, worker: Worker) -> FileKind:
    try:
        return worker.kind_of(reader)
    except BaseException:
        reader.close()
        raise
