"""Attempts that are over, as they stand among a submission's earlier ones."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from mcassess.domain.decision import Decision
from mcassess.domain.kinds import Outcome
from mcassess.domain.submission import EarlierAttempt, EarlierDecision, EarlierScore, Policy, Submission
from mcassess.server import tables, tables_people
from mcassess.server.records import decision_of, submission_json


def closed_attempt(connection: Connection, submission: Submission) -> EarlierAttempt:
    """Returns the present attempt as an earlier one, with the decision that was accepted here, if there was one."""
    table = tables.decision
    row = connection.execute(
        select(table).where(
            table.c.submission_id == submission.id, table.c.attempt == submission.attempt, table.c.final.is_(True)
        )
    ).one_or_none()
    return EarlierAttempt(
        attempt=submission.attempt,
        submitted_at=submission.submitted_at,
        evidence=submission.evidence,
        decision=None if row is None else earlier_decision(decision_of(row.payload), row.accepted_at),
    )


def with_past_decision(submission: Submission, attempt: int, decision: Decision, accepted_at: str) -> bytes:
    """Returns a submission as it is stored, with the decision that an earlier attempt has received."""
    told = earlier_decision(decision, accepted_at)
    earlier = tuple(replace(past, decision=told) if past.attempt == attempt else past for past in submission.earlier)
    return submission_json(replace(submission, earlier=earlier))


def earlier_decision(decision: Decision, accepted_at: str) -> EarlierDecision:
    """Returns what later attempts know of a decision."""
    return EarlierDecision(
        outcome=decision.outcome,
        scores={
            criterion: EarlierScore(level=score.level, comment=score.comment)
            for criterion, score in decision.scores.items()
        },
        feedback=decision.feedback,
        decided_at=datetime.fromisoformat(accepted_at),
    )


def attempts_left(connection: Connection, submission: Submission, policy: Policy) -> int | None:
    """Returns how often an educator may still submit after the present attempt; None means without limit.

    An attempt that was returned costs none, and one that she replaced herself before anybody decided neither.
    """
    if policy.attempts_max is None:
        return None
    closed = closed_attempt(connection, submission)
    decisions = [past.decision for past in (*submission.earlier, closed) if past.decision is not None]
    used = sum(decision.outcome is not Outcome.RETURNED for decision in decisions)
    table = tables_people.more_attempts
    more = connection.execute(select(table.c.count).where(table.c.submission_id == submission.id)).scalar() or 0
    return policy.attempts_max + more - used
