"""The exact pictures of a video that stands still, asked from the child process of kind ``frames``."""

from dataclasses import dataclass
from typing import Any

from mcassess.evidence.channel import Message
from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.picture import Picture, PixelLayout
from mcassess.evidence.reader import Reader
from mcassess.evidence.worker import Worker

FRAME_SECONDS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedPicture:
    """A picture and the time in milliseconds from which it is shown."""

    time_ms: int
    picture: Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameFacts:
    """What the video says of itself.

    Attributes:
        duration_ms: Stated length, 0 when it states none.
        has_picture: Whether there are moving pictures.
        has_sound: Whether there is a sound track.
        has_text: Whether there is a text track inside.
        frame_rate: Pictures a second on the average, 0.0 when unknown.
        pixel_aspect: Width of a pixel by its height, as shown upright.
        colorspace: FFmpeg's number of the way in which colours are written; 2 where it is not said.
        color_range: FFmpeg's number of the range of colours; 0 where it is not said.
    """

    duration_ms: int
    has_picture: bool
    has_sound: bool
    has_text: bool
    frame_rate: float
    pixel_aspect: float
    colorspace: int
    color_range: int


class StillFrames:
    """An open video. For one thread, which waits for the child.

    A child that died between two questions is replaced, and stands where it was asked to stand last.

    Args:
        reader: The video; read, not closed.
        worker: The child, which stays the caller's.

    Raises:
        EvidenceError: ``empty``, ``broken``, ``too_slow``, ``crashed``, ``damaged``.
    """

    def __init__(self, reader: Reader, worker: Worker) -> None:
        self._reader = reader
        self._worker = worker
        self._generation = self._video = 0
        self._at_ms = 0
        self.facts = self._open()

    def at(self, time_ms: int) -> TimedPicture | None:
        """Returns the picture that is shown at ``time_ms``: the last one for any time after it, None if none decodes.

        Raises:
            EvidenceError: As on opening.
        """
        return self._ask({"do": "at", "time_ms": time_ms})

    def step(self, steps: int) -> TimedPicture | None:
        """Goes ``steps`` pictures on, or back when negative; None where there is no other picture that way.

        Raises:
            EvidenceError: As on opening.
        """
        if self._worker.generation != self._generation:
            self._open()
            self.at(self._at_ms)
        return self._ask({"do": "step", "steps": steps})

    def recognise(self, seen: bytes, expected_ms: int) -> TimedPicture | None:
        """Returns the picture that looks like what was seen, near a time.

        Args:
            seen: ``picture.samples`` of it.
            expected_ms: The time.

        Raises:
            EvidenceError: As on opening.
        """
        return self._ask({"do": "recognise", "seen": seen.hex(), "expected_ms": expected_ms})

    def _ask(self, request: dict[str, Any]) -> TimedPicture | None:
        try:
            message = self._call(request)
        except EvidenceError as error:
            if error.code not in {"crashed", "replaced"}:
                raise
            # Once more: a new child, which may have died of something else, or one that has opened another video.
            self._generation = 0
            message = self._call(request)
        done = message.header["done"]
        if not done:
            return None
        picture = Picture(
            width=int(done["width"]),
            height=int(done["height"]),
            stride=int(done["stride"]),
            layout=PixelLayout.BGRX,
            pixels=message.payload,
        )
        self._at_ms = int(done["time_ms"])
        return TimedPicture(time_ms=self._at_ms, picture=picture)

    def _call(self, request: dict[str, Any]) -> Message:
        if self._worker.generation != self._generation:
            self._open()
        request = {**request, "video": self._video, "size": self._reader.size}
        return self._worker.call(request, FRAME_SECONDS, self._reader)

    def _open(self) -> FrameFacts:
        message = self._worker.call({"do": "open", "size": self._reader.size}, FRAME_SECONDS, self._reader)
        self._generation = self._worker.generation
        done = dict(message.header["done"])
        self._video = int(done.pop("video"))
        return FrameFacts(**done)
