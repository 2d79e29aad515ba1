"""Lists for whoever runs the platform: decisions, outcomes as educators may hear them, what people have said."""

from typing import Any

from sqlalchemy import Connection, Row, null, select, union_all

from mcassess.server import tables, tables_people
from mcassess.server.attachments import pending
from mcassess.server.records import decision_of
from mcassess.sync.wire import DecisionRecord, Receipt


def decision_records(connection: Connection) -> list[DecisionRecord]:
    """Returns every accepted decision in the order in which they were accepted; superseded ones too."""
    return [_record(connection, row) for row in _decisions(connection)]


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
