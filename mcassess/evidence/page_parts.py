"""What a page holds beside its pixels: words, links, form fields; and a document's outline. Plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSize:
    """Width and height of a page in points, 72 to the inch, as it is shown."""

    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PageBox:
    """A rectangle in fractions of the page from its upper left corner, as it is shown; may reach over its edges."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWord:
    """A word of a page and its box, in fractions of the page from its upper left corner.

    Attributes:
        text: The word.
        x: Left edge.
        y: Upper edge.
        width: Width.
        height: Height.
        line: The same number for words of one line.
    """

    text: str
    x: float
    y: float
    width: float
    height: float
    line: int

    @property
    def box(self) -> PageBox:
        """Where it stands."""
        return PageBox(x=self.x, y=self.y, width=self.width, height=self.height)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLink:
    """A place that leads elsewhere.

    Attributes:
        page: The page of the document that it leads to, counted from 0; None where it leads out of it.
        address: The address outside; empty for a link inside the document.
    """

    box: PageBox
    page: int | None = None
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineEntry:
    """A line of a document's outline.

    Attributes:
        level: Counted from 1.
        page: Counted from 0.
    """

    level: int
    title: str
    page: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """A field of a form and what was entered.

    Attributes:
        name: What the form calls it.
        value: What stands in it, or is chosen; ``yes`` and ``no`` for boxes to tick; empty for nothing.
        page: Counted from 0.
    """

    name: str
    value: str
    page: int
    box: PageBox


@dataclass(frozen=True, slots=True, kw_only=True)
class PageHit:
    """A place where a text was found.

    Attributes:
        page: Counted from 0.
        first: The place of its first word among the page's words, counted from 0.
        words: The words that it touches.
    """

    page: int
    first: int
    words: tuple[PageWord, ...]


def box_of(fractions: Sequence[float]) -> PageBox:
    """Returns a box from ``[x, y, width, height]``."""
    x, y, width, height = fractions
    return PageBox(x=x, y=y, width=width, height=height)


def words_of(rows: Sequence[Sequence[Any]]) -> tuple[PageWord, ...]:
    """Returns words from rows of text, four fractions and a line's number."""
    return tuple(
        PageWord(text=str(text), x=x, y=y, width=width, height=height, line=int(line))
        for text, x, y, width, height, line in rows
    )
