"""The film strip of a video: small stills along its length and the outline of its sound, and their kept form.

It is made in the child of kind ``stills``, at low priority and in slices, so that it can stop between any two.
"""

import json
import os
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from mcassess.evidence.images import open_image
from mcassess.evidence.picture import Picture, PixelLayout
from mcassess.evidence.reader import Reader
from mcassess.evidence.stills import VideoStills
from mcassess.evidence.worker import Worker

_MAGIC = b"MCSTRIP\x01"
_LENGTH = struct.Struct(">I")
_HEADER_LIMIT = 1 << 20
_SLICE_SECONDS = 0.5
_NICENESS = 15
_PIXEL_BYTES = 3
_PICTURE_PIXELS = 320


@dataclass(frozen=True, slots=True, kw_only=True)
class StripStill:
    """One small still and the time in milliseconds from which it is shown in the video."""

    time_ms: int
    picture: Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmStrip:
    """What a video looks and sounds like along its length.

    Attributes:
        duration_ms: Length of the video.
        aspect: Width of a still by its height as it is to be shown, pixels that are not square minded; 0.0 without any.
        stills: In the order of time, evenly spread as far as the video lets them be; none for a sound.
        sound_step_ms: For how many milliseconds each value of ``sound`` stands.
        sound: The greatest sample of each step, 0 for silence to 255; empty without a sound track.
    """

    duration_ms: int
    aspect: float
    stills: tuple[StripStill, ...]
    sound_step_ms: int
    sound: bytes

    def still_at(self, at_ms: int) -> StripStill | None:
        """Returns the still that is nearest to an instant, None where there are none."""
        return min(self.stills, key=lambda still: abs(still.time_ms - at_ms), default=None)

    def to_bytes(self) -> bytes:
        """Returns the form in which it is kept: a header of JSON, pixels and sound as they are, nothing to decode."""
        header = json.dumps(
            {
                "duration_ms": self.duration_ms,
                "aspect": self.aspect,
                "stills": [[each.time_ms, each.picture.width, each.picture.height] for each in self.stills],
                "sound_step_ms": self.sound_step_ms,
                "sound": len(self.sound),
            }
        ).encode()
        pixels = [bytes(each.picture.pixels) for each in self.stills]
        return b"".join([_MAGIC, _LENGTH.pack(len(header)), header, *pixels, self.sound])

    @staticmethod
    def from_bytes(content: bytes) -> "FilmStrip | None":
        """Returns what ``to_bytes`` wrote, or None where that is not it, or of another version."""
        start = len(_MAGIC) + _LENGTH.size
        if len(content) < start or not content.startswith(_MAGIC):
            return None
        (length,) = _LENGTH.unpack_from(content, len(_MAGIC))
        if length > _HEADER_LIMIT:
            return None
        try:
            return _read(json.loads(content[start : start + length]), memoryview(content)[start + length :])
        except (ValueError, TypeError, KeyError):
            return None


def _read(header: dict[str, Any], rest: memoryview) -> FilmStrip:
    stills: list[StripStill] = []
    for time_ms, width, height in header["stills"]:
        size = int(width) * int(height) * _PIXEL_BYTES
        stills.append(StripStill(time_ms=int(time_ms), picture=_picture(int(width), int(height), rest[:size])))
        rest = rest[size:]
    if len(rest) != int(header["sound"]):
        raise ValueError("bytes are missing")
    return FilmStrip(
        duration_ms=int(header["duration_ms"]),
        aspect=float(header["aspect"]),
        stills=tuple(stills),
        sound_step_ms=int(header["sound_step_ms"]),
        sound=bytes(rest),
    )


def make_film_strip(reader: Reader, may_go_on: Callable[[], bool]) -> FilmStrip | None:
    """Makes the film strip of a video or the outline of a sound, in a child of its own, at low priority.

    Args:
        reader: The evidence; closed afterwards.
        may_go_on: Asked about twice a second; once it is false, the making ends and the result is None.

    Raises:
        EvidenceError: It cannot be opened as video or sound, or its bytes cannot be read.
    """
    worker = Worker("stills")
    try:
        stills = VideoStills(reader, worker=worker)
        try:
            _stand_back(worker)
            return _made(stills, may_go_on)
        finally:
            stills.close()
    finally:
        worker.close()


def make_picture_strip(reader: Reader) -> FilmStrip:
    """Makes the small still of a photograph or drawing, in a child of its own, in the form of a film strip of one.

    Args:
        reader: The evidence; closed afterwards.

    Raises:
        EvidenceError: It cannot be opened as a picture, or its bytes cannot be read.
    """
    worker = Worker("stills")
    try:
        picture = open_image(reader, most=_PICTURE_PIXELS, worker=worker)
    finally:
        worker.close()
        reader.close()
    row = picture.width * _PIXEL_BYTES
    rows = (picture.pixels[at : at + row] for at in range(0, picture.stride * picture.height, picture.stride))
    still = StripStill(time_ms=0, picture=_picture(picture.width, picture.height, memoryview(b"".join(rows))))
    aspect = picture.width / picture.height
    return FilmStrip(duration_ms=0, aspect=aspect, stills=(still,), sound_step_ms=1, sound=b"")


def _made(stills: VideoStills, may_go_on: Callable[[], bool]) -> FilmStrip | None:
    found: list[StripStill] = []
    sound = bytearray()
    begin = True
    while may_go_on():
        message = stills.strip_slice(_SLICE_SECONDS, begin=begin)
        done, rest = message.header["done"], message.payload
        begin = False
        for time_ms, width, height in done["stills"]:
            size = int(width) * int(height) * _PIXEL_BYTES
            found.append(StripStill(time_ms=int(time_ms), picture=_picture(int(width), int(height), rest[:size])))
            rest = rest[size:]
        sound += rest[: int(done["sound"])]
        if done["finished"]:
            return FilmStrip(
                duration_ms=int(done["duration_ms"]),
                aspect=float(done["aspect"]),
                stills=tuple(sorted(found, key=lambda still: still.time_ms)),
                sound_step_ms=int(done["sound_step_ms"]),
                sound=bytes(sound),
            )
    return None


def _picture(width: int, height: int, pixels: memoryview) -> Picture:
    stride = width * _PIXEL_BYTES
    if width < 1 or height < 1 or len(pixels) != stride * height:
        raise ValueError("a still is not whole")
    return Picture(width=width, height=height, stride=stride, layout=PixelLayout.RGB, pixels=memoryview(bytes(pixels)))


def _stand_back(worker: Worker) -> None:
    """Lets everything else on this machine go first."""
    if sys.platform != "win32" and worker.process_id is not None:
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, worker.process_id, _NICENESS)
