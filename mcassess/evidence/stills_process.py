"""In the child of kind ``stills``: single pictures of videos, what media files hold and sound like, photographs."""

from typing import Any

import av.subtitles

from mcassess.evidence.confinement import load_whole
from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.frames import FrameDecoder, upright
from mcassess.evidence.photos import photo, png_of
from mcassess.evidence.reader import read_all
from mcassess.evidence.strip_process import StripMaker
from mcassess.evidence.worker import RemoteReader
from mcassess.texts import tr

_PHOTO_BYTES = 400 << 20


class StillHandler:
    """Keeps one video open and answers questions about it; opens photographs one at a time."""

    def __init__(self) -> None:
        load_whole(av.subtitles)  # what a stream of subtitles is made of is imported only where one is met
        self._decoder: FrameDecoder | None = None
        self._reader: RemoteReader | None = None
        self._maker: StripMaker | None = None

    def handle(self, request: dict[str, Any], reader: RemoteReader) -> tuple[dict[str, Any], bytes | memoryview]:
        """Answers ``probe``, ``still``, ``strip`` and ``photo``.

        Raises:
            EvidenceError: ``broken``, ``empty``, ``too_big`` or ``unsupported``.
        """
        match request["do"]:
            case "probe":
                return self._probe(reader), b""
            case "still":
                return self._still(request)
            case "strip":
                return self._strip(float(request["for_seconds"]), begin=bool(request["begin"]))
            case "photo":
                return _photo(reader, request.get("most"))
        raise ValueError(request["do"])

    def _probe(self, reader: RemoteReader) -> dict[str, Any]:
        if self._maker is not None:
            self._maker.close()
            self._maker = None
        if self._decoder is not None:
            self._decoder.close()
            self._decoder = None
        self._reader, decoder = reader, FrameDecoder(reader)
        self._decoder = decoder
        return {
            "duration_ms": decoder.duration_ms,
            "width": decoder.width,
            "height": decoder.height,
            "has_picture": decoder.has_picture,
            "has_sound": decoder.has_sound,
            "codec": decoder.codec,
        }

    def _still(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes | memoryview]:
        decoder = self._opened()
        frame = decoder.at(int(request["time_ms"]))
        if frame is None:
            raise EvidenceError("broken", tr("The video has no picture that can be shown: it is broken or cut off."))
        picture = upright(frame, request.get("width"))
        result = {"time_ms": frame.time_ms, "broken_packets": decoder.broken_packets}
        result |= {"width": picture.width, "height": picture.height, "stride": picture.stride}
        if request.get("as") != "png":
            return result, picture.pixels
        return result, png_of(picture)

    def _strip(self, for_seconds: float, *, begin: bool) -> tuple[dict[str, Any], bytes | memoryview]:
        decoder, reader = self._opened(), self._reader
        assert reader is not None, "a decoder has its reader"
        if begin or self._maker is None:
            self._maker = StripMaker(reader.beside(), decoder)
        maker = self._maker
        made = maker.go_on(for_seconds)
        result = {"stills": made.stills, "sound": len(made.sound), "finished": made.finished}
        result |= {"duration_ms": maker.duration_ms, "aspect": maker.aspect, "sound_step_ms": maker.sound_step_ms}
        return result, bytes(made.pixels + made.sound)

    def _opened(self) -> FrameDecoder:
        if self._decoder is None:
            raise EvidenceError("broken", tr("The file cannot be read as video or sound."))
        return self._decoder


def _photo(reader: RemoteReader, most: int | None) -> tuple[dict[str, Any], bytes | memoryview]:
    if reader.size > _PHOTO_BYTES:
        raise EvidenceError("too_big", tr("The picture is too big to be shown."))
    picture = photo(read_all(reader, _PHOTO_BYTES), most)
    return {"width": picture.width, "height": picture.height, "stride": picture.stride}, picture.pixels
