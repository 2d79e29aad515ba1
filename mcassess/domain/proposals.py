"""Proposed answers to completeness checks, from what was found out on arrival. The assessor takes or leaves them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mcassess.domain.completeness import SlotFinding, is_what_it_says
from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.names import names_in
from mcassess.domain.preflight import Findings
from mcassess.domain.rubric import CompletenessCheck
from mcassess.domain.submission import Evidence

_MEDIA = frozenset({EvidenceKind.VIDEO, EvidenceKind.AUDIO})
_PAPER = frozenset({EvidenceKind.DOCUMENT, EvidenceKind.IMAGE, EvidenceKind.TEXT})
_PRIVATE = re.compile(r"\b(names?|privacy|private|identif\w+|personal|confidential\w*)\b", re.IGNORECASE)
_PLAYS = re.compile(
    r"\b(videos?|recordings?|clips?|films?|seen|heard|hear|audible|sound|audio|plays?)\b", re.IGNORECASE
)
_READS = re.compile(r"\b(opens?|read|readable|legible)\b", re.IGNORECASE)
_FILLED = re.compile(r"\b(slots?|filled|missing|everything|all (the )?(parts|pieces))\b", re.IGNORECASE)

_SPOILS_PLAYING = ("cut_off", "no_sound", "silent")
_DOUBTS_PLAYING = ("quiet", "broken_parts", "unfinished")
_DOUBTS_READING = ("mended",)
_SHOWS_NAMES = ("names",)
_SHOWS_PLACES = ("location",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One thing that speaks for an answer.

    Attributes:
        evidence: The piece that it is about; None for a slot.
        findings: What was found out about the piece.
        codes: Its problems that count here; empty where all is well.
        names: What looks like a name in its title.
        slot: The slot that it is about; None for a piece.
    """

    evidence: Evidence | None = None
    findings: Findings | None = None
    codes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    slot: SlotFinding | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What could be answered to a check.

    Attributes:
        answer: None where the reasons are worth knowing, and decide nothing.
    """

    answer: bool | None
    reasons: tuple[Reason, ...]


def proposals(
    checks: Sequence[CompletenessCheck],
    evidence: Sequence[Evidence],
    found: Mapping[str, Findings],
    slots: Sequence[SlotFinding],
) -> dict[str, Proposal]:
    """Returns proposals by id of the check; none for a check whose words say nothing that can be found out.

    Args:
        checks: The checks.
        evidence: The pieces of the attempt.
        found: What was found out, by id of the piece. A piece that is missing was not looked at yet.
        slots: What came for each slot.
    """
    made = {check.id: _proposal(check.text, evidence, found, slots) for check in checks}
    return {check: proposal for check, proposal in made.items() if proposal is not None}


def _proposal(
    text: str, evidence: Sequence[Evidence], found: Mapping[str, Findings], slots: Sequence[SlotFinding]
) -> Proposal | None:
    if _PRIVATE.search(text):
        return _private(evidence, found)
    if _FILLED.search(text):
        return _filled(evidence, found, slots)
    if _PLAYS.search(text):
        return _sound([piece for piece in evidence if piece.kind in _MEDIA], found, _SPOILS_PLAYING, _DOUBTS_PLAYING)
    if _READS.search(text):
        return _sound([piece for piece in evidence if piece.kind in _PAPER], found, (), _DOUBTS_READING)
    return None


def _private(evidence: Sequence[Evidence], found: Mapping[str, Findings]) -> Proposal | None:
    """Names that were found speak for No; that none were found proves nothing."""
    reasons = []
    for piece in evidence:
        findings = found.get(piece.id)
        codes = _codes(findings, (*_SHOWS_NAMES, *_SHOWS_PLACES))
        names = names_in(piece.title)
        if codes or names:
            reasons.append(Reason(evidence=piece, findings=findings, codes=codes, names=names))
    if not reasons:
        return None
    named = any(reason.names or set(reason.codes) & set(_SHOWS_NAMES) for reason in reasons)
    return Proposal(answer=False if named else None, reasons=tuple(reasons))


def _filled(
    evidence: Sequence[Evidence], found: Mapping[str, Findings], slots: Sequence[SlotFinding]
) -> Proposal | None:
    if not slots:
        return None
    faults = tuple(Reason(slot=slot) for slot in slots if slot.faults)
    if faults:
        return Proposal(answer=False, reasons=faults)
    if not all(piece.id in found for piece in evidence if piece.content is not None):
        return None
    return Proposal(answer=True, reasons=tuple(Reason(slot=slot) for slot in slots))


def _sound(
    pieces: Sequence[Evidence], found: Mapping[str, Findings], spoiling: Sequence[str], doubtful: Sequence[str]
) -> Proposal | None:
    """All has to open and play; one that does not decides."""
    with_file = [piece for piece in pieces if piece.content is not None]
    if not with_file:
        return None
    known = [(piece, found[piece.id]) for piece in with_file if piece.id in found]
    bad = [
        Reason(evidence=piece, findings=findings, codes=_codes(findings) if not _works(findings) else spoilt)
        for piece, findings in known
        if (spoilt := _codes(findings, spoiling)) or not _works(findings) or not is_what_it_says(piece, findings)
    ]
    if bad:
        return Proposal(answer=False, reasons=tuple(bad))
    doubts = [
        Reason(evidence=piece, findings=findings, codes=codes)
        for piece, findings in known
        if (codes := _codes(findings, doubtful))
    ]
    if doubts:
        return Proposal(answer=None, reasons=tuple(doubts))
    if len(known) < len(with_file):
        return None
    return Proposal(answer=True, reasons=tuple(Reason(evidence=piece, findings=findings) for piece, findings in known))


def _works(findings: Findings) -> bool:
    return findings.opens and findings.plays is not False


def _codes(findings: Findings | None, wanted: Sequence[str] | None = None) -> tuple[str, ...]:
    problems = findings.problems if findings is not None else ()
    return tuple(problem.code for problem in problems if wanted is None or problem.code in wanted)
