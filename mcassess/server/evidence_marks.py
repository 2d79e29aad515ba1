"""What was settled here about a piece of evidence: consent, withholding, destruction. It counts over packs."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from mcassess.domain.submission import Consent, EarlierAttempt, Evidence, Submission
from mcassess.server import tables, tables_people
from mcassess.server.feed import add_to_feed
from mcassess.server.records import StoredSubmission, submission_json

WITHHOLDING = frozenset({"privacy_breach", "safety"})
"""Reasons of a report by which nobody gets the evidence until a coordinator has looked."""


def withhold(
    connection: Connection, stored: StoredSubmission, attempt: int, evidence_id: str, reason: str | None
) -> tuple[int, int]:
    """Withholds a piece from everybody, or gives it back where ``reason`` is None; returns version and ``seq``."""
    return mark(connection, stored, attempt, evidence_id, withheld=reason)


def mark(
    connection: Connection,
    stored: StoredSubmission,
    attempt: int,
    evidence_id: str,
    **values: Any,  # noqa: ANN401 - columns of the table
) -> tuple[int, int]:
    """Notes something about a piece and tells everybody; returns the submission's version and the feed's ``seq``."""
    table = tables_people.evidence_mark
    here = {"submission_id": stored.submission.id, "attempt": attempt, "evidence_id": evidence_id}
    key = [table.c[name] == value for name, value in here.items()]
    if not connection.execute(update(table).where(*key).values(**values)).rowcount:
        connection.execute(insert(table).values(**here, **values))
    return rewrite(connection, marked(connection, stored.submission))


def rewrite(connection: Connection, submission: Submission) -> tuple[int, int]:
    """Stores a submission's data anew; returns its new version and the feed's ``seq``."""
    table = tables.submission
    version = submission.version + 1
    connection.execute(
        update(table).where(table.c.id == submission.id).values(version=version, data=submission_json(submission))
    )
    return version, add_to_feed(connection, "submission", submission.id, version)


def marked(connection: Connection, submission: Submission) -> Submission:
    """Returns a submission with all that was settled about its evidence."""
    table = tables_people.evidence_mark
    rows = connection.execute(select(table).where(table.c.submission_id == submission.id)).all()
    marks = {(row.attempt, row.evidence_id): row for row in rows}
    if not marks:
        return submission

    def settled(attempt: int) -> Callable[[Evidence], Evidence]:
        return lambda piece: _settled(piece, marks.get((attempt, piece.id)))

    def settled_attempt(past: EarlierAttempt) -> EarlierAttempt:
        return replace(past, evidence=tuple(map(settled(past.attempt), past.evidence)))

    return replace(
        submission,
        evidence=tuple(map(settled(submission.attempt), submission.evidence)),
        earlier=tuple(map(settled_attempt, submission.earlier)),
    )


def _settled(piece: Evidence, row: Row[Any] | None) -> Evidence:
    if row is None:
        return piece
    consent = Consent(
        scoring=piece.consent.scoring if row.scoring is None else row.scoring,
        training=piece.consent.training if row.training is None else row.training,
    )
    if row.destroyed_at is not None:
        return replace(piece, consent=consent, available=False, text=None, url=None, pointers=())
    return replace(piece, consent=consent, available=row.withheld is None)
