"""The audit log: who did what and when. Rows are only added, and each is chained to the one before it."""

import hashlib
import json
from collections.abc import Iterator

from sqlalchemy import Connection, Row, insert, select

from mcassess.server import tables_people

OPERATOR = "operator"
"""Whoever runs the platform's commands, where no coordinator is named."""


def note(
    connection: Connection,
    at: str,
    actor: str,
    action: str,
    about: tuple[str, int] | None = None,
    **detail: object,
) -> None:
    """Adds a line in the writing transaction.

    Args:
        at: The platform's time.
        actor: Id of a person, or ``OPERATOR``.
        action: What was done, such as ``claim.granted``.
        about: Id of the submission that it is about, and its attempt.
        detail: What else; ids and words of policy, never an educator's name.
    """
    table = tables_people.audit
    last = connection.execute(select(table.c.number, table.c.chain).order_by(table.c.number.desc()).limit(1)).first()
    number, before = (0, "") if last is None else (last.number, last.chain)
    values = {
        "number": number + 1,
        "at": at,
        "actor": actor,
        "action": action,
        "submission_id": about[0] if about else None,
        "attempt": about[1] if about else None,
        "detail": json.dumps(detail, sort_keys=True, ensure_ascii=False),
    }
    connection.execute(insert(table).values(**values, chain=_chained(before, values)))


def entries(connection: Connection, submission: str | None = None) -> list[Row[tuple[object, ...]]]:
    """Returns the log, oldest first; of one submission where it is given."""
    table = tables_people.audit
    query = select(table).order_by(table.c.number)
    if submission is not None:
        query = query.where(table.c.submission_id == submission)
    return list(connection.execute(query))


def first_broken(connection: Connection) -> int | None:
    """Returns the number of the first line that was altered, or follows one that is gone; None if all is whole."""
    before, expected = "", 1
    for row in _all(connection):
        values = {name: value for name, value in row.items() if name != "chain"}
        if row["number"] != expected or row["chain"] != _chained(before, values):
            return expected
        before, expected = str(row["chain"]), expected + 1
    return None


def _all(connection: Connection) -> Iterator[dict[str, object]]:
    table = tables_people.audit
    for row in connection.execute(select(table).order_by(table.c.number)).mappings():
        yield {str(name): value for name, value in row.items()}


def _chained(before: str, values: dict[str, object]) -> str:
    content = json.dumps([before, values], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()
