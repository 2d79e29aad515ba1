"""Words on a sheet and what is selected of them: the word at a point, from word to word, the lines they cover. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from mcassess.domain.citation import Area
from mcassess.evidence.page_parts import PageBox, PageWord

_REACH = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is selected on a sheet, in fractions of it as the file has it, unturned.

    Attributes:
        index: The sheet, counted from 0.
        boxes: The parts of lines that selected words cover; empty for an area that was drawn.
        quote: The words.
        words: The first and the last of them among the sheet's words; None for an area that was drawn.
    """

    index: int
    area: Area
    boxes: tuple[Area, ...] = ()
    quote: str = ""
    words: tuple[int, int] | None = None


def quote_of(words: Sequence[PageWord], area: Area) -> str:
    """Returns the words whose middle lies in an area, in reading order."""
    inside = (
        word.text
        for word in words
        if area.x <= word.x + word.width / 2 <= area.x + area.width
        and area.y <= word.y + word.height / 2 <= area.y + area.height
    )
    return " ".join(inside)


def word_at(words: Sequence[PageWord], x: float, y: float) -> int | None:
    """Returns the place of the word that a point touches, or None."""
    for place, word in enumerate(words):
        if word.x <= x <= word.x + word.width and word.y <= y <= word.y + word.height:
            return place
    return None


def nearest_word(words: Sequence[PageWord], x: float, y: float) -> int | None:
    """Returns the place of the word nearest to a point, lines before columns; None where there are no words."""

    def distance(place: int) -> tuple[float, float]:
        word = words[place]
        across = max(word.x - x, x - word.x - word.width, 0.0)
        down = max(word.y - y, y - word.y - word.height, 0.0)
        return (0.0 if down <= _REACH else down, across)

    return min(range(len(words)), key=distance, default=None)


def select_words(index: int, words: Sequence[PageWord], start: int, end: int) -> Selection | None:
    """Returns the selection from one word to another, either way; None where nothing of them is on the sheet.

    Args:
        index: The sheet.
        words: All words of the sheet.
        start: The place of the word at which selecting began.
        end: The place of the one that it has come to.
    """
    first, last = max(min(start, end), 0), min(max(start, end), len(words) - 1)
    chosen = words[first : last + 1]
    boxes = line_boxes(chosen)
    if not boxes:
        return None
    quote = " ".join(word.text for word in chosen)
    return Selection(index=index, area=_around(boxes), boxes=boxes, quote=quote, words=(first, last))


def line_boxes(words: Sequence[PageWord]) -> tuple[Area, ...]:
    """Returns the parts of lines that words cover, one for each line."""
    lines: dict[int, PageBox] = {}
    for word in words:
        lines[word.line] = _joined(lines[word.line], word.box) if word.line in lines else word.box
    return tuple(area for area in map(area_of, lines.values()) if area is not None)


def area_of(box: PageBox) -> Area | None:
    """Returns the part of a box that lies on its sheet; None where there is none."""
    left, top = max(box.x, 0.0), max(box.y, 0.0)
    right, bottom = min(box.x + box.width, 1.0), min(box.y + box.height, 1.0)
    try:
        return Area(x=left, y=top, width=right - left, height=bottom - top)
    except ValueError:
        return None


def _joined(one: PageBox, other: PageBox) -> PageBox:
    left, top = min(one.x, other.x), min(one.y, other.y)
    right = max(one.x + one.width, other.x + other.width)
    bottom = max(one.y + one.height, other.y + other.height)
    return PageBox(x=left, y=top, width=right - left, height=bottom - top)


def _around(boxes: Sequence[Area]) -> Area:
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.x + box.width for box in boxes), max(box.y + box.height for box in boxes)
    return Area(x=left, y=top, width=min(right, 1.0) - left, height=min(bottom, 1.0) - top)
