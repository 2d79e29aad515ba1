"""The changes that a review is made of, and their kinds. How they add up is in review.py."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

ChangeValue = None | bool | int | float | str | list["ChangeValue"] | dict[str, "ChangeValue"]
"""Plain JSON; its shape depends on the kind."""


class ChangeKind(StrEnum):
    """What a change is about. Every value replaces the one before, so that an inverse is a change of the same kind.

    ==============  ==================  =====================================================================
    kind            target              value
    ==============  ==================  =====================================================================
    score           criterion           level id, or None
    comment         criterion           text
    citation        citation id         {"criterion", "evidence", "place", "quote", "text"}, or None: removed
    moment          moment id           {"evidence", "start_ms", "end_ms", "title"}, or None: removed
    annotation      annotation id       {"evidence", "style", "place", "quote", "boxes": [[x, y, width, height], …],
                                        "text"}, or None: removed
    carried         criterion           {"attempt", "level", "changed": [evidence, …]}: the score was carried over
                                        from that attempt, where the named evidence was another; None: it was not
    completeness    check               True, False or None
    condition       ""                  condition code, or None
    note            ""                  text
    feedback        ""                  text
    seen            evidence            {"ranges": [[from_ms, to_ms], …], "pages": [1, …]}: added to what was seen
    time_spent      ""                  milliseconds: added to the time spent
    ==============  ==================  =====================================================================
    """

    SCORE = "score"
    COMMENT = "comment"
    CITATION = "citation"
    MOMENT = "moment"
    ANNOTATION = "annotation"
    CARRIED = "carried"
    COMPLETENESS = "completeness"
    CONDITION = "condition"
    NOTE = "note"
    FEEDBACK = "feedback"
    SEEN = "seen"
    TIME_SPENT = "time_spent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is to be recorded; the library adds who, when and in which order.

    Attributes:
        undoes: The action that this takes back, if it is an undo.
        redoes: The action that this brings back, if it is a redo.
    """

    kind: ChangeKind
    target: str = ""
    value: ChangeValue = None
    undoes: str | None = None
    redoes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One recorded change of a review; never altered, never removed.

    Attributes:
        action: The id of the first of the changes that were made in one go; they are undone in one go.
        device: The library that recorded it.
        number: Its place among the changes of the review when it was recorded, from 1.
        at: UTC, by the laptop's clock; orders nothing.
        monotonic_ms: The laptop's monotonic clock, for durations within one start of it.
    """

    id: str
    action: str
    device: str
    number: int
    at: datetime
    monotonic_ms: int
    entry: Entry
