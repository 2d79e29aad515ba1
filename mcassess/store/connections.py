"""Connections to the encrypted database: made with their pragmas, kept while idle. Knows no table, no transaction."""

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2

from mcassess.errors import WorldError
from mcassess.store import edges
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


class Connections:
    """Connections to one database file.

    Args:
        path: The file; it is made where there is none.
        key: 32 bytes, used as they are: no derivation.

    Raises:
        WorldError: The file cannot be made.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._key = key
        # One that is there is not opened: by closing it this process would lose the locks that SQLite holds on it.
        with edges.world(path.parent), suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))  # SQLite gives its WAL the same rights
        self._engine: Engine = create_engine(
            "sqlite://",
            module=dbapi2,
            creator=self.open,
            poolclass=QueuePool,
            pool_size=4,
            max_overflow=28,
            hide_parameters=True,
        )
        self._idle: list[Connection] = []

    def close(self) -> None:
        """Closes the idle ones, and the others when they come back; the last to close folds the WAL into the file."""
        self._key = b""  # whoever comes late opens nothing, and leaves nothing open
        self._close_idle()
        self._engine.dispose()

    def take(self) -> Connection:
        """Returns a connection without a transaction: one that is kept, since fetching one costs as much as a read."""
        try:
            return self._idle.pop()
        except IndexError:
            return self._engine.connect()

    def give_back(self, connection: Connection) -> None:
        """Takes back a connection whose transaction is over."""
        if connection.in_transaction():
            connection.rollback()  # SQLAlchemy's own note of a transaction; ours is over
        if self._key and len(self._idle) < _IDLE_CONNECTIONS:
            self._idle.append(connection)
            if not self._key:  # closed in just this moment
                self._close_idle()
        else:
            self.put_away(connection)

    def put_away(self, connection: Connection) -> None:
        """Takes back a connection that is not to be used again; what was not committed is rolled back."""
        if not self._key:
            connection.detach()  # else it would stay open in a pool that nobody has any more
        connection.close()

    def open(self) -> Any:  # noqa: ANN401 - the driver has no types
        """Returns a new connection of the driver's own, with key and pragmas; whoever asked closes it.

        Raises:
            WorldError: The library is locked or closed.
        """
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

    def _close_idle(self) -> None:
        with suppress(IndexError):  # another thread may close them too
            while True:
                self.put_away(self._idle.pop())


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
