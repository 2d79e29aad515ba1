"""Opening the encrypted database: pragmas on every connection, transactions, schema versions. Knows no table."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2

from mcassess.errors import WorldError
from mcassess.store import edges
from mcassess.store.copying import Blanked, copy_database
from mcassess.store.migrations import STEPS
from mcassess.store.presence import suspect
from mcassess.texts import tr

_BUSY_TIMEOUT_MS = 10_000
_IDLE_CONNECTIONS = 4
_PATIENCE_SECONDS = 0.01

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cache_size = -32000",  # KiB; the queue of 100,000 submissions stays in it
)

_STATEMENTS_KEPT = 1000
"""More than there are. Where the driver's store is full, two new statements drive each other out by turns, and are
compiled anew each time: a key that is typed would cost twice as much, for the rest of the connection's life."""


class Database:
    """The encrypted database file. Every ``read`` and ``write`` takes a pooled connection of its own.

    Args:
        path: The file; it is made where there is none.
        key: 32 bytes, used as they are: no derivation.

    Attributes:
        closed_for_writing: Why nothing may be written, one sentence; empty where it may.

    Raises:
        WorldError: The key is wrong, the file is damaged or cannot be written.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._key = key
        self.closed_for_writing = ""
        with edges.world(path.parent):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite gives its WAL the same rights
        self._engine: Engine = create_engine(
            "sqlite://",
            module=dbapi2,
            creator=self._connect,
            poolclass=QueuePool,
            pool_size=4,
            max_overflow=28,
            hide_parameters=True,
        )
        self._idle: list[Connection] = []

    def __repr__(self) -> str:
        return f"Database({str(self._path)!r})"

    def close(self) -> None:
        """Closes the connections; the last one to close folds the WAL into the file."""
        self._key = b""  # whoever comes late opens nothing, and leaves nothing open
        self._close_idle()
        self._engine.dispose()

    def read(self) -> AbstractContextManager[Connection]:
        """Gives a connection within one consistent read transaction.

        Raises:
            WorldError: The world stands in the way.
        """
        return self._transaction("BEGIN")

    def write(self) -> AbstractContextManager[Connection]:
        """Gives a connection within one write transaction: committed at the end, rolled back when the block raises.

        Raises:
            WorldError: The world stands in the way; nothing of the block was saved.
        """
        if self.closed_for_writing:
            raise WorldError(self.closed_for_writing)
        return self._transaction("BEGIN IMMEDIATE")

    def migrate(self, steps: Sequence[Sequence[str]] = STEPS) -> None:
        """Brings the schema to the version after the last of ``steps``, one transaction a step.

        Raises:
            WorldError: The library was written by a newer version of the program.
        """
        if self.version() == len(steps):
            return
        while self._migrate_once(steps):
            pass

    def close_for_writing(self, sentence: str) -> None:
        """Lets nothing be written from now on; whoever tries, is told this sentence."""
        self.closed_for_writing = sentence

    def version(self) -> int:
        """Returns the version of the schema; 0 is an empty file."""
        with self.read() as connection:
            return _version(connection)

    def check(self) -> list[str]:
        """Reads the whole file and returns what is wrong with it; nothing means that it is sound."""
        with self.read() as connection:
            for check in ("cipher_integrity_check", "quick_check"):
                faults = [str(row[0]) for row in connection.exec_driver_sql(f"PRAGMA {check}") if row[0] != "ok"]
                if faults:  # the second check stumbles over what the first has found
                    return faults
        return []

    def quick_check(self) -> list[str]:
        """Reads the whole database as it is to be used, its log included, and returns what is wrong with it."""
        try:
            with self.read() as connection:
                return [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check(9)") if row[0] != "ok"]
        except edges.DamagedLibraryError as error:
            return [error.text]

    def copy(self, target: Path, blanked: Blanked) -> None:
        """Writes a compact copy of one consistent moment to a new file, encrypted with the same key (copying.py).

        Raises:
            WorldError: The world stands in the way.
        """
        with edges.sqlite(self._path.parent), closing(self._connect()) as connection:
            copy_database(connection, target, blanked)

    def truncate_wal(self) -> None:
        """Folds the WAL into the file and empties it, so that nothing overwritten is left there."""
        with edges.sqlite(self._path.parent), self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Connection]:
        connection: Connection | None = None
        try:
            connection = self._take()
            below = driver(connection)
            below.execute(begin)
            yield connection
            below.execute("COMMIT")
        except BaseException as error:
            if connection is not None:
                self._put_away(connection)  # rolls back
            translated = self._translated(error)
            if translated is error:
                raise
            raise translated from error
        self._give_back(connection)

    def _take(self) -> Connection:
        """Returns a connection without a transaction: one that is kept, since fetching one costs as much as a read."""
        try:
            return self._idle.pop()
        except IndexError:
            return self._engine.connect()

    def _give_back(self, connection: Connection) -> None:
        if connection.in_transaction():
            connection.rollback()  # SQLAlchemy's own note of a transaction; ours is over
        if self._key and len(self._idle) < _IDLE_CONNECTIONS:
            self._idle.append(connection)
            if not self._key:  # closed in just this moment
                self._close_idle()
        else:
            self._put_away(connection)

    def _put_away(self, connection: Connection) -> None:
        if not self._key:
            connection.detach()  # else it would stay open in a pool that nobody has any more
        connection.close()

    def _close_idle(self) -> None:
        with suppress(IndexError):  # another thread may close them too
            while True:
                self._put_away(self._idle.pop())

    def _translated(self, error: BaseException) -> BaseException:
        """Returns what the world did as a WorldError; any other error as it is."""
        if not isinstance(error, Exception):
            return error
        cause = getattr(error, "orig", None) or error  # SQLAlchemy keeps the driver's own error in ``orig``
        translated = edges.from_sqlite(cause, self._path.parent) or error
        if isinstance(translated, edges.DamagedLibraryError):
            suspect(self._path.parent)
        elif translated is error and self.closed_for_writing and isinstance(cause, dbapi2.OperationalError):
            # A newer library may have other tables than we know; then its own sentence says what to do.
            return WorldError(self.closed_for_writing)
        return translated

    def _migrate_once(self, steps: Sequence[Sequence[str]]) -> bool:
        with self.write() as connection:
            version = _version(connection)  # again: another process may have been faster
            if version > len(steps):
                raise newer(self._path.parent)
            if version == len(steps):
                return False
            for statement in steps[version]:
                connection.exec_driver_sql(statement)
            connection.exec_driver_sql(f"PRAGMA user_version = {version + 1}")
        return True

    def _connect(self) -> Any:  # noqa: ANN401 - the driver has no types
        if not self._key:
            raise WorldError(tr("The library is locked or closed. Open it again."))
        # Without an isolation level the driver starts no transactions by itself, so that BEGIN is ours alone.
        connection = dbapi2.connect(
            str(self._path), isolation_level=None, check_same_thread=False, cached_statements=_STATEMENTS_KEPT
        )
        try:
            connection.execute("PRAGMA cipher_log_level = NONE")  # it writes to standard error
            connection.execute(f"PRAGMA key = \"x'{self._key.hex()}'\"")
            connection.execute(
                f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}"
            )  # first, so that the change to WAL waits too
            for pragma in _PRAGMAS:
                _execute_patiently(connection, pragma)
        except BaseException:
            connection.close()
            raise
        return connection


def newer(home: Path) -> WorldError:
    """Returns the error for a library that a newer program wrote."""
    return WorldError(
        tr(
            "The library in {home} was written by a newer version of mcassess: it can be looked at here, but nothing "
            "can be changed. Install the newest version to go on."
        ).format(home=home)
    )


def driver(connection: Connection) -> Any:  # noqa: ANN401 - the driver has no types
    """Returns the driver's own connection, for statements that need nothing of SQLAlchemy."""
    return connection.connection.dbapi_connection


def _execute_patiently(connection: Any, pragma: str) -> None:  # noqa: ANN401 - the driver has no types
    # SQLite does not wait by itself where two connections change a new database to WAL at the same moment.
    deadline = time.monotonic() + _BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute(pragma)
        except dbapi2.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(_PATIENCE_SECONDS)
        else:
            return


def _version(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def cipher_version() -> str:
    """Returns the version of SQLCipher."""
    with closing(dbapi2.connect(":memory:")) as connection:
        return str(connection.execute("PRAGMA cipher_version").fetchone()[0])
