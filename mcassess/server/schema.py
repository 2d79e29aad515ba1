"""Making the tables in an empty database, and bringing those of an older version up to date. Only ever adds."""

import json
from datetime import datetime

from sqlalchemy import Column, Connection, Table, func, insert, inspect, select, update
from sqlalchemy.schema import CreateColumn

from mcassess.clock import written
from mcassess.server import tables_people, tables_sign_in, tables_uploads  # noqa: F401 - they add their tables to the metadata
from mcassess.server.tables import SCHEMA_VERSION, counter, decision, feed, meta, metadata, submission

_VERSION_KEY = "schema_version"
_PEOPLE_SINCE = 3
"""Since this version decisions are released, and submissions have their due dates in a column."""
SEQ = "seq"
"""Name of the counter that numbers the changes of the feed."""


class NewerSchemaError(Exception):
    """The tables were made by a newer version of the program."""


def bring_up_to_date(connection: Connection) -> bool:
    """Makes what is missing of the tables; tells whether there was nothing at all.

    A new version may add tables, and columns that are nullable or have a default of the server's.

    Raises:
        NewerSchemaError: The tables are newer than this program.
    """
    fresh = not inspect(connection).has_table(meta.name)
    found = 0 if fresh else _found_version(connection)
    if found > SCHEMA_VERSION:
        raise NewerSchemaError
    if found < SCHEMA_VERSION:
        metadata.create_all(connection, checkfirst=True)
        for table in metadata.sorted_tables:
            _add_columns(connection, table)
        _start_counting(connection)
        if found < _PEOPLE_SINCE:
            _release_what_was_decided(connection)
            _note_due_dates(connection)
        _note_version(connection, found)
    return fresh


def next_seq(connection: Connection) -> int:
    """Returns the next number of the feed. Whoever has it is the only one that writes until she commits."""
    raised = update(counter).where(counter.c.name == SEQ).values(value=counter.c.value + 1)
    return int(connection.execute(raised.returning(counter.c.value)).scalar_one())


def last_seq(connection: Connection) -> int:
    """Returns the newest number of the feed; 0 where nothing was ever written."""
    return int(connection.execute(select(counter.c.value).where(counter.c.name == SEQ)).scalar_one())


def _found_version(connection: Connection) -> int:
    stored = connection.execute(select(meta.c.value).where(meta.c.key == _VERSION_KEY)).scalar()
    return int(stored) if stored else 1  # the first version noted none here


def _note_version(connection: Connection, found: int) -> None:
    if found <= 1:
        connection.execute(insert(meta).values(key=_VERSION_KEY, value=str(SCHEMA_VERSION)))
    else:
        connection.execute(update(meta).where(meta.c.key == _VERSION_KEY).values(value=str(SCHEMA_VERSION)))


def _add_columns(connection: Connection, table: Table) -> None:
    there = {column["name"] for column in inspect(connection).get_columns(table.name)}
    for column in table.columns:
        if column.name not in there:
            connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {_definition(connection, column)}")
    for index in table.indexes:
        index.create(connection, checkfirst=True)


def _definition(connection: Connection, column: "Column[object]") -> str:
    return str(CreateColumn(column).compile(dialect=connection.dialect))


def _release_what_was_decided(connection: Connection) -> None:
    decided = decision.c.final.is_(True) & decision.c.released_at.is_(None)
    connection.execute(update(decision).where(decided).values(released_at=decision.c.accepted_at))


def _note_due_dates(connection: Connection) -> None:
    for row in connection.execute(select(submission.c.id, submission.c.data)).all():
        due_at = json.loads(row.data)["due_at"]
        if due_at is not None:
            values = {"due_at": written(datetime.fromisoformat(due_at))}
            connection.execute(update(submission).where(submission.c.id == row.id).values(**values))


def _start_counting(connection: Connection) -> None:
    if connection.execute(select(counter.c.name).where(counter.c.name == SEQ)).first() is None:
        newest = connection.execute(select(func.max(feed.c.seq))).scalar() or 0
        connection.execute(insert(counter).values(name=SEQ, value=newest))
