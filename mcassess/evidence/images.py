"""Photographs, drawings and scans as pixels, opened by child processes."""

import threading

from mcassess.evidence.channel import Message
from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.picture import Picture, PixelLayout
from mcassess.evidence.reader import Reader
from mcassess.evidence.worker import Worker
from mcassess.texts import tr

IMAGE_SECONDS = 10.0


def open_image(
    reader: Reader, *, most: int | None = None, seconds: float = IMAGE_SECONDS, worker: Worker | None = None
) -> Picture:
    """Returns a picture's pixels, upright; waits for the child, so it is called off the window's thread.

    Args:
        reader: The evidence; read, not closed.
        most: The longer side in pixels is at most this; None for the full size.
        seconds: Time limit.
        worker: A child of kind ``stills`` or ``photos``, which stays the caller's; None starts one for this picture.

    Raises:
        EvidenceError: ``empty``, ``broken``, ``too_big``, ``unsupported``, ``too_slow``, ``crashed``, ``damaged``.
    """
    _check_size(reader)
    child = worker if worker is not None else Worker("stills")
    try:
        message = child.call({"do": "photo", "most": most, "size": reader.size}, seconds, reader)
    finally:
        if worker is None:
            child.close()
    return _picture(message)


class PictureFile:
    """An open file of one picture or of many. Its operations wait for the child of kind ``photos``; they take turns.

    Args:
        reader: The evidence; the file's from now on, and closed by it.
        worker: The child; closed with the file.
        seconds: Time limit for each operation.

    Raises:
        EvidenceError: ``empty``, ``broken``, ``too_big``, ``too_slow``, ``crashed``, ``damaged``. The reader is closed
            then.
    """

    def __init__(self, reader: Reader, worker: Worker, seconds: float = IMAGE_SECONDS) -> None:
        self._reader, self._worker, self._seconds = reader, worker, seconds
        self._turn = threading.Lock()
        self._generation = 0
        try:
            _check_size(reader)
            self._sizes = self._open()
        except BaseException:
            self.close()
            raise

    @property
    def sizes(self) -> tuple[tuple[int, int], ...]:
        """Width and height of each picture in pixels, upright."""
        return self._sizes

    def draw(self, page: int, most: int, quarters: int = 0) -> Picture:
        """Returns a picture (from 0), its longer side at most so many pixels, turned clockwise so often.

        Raises:
            EvidenceError: ``broken``, ``too_big``, ``too_slow``, ``crashed``, ``closed``.
        """
        with self._turn:
            if self._worker.generation != self._generation:
                self._open()
            return _picture(
                self._worker.call({"do": "draw", "page": page, "most": most, "quarters": quarters}, self._seconds)
            )

    def close(self) -> None:
        """Ends the child, in the middle of a picture too, and closes the reader."""
        self._worker.close()
        self._reader.close()

    def _open(self) -> tuple[tuple[int, int], ...]:
        message = self._worker.call({"do": "open", "size": self._reader.size}, self._seconds, self._reader)
        self._generation = self._worker.generation
        return tuple((int(width), int(height)) for width, height in message.header["done"]["sizes"])


def _check_size(reader: Reader) -> None:
    if reader.size == 0:
        raise EvidenceError("empty", tr("The file is empty: it has no bytes at all. Ask for it to be sent again."))


def _picture(message: Message) -> Picture:
    done = message.header["done"]
    return Picture(
        width=int(done["width"]),
        height=int(done["height"]),
        stride=int(done["stride"]),
        layout=PixelLayout.RGB,
        pixels=message.payload,
    )
