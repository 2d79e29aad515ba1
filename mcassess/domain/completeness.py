"""Evidence slots against what came: what is missing, too much, of the wrong kind, too long, or a link alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.preflight import Findings
from mcassess.domain.submission import Evidence, EvidenceSlot

_PAPER = frozenset({EvidenceKind.DOCUMENT, EvidenceKind.IMAGE, EvidenceKind.TEXT})
_REALLY = {
    "video": frozenset({EvidenceKind.VIDEO}),
    "sound": frozenset({EvidenceKind.AUDIO}),
    "document": _PAPER,
    "image": _PAPER,
    "text": _PAPER,
}


class SlotFault(StrEnum):
    """What is wrong with a slot."""

    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    WRONG_KIND = "wrong_kind"
    TOO_LONG = "too_long"
    LINK_ONLY = "link_only"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotFinding:
    """One slot and what came for it.

    Attributes:
        evidence: Ids of what fills it.
        faults: Empty where all is as asked for.
    """

    slot: EvidenceSlot
    evidence: tuple[str, ...]
    faults: tuple[SlotFault, ...]


def slot_findings(
    slots: Sequence[EvidenceSlot], evidence: Sequence[Evidence], found: Mapping[str, Findings] = MappingProxyType({})
) -> tuple[SlotFinding, ...]:
    """Returns a finding for each slot, in the order of the slots.

    Args:
        slots: What is asked for.
        evidence: What came.
        found: What was found out about a piece, by its id; it counts more than what the platform says.
    """
    return tuple(_finding(slot, [piece for piece in evidence if piece.slot == slot.id], found) for slot in slots)


def is_what_it_says(piece: Evidence, found: Findings | None) -> bool:
    """Tells whether a piece is of the kind that it came as, as far as that was found out."""
    really = _REALLY.get(found.kind) if found is not None else None
    return really is None or piece.kind in really


def _finding(slot: EvidenceSlot, came: list[Evidence], found: Mapping[str, Findings]) -> SlotFinding:
    fits = [
        piece
        for piece in came
        if (not slot.kinds or piece.kind in slot.kinds) and is_what_it_says(piece, found.get(piece.id))
    ]
    longest = max((_duration_ms(piece, found.get(piece.id)) for piece in fits), default=0)
    faults = []
    if len(fits) < slot.min:
        faults.append(SlotFault.TOO_FEW)
    if slot.max is not None and len(came) > slot.max:
        faults.append(SlotFault.TOO_MANY)
    if len(fits) < len(came):
        faults.append(SlotFault.WRONG_KIND)
    if slot.max_minutes is not None and longest > slot.max_minutes * 60_000:
        faults.append(SlotFault.TOO_LONG)
    if fits and all(piece.kind is EvidenceKind.LINK for piece in fits):
        faults.append(SlotFault.LINK_ONLY)
    return SlotFinding(slot=slot, evidence=tuple(piece.id for piece in came), faults=tuple(faults))


def _duration_ms(piece: Evidence, found: Findings | None) -> int:
    return (found.duration_ms if found is not None else None) or piece.duration_ms or 0
