"""Writing down an accepted decision: its row, what it takes the place of, its attachments, and whom it frees."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from mcassess.server import tables, tables_people
from mcassess.server.attachments import is_here
from mcassess.server.audit import note
from mcassess.server.feed import add_to_feed
from mcassess.server.work import Work
from mcassess.sync.wire import Entity, OpResult
from mcassess.sync.wire_uploads import Attachment


def accept(
    work: Work,
    attachments: Sequence[Attachment],
    *,
    final: bool,
    version: int = 1,
    replaces: str | None = None,
    frees: bool = True,
    **more: Any,  # noqa: ANN401 - fields of OpResult
) -> OpResult:
    """Writes a decision that has passed its compare-and-set, and returns the answer.

    Args:
        version: Of this person's decision.
        replaces: Id of the decision that it takes the place of.
        frees: Whether the claims on the submission, or hers, come to an end with it.
    """
    op, connection = work.op, work.connection
    if replaces is not None:
        move_aside(connection, replaces, by=op.op_id)
    pending = _name_attachments(work, attachments)
    released_at = work.now if final and not pending else None
    _insert(work, final=final, version=version, supersedes=replaces, released_at=released_at)
    if frees:
        give_up_claims(connection, op.submission_id, None if final else work.person.id)
    action = f"{op.kind}.final" if final else f"{op.kind}.recommended"
    about, told = (op.submission_id, op.base.attempt), {"decision": op.op_id, "outcome": op.body["outcome"]}
    note(connection, work.now, work.person.id, action, about, **told, replaces=replaces)
    before = work.stored.submission.version
    seq = add_to_feed(connection, "submission", op.submission_id, before + 1)
    moved = op.base.submission_version != before
    return work.applied(
        seq=seq,
        note="base-moved" if moved else None,
        entities=[Entity(type="decision", id=op.op_id, version=version), work.submission_entity(before + 1)],
        attachments_pending=pending,
        **more,
    )


def _insert(work: Work, **values: Any) -> None:  # noqa: ANN401 - columns of the table
    op, receipt = work.op, work.accepted_receipt()
    work.connection.execute(
        insert(tables.decision).values(
            id=op.op_id,
            submission_id=op.submission_id,
            attempt=op.base.attempt,
            appeal=work.involved.appeal,
            person_id=work.person.id,
            outcome=op.body["outcome"],
            accepted_at=receipt.accepted_at,
            payload=work.incoming.payload,
            receipt=receipt.model_dump_json().encode(),
            **values,
        )
    )


def move_aside(connection: Connection, decision_id: str, *, by: str) -> None:
    """Puts a decision among the former ones, because another one has taken its place."""
    table = tables.decision
    row = connection.execute(select(table).where(table.c.id == decision_id)).mappings().one()
    values = {name: value for name, value in row.items() if name in tables_people.former_decision.c}
    connection.execute(insert(tables_people.former_decision).values(**values, superseded_by=by))
    connection.execute(delete(table).where(table.c.id == decision_id))


def give_up_claims(connection: Connection, submission_id: str, person_id: str | None) -> int:
    """Takes claims on a submission away, one person's or everybody's; returns how many there were."""
    table = tables_people.claim
    query = delete(table).where(table.c.submission_id == submission_id)
    if person_id is not None:
        query = query.where(table.c.person_id == person_id)
    return int(connection.execute(query).rowcount)


def close_appeal(connection: Connection, submission_id: str, attempt: int, at: str, answer: str | None) -> None:
    """Notes what came of the appeal that is open on an attempt."""
    table = tables_people.appeal
    connection.execute(
        update(table)
        .where(table.c.submission_id == submission_id, table.c.attempt == attempt, table.c.closed_at.is_(None))
        .values(closed_at=at, answer_id=answer)
    )


def _name_attachments(work: Work, attachments: Sequence[Attachment]) -> list[str]:
    """Notes a decision's attachments; returns the digests of those that have not come."""
    pending = []
    for each in {one.sha256: one for one in attachments}.values():
        here = is_here(work.connection, work.person.id, each.sha256)
        work.connection.execute(
            insert(tables_people.attachment).values(
                op_id=work.op.op_id,
                sha256=each.sha256,
                person_id=work.person.id,
                size=each.size,
                name=each.name,
                media_type=each.media_type,
                target=each.target,
                arrived_at=work.now if here else None,
            )
        )
        if not here:
            pending.append(each.sha256)
    return pending
