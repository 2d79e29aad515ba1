"""What a video holds, and single pictures of it, made by the child process of kind ``stills``."""

import threading
from dataclasses import dataclass
from typing import Any

from mcassess.evidence.channel import Message
from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.picture import Picture, PixelLayout
from mcassess.evidence.reader import Reader
from mcassess.evidence.worker import Worker
from mcassess.texts import tr

STILL_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFacts:
    """What a video or sound file says of itself.

    Attributes:
        duration_ms: Stated length, 0 when it states none.
        width: Pixels in a row as stored, before any turning; 0 without pictures.
        height: Rows as stored; 0 without pictures.
        has_picture: Whether there are moving pictures.
        has_sound: Whether there is a sound track.
        codec: Name of the coding of the pictures, or of the sound where there are none.
    """

    duration_ms: int
    width: int
    height: int
    has_picture: bool
    has_sound: bool
    codec: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """A picture and the exact time in milliseconds from which it is shown.

    Attributes:
        time_ms: The time.
        picture: The pixels.
        broken_packets: How many parts of the video could not be decoded on the way, since it was opened.
    """

    time_ms: int
    picture: Picture
    broken_packets: int


class VideoStills:
    """A video that single pictures are taken of. Operations wait for the child, off the window's thread, in turns.

    Args:
        reader: The evidence; the stills' from now on, and closed by them.
        seconds: Time limit for each question; the attribute of this name may be changed.
        worker: A child to use, which stays the caller's; None starts one of its own.

    Raises:
        EvidenceError: ``empty``, ``broken``, ``too_slow``, ``crashed``, ``damaged``. The reader is closed then.
    """

    def __init__(self, reader: Reader, *, seconds: float = STILL_SECONDS, worker: Worker | None = None) -> None:
        self._reader = reader
        self.seconds = seconds
        self._own = worker is None
        self._worker = worker if worker is not None else Worker("stills")
        self._turn = threading.Lock()
        self._generation = 0
        try:
            self._facts = self._probe()
        except BaseException:
            self.close()
            raise

    @property
    def facts(self) -> MediaFacts:
        """What the file says of itself."""
        return self._facts

    def at(self, time_ms: int, width: int | None = None) -> Still:
        """Returns the picture that is shown at ``time_ms``, ``width`` pixels wide if given.

        Raises:
            EvidenceError: ``broken``, ``too_slow``, ``crashed``, ``damaged``, ``closed``.
        """
        message = self._ask({"do": "still", "time_ms": time_ms, "width": width})
        done = message.header["done"]
        picture = Picture(
            width=int(done["width"]),
            height=int(done["height"]),
            stride=int(done["stride"]),
            layout=PixelLayout.BGRX,
            pixels=message.payload,
        )
        return Still(time_ms=int(done["time_ms"]), picture=picture, broken_packets=int(done["broken_packets"]))

    def strip_slice(self, for_seconds: float, *, begin: bool) -> Message:
        """Goes on making the film strip for about so many seconds; what the answer holds is film_strip.py's business.

        Args:
            for_seconds: How long to work at most, some more for what has just begun.
            begin: Whether to begin anew; else the child goes on where it stopped.

        Raises:
            EvidenceError: As ``at``; ``crashed`` too when the child that had begun is not there any more.
        """
        if not begin and self._worker.generation != self._generation:
            raise EvidenceError("crashed", tr("The film strip cannot be made: its process ended unexpectedly."))
        return self._ask({"do": "strip", "for_seconds": for_seconds, "begin": begin})

    def png(self, time_ms: int, width: int | None = None) -> bytes:
        """Returns the picture that is shown at ``time_ms`` as a PNG file.

        Raises:
            EvidenceError: As ``at``.
        """
        return bytes(self._ask({"do": "still", "time_ms": time_ms, "width": width, "as": "png"}).payload)

    def close(self) -> None:
        """Closes the reader and ends the child."""
        if self._own:
            self._worker.close()
        self._reader.close()

    def _ask(self, request: dict[str, Any]) -> Message:
        with self._turn:
            if self._worker.generation != self._generation:
                self._probe()
            return self._worker.call({**request, "size": self._reader.size}, self.seconds, self._reader)

    def _probe(self) -> MediaFacts:
        message = self._worker.call({"do": "probe", "size": self._reader.size}, self.seconds, self._reader)
        self._generation = self._worker.generation
        return MediaFacts(**message.header["done"])
