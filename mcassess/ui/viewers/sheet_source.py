"""Documents and pictures as sheets that are drawn in background threads. All methods wait, ``close`` included."""

import threading
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.images import open_image
from mcassess.evidence.kinds import FileKind
from mcassess.evidence.page_parts import PageWord
from mcassess.evidence.pages import PageDocument
from mcassess.evidence.picture import Picture, PixelLayout
from mcassess.evidence.reader import Reader
from mcassess.evidence.worker import Worker
from mcassess.texts import tr

_SHEET_PIXELS = 24_000_000
_PICTURE_SIDE = 6000
_FORMATS = {PixelLayout.RGB: QImage.Format.Format_RGB888, PixelLayout.BGRX: QImage.Format.Format_RGB32}


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

    def draw(self, index: int, scale: float) -> QImage:
        """Returns a sheet at ``scale`` pixels a unit, or a little smaller where that is too large.

        Raises:
            McassessError: It cannot be drawn.
        """
        ...

    def words(self, index: int) -> tuple[PageWord, ...]:
        """Returns the words of a sheet.

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
        password: What opens a locked document.
    """

    def __init__(self, open_reader: Callable[[], Reader], password: str | None = None) -> None:
        self._open_reader = open_reader
        self._password = password
        self._worker = Worker("pages")
        self._lock = threading.Lock()
        self._document: PageDocument | None = None
        self._closed = False

    def open(self) -> list[tuple[float, float]]:
        """Opens the document and returns its pages' sizes."""
        reader = self._open_reader()
        kind = self._kind(reader)
        try:
            document = PageDocument(reader, password=self._password, worker=self._worker)
        except EvidenceError as error:
            if error.code == "password" and kind is FileKind.PDF:
                raise PasswordWantedError("password", tr("This document is locked with a password.")) from error
            raise
        with self._lock:
            self._document = document
            closed = self._closed
        if closed:
            document.close()
        return [(size.width, size.height) for size in document.page_sizes]

    def draw(self, index: int, scale: float) -> QImage:
        """Returns a page."""
        document = self._opened()
        size = document.page_sizes[index]
        most = (_SHEET_PIXELS / max(size.width * size.height, 1.0)) ** 0.5
        return as_image(document.render(index, min(scale, most)))

    def words(self, index: int) -> tuple[PageWord, ...]:
        """Returns the words of a page."""
        return self._opened().words(index)

    def close(self) -> None:
        """Ends the child that draws, and closes the reader."""
        self._worker.close()
        with self._lock:
            self._closed = True
            document = self._document
        if document is not None:
            document.close()

    def _kind(self, reader: Reader) -> FileKind:
        try:
            return self._worker.kind_of(reader)
        except BaseException:
            reader.close()
            raise

    def _opened(self) -> PageDocument:
        with self._lock:
            if self._document is None or self._closed:
                raise EvidenceError("closed", tr("The evidence was closed."))
            return self._document


class PictureSheet:
    """A picture as one sheet, in its own pixels.

    Args:
        open_reader: Opens its file.
    """

    def __init__(self, open_reader: Callable[[], Reader]) -> None:
        self._open_reader = open_reader
        self._worker = Worker("stills")
        self._image = QImage()

    def open(self) -> list[tuple[float, float]]:
        """Opens the picture and returns its size, alone in a list."""
        reader = self._open_reader()
        try:
            self._image = as_image(open_image(reader, most=_PICTURE_SIDE, worker=self._worker))
        finally:
            reader.close()
            self._worker.close()
        return [(self._image.width(), self._image.height())]

    def draw(self, index: int, scale: float) -> QImage:
        """Returns the picture, made smaller with care; enlarging is left to whoever paints it."""
        assert index == 0
        if scale >= 1.0:
            return self._image
        size = QSize(max(1, round(self._image.width() * scale)), max(1, round(self._image.height() * scale)))
        return self._image.scaled(
            size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )

    def words(self, index: int) -> tuple[PageWord, ...]:
        """Returns nothing: nobody reads pictures here."""
        assert index == 0
        return ()

    def close(self) -> None:
        """Ends the child that opens the picture, if it still does."""
        self._worker.close()


def as_image(picture: Picture) -> QImage:
    """Returns a picture as Qt's image, in the layout that is painted fastest, with pixels of its own."""
    looked_at = QImage(picture.pixels, picture.width, picture.height, picture.stride, _FORMATS[picture.layout])
    return looked_at.convertToFormat(QImage.Format.Format_RGB32).copy()
