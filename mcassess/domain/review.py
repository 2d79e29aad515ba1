"""A review: the fold of its changes, with undo and redo. What may be sealed is in decision.py."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import cast

from mcassess.domain.annotation import Annotation, annotation_from_value
from mcassess.domain.changes import Change, ChangeKind, ChangeValue, Entry
from mcassess.domain.citation import Citation, Moment, PageRegion, Place, Whole, format_place, parse_place
from mcassess.domain.kinds import Condition
from mcassess.domain.undo import NO_STEPS, Slot, Steps, moved


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedMoment:
    """A named time range in a video or sound, cited or not yet."""

    id: str
    evidence: str
    moment: Moment
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What an assessor has had before her of one piece of evidence.

    Attributes:
        ranges: Milliseconds from and to, in order, without overlap.
        pages: Page numbers from 1, in order.
    """

    ranges: tuple[tuple[int, int], ...] = ()
    pages: tuple[int, ...] = ()

    @property
    def watched_ms(self) -> int:
        """Milliseconds of it that were watched, each counted once."""
        return sum(end - start for start, end in self.ranges)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """Where a score is from that was carried over.

    Attributes:
        attempt: The earlier attempt.
        changed: Ids of cited evidence that changed since, or did not come again: the score wants another look.
    """

    attempt: int
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One assessor's work on one attempt, as its changes add up.

    Attributes:
        values: The newest value of each slot (kind and target), removed ones left out.
        seen: By evidence id.
        undoable: Actions that undo would take back.
        redoable: Actions that redo would bring back, the next one as the newest.
        length: How many changes it is the fold of.
    """

    values: MappingProxyType[Slot, ChangeValue] = field(default_factory=lambda: MappingProxyType({}))
    seen: MappingProxyType[str, Seen] = field(default_factory=lambda: MappingProxyType({}))
    time_spent_ms: int = 0
    undoable: Steps = NO_STEPS
    redoable: Steps = NO_STEPS
    length: int = 0

    @property
    def scores(self) -> dict[str, str]:
        """Level id by criterion id."""
        return cast(dict[str, str], self._by_target(ChangeKind.SCORE))

    @property
    def scored(self) -> int:
        """How many criteria have a score."""
        return sum(kind is ChangeKind.SCORE for kind, _ in self.values)

    @property
    def comments(self) -> dict[str, str]:
        """Comment by criterion id; empty ones left out."""
        return {k: v for k, v in cast(dict[str, str], self._by_target(ChangeKind.COMMENT)).items() if v.strip()}

    @property
    def carried(self) -> dict[str, Carried]:
        """Origin of the scores that stand as they were carried over, by criterion id."""
        scores = self.scores
        found = {}
        for criterion, value in self._by_target(ChangeKind.CARRIED).items():
            fields = cast(dict[str, ChangeValue], value)
            if scores.get(criterion) == fields["level"]:
                changed = tuple(cast(list[str], fields["changed"]))
                found[criterion] = Carried(attempt=cast(int, fields["attempt"]), changed=changed)
        return found

    @property
    def completeness(self) -> dict[str, bool]:
        """Answer by completeness check."""
        return cast(dict[str, bool], self._by_target(ChangeKind.COMPLETENESS))

    @property
    def condition(self) -> Condition | None:
        """The condition code, if one was set."""
        value = self.values.get((ChangeKind.CONDITION, ""))
        return Condition(cast(str, value)) if value else None

    @property
    def note(self) -> str:
        """The private note."""
        return cast(str, self.values.get((ChangeKind.NOTE, "")) or "")

    @property
    def feedback(self) -> str:
        """The letter to the educator."""
        return cast(str, self.values.get((ChangeKind.FEEDBACK, "")) or "")

    @property
    def citations(self) -> dict[str, tuple[Citation, ...]]:
        """Citations by criterion id, in the order in which they came; one that undo brings back comes last."""
        found: dict[str, tuple[Citation, ...]] = {}
        for identifier, value in self._by_target(ChangeKind.CITATION).items():
            fields = cast(dict[str, str], value)
            found[fields["criterion"]] = (*found.get(fields["criterion"], ()), citation_from_value(identifier, fields))
        return found

    @property
    def moments(self) -> tuple[NamedMoment, ...]:
        """The moments, in the order of evidence and time."""
        found = []
        for identifier, value in self._by_target(ChangeKind.MOMENT).items():
            fields = cast(dict[str, ChangeValue], value)
            moment = Moment(start_ms=cast(int, fields["start_ms"]), end_ms=cast(int, fields["end_ms"]))
            found.append(
                NamedMoment(
                    id=identifier,
                    evidence=cast(str, fields["evidence"]),
                    moment=moment,
                    title=cast(str, fields.get("title") or ""),
                )
            )
        return tuple(sorted(found, key=lambda each: (each.evidence, each.moment.start_ms, each.moment.end_ms, each.id)))

    @property
    def annotations(self) -> tuple[Annotation, ...]:
        """What was marked on pages and pictures, in the order of evidence and of the pages from top to bottom."""
        found = [
            annotation_from_value(identifier, cast(dict[str, ChangeValue], value))
            for identifier, value in self._by_target(ChangeKind.ANNOTATION).items()
        ]
        return tuple(sorted(found, key=_reading_order))

    @property
    def begun(self) -> bool:
        """Whether anything of the assessor's own stands in it."""
        return bool(self.values)

    def _by_target(self, kind: ChangeKind) -> dict[str, ChangeValue]:
        return {target: value for (each, target), value in self.values.items() if each is kind}


EMPTY = Review()


def citation_value(criterion: str, evidence: str, place: Place, text: str = "") -> dict[str, ChangeValue]:
    """Returns a citation as the value of a change."""
    quote = place.quote if isinstance(place, PageRegion | Whole) else ""
    return {
        "criterion": criterion,
        "evidence": evidence,
        "place": format_place(place),
        "quote": quote,
        "text": text,
    }


def citation_from_value(identifier: str, fields: Mapping[str, str]) -> Citation:
    """Returns the citation that ``citation_value`` wrote.

    Raises:
        ValueError: Its place cannot be read.
    """
    place = parse_place(fields["place"])
    if (quote := fields.get("quote", "")) and isinstance(place, PageRegion | Whole):
        place = replace(place, quote=quote)
    return Citation(id=identifier, evidence=fields["evidence"], place=place, text=fields.get("text", ""))


def restoring_entries(then: Review, now: Review) -> tuple[Entry, ...]:
    """Returns what has to be recorded so that a review says again what it said then; what was seen stays seen."""
    slots = [*then.values, *(slot for slot in now.values if slot not in then.values)]
    return tuple(
        Entry(kind=kind, target=target, value=then.values.get((kind, target)))
        for kind, target in slots
        if then.values.get((kind, target)) != now.values.get((kind, target))
    )


def fold(changes: Iterable[Change], start: Review = EMPTY) -> Review:
    """Returns what the changes add up to, in the order given, on top of ``start``."""
    folding = _Folding(start)
    for change in changes:
        folding.add(change)
    return folding.review()


def undo_entries(review: Review) -> tuple[Entry, ...]:
    """Returns what has to be recorded to take back the newest action; nothing where there is none."""
    step = review.undoable.newest
    if step is None:
        return ()
    return tuple(
        Entry(kind=kind, target=target, value=before, undoes=step.action)
        for (kind, target), before, _ in reversed(step.values)
    )


def redo_entries(review: Review) -> tuple[Entry, ...]:
    """Returns what has to be recorded to bring back the action undone last; nothing where there is none."""
    step = review.redoable.newest
    if step is None:
        return ()
    return tuple(
        Entry(kind=kind, target=target, value=after, redoes=step.action) for (kind, target), _, after in step.values
    )


class _Folding:
    """The fold under way: mutable, so that a long review costs one pass."""

    def __init__(self, start: Review) -> None:
        self._values = start.values.copy()
        self._seen = start.seen.copy()
        self._time_spent_ms = start.time_spent_ms
        self._undoable = start.undoable
        self._redoable = start.redoable
        self._length = start.length

    def add(self, change: Change) -> None:
        entry = change.entry
        self._length += 1
        if entry.kind is ChangeKind.SEEN:
            self._see(entry)
            return
        if entry.kind is ChangeKind.TIME_SPENT:
            self._time_spent_ms += max(0, cast(int, entry.value))
            return
        slot: Slot = (entry.kind, entry.target)
        before = self._values.get(slot)
        self._set(slot, entry.value)
        if entry.undoes is not None:
            self._undoable, self._redoable = moved(entry.undoes, self._undoable, self._redoable)
        elif entry.redoes is not None:
            self._redoable, self._undoable = moved(entry.redoes, self._redoable, self._undoable)
        elif self._values.get(slot) != before:
            self._redoable = NO_STEPS
            self._undoable = self._undoable.with_change(change, slot, before)

    def review(self) -> Review:
        return Review(
            values=MappingProxyType(self._values),
            seen=MappingProxyType(self._seen),
            time_spent_ms=self._time_spent_ms,
            undoable=self._undoable,
            redoable=self._redoable,
            length=self._length,
        )

    def _set(self, slot: Slot, value: ChangeValue) -> None:
        if value is None or value == "":
            self._values.pop(slot, None)
        else:
            self._values[slot] = value

    def _see(self, entry: Entry) -> None:
        value = cast(dict[str, list[ChangeValue]], entry.value)
        before = self._seen.get(entry.target, Seen())
        ranges = [cast(list[int], span) for span in value.get("ranges", [])]
        pages = cast(list[int], value.get("pages", []))
        self._seen[entry.target] = Seen(
            ranges=_merged([*before.ranges, *((span[0], span[1]) for span in ranges if span[1] > span[0])]),
            pages=tuple(sorted({*before.pages, *pages})),
        )


def _reading_order(annotation: Annotation) -> tuple[str, int, float, float, str]:
    corner = annotation.marked[0] if annotation.marked else None
    at = (corner.y, corner.x) if corner is not None else (0.0, 0.0)
    return (annotation.evidence, annotation.page, *at, annotation.id)


def _merged(ranges: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    result: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)
