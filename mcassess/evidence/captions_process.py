"""In the child of kind ``captions``: reads caption files, and text tracks inside videos."""

import encodings
import time
from dataclasses import astuple
from typing import Any

import av
import av.subtitles
import webvtt
import webvtt.errors
from av.container import InputContainer
from av.subtitles.stream import SubtitleStream
from av.subtitles.subtitle import AssSubtitle, SubtitleSet

from mcassess.evidence.captions import CAPTIONS_BYTES, Caption, caption_of, captions_of, in_order, unreadable
from mcassess.evidence.confinement import load_whole
from mcassess.evidence.cue_text import ass_text
from mcassess.evidence.frames import open_container
from mcassess.evidence.letters import decode
from mcassess.evidence.reader import read_all
from mcassess.evidence.worker import RemoteReader

_TEXT_CODINGS = frozenset({"subrip", "srt", "mov_text", "webvtt", "ass", "ssa", "text"})
_MOST_SECONDS = 15.0
_MOST_CAPTIONS = 20_000


class CaptionsHandler:
    """Answers one question at a time; keeps nothing."""

    def __init__(self) -> None:
        load_whole(encodings)
        load_whole(av.subtitles)
        load_whole(webvtt)

    def handle(self, request: dict[str, Any], reader: RemoteReader) -> tuple[dict[str, Any], bytes | memoryview]:
        """Answers ``file``, ``tracks`` and ``track``.

        Raises:
            EvidenceError: ``not_text`` or ``no_captions``.
        """
        match request["do"]:
            case "file":
                found = captions_of(decode(read_all(reader, CAPTIONS_BYTES)))
            case "tracks":
                return {"tracks": text_tracks(reader)}, b""
            case "track":
                found = track_captions(reader, int(request["number"]))
            case _:
                raise ValueError(request["do"])
        return {"captions": [_plain(caption) for caption in found]}, b""


def text_tracks(reader: RemoteReader) -> list[tuple[int, str, str]]:
    """Returns number, language and title of a video's text tracks, those first that the video names first."""
    try:
        with open_container(reader) as container:
            tracks = _readable(container)
            first = sorted(tracks, key=lambda number: not tracks[number].disposition & av.stream.Disposition.default)
            return [(number, _language(tracks[number]), tracks[number].metadata.get("title", "")) for number in first]
    except (av.FFmpegError, OSError, ValueError, EOFError):
        return []


def track_captions(reader: RemoteReader, number: int) -> tuple[Caption, ...]:
    """Returns the captions of a video's own text track.

    Raises:
        EvidenceError: ``no_captions``.
    """
    until = time.monotonic() + _MOST_SECONDS
    found: list[Caption | None] = []
    try:
        with open_container(reader) as container:
            track = _readable(container).get(number)
            if track is None:
                raise unreadable()
            origin_ms = (container.start_time or 0) / 1000
            for packet in container.demux(track):
                found += _captions_in(packet, origin_ms)
                if time.monotonic() > until or len(found) > _MOST_CAPTIONS:
                    break
    except (av.FFmpegError, OSError, ValueError, EOFError):
        pass  # cut off: what came before it counts
    return in_order(found)


def _readable(container: InputContainer) -> dict[int, SubtitleStream]:
    streams = enumerate(container.streams.subtitles)
    return {number: each for number, each in streams if each.codec_context.name in _TEXT_CODINGS}


def _language(track: SubtitleStream) -> str:
    told = track.metadata.get("language", "")
    return "" if told == "und" else told


def _captions_in(packet: "av.Packet[Any]", origin_ms: float) -> list[Caption | None]:
    if packet.pts is None or packet.time_base is None:
        return []
    start_ms = round(float(packet.pts * packet.time_base) * 1000 - origin_ms)
    length_ms = round(float((packet.duration or 0) * packet.time_base) * 1000)
    try:
        decoded: list[Any] = list(packet.decode())  # its type knows pictures and sound only
    except (av.FFmpegError, ValueError, EOFError):
        return []
    rects = [rect for each in decoded for rect in (each if isinstance(each, SubtitleSet) else [each])]
    events = [rect.ass.decode(errors="replace") for rect in rects if isinstance(rect, AssSubtitle)]
    return [caption_of(max(start_ms, 0), start_ms + length_ms, ass_text(event)) for event in events]


def _plain(caption: Caption) -> list[Any]:
    styles = [list(astuple(style)) for style in caption.styles]
    return [caption.start_ms, caption.end_ms, caption.text, caption.speaker, styles]
