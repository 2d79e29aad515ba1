"""What whoever runs the platform reads and settles: outcomes, what was kept, what people said, claims, the log."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import update

from mcassess.clock import Clock
from mcassess.errors import RefusedError, UsageError
from mcassess.server import audit, tables_people
from mcassess.server.acting import RELEASING, acting
from mcassess.server.attachments import pending, release
from mcassess.server.holding import unassign
from mcassess.server.keeping import apply_kept, waiting
from mcassess.server.listing import OutcomeRecord, outcome_records
from mcassess.server.opening import opened_there
from mcassess.server.records import names_of_people, select_with_name
from mcassess.sync.wire import OpResult
from mcassess.texts import tr


@dataclass(frozen=True, slots=True, kw_only=True)
class UnappliedRecord:
    """An operation that was kept without being applied.

    Attributes:
        code: Of the problem by which it was refused.
        body: What the person has sent.
    """

    op_id: str
    kind: str
    submission: str
    attempt: int
    person: str
    code: str
    kept_at: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkRecord:
    """A comment, second opinion, request for a review, or report on evidence.

    Attributes:
        about: The comment that is meant, or the piece of evidence.
        settled_at: When a coordinator answered; None while it waits, for those that want an answer.
    """

    op_id: str
    kind: str
    submission: str
    attempt: int
    person: str
    about: str
    accepted_at: str
    settled_at: str | None
    answer: str | None
    body: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRecord:
    """Who holds a submission, as which, and until when."""

    submission: str
    person: str
    role: str
    device: str
    fence: int
    granted_at: str
    expires_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """One line of the audit log; ``actor`` is somebody's name, or ``operator``."""

    number: int
    at: str
    actor: str
    action: str
    submission: str | None
    attempt: int | None
    detail: dict[str, Any]


def outcomes(data_dir: Path, clock: Clock | None = None) -> list[OutcomeRecord]:
    """Returns what educators may be told: decisions that count and are released, with the comments made on them.

    Raises:
        WorldError: There is no platform's data in the folder, or they cannot be used.
    """
    with opened_there(data_dir, clock) as data, data.read() as connection:
        return outcome_records(connection)


def release_decision(
    data_dir: Path, submission: str, *, by: str | None = None, clock: Clock | None = None
) -> list[str]:
    """Releases the decision on the present attempt, although attachments are missing; returns their digests.

    Raises:
        UsageError: There is no such submission.
        RefusedError: Nobody has decided, or it is released already, or the person may not.
    """
    with acting(data_dir, by, clock, roles=RELEASING) as act:
        decision_id = act.submission(submission).submission.decision_id
        if decision_id is None:
            raise RefusedError(tr("Submission '{id}' is not decided.").format(id=submission))
        missing = pending(act.connection, decision_id)
        if not release(act.connection, decision_id, act.now, act.actor):
            raise RefusedError(tr("The decision on '{id}' is released already.").format(id=submission))
        return missing


def unapplied(data_dir: Path, clock: Clock | None = None) -> list[UnappliedRecord]:
    """Returns what was kept and never applied, oldest first.

    Raises:
        WorldError: There is no platform's data in the folder, or they cannot be used.
    """
    with opened_there(data_dir, clock) as data, data.read() as connection:
        rows = waiting(connection)
    return [
        UnappliedRecord(
            op_id=row.op_id,
            kind=(op := json.loads(row.payload))["kind"],
            submission=row.submission_id,
            attempt=row.attempt,
            person=row.name,
            code=row.code,
            kept_at=row.kept_at,
            body=op["body"],
        )
        for row in rows
    ]


def apply_unapplied(data_dir: Path, op_id: str, *, by: str | None = None, clock: Clock | None = None) -> OpResult:
    """Applies what was kept, as if it came now and knew the present claims.

    Raises:
        UsageError: Nothing of this id was kept.
        RefusedError: It cannot be applied; it stays as it is.
    """
    with acting(data_dir, by, clock) as act:
        row = next((row for row in waiting(act.connection) if row.op_id == op_id), None)
        if row is None:
            raise UsageError(tr("Nothing was kept under '{id}'.").format(id=op_id))
        result = apply_kept(act.data, act.connection, row, act.actor)
        if result.problem is not None:
            why = result.problem.detail or result.problem.title
            raise RefusedError(tr("'{id}' cannot be applied: {why}.").format(id=op_id, why=why))
        return result


def remarks(data_dir: Path, *, only_open: bool = False, clock: Clock | None = None) -> list[RemarkRecord]:
    """Returns what people said beside decisions, oldest first.

    Args:
        only_open: Only requests and reports that nobody has answered.

    Raises:
        WorldError: There is no platform's data in the folder, or they cannot be used.
    """
    table = tables_people.remark
    query = select_with_name(table)
    if only_open:
        query = query.where(table.c.kind.in_(_ANSWERED), table.c.settled_at.is_(None))
    with opened_there(data_dir, clock) as data, data.read() as connection:
        rows = connection.execute(query.order_by(table.c.accepted_at, table.c.op_id)).all()
    return [
        RemarkRecord(
            op_id=row.op_id,
            kind=row.kind,
            submission=row.submission_id,
            attempt=row.attempt,
            person=row.name,
            about=row.about,
            accepted_at=row.accepted_at,
            settled_at=row.settled_at,
            answer=row.answer,
            body=json.loads(row.payload)["body"],
        )
        for row in rows
    ]


_ANSWERED = ("review.request", "evidence.report")


def answer_remark(
    data_dir: Path, op_id: str, answer: str, *, by: str | None = None, clock: Clock | None = None
) -> None:
    """Notes what a coordinator made of a request or a report.

    Raises:
        UsageError: There is no such request or report that waits.
    """
    with acting(data_dir, by, clock) as act:
        table = tables_people.remark
        open_one = (table.c.op_id == op_id) & table.c.kind.in_(_ANSWERED) & table.c.settled_at.is_(None)
        values = {"settled_at": act.now, "answer": answer}
        if not act.connection.execute(update(table).where(open_one).values(**values)).rowcount:
            raise UsageError(tr("There is no request or report '{id}' that waits.").format(id=op_id))
        act.note("remark.answered", op=op_id, answer=answer)


def held_claims(data_dir: Path, clock: Clock | None = None) -> list[ClaimRecord]:
    """Returns all claims, by when they run out; those that have run out too.

    Raises:
        WorldError: There is no platform's data in the folder, or they cannot be used.
    """
    table = tables_people.claim
    with opened_there(data_dir, clock) as data, data.read() as connection:
        rows = connection.execute(select_with_name(table).order_by(table.c.expires_at, table.c.submission_id)).all()
    return [
        ClaimRecord(
            submission=row.submission_id,
            person=row.name,
            role=row.stage,
            device=row.device_id,
            fence=row.fence,
            granted_at=row.granted_at,
            expires_at=row.expires_at,
        )
        for row in rows
    ]


def end_claim(data_dir: Path, submission: str, name: str, *, by: str | None = None, clock: Clock | None = None) -> None:
    """Takes a claim away from somebody: what she still sends under it is refused and kept.

    Raises:
        UsageError: There is no such submission, or nobody of this name, or she does not hold it.
    """
    with acting(data_dir, by, clock) as act:
        stored, person = act.submission(submission), act.person(name)
        if act.involved(stored).hold_of(person.id) is None:
            raise UsageError(tr("{name} does not hold '{id}'.").format(name=person.name, id=submission))
        unassign(act.connection, stored, person, act.now, act.actor)


def audit_log(data_dir: Path, *, submission: str | None = None, clock: Clock | None = None) -> list[AuditRecord]:
    """Returns the audit log, oldest first.

    Raises:
        WorldError: There is no platform's data in the folder, or they cannot be used.
    """
    with opened_there(data_dir, clock) as data, data.read() as connection:
        rows, names = audit.entries(connection, submission), names_of_people(connection)
    return [
        AuditRecord(
            number=row.number,
            at=row.at,
            actor=names.get(row.actor, row.actor),
            action=row.action,
            submission=row.submission_id,
            attempt=row.attempt,
            detail=json.loads(row.detail),
        )
        for row in rows
    ]


def audit_is_whole(data_dir: Path, clock: Clock | None = None) -> int | None:
    """Returns the number of the first line of the audit log that was altered or follows a gap; None if it is whole.

    Raises:
        WorldError: There is no platform's data in the folder, or they cannot be used.
    """
    with opened_there(data_dir, clock) as data, data.read() as connection:
        return audit.first_broken(connection)
