"""Evidence slots against what came."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcassess.domain.completeness import SlotFault, slot_findings
from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.submission import Evidence, EvidenceSlot

VIDEO, DOCUMENT = EvidenceKind.VIDEO, EvidenceKind.DOCUMENT
SLOT = EvidenceSlot(id="video", title="One lesson video", kinds=(VIDEO,), min=1, max=1, max_minutes=15)


def piece(
    name: str, kind: EvidenceKind = VIDEO, *, slot: str | None = "video", minutes: float | None = None
) -> Evidence:
    duration = None if minutes is None else int(minutes * 60_000)
    return Evidence(id=name, title=name, kind=kind, slot=slot, duration_ms=duration)


def faults(*evidence: Evidence, slot: EvidenceSlot = SLOT) -> list[SlotFault]:
    (finding,) = slot_findings([slot], evidence)
    return list(finding.faults)


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ([piece("v1", minutes=15)], []),
        ([piece("v1")], []),
        ([], [SlotFault.TOO_FEW]),
        ([piece("v1", slot=None)], [SlotFault.TOO_FEW]),
        ([piece("v1", slot="elsewhere")], [SlotFault.TOO_FEW]),
        ([piece("v1"), piece("v2")], [SlotFault.TOO_MANY]),
        ([piece("v1", minutes=15.01)], [SlotFault.TOO_LONG]),
        ([piece("d1", DOCUMENT)], [SlotFault.TOO_FEW, SlotFault.WRONG_KIND]),
        ([piece("v1"), piece("d1", DOCUMENT)], [SlotFault.TOO_MANY, SlotFault.WRONG_KIND]),
    ],
)
def test_a_slot_says_what_is_wrong_with_it(evidence: list[Evidence], expected: list[SlotFault]) -> None:
    assert faults(*evidence) == expected


def test_a_slot_that_names_no_kinds_takes_any() -> None:
    assert faults(piece("d1", DOCUMENT, slot="any"), slot=EvidenceSlot(id="any", title="Anything")) == []


def test_findings_stand_in_the_order_of_the_slots_and_name_what_fills_them() -> None:
    slots = [EvidenceSlot(id="b", title="B"), EvidenceSlot(id="a", title="A", min=0)]
    found = slot_findings(slots, [piece("v1", slot="b"), piece("v2", slot="b")])
    assert [(each.slot.id, each.evidence, each.faults) for each in found] == [("b", ("v1", "v2"), ()), ("a", (), ())]


@given(st.integers(0, 3), st.integers(0, 3), st.integers(0, 6))
def test_a_count_between_min_and_max_is_never_a_fault(low: int, more: int, count: int) -> None:
    slot = EvidenceSlot(id="s", title="S", min=low, max=low + more)
    found = faults(*(piece(f"v{i}", slot="s") for i in range(count)), slot=slot)
    assert (SlotFault.TOO_FEW in found) == (count < low)
    assert (SlotFault.TOO_MANY in found) == (count > low + more)
