"""What undo takes back and redo brings again: the actions of a review, newest last, and which typing goes on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice

from mcassess.domain.changes import Change, ChangeKind, ChangeValue

TYPING_PAUSE = timedelta(seconds=30)
"""Typing that goes on after a shorter pause is undone together with what came before it."""

UNDO_DEPTH = 300
"""So many actions can be undone; what lies before them stays recorded, and is only not undone by a key any more."""

_RECENT = 32

_TYPED = frozenset({ChangeKind.COMMENT, ChangeKind.NOTE, ChangeKind.FEEDBACK})
_TYPED_FIELDS = {ChangeKind.MOMENT: "title", ChangeKind.ANNOTATION: "text"}

Slot = tuple[ChangeKind, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One action that can be undone or redone: each slot it touched, with its value before and after.

    Attributes:
        action: Of the change that began it; typing that went on may have come with later ones.
        last_action: Of the newest change in it.
        device: Of the newest change in it.
        at: Of the newest change in it.
    """

    action: str
    values: tuple[tuple[Slot, ChangeValue, ChangeValue], ...]
    last_action: str
    device: str
    at: datetime


class Steps:
    """The newest actions, at most ``UNDO_DEPTH``, the newest last. Never altered: its methods return others.

    They lie in two parts, so that one more copies the short one, and not all of them with each key that is typed.
    """

    __slots__ = ("_older", "_recent", "_skipped")

    def __init__(self, older: Iterable[Step] = (), recent: tuple[Step, ...] = ()) -> None:
        self._older = tuple(older)
        self._recent = recent
        self._skipped = max(0, len(self._older) + len(recent) - UNDO_DEPTH)  # so many of the oldest do not count

    def __len__(self) -> int:
        return len(self._older) + len(self._recent) - self._skipped

    def __iter__(self) -> Iterator[Step]:
        return islice(chain(self._older, self._recent), self._skipped, None)

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, Steps) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    @property
    def newest(self) -> Step | None:
        """The newest action; None where there is none."""
        last = self._recent or self._older
        return last[-1] if last else None

    def with_newest(self, step: Step) -> "Steps":
        """Returns them with one more; where there are too many, the oldest falls out."""
        if len(self._recent) < _RECENT:
            return Steps(self._older, (*self._recent, step))
        return Steps(self, (step,))

    def without_newest(self) -> "Steps":
        """Returns them without the newest."""
        return Steps(tuple(self)[:-1])

    def with_change(self, change: Change, slot: Slot, before: ChangeValue) -> "Steps":
        """Returns them with a change that was neither undo nor redo: part of the newest action, or one of its own."""
        values = ((slot, before, change.entry.value),)
        top = self.newest
        if top is not None and top.last_action == change.action:
            return self._with_other_newest(_step(top.action, top.values + values, change))
        if top is not None and _goes_on(top, change, slot, before):
            first = top.values[0]
            return self._with_other_newest(_step(top.action, ((slot, first[1], change.entry.value),), change))
        return self.with_newest(_step(change.action, values, change))

    def _with_other_newest(self, step: Step) -> "Steps":
        if self._recent:
            return Steps(self._older, (*self._recent[:-1], step))
        return Steps(tuple(self)[:-1], (step,))


NO_STEPS = Steps()


def moved(action: str, source: Steps, destination: Steps) -> tuple[Steps, Steps]:
    """Returns source and destination after an action was undone or done again; it is the newest of the source."""
    # An undo of several changes names its action several times; only the first moves it.
    step = source.newest
    if step is None or step.action != action:
        return source, destination
    return source.without_newest(), destination.with_newest(step)


def _step(action: str, values: tuple[tuple[Slot, ChangeValue, ChangeValue], ...], last: Change) -> Step:
    return Step(action=action, values=values, last_action=last.action, device=last.device, at=last.at)


def _goes_on(top: Step, change: Change, slot: Slot, before: ChangeValue) -> bool:
    return (
        len(top.values) == 1
        and top.values[0][0] == slot
        and top.device == change.device
        and abs(change.at - top.at) <= TYPING_PAUSE
        and _is_typing(*top.values[0])
        and _is_typing(slot, before, change.entry.value)
    )


def _is_typing(slot: Slot, before: ChangeValue, after: ChangeValue) -> bool:
    """Tells whether a text was written, and nothing made, moved or removed."""
    if slot[0] in _TYPED:
        return True
    typed = _TYPED_FIELDS.get(slot[0])
    if typed is None or not isinstance(before, dict) or not isinstance(after, dict):
        return False
    return {**before, typed: ""} == {**after, typed: ""}
