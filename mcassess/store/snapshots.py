"""Snapshots of long reviews: a cache in the library that spares folding thousands of changes. Holds no rule of it.

A snapshot counts only where the changes it was made of are still the same; else it is passed over and made again.
"""

import json
import zlib
from datetime import datetime
from types import MappingProxyType
from typing import Any

from mcassess.clock import written
from mcassess.domain.changes import ChangeKind
from mcassess.domain.review import EMPTY, Review, Seen
from mcassess.domain.undo import Step, Steps
from mcassess.store.folds import Folded
from mcassess.store.session import Session

EVERY = 1_000
"""So many changes after the last snapshot the next one is written, in the same transaction."""

FORM = 2
"""Of the bytes, and of how changes add up: snapshots of another form are passed over."""

_READ = """
    SELECT s.change, s.state FROM snapshot s
    JOIN change c ON c.row = s.change AND c.id = s.change_id AND c.review = s.review
    WHERE s.review = ?1 AND s.form = ?2
      AND s.length = (SELECT count(*) FROM change WHERE row BETWEEN ?1 << 32 AND s.change)
"""
_WRITE = """
    INSERT OR REPLACE INTO snapshot (review, form, change, change_id, length, state)
    SELECT review, ?, row, id, ?, ? FROM change WHERE row = ?
"""


def read(session: Session, review: int) -> Folded:
    """Returns the review in this row up to its snapshot; the empty review where there is none that matches."""
    found = session.sql(_READ, review, FORM).one_or_none()
    if found is None:
        return Folded(EMPTY)
    try:
        state = unpack(found[1])
    except (ValueError, KeyError, TypeError, zlib.error):
        return Folded(EMPTY)
    return Folded(state, found[0], state.length)


def write(session: Session, folded: Folded) -> Folded:
    """Writes a snapshot if the last one is long ago, and returns ``folded`` with a note of it."""
    if folded.review.length - folded.kept < EVERY:
        return folded
    session.sql(_WRITE, FORM, folded.review.length, pack(folded.review), folded.row)
    return Folded(folded.review, folded.row, folded.review.length)


def drop(session: Session, review: int) -> None:
    """Drops the snapshot of the review in this row."""
    session.sql("DELETE FROM snapshot WHERE review = ?", review)


def pack(review: Review) -> bytes:
    """Returns a review as bytes."""
    plain = {
        "values": [[kind.value, target, value] for (kind, target), value in review.values.items()],
        "seen": {evidence: [each.ranges, each.pages] for evidence, each in review.seen.items()},
        "time_spent_ms": review.time_spent_ms,
        "undoable": [_plain(step) for step in review.undoable],
        "redoable": [_plain(step) for step in review.redoable],
        "length": review.length,
    }
    return zlib.compress(json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode(), 1)


def unpack(data: bytes) -> Review:
    """Returns the review that ``pack`` wrote.

    Raises:
        ValueError, KeyError, TypeError, zlib.error: These are not its bytes.
    """
    plain = json.loads(zlib.decompress(data))
    values = {(ChangeKind(kind), target): value for kind, target, value in plain["values"]}
    seen = {
        evidence: Seen(ranges=tuple((start, end) for start, end in ranges), pages=tuple(pages))
        for evidence, (ranges, pages) in plain["seen"].items()
    }
    return Review(
        values=MappingProxyType(values),
        seen=MappingProxyType(seen),
        time_spent_ms=plain["time_spent_ms"],
        undoable=Steps(_step(each) for each in plain["undoable"]),
        redoable=Steps(_step(each) for each in plain["redoable"]),
        length=plain["length"],
    )


def _plain(step: Step) -> list[Any]:
    values = [[kind.value, target, before, after] for (kind, target), before, after in step.values]
    return [step.action, values, step.last_action, step.device, written(step.at)]


def _step(plain: list[Any]) -> Step:
    action, values, last_action, device, at = plain
    return Step(
        action=action,
        values=tuple(((ChangeKind(kind), target), before, after) for kind, target, before, after in values),
        last_action=last_action,
        device=device,
        at=datetime.fromisoformat(at),
    )
