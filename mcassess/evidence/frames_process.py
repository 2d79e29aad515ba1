"""In the child of kind ``frames``: the exact pictures of the video that stands still in a player."""

from typing import Any

import av.subtitles

from mcassess.evidence.confinement import load_whole
from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.frames import FrameDecoder, TimedFrame, upright
from mcassess.evidence.picture import samples
from mcassess.evidence.worker import RemoteReader
from mcassess.texts import tr

_Answer = tuple[dict[str, Any], bytes | memoryview]
_WITHIN_MS = (80, 500)  # how far the play clock may be from the picture that is really shown


class FramesHandler:
    """Keeps one video open and answers with its pictures, upright."""

    def __init__(self) -> None:
        load_whole(av.subtitles)  # what a stream of subtitles is made of is imported only where one is met
        self._decoder: FrameDecoder | None = None
        self._opened = 0

    def handle(self, request: dict[str, Any], reader: RemoteReader) -> _Answer:
        """Answers ``open``, ``at``, ``step`` and ``recognise``.

        Raises:
            EvidenceError: ``broken``, ``empty``, ``damaged``; ``replaced`` when another video was opened meanwhile.
        """
        if request["do"] == "open":
            return self._open(reader), b""
        decoder = self._decoder
        if decoder is None or request["video"] != self._opened:
            raise EvidenceError("replaced", tr("The file cannot be read as video or sound."))
        match request["do"]:
            case "at":
                return _shown(decoder.at(int(request["time_ms"])))
            case "step":
                return _shown(_stepped(decoder, int(request["steps"])))
            case "recognise":
                return _shown(_recognised(decoder, bytes.fromhex(request["seen"]), int(request["expected_ms"])))
        raise ValueError(request["do"])

    def _open(self, reader: RemoteReader) -> dict[str, Any]:
        if self._decoder is not None:
            self._decoder.close()
            self._decoder = None
        decoder = self._decoder = FrameDecoder(reader)
        self._opened += 1
        return {
            "video": self._opened,
            "duration_ms": decoder.duration_ms,
            "has_picture": decoder.has_picture,
            "has_sound": decoder.has_sound,
            "has_text": decoder.has_text,
            "frame_rate": decoder.frame_rate,
            "pixel_aspect": decoder.pixel_aspect,
            "colorspace": decoder.colorspace,
            "color_range": decoder.color_range,
        }


def _shown(frame: TimedFrame | None) -> _Answer:
    if frame is None:
        return {}, b""
    picture = upright(frame)
    result = {"width": picture.width, "height": picture.height, "stride": picture.stride, "time_ms": frame.time_ms}
    return result, picture.pixels


def _stepped(decoder: FrameDecoder, steps: int) -> TimedFrame | None:
    frame: TimedFrame | None = None
    for _ in range(abs(steps)):
        frame = (decoder.after() if steps > 0 else decoder.before()) or frame
    return frame


def _recognised(decoder: FrameDecoder, seen: bytes, expected_ms: int) -> TimedFrame | None:
    """Returns the picture that looks like what was seen, near the time that the play clock says."""
    nearest: tuple[int, int] = (len(seen) * 256, expected_ms)
    for within_ms in _WITHIN_MS:
        frame = decoder.at(max(0, expected_ms - within_ms))
        while frame is not None and frame.time_ms <= expected_ms + within_ms:
            unlike = sum(abs(a - b) for a, b in zip(seen, samples(upright(frame)), strict=True))
            farther = abs(frame.time_ms - expected_ms) - abs(nearest[1] - expected_ms)
            if (unlike, farther) < (nearest[0], 0):
                nearest = (unlike, frame.time_ms)
            frame = decoder.after()
        if nearest[0] < len(seen):  # alike to the bit, or but for the rounding of a turned picture
            break
    return decoder.at(nearest[1])
