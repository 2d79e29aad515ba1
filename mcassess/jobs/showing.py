"""The library's contents as plain documents for the command line: the queue, one submission, the outbox."""

from typing import Any

from mcassess.clock import written
from mcassess.domain.award import Block
from mcassess.domain.citation import format_citation
from mcassess.domain.comparison import visible_earlier
from mcassess.domain.decision import decision_blocks
from mcassess.domain.kinds import Outcome
from mcassess.domain.review import Carried, Review
from mcassess.domain.submission import EarlierAttempt, Evidence
from mcassess.jobs.indexing import index_evidence
from mcassess.jobs.sentences import block_sentence
from mcassess.store.evidence import FileRow
from mcassess.store.library import Library
from mcassess.store.outbox import OutboxRow
from mcassess.store.queue import Filter, QueueRow
from mcassess.store.settings import DEVICE_SETTING
from mcassess.store.submissions import StoredSubmission
from mcassess.sync.runner import Cancel

Document = dict[str, Any]


def queue(library: Library, *, state: Filter = None, search: str = "", limit: int | None = None) -> list[Document]:
    """Returns the queue in its order, as interfaces ask for it. Dates are RFC 3339 in UTC, sizes bytes."""
    with library.read() as reading:
        keys = reading.queue.ids(state, search, limit)
        return [_queue_row(row) for row in reading.queue.rows(keys)]


def catch_up_search(library: Library) -> None:
    """Takes into the search index what it does not know yet: words of reviews, and of evidence that has come."""
    if not library.read_only:
        index_evidence(library, Cancel())
    library.catch_up_search()


def submission(library: Library, key: int) -> Document:
    """Returns one submission with its rubric, evidence, review, what still blocks an award, and earlier attempts."""
    with library.read() as reading:
        stored = reading.submissions.get(key)
        review = reading.reviews.get(key)
        files = reading.evidence.states(key)
        sealed = reading.outbox.sealed(key, stored.submission.attempt)
        row = reading.queue.rows([key])[0]
        device_id = reading.settings.get(DEVICE_SETTING, library.device_id)
        holder = (reading.accounts.get(stored.account).assessor_id, device_id)
    policy = stored.microcredential.policy
    blocks = decision_blocks(Outcome.AWARD, review, stored.rubric, policy)
    scored = review.scores
    return {
        "submission": _submission(stored, row, holder),
        "rubric": _plain(stored.rubric),
        "evidence": [
            _evidence(piece, stored.submission.attempt, files, review) for piece in stored.submission.evidence
        ],
        "review": {**_review(review), "state": row.state.value, "sealed": _outbox_row(sealed) if sealed else None},
        "blocks": [_block(block, stored) for block in blocks],
        "earlier": [
            _earlier(visible_earlier(past, policy.earlier_scores, scored)) for past in stored.submission.earlier
        ],
    }


def outbox(library: Library, *, settled: bool = False) -> list[Document]:
    """Returns what waits to be sent or needs the assessor; with ``settled`` also what has arrived."""
    with library.read() as reading:
        return [_outbox_row(row) for row in reading.outbox.list(settled=settled)]


def _queue_row(row: QueueRow) -> Document:
    return {
        "id": row.id,
        "microcredential": row.microcredential_title,
        "educator": row.educator_shown,
        "attempt": row.attempt,
        "state": row.state.value,
        "due_at": written(row.due_at) if row.due_at else None,
        "evidence": row.videos + row.documents + row.images + row.others,
        "packed_bytes": row.packed_bytes,
        "total_bytes": row.total_bytes,
        "scored": row.scored,
        "criteria": row.criteria,
    }


def _submission(stored: StoredSubmission, row: QueueRow, holder: tuple[str, str]) -> Document:
    submission, microcredential = stored.submission, stored.microcredential
    claim = submission.claim
    mine = claim is not None and (claim.assessor_id, claim.device_id) == holder
    return {
        "id": submission.id,
        "microcredential": {
            "id": microcredential.id,
            "title": microcredential.title,
            "stack": _plain(microcredential.stack) if microcredential.stack else None,
            "policy": _plain(microcredential.policy),
            "slots": [_plain(slot) for slot in microcredential.slots],
        },
        "educator": row.educator_shown,
        "attempt": submission.attempt,
        "state": submission.state.value,
        "submitted_at": written(submission.submitted_at) if submission.submitted_at else None,
        "due_at": written(submission.due_at) if submission.due_at else None,
        "claim": None if claim is None else {"mine": mine, "expires_at": written(claim.expires_at)},
    }


def _evidence(piece: Evidence, attempt: int, files: dict[tuple[int, str, str], FileRow], review: Review) -> Document:
    file = files.get((attempt, piece.id, "content"))
    seen = review.seen.get(piece.id)
    return {
        "id": piece.id,
        "title": piece.title,
        "kind": piece.kind.value,
        "slot": piece.slot,
        "state": file.state.value if file else None,
        "size": piece.content.size if piece.content else None,
        "sha256": piece.content.sha256 if piece.content else None,
        "url": piece.url,
        "text": piece.text,
        "captions": piece.captions is not None,
        "duration_ms": piece.duration_ms,
        "pointers": [_plain(pointer) for pointer in piece.pointers],
        "consent": _plain(piece.consent),
        "seen": {"ranges": seen.ranges, "pages": seen.pages} if seen else None,
    }


def _review(review: Review) -> Document:
    comments, citations, carried = review.comments, review.citations, review.carried
    criteria = dict.fromkeys([*review.scores, *comments, *citations])
    return {
        "scores": {
            criterion: {
                "level": review.scores.get(criterion),
                "comment": comments.get(criterion, ""),
                "citations": [format_citation(each.evidence, each.place) for each in citations.get(criterion, ())],
                **_carried(carried.get(criterion)),
            }
            for criterion in criteria
        },
        "completeness": review.completeness,
        "condition": review.condition.value if review.condition else None,
        "feedback": review.feedback,
        "notes": review.note,
        "annotations": [
            {
                "id": each.id,
                "at": format_citation(each.evidence, each.place),
                "style": each.style.value,
                "quote": each.quote,
                "text": each.text,
            }
            for each in review.annotations
        ],
        "moments": [
            {"id": each.id, "at": format_citation(each.evidence, each.moment), "title": each.title}
            for each in review.moments
        ],
        "time_spent_ms": review.time_spent_ms,
        "undo": len(review.undoable),
        "redo": len(review.redoable),
    }


def _carried(carried: Carried | None) -> Document:
    if carried is None:
        return {}
    return {"carried": {"attempt": carried.attempt, "changed_evidence": list(carried.changed)}}


def _block(block: Block, stored: StoredSubmission) -> Document:
    return {"code": block.code.value, "ids": list(block.ids), "text": block_sentence(block, stored.rubric)}


def _earlier(past: EarlierAttempt) -> Document:
    return _plain(past)


def _outbox_row(row: OutboxRow) -> Document:
    return {
        "op_id": row.op_id,
        "submission": row.submission_id,
        "attempt": row.attempt,
        "kind": row.kind,
        "state": row.state.value,
        "outcome": row.outcome.value if row.outcome else None,
        "tries": row.tries,
        "last_error": row.last_error,
        "receipt": row.receipt,
    }


def _plain(thing: object) -> Document:
    """Returns a domain object as plain JSON values, in the names and shapes of the pack."""
    from pydantic import TypeAdapter  # noqa: PLC0415 - the queue is listed without it

    document: Document = TypeAdapter(type(thing)).dump_python(thing, mode="json")
    return document
