"""What was found out on arrival becomes an answer to propose, where the check's words ask for it."""

import pytest

from mcassess.domain.completeness import SlotFault, slot_findings
from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.preflight import Findings, Problem
from mcassess.domain.proposals import Proposal, proposals
from mcassess.domain.rubric import CompletenessCheck
from mcassess.domain.submission import Content, Evidence, EvidenceSlot

PLAYS = "The video can be seen and heard, and shows one meeting without cuts"
READS = "All samples of student work open and can be read"
FILLED = "Every slot that must be filled is filled"
PRIVATE = "Samples carry no names"
SLOT = EvidenceSlot(id="video", title="One lesson video", kinds=(EvidenceKind.VIDEO,), max_minutes=15)
GOOD_VIDEO = Findings(kind="video", opens=True, plays=True, sound=True, duration_ms=600_000)
GOOD_PAPER = Findings(kind="document", opens=True, pages=3)


def piece(name: str, kind: EvidenceKind = EvidenceKind.VIDEO, title: str = "") -> Evidence:
    content = Content(sha256=name[0].encode().hex()[0] * 64, size=1) if kind is not EvidenceKind.LINK else None
    return Evidence(id=name, title=title or name, kind=kind, slot="video", content=content)


def problem(code: str) -> tuple[Problem, ...]:
    return (Problem(code=code, text="It is so."),)


def proposed(text: str, evidence: list[Evidence], found: dict[str, Findings]) -> Proposal | None:
    slots = slot_findings([SLOT], evidence, found)
    return proposals([CompletenessCheck(id="k", text=text)], evidence, found, slots).get("k")


@pytest.mark.parametrize(
    ("text", "found", "answer"),
    [
        (PLAYS, GOOD_VIDEO, True),
        (PLAYS, Findings(kind="video", plays=False, problems=problem("broken")), False),
        (PLAYS, Findings(kind="video", opens=True, plays=True, problems=problem("silent")), False),
        (PLAYS, Findings(kind="video", opens=True, plays=True, problems=problem("quiet")), None),
        (PLAYS, GOOD_PAPER, False),
        (FILLED, GOOD_VIDEO, True),
        (FILLED, Findings(kind="video", opens=True, plays=True, duration_ms=16 * 60_000), False),
        (FILLED, GOOD_PAPER, False),
        (PRIVATE, Findings(kind="video", opens=True, plays=True, problems=problem("names")), False),
        (PRIVATE, Findings(kind="video", opens=True, plays=True, problems=problem("location")), None),
    ],
)
def test_what_was_found_speaks_for_an_answer(text: str, found: Findings, answer: bool | None) -> None:
    proposal = proposed(text, [piece("v1")], {"v1": found})
    assert proposal is not None
    assert proposal.answer is answer
    assert proposal.reasons


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The session can be followed from what was sent", {"v1": GOOD_VIDEO}),
        (PRIVATE, {"v1": GOOD_VIDEO}),
        (READS, {"v1": GOOD_VIDEO}),
        (PLAYS, {}),
        (FILLED, {}),
    ],
)
def test_nothing_is_proposed_where_nothing_is_known(text: str, found: dict[str, Findings]) -> None:
    assert proposed(text, [piece("v1")], found) is None


def test_one_piece_that_does_not_open_decides_and_the_others_are_not_blamed() -> None:
    paper = [piece("a", EvidenceKind.DOCUMENT), piece("b", EvidenceKind.IMAGE), piece("v1")]
    locked = Findings(kind="document", problems=problem("password"))
    proposal = proposed(READS, paper, {"a": locked, "b": Findings(kind="image", opens=True), "v1": GOOD_VIDEO})
    assert proposal is not None
    assert proposal.answer is False
    assert [reason.evidence.id for reason in proposal.reasons if reason.evidence] == ["a"]


def test_a_name_in_a_title_speaks_for_no() -> None:
    proposal = proposed(PRIVATE, [piece("v1", title="Sample of Maria Lopez")], {"v1": GOOD_VIDEO})
    assert proposal is not None
    assert (proposal.answer, proposal.reasons[0].names) == (False, ("Maria Lopez",))


def test_a_slot_that_only_a_link_fills_says_so() -> None:
    anything = EvidenceSlot(id="video", title="Lesson")
    link, video = piece("l1", EvidenceKind.LINK), piece("v1")
    assert slot_findings([anything], [link])[0].faults == (SlotFault.LINK_ONLY,)
    assert slot_findings([anything], [link, video])[0].faults == ()
