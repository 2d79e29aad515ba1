"""Attachments of decisions: which have come, and that a decision is released to the educator once all have."""

from collections.abc import Callable

from sqlalchemy import Connection, delete, exists, select, update

from mcassess.server import tables, tables_people
from mcassess.server.audit import OPERATOR, note
from mcassess.server.tables_uploads import upload


def is_here(connection: Connection, person_id: str, sha256: str) -> bool:
    """Tells whether a person has sent these bytes before; that somebody else has sent them does not count."""
    named, sent = tables_people.attachment, upload
    here = exists().where(named.c.person_id == person_id, named.c.sha256 == sha256, named.c.arrived_at.is_not(None))
    ready = exists().where(sent.c.person_id == person_id, sent.c.sha256 == sha256, sent.c.ready_at.is_not(None))
    return bool(connection.execute(select(here | ready)).scalar())


def arrived(connection: Connection, person_id: str, sha256: str, at: str) -> list[str]:
    """Notes that a person's upload is whole; returns the decisions that could be released with it.

    Args:
        at: The platform's time, as it is written.
    """
    table = tables_people.attachment
    mine = (table.c.person_id == person_id) & (table.c.sha256 == sha256) & table.c.arrived_at.is_(None)
    waiting = list(connection.execute(select(table.c.op_id).where(mine)).scalars())
    connection.execute(update(table).where(mine).values(arrived_at=at))
    return [op_id for op_id in waiting if _release(connection, op_id, at, OPERATOR, incomplete=False)]


def pending(connection: Connection, op_id: str) -> list[str]:
    """Returns the digests of an operation's attachments that have not come."""
    table = tables_people.attachment
    query = select(table.c.sha256).where(table.c.op_id == op_id, table.c.arrived_at.is_(None))
    return sorted(connection.execute(query).scalars())


def forget_lost(connection: Connection, is_here: Callable[[str], bool]) -> None:
    """Has files come anew whose bytes are gone, and uploads begin anew: the platform was restored from a backup.

    Args:
        is_here: Tells whether the bytes of a SHA-256 are here.
    """
    named, sent = tables_people.attachment, upload
    arrived_ones = select(named.c.sha256).where(named.c.arrived_at.is_not(None)).distinct()
    lost = [sha256 for sha256 in connection.execute(arrived_ones).scalars() if not is_here(sha256)]
    for sha256 in lost:
        connection.execute(update(named).where(named.c.sha256 == sha256).values(arrived_at=None))
    connection.execute(delete(sent).where(sent.c.ready_at.is_(None)))
    for sha256 in connection.execute(select(sent.c.sha256).distinct()).scalars().all():
        if not is_here(sha256):
            connection.execute(delete(sent).where(sent.c.sha256 == sha256))


def is_named(connection: Connection, sha256: str) -> bool:
    """Tells whether any accepted operation names these bytes: then they stay."""
    table = tables_people.attachment
    return connection.execute(select(table.c.op_id).where(table.c.sha256 == sha256)).first() is not None


def release(connection: Connection, op_id: str, at: str, actor: str) -> bool:
    """Releases a final decision to the educator, complete or not; tells whether that was to be done."""
    return _release(connection, op_id, at, actor, incomplete=True)


def _release(connection: Connection, op_id: str, at: str, actor: str, *, incomplete: bool) -> bool:
    table, file = tables.decision, tables_people.attachment
    ready = (table.c.id == op_id) & table.c.final.is_(True) & table.c.released_at.is_(None)
    if not incomplete:
        ready &= ~exists().where(file.c.op_id == table.c.id, file.c.arrived_at.is_(None))
    missing = pending(connection, op_id)
    if not connection.execute(update(table).where(ready).values(released_at=at)).rowcount:
        return False
    row = connection.execute(select(table.c.submission_id, table.c.attempt).where(table.c.id == op_id)).one()
    note(
        connection,
        at,
        actor,
        "decision.released",
        (row.submission_id, row.attempt),
        decision=op_id,
        missing=missing,
    )
    return True
