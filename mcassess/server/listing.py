"""Lists for whoever runs the platform: decisions, outcomes as educators may hear them, what people have said."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, null, select, union_all

from mcassess.server import tables, tables_people
from mcassess.server.attachments import pending
from mcassess.server.past import attempts_left
from mcassess.server.records import decision_of, stored_microcredential, stored_submission
from mcassess.sync.wire import DecisionRecord, Receipt


def decision_records(connection: Connection) -> list[DecisionRecord]:
    """Returns every accepted decision in the order in which they were accepted; superseded ones too."""
    return [_record(connection, row) for row in _decisions(connection)]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRecord:
    """What an educator may be told of an attempt, as ``mcassess platform outcomes`` lists it.

    Attributes:
        scores: By criterion: ``level`` and ``comment``.
        comments: Made beside the decision, in their last words: ``criterion``, ``text``.
        attachments: ``name``, ``sha256``, ``arrived``.
        attempts_left: How often she may still submit; None means without limit.
    """

    submission: str
    attempt: int
    educator: str
    outcome: str
    condition: str | None
    scores: dict[str, dict[str, str]]
    feedback: str
    comments: list[dict[str, str | None]]
    attachments: list[dict[str, str | bool]]
    attempts_left: int | None
    released_at: str
    decision: str


def outcome_records(connection: Connection) -> list[OutcomeRecord]:
    """Returns what educators may be told, in the order in which it was released."""
    table = tables.decision
    released = table.c.final.is_(True) & table.c.released_at.is_not(None)
    rows = connection.execute(select(table).where(released).order_by(table.c.released_at, table.c.id)).all()
    return [_outcome(connection, row) for row in rows]


def _outcome(connection: Connection, row: Row[Any]) -> OutcomeRecord:
    stored, decision = stored_submission(connection, row.submission_id), decision_of(row.payload)
    assert stored is not None, "decisions are on submissions that are known"
    return OutcomeRecord(
        submission=row.submission_id,
        attempt=row.attempt,
        educator=stored.submission.educator.id,
        outcome=decision.outcome.value,
        condition=decision.condition.value if decision.condition else None,
        scores={
            criterion: {"level": score.level, "comment": score.comment} for criterion, score in decision.scores.items()
        },
        feedback=decision.feedback,
        comments=_comments(connection, row.submission_id, row.attempt),
        attachments=_attachments(connection, row.id),
        attempts_left=attempts_left(
            connection,
            stored.submission,
            stored_microcredential(connection, stored.submission.microcredential).policy,
        ),
        released_at=row.released_at,
        decision=row.id,
    )


def _comments(connection: Connection, submission: str, attempt: int) -> list[dict[str, str | None]]:
    """Returns the comments on an attempt that still count, each in its last words."""
    table = tables_people.remark
    here = (table.c.submission_id == submission) & (table.c.attempt == attempt) & table.c.kind.like("comment.%")
    found: dict[str, dict[str, str | None]] = {}
    for row in connection.execute(select(table).where(here).order_by(table.c.accepted_at, table.c.op_id)):
        body = json.loads(row.payload)["body"]
        if row.kind == "comment.remove":
            found.pop(row.about, None)
        else:
            found.setdefault(row.about, {"criterion": body.get("criterion")})["text"] = body["text"]
    return list(found.values())


def _attachments(connection: Connection, op_id: str) -> list[dict[str, str | bool]]:
    table = tables_people.attachment
    rows = connection.execute(select(table).where(table.c.op_id == op_id).order_by(table.c.name, table.c.sha256))
    return [{"name": row.name, "sha256": row.sha256, "arrived": row.arrived_at is not None} for row in rows]


def _decisions(connection: Connection) -> list[Row[Any]]:
    now, past, person = tables.decision, tables_people.former_decision, tables.person
    names = [column.name for column in past.c if column.name != "superseded_by"]
    counting = select(*(now.c[name] for name in names), null().label("superseded_by"))
    former = select(*(past.c[name] for name in names), past.c.superseded_by)
    both = union_all(counting, former).subquery()
    query = select(both, person.c.name).join(person, person.c.id == both.c.person_id)
    return list(connection.execute(query.order_by(both.c.accepted_at, both.c.version, both.c.id)))


def _record(connection: Connection, row: Row[Any]) -> DecisionRecord:
    decision = decision_of(row.payload)
    return DecisionRecord(
        submission=row.submission_id,
        attempt=row.attempt,
        assessor=row.name,
        outcome=decision.outcome,
        scores={criterion: score.level for criterion, score in decision.scores.items()},
        op_id=row.id,
        receipt=Receipt.model_validate_json(row.receipt),
        accepted_at=row.accepted_at,
        final=row.final,
        version=row.version,
        appeal=row.appeal,
        supersedes=row.supersedes,
        superseded_by=row.superseded_by,
        released_at=row.released_at,
        attachments_pending=pending(connection, row.id),
    )
