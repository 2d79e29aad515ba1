"""What was found out about evidence on arrival, as answers to propose and as sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from mcassess.domain.completeness import SlotFinding, slot_findings
from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.preflight import Findings
from mcassess.domain.proposals import Proposal, Reason, proposals
from mcassess.domain.submission import Evidence
from mcassess.jobs.sentences import duration_text, kind_name, slot_sentence
from mcassess.store.library import Library
from mcassess.store.preflights import Preflight
from mcassess.store.submissions import StoredSubmission
from mcassess.texts import tr, tr_n

Preflights = Mapping[tuple[int, str], Preflight]
"""What is known of a submission's files, by attempt and evidence id."""

_KINDS = {
    "video": EvidenceKind.VIDEO,
    "sound": EvidenceKind.AUDIO,
    "document": EvidenceKind.DOCUMENT,
    "image": EvidenceKind.IMAGE,
    "text": EvidenceKind.TEXT,
}


def slots_of(stored: StoredSubmission, preflights: Preflights) -> tuple[SlotFinding, ...]:
    """Returns what came for each evidence slot, counting what was found out."""
    return slot_findings(stored.microcredential.slots, stored.submission.evidence, _found(stored, preflights))


def proposals_of(stored: StoredSubmission, preflights: Preflights) -> dict[str, Proposal]:
    """Returns what could be answered to the completeness checks, by id of the check."""
    found = _found(stored, preflights)
    slots = slots_of(stored, preflights)
    return proposals(stored.rubric.completeness, stored.submission.evidence, found, slots)


def reason_sentences(proposal: Proposal) -> tuple[str, ...]:
    """Returns a sentence for each thing that speaks for the answer."""
    return tuple(_sentence(reason) for reason in proposal.reasons)


def findings_sentence(findings: Findings) -> str:
    """Returns what is good to know of a file, such as ``plays for 12:03, 1920 × 1080, sound at -23 dB``."""
    parts = []
    if findings.plays:
        parts.append(tr("plays for {length}").format(length=duration_text(findings.duration_ms or 0)))
    elif findings.opens:
        parts.append(tr("opens"))
    if findings.width and findings.height:
        parts.append(tr("{width} × {height}").format(width=findings.width, height=findings.height))
    if findings.sound and findings.loudness_db is not None:
        parts.append(tr("sound at {level} dB").format(level=round(findings.loudness_db)))
    if findings.pages:
        parts.append(tr_n("{number} page", "{number} pages", findings.pages).format(number=findings.pages))
    if findings.words:
        parts.append(tr_n("{number} word", "{number} words", findings.words).format(number=findings.words))
    return ", ".join(parts)


def checked_submission(library: Library, key: int) -> dict[str, Any]:
    """Returns what was found out about a submission's present attempt, as a plain document."""
    with library.read() as reading:
        stored = reading.submissions.get(key)
        review = reading.reviews.get(key)
        preflights = reading.preflights.of(key)
    submission = stored.submission
    proposed = proposals_of(stored, preflights)
    return {
        "submission": submission.id,
        "attempt": submission.attempt,
        "evidence": [
            {
                "id": piece.id,
                "title": piece.title,
                "kind": piece.kind.value,
                "marked": (known := preflights.get((submission.attempt, piece.id), Preflight())).is_marked,
                "findings": asdict(known.findings) if known.findings is not None else None,
                "text": _piece_text(piece, known.findings),
            }
            for piece in submission.evidence
        ],
        "slots": [
            {"id": each.slot.id, "faults": [fault.value for fault in each.faults], "text": slot_sentence(each)}
            for each in slots_of(stored, preflights)
        ],
        "checks": [
            {
                "id": check.id,
                "text": check.text,
                "answer": review.completeness.get(check.id),
                "proposed": (proposal := proposed.get(check.id)) and proposal.answer,
                "reasons": list(reason_sentences(proposal)) if proposal is not None else [],
            }
            for check in stored.rubric.completeness
        ],
    }


def _piece_text(piece: Evidence, findings: Findings | None) -> str:
    if piece.kind is EvidenceKind.LINK:
        return tr("A link alone: it shows nothing without a network.")
    if findings is None:
        return tr("Not looked at yet.") if piece.content is not None else ""
    text = tr("{findings}.").format(findings=findings_sentence(findings) or tr("does not open"))
    return " ".join([text, *(problem.text for problem in findings.problems)])


def files_of(library: Library, keys: Iterable[int]) -> frozenset[str]:
    """Returns the SHA-256 of all files of some submissions."""
    with library.read() as reading:
        return frozenset(row.sha256 for key in keys for row in reading.evidence.states(key).values())


def _found(stored: StoredSubmission, preflights: Preflights) -> dict[str, Findings]:
    attempt = stored.submission.attempt
    return {
        piece.id: known.findings
        for piece in stored.submission.evidence
        if (known := preflights.get((attempt, piece.id))) is not None and known.findings is not None
    }


def _sentence(reason: Reason) -> str:
    if reason.slot is not None:
        return slot_sentence(reason.slot)
    piece, findings = reason.evidence, reason.findings
    assert piece is not None, "a reason is about a piece or about a slot"
    said = [problem.text for problem in (findings.problems if findings else ()) if problem.code in reason.codes]
    if reason.names:
        said.append(tr("The title looks like somebody's name: {names}.").format(names=", ".join(reason.names)))
    if not said and findings is not None:
        really = _KINDS.get(findings.kind)
        both = {really, piece.kind}
        if really is not None and len(both) > 1 and both & {EvidenceKind.VIDEO, EvidenceKind.AUDIO}:
            text = tr("It came as {claimed}, and is {really}.")
            said.append(text.format(claimed=kind_name(piece.kind), really=kind_name(really)))
        else:
            said.append(tr("{findings}.").format(findings=findings_sentence(findings)))
    return tr("{title}: {what}").format(title=piece.title, what=" ".join(said))
