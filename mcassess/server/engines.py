"""The two databases that a platform may lie in, and all that differs between them: how a transaction begins."""

import sqlite3
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from mcassess.errors import UsageError, WorldError
from mcassess.texts import tr

_BUSY_MS = 15_000
_WRITE = "mcassess_write"
_WRITERS_LOCK = 0x6D63_6173
"""Names the lock that whoever writes to PostgreSQL holds until the end of the transaction."""
_POOL, _OVERFLOW = 5, 10
_SETTINGS = {"lock_timeout": _BUSY_MS, "idle_in_transaction_session_timeout": 60_000, "timezone": "UTC"}


class Engines(NamedTuple):
    """Two views of one pool of connections.

    Attributes:
        reader: Its transactions see one state of the database from beginning to end.
        writer: Its transactions are one at a time, in every process together; each sees all that was written before.
    """

    reader: Engine
    writer: Engine


def sqlite_engines(path: Path) -> Engines:
    """Returns what opens a SQLite file, which appears where there is none."""
    # Statements' values are educators' and assessors' words: they stay out of error texts.
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True, connect_args={"timeout": _BUSY_MS / 1000})

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own record
        connection.isolation_level = None  # transactions are ours: the driver would begin them too late
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        write = connection.get_execution_options().get(_WRITE)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return Engines(engine, engine.execution_options(**{_WRITE: True}))


def postgresql_engines(address: str) -> Engines:
    """Returns what opens a PostgreSQL database, which has to be there.

    Whoever writes holds one lock from the first statement to the commit, so that the rows of the feed become visible
    in the order of their numbers, and a check and what is written after it are never parted by another writer.

    Raises:
        UsageError: It is no address of a PostgreSQL database.
        WorldError: psycopg is not installed.
    """
    url = _postgresql_url(address)
    options = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
    try:
        engine = create_engine(
            url,
            hide_parameters=True,
            pool_size=_POOL,
            max_overflow=_OVERFLOW,
            pool_pre_ping=True,  # the database may have been restarted since
            connect_args={"options": options, "connect_timeout": 10},
        )
    except ModuleNotFoundError as error:
        raise WorldError(
            tr("PostgreSQL needs psycopg, which is not installed. Run: pip install 'mcassess[postgresql]'.")
        ) from error

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        if connection.get_execution_options().get(_WRITE):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})")

    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    # Not REPEATABLE READ: the state to be seen is the one after the lock was waited for.
    writer = engine.execution_options(isolation_level="READ COMMITTED", **{_WRITE: True})
    return Engines(reader, writer)


def forget_overwritten(engine: Engine) -> None:
    """Clears what a transaction that is over has left of the words that it overwrote."""
    connection = engine.raw_connection()
    try:
        driver: Any = connection.driver_connection
        if engine.dialect.name == "sqlite":
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        else:
            driver.autocommit = True
            driver.execute("VACUUM submission")
            driver.autocommit = False
    finally:
        connection.close()


def _postgresql_url(address: str) -> URL:
    try:
        url: URL | None = make_url(address)
    except ArgumentError:
        url = None
    if url is None or url.drivername not in {"postgresql", "postgresql+psycopg"}:
        raise UsageError(
            tr(
                "A platform's database is named like postgresql+psycopg://USER@HOST/DATABASE; without --database it "
                "lies in the data folder."
            )
        )
    return url.set(drivername="postgresql+psycopg")
