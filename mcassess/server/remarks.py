"""Operations that decide nothing: comments, second opinions, requests for a review, reports on evidence."""

from typing import Any

from sqlalchemy import Row, insert, select

from mcassess.domain.citation import parse_citation
from mcassess.domain.submission import Submission
from mcassess.server import tables, tables_people
from mcassess.server.audit import note
from mcassess.server.checks import read_body
from mcassess.server.deciding import content_problem
from mcassess.server.evidence_marks import WITHHOLDING, withhold
from mcassess.server.problems import problem
from mcassess.server.views import sight
from mcassess.server.work import Work
from mcassess.sync.wire import Entity, OpResult, Problem
from mcassess.sync.wire_operations import CommentAdd, CommentAmend, CommentRemove, EvidenceReport, ReviewRequest

COMMENT_ADD, COMMENT_AMEND, COMMENT_REMOVE = "comment.add", "comment.amend", "comment.remove"
SECOND_OPINION, REVIEW_REQUEST, EVIDENCE_REPORT = "second_opinion.submit", "review.request", "evidence.report"


def add_comment(work: Work) -> OpResult:
    """Settles a ``comment.add``."""
    body = read_body(CommentAdd, work.op.body)
    if isinstance(body, Problem):
        return work.refused(body)
    if body.citation is not None:
        try:
            parse_citation(body.citation)
        except ValueError as error:
            return work.refused(problem("schema", f"body.citation: {error}"))
    if (fault := _attempt_problem(work)) is not None:
        return work.refused(fault)
    return _recorded(work, about=work.op.op_id, entity=Entity(type="comment", id=work.op.op_id, version=1))


def amend_comment(work: Work) -> OpResult:
    """Settles a ``comment.amend``."""
    body = read_body(CommentAmend, work.op.body)
    return work.refused(body) if isinstance(body, Problem) else _follow_comment(work, body.comment)


def remove_comment(work: Work) -> OpResult:
    """Settles a ``comment.remove``."""
    body = read_body(CommentRemove, work.op.body)
    return work.refused(body) if isinstance(body, Problem) else _follow_comment(work, body.comment)


def second_opinion(work: Work) -> OpResult:
    """Settles a ``second_opinion.submit``: her decision stands as a record beside the one that counts."""
    submission, attempt = work.stored.submission, work.op.base.attempt
    fault = _attempt_problem(work, decided_by_others=True) or content_problem(work)
    if fault is None and not work.policy.second_opinions:
        fault = problem("policy", "second opinions are not recorded here")
    if fault is None and not _is_decided(work, submission, attempt):
        fault = problem("policy", "nobody has decided on this attempt: decide on it")
    if fault is None and any(row.person_id == work.person.id for row in _remarks(work, SECOND_OPINION)):
        fault = problem("already-decided", "her second opinion is recorded already")
    return work.refused(fault) if fault is not None else _recorded(work)


def request_review(work: Work) -> OpResult:
    """Settles a ``review.request``."""
    body = read_body(ReviewRequest, work.op.body)
    fault = body if isinstance(body, Problem) else _attempt_problem(work, decided_by_others=True)
    if fault is None and not work.policy.review_requests:
        fault = problem("policy", "coordinators are not asked this way here")
    return work.refused(fault) if fault is not None else _recorded(work)


def report_evidence(work: Work) -> OpResult:
    """Settles an ``evidence.report``; a breach or a worry withholds the piece from everybody.

    From whoever it was given away from it is a report like any other: a coordinator looks first.
    """
    body = read_body(EvidenceReport, work.op.body)
    if isinstance(body, Problem):
        return work.refused(body)
    seen = sight(work.person, work.stored.submission, work.policy, work.involved)
    if seen == "out_of_scope":
        return work.refused(problem("policy", "it is not her turn to see it"))
    submission, attempt = work.stored.submission, work.op.base.attempt
    if attempt > submission.attempt:
        return work.refused(problem("attempt-unknown"))
    past = None if attempt == submission.attempt else submission.earlier_attempt(attempt)
    pieces = submission.evidence if attempt == submission.attempt else past.evidence if past else ()
    if all(piece.id != body.evidence for piece in pieces):
        return work.refused(problem("schema", "body.evidence: the attempt has no such evidence"))
    result = _recorded(work, about=body.evidence, reason=body.reason)
    if body.reason not in WITHHOLDING or seen == "reassigned":
        return result
    version, seq = withhold(work.connection, work.stored, attempt, body.evidence, body.reason)
    return result.model_copy(update={"seq": seq, "entities": [work.submission_entity(version)]})


def _follow_comment(work: Work, comment: str) -> OpResult:
    """Records what becomes of a comment; its former words stay."""
    table = tables_people.remark
    rows = work.connection.execute(
        select(table).where(table.c.about == comment, table.c.person_id == work.person.id).order_by(table.c.accepted_at)
    ).all()
    kinds = [row.kind for row in rows if row.kind in {COMMENT_ADD, COMMENT_AMEND, COMMENT_REMOVE}]
    first = next((row for row in rows if row.op_id == comment), None)
    if first is None or first.submission_id != work.op.submission_id:
        return work.refused(problem("policy", "there is no such comment of hers"))
    if COMMENT_REMOVE in kinds:
        return work.refused(problem("policy", "the comment was removed"))
    return _recorded(work, about=comment, entity=Entity(type="comment", id=comment, version=len(kinds) + 1))


def _attempt_problem(work: Work, *, decided_by_others: bool = False) -> Problem | None:
    """Says why she has nothing to say on the attempt: she must see it, or have decided on it.

    Args:
        decided_by_others: Whether it is enough that others have decided on what was hers to see.
    """
    submission, attempt = work.stored.submission, work.op.base.attempt
    if attempt > submission.attempt:
        return problem("attempt-unknown")
    if decided_by_others:
        return None
    made = tables.decision
    hers = work.connection.execute(
        select(made.c.id).where(
            made.c.submission_id == submission.id,
            made.c.attempt == attempt,
            made.c.person_id == work.person.id,
        )
    ).first()
    if hers is not None:
        return None
    if attempt < submission.attempt:
        return problem("attempt-superseded")
    seen = sight(work.person, submission, work.policy, work.involved)
    if not isinstance(seen, str):
        return None
    return problem({"withdrawn": "withdrawn", "reassigned": "claim-lost"}.get(seen, "already-decided"))


def _is_decided(work: Work, submission: Submission, attempt: int) -> bool:
    if attempt == submission.attempt:
        settled = work.involved.settled
        return settled is not None and settled.person != work.person.id
    past = submission.earlier_attempt(attempt)
    return past is not None and past.decision is not None


def _remarks(work: Work, kind: str) -> list[Row[Any]]:
    table = tables_people.remark
    return list(
        work.connection.execute(
            select(table).where(
                table.c.kind == kind,
                table.c.submission_id == work.op.submission_id,
                table.c.attempt == work.op.base.attempt,
            )
        )
    )


def _recorded(work: Work, about: str = "", entity: Entity | None = None, **detail: object) -> OpResult:
    op, receipt = work.op, work.accepted_receipt()
    work.connection.execute(
        insert(tables_people.remark).values(
            op_id=op.op_id,
            kind=op.kind,
            submission_id=op.submission_id,
            attempt=op.base.attempt,
            person_id=work.person.id,
            about=about,
            accepted_at=receipt.accepted_at,
            payload=work.incoming.payload,
            receipt=receipt.model_dump_json().encode(),
        )
    )
    where = (op.submission_id, op.base.attempt)
    note(work.connection, work.now, work.person.id, op.kind, where, op=op.op_id, target=about, **detail)
    return work.applied(entities=[] if entity is None else [entity])
