"""What an assessor marks on pages and pictures: highlights, regions, notes. Kept apart from the file."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import cast

from mcassess.domain.changes import ChangeValue
from mcassess.domain.citation import Area, PageRegion, PictureArea, format_place, parse_place


class AnnotationStyle(StrEnum):
    """How an annotation is drawn."""

    HIGHLIGHT = "highlight"
    """A wash over words."""
    REGION = "region"
    """A frame round an area."""
    NOTE = "note"
    """A sign beside a place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """Something marked on a page of a document, or on a picture.

    Attributes:
        id: Made on this laptop.
        evidence: Id of the piece of evidence, unique within the attempt.
        place: Page and area with the words there, or the area of a picture.
        boxes: What exactly is marked, in fractions of the page: the parts of lines that a highlight covers.
        text: What the assessor says about it; may be empty.
    """

    id: str
    evidence: str
    style: AnnotationStyle
    place: PageRegion | PictureArea
    boxes: tuple[Area, ...] = ()
    text: str = ""

    @property
    def page(self) -> int:
        """The page that it is on, counted from 1; a picture has one."""
        return self.place.page if isinstance(self.place, PageRegion) else 1

    @property
    def marked(self) -> tuple[Area, ...]:
        """What is drawn: the boxes, or the area where there are none."""
        return self.boxes or ((self.place.area,) if self.place.area is not None else ())

    @property
    def quote(self) -> str:
        """The words that are marked; empty where there are none."""
        return self.place.quote if isinstance(self.place, PageRegion) else ""


def annotation_value(annotation: Annotation) -> dict[str, ChangeValue]:
    """Returns an annotation as the value of a change."""
    return {
        "evidence": annotation.evidence,
        "style": annotation.style.value,
        "place": format_place(annotation.place),
        "quote": annotation.quote,
        "boxes": [[box.x, box.y, box.width, box.height] for box in annotation.boxes],
        "text": annotation.text,
    }


def annotation_from_value(identifier: str, fields: Mapping[str, ChangeValue]) -> Annotation:
    """Returns the annotation that ``annotation_value`` wrote.

    Raises:
        ValueError: Its place cannot be read.
    """
    place = parse_place(cast(str, fields["place"]))
    if not isinstance(place, PageRegion | PictureArea):
        raise ValueError("an annotation lies on a page or a picture")  # noqa: TRY004 - what was written is wrong
    if isinstance(place, PageRegion):
        place = replace(place, quote=cast(str, fields.get("quote") or ""))
    boxes = cast(list[list[float]], fields.get("boxes") or [])
    return Annotation(
        id=identifier,
        evidence=cast(str, fields["evidence"]),
        style=AnnotationStyle(cast(str, fields["style"])),
        place=place,
        boxes=tuple(Area(x=x, y=y, width=width, height=height) for x, y, width, height in boxes),
        text=cast(str, fields.get("text") or ""),
    )
