"""The queue's columns, derived from submission, review, outbox and evidence in the transaction that changes those."""

from mcassess.domain.kinds import SubmissionState
from mcassess.domain.review import Review
from mcassess.store.session import Session
from mcassess.store.states import OpState, QueueState

SEALING = "kind LIKE 'decision.%' AND state != 'kept' AND NOT coalesce(json_extract(result, '$.reopened'), 0)"
"""Of an operation: whether it seals the review of its attempt."""

_FACTS = f"""
    SELECT s.state, s.platform_state, s.removed_reason, s.begun,
           o.state, o.outcome, (SELECT group_concat(coalesce(last_error, ''), ' ') FROM outbox
                                WHERE submission = s.key AND state = 'attention'),
           EXISTS (SELECT 1 FROM outbox WHERE submission = s.key AND attempt = s.attempt
                   AND json_extract(result, '$.reopened'))
    FROM submission s
    LEFT JOIN outbox o ON o.op_id = (SELECT op_id FROM outbox WHERE submission = s.key AND attempt = s.attempt
                                     AND {SEALING} ORDER BY device_seq DESC LIMIT 1)
    WHERE s.key = ?
"""  # noqa: S608 - of our own pieces only

_PACKED = """
    UPDATE submission SET (packed_bytes, total_bytes) = (
        SELECT coalesce(sum(done_bytes), 0), coalesce(sum(size), 0) FROM evidence_file WHERE sha256 IN (
            SELECT e.sha256 FROM evidence e
            WHERE e.submission = submission.key AND (submission.earlier_wanted OR e.attempt = submission.attempt)))
    WHERE key IN (SELECT value FROM json_each(?))
"""


def queue_state(
    *,
    platform_state: SubmissionState,
    removed: bool,
    begun: bool,
    sealed: OpState | None,
    needs_you: bool,
    reopened: bool = False,
) -> QueueState:
    """Returns where a submission stands for the assessor.

    Args:
        platform_state: As the platform sent it last.
        removed: Whether the platform took it away.
        begun: Whether the review of the present attempt holds anything.
        sealed: Where the decision on the present attempt stands in the outbox.
        needs_you: Whether an operation on any attempt of it was refused.
        reopened: Whether the assessor revises a decision on the present attempt that the platform has.
    """
    if needs_you:
        return QueueState.NEEDS_YOU
    if sealed is not None:
        return QueueState.SENT if sealed is OpState.SETTLED else QueueState.WAITING
    if removed or platform_state in {SubmissionState.WITHDRAWN, SubmissionState.SUPERSEDED}:
        return QueueState.WITHDRAWN
    if platform_state is SubmissionState.DECIDED and not reopened:
        return QueueState.SENT
    return QueueState.IN_PROGRESS if begun else QueueState.TO_REVIEW


def refresh_review(session: Session, key: int, review: Review) -> None:
    """Derives the columns that follow from the review, as it is now, of the present attempt."""
    changed = session.sql(
        "UPDATE submission SET scored = ?1, begun = ?2 WHERE key = ?3 AND (scored, begun) IS NOT (?1, ?2)",
        review.scored,
        review.begun,
        key,
    )
    if changed.rowcount:
        refresh_state(session, key)


def refresh_state(session: Session, key: int) -> None:
    """Derives state, outcome and problem from what stands in the other columns and in the outbox."""
    row = session.sql(_FACTS, key).one_or_none()
    if row is None:
        return
    problem = row[6]
    state = queue_state(
        platform_state=SubmissionState(row[1]),
        removed=row[2] is not None,
        begun=bool(row[3]),
        sealed=None if row[4] is None else OpState(row[4]),
        needs_you=problem is not None,
        reopened=bool(row[7]),
    )
    session.sql(
        "UPDATE submission SET state = ?, outcome = ?, problem = ? WHERE key = ?",
        state.value,
        row[5],
        None if problem is None else problem.strip(),
        key,
    )
    session.touched.submissions.add(key)


def refresh_packed(session: Session, keys: list[int]) -> None:
    """Derives how much of the wanted evidence of these submissions there is, and is on this laptop."""
    session.sql(_PACKED, str(keys))
    session.touched.submissions.update(keys)


def refresh_packed_of_file(session: Session, sha256: str) -> None:
    """Derives it for every submission that a file belongs to."""
    found = session.sql("SELECT DISTINCT submission FROM evidence WHERE sha256 = ?", sha256)
    refresh_packed(session, found.scalars())
