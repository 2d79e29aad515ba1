"""Withhold and report: evidence that must not be seen goes from this laptop, and the programme hears of it."""

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.domain.kinds import Condition, DestroyReason
from mcassess.domain.retention import WITHHELD
from mcassess.domain.submission import Evidence
from mcassess.errors import UsageError
from mcassess.jobs import outgoing
from mcassess.store.changes import ChangeSet
from mcassess.store.library import Library
from mcassess.store.sessions import Writing
from mcassess.store.submissions import StoredSubmission
from mcassess.sync.operations import EVIDENCE_REPORT, base_of, freeze
from mcassess.texts import tr


def withhold(
    library: Library,
    key: int,
    evidence_id: str,
    *,
    reason: DestroyReason = DestroyReason.PRIVACY_BREACH,
    text: str = "",
    attempt: int | None = None,
) -> ChangeSet:
    """Destroys a piece of evidence on this laptop and reports it to the programme, all in one transaction.

    It goes in every place where the same file stands, and is not fetched again; so do files that were made of it to go
    with a decision. Where a breach of privacy is found in the present attempt and its review is still open, the
    condition code is recorded too. Neither a sealed decision nor a missing network stands in the way.

    Args:
        library: Where it lies.
        key: The library's key of the submission.
        evidence_id: As the educator's attempt names it.
        reason: A breach of privacy, or a worry about a child's safety.
        text: What the programme should know, in the assessor's words.
        attempt: The present one where none is given.

    Raises:
        UsageError: The attempt has no such evidence, or the reason is none to withhold for.
        RefusedError: The text is too long to send.
        WorldError: The world stands in the way.
    """
    if reason not in WITHHELD:
        raise UsageError(tr("Evidence is withheld for a breach of privacy or a child's safety alone."))
    with library.read() as reading:
        stored = reading.submissions.get(key)
        number = stored.submission.attempt if attempt is None else attempt
        attached = reading.attachments.of(key, number, dropped=True)
    piece = _piece(stored, number, evidence_id)
    copies = [each for each in attached if each.target == f"evidence:{piece.id}"]
    reasons = dict.fromkeys([*(content.sha256 for content in piece.files), *(each.sha256 for each in copies)], reason)

    body = {"evidence": piece.id, "reason": reason.value, "text": text.strip()}

    def report(writing: Writing) -> None:
        if reason is DestroyReason.PRIVACY_BREACH:
            _record_condition(writing, stored, number)
        writing.words.withhold(key, number, piece.id, reason)
        _report(library, writing, stored, number, body)
        for each in copies:
            writing.attachments.remove(each.key)

    return library.vault.destroy_all(reasons, also=report)


def _report(library: Library, writing: Writing, stored: StoredSubmission, attempt: int, body: dict[str, str]) -> None:
    base = base_of(stored)
    if attempt != base.attempt:
        base = base.model_copy(update={"attempt": attempt, "evidence_sha256": None})
    sender = outgoing.sender_of(library, writing, stored.account)
    operation = freeze(EVIDENCE_REPORT, body, base, stored.submission.id, sender)
    outgoing.put(writing, stored, attempt, operation)


def _piece(stored: StoredSubmission, attempt: int, evidence_id: str) -> Evidence:
    past = stored.submission.earlier_attempt(attempt)
    pieces = past.evidence if past is not None else ()
    if attempt == stored.submission.attempt:
        pieces = stored.submission.evidence
    piece = next((each for each in pieces if each.id == evidence_id), None)
    if piece is None:
        raise UsageError(tr("There is no evidence '{name}' here.").format(name=evidence_id))
    return piece


def _record_condition(writing: Writing, stored: StoredSubmission, attempt: int) -> None:
    if attempt == stored.submission.attempt and writing.outbox.sealed(stored.key, attempt) is None:
        entry = Entry(kind=ChangeKind.CONDITION, value=Condition.PRIVACY_BREACH.value)
        writing.reviews.append(stored.key, [entry])
