"""Places in the evidence: moments of a video, regions of a page, areas of a picture; their written form both ways."""

import math
import re
from dataclasses import dataclass
from typing import Literal

_TIME = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?", re.ASCII)
_TIME_ENDS_MS = 1000 * 3_600_000
_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A rectangle in fractions (0 to 1) of a page or picture, from its upper left corner; kept to six digits."""

    x: float
    y: float
    width: float
    height: float

    def __post_init__(self) -> None:
        edges = (self.x, self.y, self.width, self.height, self.x + self.width, self.y + self.height)
        if not all(math.isfinite(edge) and -1e-9 <= edge <= 1 + 1e-9 for edge in edges):
            raise ValueError("an area lies within the page: fractions from 0 to 1")
        # Rounded here and not in writing: what is written must read back as the same area, and lie within the page.
        for corner, extent in (("x", "width"), ("y", "height")):
            start = min(max(round(float(getattr(self, corner)), _DIGITS), 0.0), 1.0)
            length = min(round(float(getattr(self, extent)), _DIGITS), round(1.0 - start, _DIGITS))
            if length <= 0:
                raise ValueError("an area has a width and a height")
            object.__setattr__(self, corner, start)
            object.__setattr__(self, extent, length)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time range of a video or sound, in milliseconds; start and end may be one instant.

    Attributes:
        area: The part of the picture that is meant; None for all of it.
    """

    start_ms: int
    end_ms: int
    area: Area | None = None
    kind: Literal["moment"] = "moment"

    def __post_init__(self) -> None:
        if self.start_ms < 0:
            raise ValueError("a moment does not begin before the video")
        if self.end_ms < self.start_ms:
            raise ValueError("a moment ends after it begins")
        if self.end_ms >= _TIME_ENDS_MS:
            raise ValueError("a moment lies within the first 1000 hours")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRegion:
    """A page (the first is 1), or an area of it, perhaps with the words that stand there."""

    page: int
    area: Area | None = None
    quote: str = ""
    kind: Literal["page"] = "page"

    def __post_init__(self) -> None:
        if self.page < 1:
            raise ValueError("pages are counted from 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureArea:
    """An area of a picture."""

    area: Area
    kind: Literal["picture"] = "picture"


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A piece of evidence as a whole, perhaps with the words that are meant."""

    quote: str = ""
    kind: Literal["whole"] = "whole"


Place = Moment | PageRegion | PictureArea | Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A place in the evidence that supports a score.

    Attributes:
        id: Made on this laptop.
        evidence: Id of the piece of evidence, unique within the attempt.
        text: What the assessor says about it; may be empty.
    """

    id: str
    evidence: str
    place: Place
    text: str = ""


def parse_time(text: str) -> int:
    """Reads ``HH:MM:SS``, ``MM:SS`` or either with a fraction, and returns milliseconds.

    Raises:
        ValueError: The text is not a time.
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"'{text}' is not a time such as 00:07:14")
    hours, minutes, seconds, fraction = found.groups()
    if int(minutes) > 59 or int(seconds) > 59:
        raise ValueError(f"'{text}' is not a time: minutes and seconds end at 59")
    milliseconds = int((fraction or "").ljust(3, "0")) if fraction else 0
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + milliseconds


def format_time(milliseconds: int) -> str:
    """Writes milliseconds as ``HH:MM:SS``, with a fraction only where there is one."""
    seconds, rest = divmod(milliseconds, 1000)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{text}.{rest:03d}" if rest else text


def parse_citation(text: str) -> tuple[str, Place]:
    """Reads the written form of a citation and returns the evidence's id and the place.

    The forms: ``EVIDENCE@00:07:14-00:07:48``, ``EVIDENCE@00:07:14``, either with ``&rect=x,y,w,h`` behind it,
    ``EVIDENCE#page=2``, ``EVIDENCE#page=2&rect=x,y,w,h``, ``EVIDENCE#rect=x,y,w,h`` and ``EVIDENCE`` alone. An id that
    holds ``@`` or ``#`` itself is followed by one of the places, or by a bare ``#`` where all of it is meant.

    Raises:
        ValueError: The text is none of these.
    """
    at = max(text.rfind("#"), text.rfind("@"))
    evidence, place = (text, "") if at < 0 else (text[:at], text[at:])
    if not evidence:
        raise ValueError(f"'{text}' names no evidence")
    return evidence, parse_place("" if place == "#" else place)


def format_citation(evidence: str, place: Place) -> str:
    """Writes a citation in the form that ``parse_citation`` reads; quotes are not part of it."""
    written = format_place(place)
    return evidence + (written or ("#" if "#" in evidence or "@" in evidence else ""))


def parse_place(text: str) -> Place:
    """Reads what follows the evidence's id in a citation: ``@…``, ``#…`` or nothing.

    Raises:
        ValueError: The text is none of these.
    """
    if not text:
        return Whole()
    if text[0] == "@":
        times, with_area, numbers = text[1:].partition("&rect=")
        begin, dash, end = times.partition("-")
        start_ms = parse_time(begin)
        area = _parse_area(numbers, text) if with_area else None
        return Moment(start_ms=start_ms, end_ms=parse_time(end) if dash else start_ms, area=area)
    if text[0] == "#":
        return _parse_fragment(text[1:], text)
    raise ValueError(f"'{text}' is not a place in the evidence")


def format_place(place: Place) -> str:
    """Writes a place in the form that ``parse_place`` reads; quotes are not part of it."""
    match place:
        case Moment(start_ms=start, end_ms=end, area=area):
            return f"@{format_time(start)}-{format_time(end)}" + (f"&rect={_format_area(area)}" if area else "")
        case PageRegion(page=page, area=area):
            return f"#page={page}" + (f"&rect={_format_area(area)}" if area else "")
        case PictureArea(area=area):
            return f"#rect={_format_area(area)}"
        case Whole():
            return ""


def _parse_fragment(fragment: str, text: str) -> Place:
    parts: dict[str, str] = {}
    for part in fragment.split("&"):
        name, equals, value = part.partition("=")
        if name not in {"page", "rect"} or not equals or name in parts:
            raise ValueError(f"'{text}' is not a citation such as plans#page=2&rect=0.1,0.2,0.5,0.1")
        parts[name] = value
    area = _parse_area(parts["rect"], text) if "rect" in parts else None
    if "page" not in parts:
        assert area is not None
        return PictureArea(area=area)
    if not (parts["page"].isascii() and parts["page"].isdigit()):
        raise ValueError(f"'{text}': '{parts['page']}' is not a page number")
    return PageRegion(page=int(parts["page"]), area=area)


def _parse_area(numbers: str, text: str) -> Area:
    values = numbers.split(",")
    try:
        x, y, width, height = (float(value) for value in values)
    except ValueError:
        raise ValueError(f"'{text}': an area is written rect=x,y,w,h in fractions of the page") from None
    return Area(x=x, y=y, width=width, height=height)


def _format_area(area: Area) -> str:
    return ",".join(repr(edge) for edge in (area.x, area.y, area.width, area.height))
