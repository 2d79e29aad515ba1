"""Evidence slots against what came: what is missing, too much, of the wrong kind or too long."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mcassess.domain.submission import Evidence, EvidenceSlot


class SlotFault(StrEnum):
    """What is wrong with a slot."""

    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    WRONG_KIND = "wrong_kind"
    TOO_LONG = "too_long"


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


def slot_findings(slots: Sequence[EvidenceSlot], evidence: Sequence[Evidence]) -> tuple[SlotFinding, ...]:
    """Returns a finding for each slot, in the order of the slots."""
    return tuple(_finding(slot, [piece for piece in evidence if piece.slot == slot.id]) for slot in slots)


def _finding(slot: EvidenceSlot, came: list[Evidence]) -> SlotFinding:
    fits = [piece for piece in came if not slot.kinds or piece.kind in slot.kinds]
    longest = max((piece.duration_ms or 0 for piece in fits), default=0)
    faults = []
    if len(fits) < slot.min:
        faults.append(SlotFault.TOO_FEW)
    if slot.max is not None and len(came) > slot.max:
        faults.append(SlotFault.TOO_MANY)
    if len(fits) < len(came):
        faults.append(SlotFault.WRONG_KIND)
    if slot.max_minutes is not None and longest > slot.max_minutes * 60_000:
        faults.append(SlotFault.TOO_LONG)
    return SlotFinding(slot=slot, evidence=tuple(piece.id for piece in came), faults=tuple(faults))
