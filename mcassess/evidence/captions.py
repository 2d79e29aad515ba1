"""Captions of a video, from WebVTT or SRT in whatever encoding they were saved, or from a text track inside the video.

Blocks and their order are webvtt-py's work; times are brought into one form before, and marks are read by cue_text.py.
docs/captions.md says which rules of WebVTT are left out.
"""

import io
import re
from dataclasses import dataclass, fields
from typing import Any

from mcassess.evidence.cue_text import CueText, TextStyle, style_rules, tagged_text
from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.reader import Reader
from mcassess.evidence.worker import Worker
from mcassess.texts import tr

CAPTIONS_BYTES = 8 << 20
_SECONDS = 20.0
_STYLE_FIELDS = tuple(each.name for each in fields(TextStyle))
_TIME = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?"
_TIMES = re.compile(rf"^[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}([ \t].*)?$", re.MULTILINE)
_HEADER = "WEBVTT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What is said, or to be heard, for some time of a video.

    Attributes:
        start_ms: From when it is shown, in milliseconds from the start of the video.
        end_ms: Until when; after ``start_ms``.
        text: One or more lines, without marks.
        speaker: Who says it, where the file tells.
        styles: Which of its words stand out.
    """

    start_ms: int
    end_ms: int
    text: str
    speaker: str | None = None
    styles: tuple[TextStyle, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTrack:
    """A track of words inside a video.

    Attributes:
        number: Its place among the video's tracks of words, from 0.
        language: As the file tells it, ``eng`` or ``en``; empty where it does not.
        title: As the file tells it; empty where it does not.
    """

    number: int
    language: str = ""
    title: str = ""


def open_captions(reader: Reader, worker: Worker | None = None) -> tuple[Caption, ...]:
    """Returns the captions that a file of captions holds, in the order of their start; ``reader`` stays open.

    Args:
        reader: The file.
        worker: A child of kind ``captions`` to use, which stays the caller's; None starts one for this file.

    Raises:
        EvidenceError: ``empty``, ``not_text``, ``no_captions``, ``too_slow``, ``crashed`` or ``damaged``.
    """
    if reader.size == 0:
        raise EvidenceError("empty", tr("The captions are empty: the file has no letters at all."))
    return _asked({"do": "file", "size": min(reader.size, CAPTIONS_BYTES)}, reader, worker)


def open_track_captions(reader: Reader, number: int, worker: Worker | None = None) -> tuple[Caption, ...]:
    """Returns the captions of a text track inside a video, in the order of their start; ``reader`` stays open.

    Args:
        reader: The video.
        number: The track's, as ``text_tracks`` tells it.
        worker: As in ``open_captions``.

    Raises:
        EvidenceError: ``no_captions``, ``too_slow``, ``crashed`` or ``damaged``.
    """
    return _asked({"do": "track", "size": reader.size, "number": number}, reader, worker)


def text_tracks(reader: Reader, worker: Worker | None = None) -> tuple[TextTrack, ...]:
    """Returns the tracks inside a video whose words can be read, those first that the video names first.

    Args:
        reader: The video, which stays open.
        worker: As in ``open_captions``.

    Raises:
        EvidenceError: ``too_slow``, ``crashed`` or ``damaged``.
    """
    found = _answer({"do": "tracks", "size": reader.size}, reader, worker)["tracks"]
    return tuple(TextTrack(number=int(number), language=str(lang), title=str(title)) for number, lang, title in found)


def _answer(request: dict[str, Any], reader: Reader, worker: Worker | None) -> dict[str, Any]:
    child = worker if worker is not None else Worker("captions")
    try:
        return dict(child.call(request, _SECONDS, reader).header["done"])
    finally:
        if worker is None:
            child.close()


def _asked(request: dict[str, Any], reader: Reader, worker: Worker | None) -> tuple[Caption, ...]:
    return tuple(
        Caption(
            start_ms=int(start),
            end_ms=int(end),
            text=str(text),
            speaker=None if speaker is None else str(speaker),
            styles=tuple(TextStyle(**dict(zip(_STYLE_FIELDS, style, strict=True))) for style in styles),
        )
        for start, end, text, speaker, styles in _answer(request, reader, worker)["captions"]
    )


def captions_of(text: str) -> tuple[Caption, ...]:
    """Returns the captions of a WebVTT or SRT text, in the order of their start.

    Raises:
        EvidenceError: ``no_captions``.
    """
    import webvtt  # noqa: PLC0415 - needed only where a video has captions
    from webvtt.errors import MalformedCaptionError, MalformedFileError  # noqa: PLC0415 - as above

    text = text.lstrip("\ufeff").replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").lstrip()
    text = _TIMES.sub(_in_one_form, text)
    if not text.startswith(_HEADER):
        text = f"{_HEADER}\n\n{text}"
    try:
        parsed = webvtt.from_buffer(io.StringIO(text + "\n"), format="vtt")
    except (MalformedFileError, MalformedCaptionError, ValueError, IndexError, AttributeError, TypeError) as error:
        raise unreadable() from error
    rules = style_rules("\n".join(str(style.text) for style in parsed.styles))
    return in_order([_caption(raw, rules) for raw in parsed.captions])


def caption_of(start_ms: int, end_ms: int, words: CueText) -> Caption | None:
    """Returns a caption, or None where nothing is said or no time goes by."""
    if end_ms <= start_ms or not words.text:
        return None
    return Caption(start_ms=start_ms, end_ms=end_ms, text=words.text, speaker=words.speaker, styles=words.styles)


def in_order(found: list[Caption | None]) -> tuple[Caption, ...]:
    """Returns the captions among ``found`` in the order of their start.

    Raises:
        EvidenceError: ``no_captions``: there is none.
    """
    captions = [caption for caption in found if caption is not None]
    if not captions:
        raise unreadable()
    return tuple(sorted(captions, key=lambda caption: (caption.start_ms, caption.end_ms)))


def unreadable() -> EvidenceError:
    """Returns what to say where there are no captions to be read."""
    return EvidenceError("no_captions", tr("The captions cannot be read: the file has none, or is broken."))


def _in_one_form(times: re.Match[str]) -> str:
    parts = times.groups()
    begin, end = (
        f"{int(hours or 0):02d}:{int(minutes):02d}:{int(seconds):02d}.{(fraction or '').ljust(3, '0')}"
        for hours, minutes, seconds, fraction in (parts[:4], parts[4:8])
    )
    return f"{begin} --> {end}{parts[8] or ''}"


def _caption(raw: Any, rules: dict[str, TextStyle]) -> Caption | None:  # noqa: ANN401 - the library has no types
    start_ms, end_ms = int(raw.start_time.in_milliseconds()), int(raw.end_time.in_milliseconds())
    return caption_of(start_ms, end_ms, tagged_text(raw.raw_text, rules))
