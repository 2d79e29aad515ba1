"""Operations that were kept without being applied: what waits, and applying it once it can be."""

import json
from typing import Any

from sqlalchemy import Connection, Row, select

from mcassess.server import tables
from mcassess.server.audit import note
from mcassess.server.data import PlatformData
from mcassess.server.incoming import read_incoming
from mcassess.server.operations import place, restate, restate_refused, settle_placed
from mcassess.server.problems import problem
from mcassess.server.records import person_of_id, select_with_name
from mcassess.server.views import not_hers
from mcassess.server.work import Work, now_written, rejected
from mcassess.sync.wire import OpResult


def waiting(connection: Connection) -> list[Row[Any]]:
    """Returns what was kept and never applied, with its sender's name, in the order in which it came."""
    table = tables.unapplied
    return list(
        connection.execute(
            select_with_name(table).where(table.c.applied_at.is_(None)).order_by(table.c.kept_at, table.c.op_id)
        )
    )


def apply_returned(data: PlatformData, connection: Connection) -> int:
    """Applies what came too early: decisions on attempts that the platform did not know, and knows now.

    Returns:
        How many were applied. The others stay, each as it is.
    """
    rows = [row for row in waiting(connection) if row.code == "attempt-unknown"]
    table = tables.submission
    names = {row.submission_id for row in rows}
    found = connection.execute(select(table.c.id, table.c.attempt).where(table.c.id.in_(names)))
    known = {row.id: row.attempt for row in found}
    due = [row for row in rows if known.get(row.submission_id, 0) >= row.attempt]
    return sum(apply_kept(data, connection, row, actor=row.person_id).status == "applied" for row in due)


def apply_kept(data: PlatformData, connection: Connection, row: Row[Any], actor: str) -> OpResult:
    """Settles an operation that was kept, as if it came now and had seen the present fence.

    Where it is refused again it stays as it is. Where it is applied, its sender hears so from now on.

    Args:
        row: Of the table of what was kept.
        actor: Who says so.
    """
    person = person_of_id(connection, row.person_id)
    assert person is not None, "operations are those of people"
    incoming = read_incoming(json.loads(row.payload))
    assert incoming.op is not None, "only what is well formed is kept"
    work = place(data, connection, person, incoming, kept=True)
    if not isinstance(work, Work):
        return rejected(row.op_id, problem("attempt-unknown"))
    if not_hers(person, work.stored.submission, work.involved) is not None:
        return rejected(row.op_id, problem("claim-lost", "she is not to assess it"))
    result = settle_placed(work)
    now = now_written(data)
    if result.status != "applied":
        if result.problem is not None and result.problem.code != row.code:
            restate_refused(connection, result)
        return result
    restate(connection, result, now)
    note(connection, now, actor, "unapplied.applied", (row.submission_id, row.attempt), op=row.op_id)
    return result
