"""Captions of a video, from WebVTT or SRT in whatever encoding they were saved."""

import html
import io
import re
from dataclasses import dataclass
from typing import Any

from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.reader import Reader
from mcassess.evidence.text import open_text
from mcassess.texts import tr

_CAPTIONS_BYTES = 8 << 20
_TAG = re.compile(r"</?[a-zA-Z][^>]*>|\{\\[^}]*\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What is said, or to be heard, for some time of a video.

    Attributes:
        start_ms: From when it is shown, in milliseconds from the start of the video.
        end_ms: Until when; after ``start_ms``.
        text: One or more lines, without marks.
        speaker: Who says it, where the file tells.
    """

    start_ms: int
    end_ms: int
    text: str
    speaker: str | None = None


def open_captions(reader: Reader) -> tuple[Caption, ...]:
    """Returns the captions that ``reader`` holds, in the order of their start; it stays open.

    Raises:
        EvidenceError: ``empty``, ``not_text``, ``no_captions`` or ``damaged``.
    """
    return captions_of(open_text(reader, _CAPTIONS_BYTES))


def captions_of(text: str) -> tuple[Caption, ...]:
    """Returns the captions of a WebVTT or SRT text, in the order of their start.

    Raises:
        EvidenceError: ``no_captions``.
    """
    import webvtt  # noqa: PLC0415 - needed only where a video has captions
    from webvtt.errors import MalformedCaptionError, MalformedFileError  # noqa: PLC0415 - as above

    text = text.lstrip("\ufeff").replace("\0", "")
    kind = "vtt" if text.lstrip().startswith("WEBVTT") else "srt"
    try:
        parsed = webvtt.from_buffer(io.StringIO(text.lstrip() + "\n"), format=kind)
    except (MalformedFileError, MalformedCaptionError, ValueError, IndexError, AttributeError, TypeError) as error:
        raise _unreadable() from error
    found = [caption for raw in parsed.captions if (caption := _caption(raw)) is not None]
    if not found:
        raise _unreadable()
    return tuple(sorted(found, key=lambda caption: (caption.start_ms, caption.end_ms)))


def _caption(raw: Any) -> Caption | None:  # noqa: ANN401 - the library has no types
    start_ms, end_ms = int(raw.start_time.in_milliseconds()), int(raw.end_time.in_milliseconds())
    text = html.unescape(_TAG.sub("", raw.raw_text)).strip()
    if end_ms <= start_ms or not text:
        return None
    return Caption(start_ms=start_ms, end_ms=end_ms, text=text, speaker=html.unescape(raw.voice) if raw.voice else None)


def _unreadable() -> EvidenceError:
    return EvidenceError("no_captions", tr("The captions cannot be read: the file has none, or is broken."))
