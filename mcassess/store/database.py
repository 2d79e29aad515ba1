"""The encrypted database: transactions, schema versions, checks, copies. Knows no table; connections.py connects."""

import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, suppress
from pathlib import Path
from types import TracebackType

from sqlalchemy import Connection
from sqlcipher3 import dbapi2

from mcassess.errors import WorldError
from mcassess.store import edges
from mcassess.store.connections import Connections, driver
from mcassess.store.copying import Blanked, copy_database
from mcassess.store.migrations import STEPS
from mcassess.store.names import WAL_FILE
from mcassess.store.presence import suspect
from mcassess.texts import tr

_LOG_BYTES = 4 << 20
"""A little more than the 1,000 pages after which SQLite folds the log in and writes it from its beginning again."""
_ROOM_BYTES = 64 << 20
"""What has to be free on the disk for that: on a full one, words come first."""


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
        self.closed_for_writing = ""
        self._connections = Connections(path, key)

    def __repr__(self) -> str:
        return f"Database({str(self._path)!r})"

    def close(self) -> None:
        """Closes the connections; the last one to close folds the WAL into the file."""
        self._connections.close()

    def read(self) -> AbstractContextManager[Connection]:
        """Gives a connection within one consistent read transaction.

        Raises:
            WorldError: The world stands in the way.
        """
        return _Transaction(self._connections, self._translated, "BEGIN")

    def write(self) -> AbstractContextManager[Connection]:
        """Gives a connection within one write transaction: committed at the end, rolled back when the block raises.

        Raises:
            WorldError: The world stands in the way; nothing of the block was saved.
        """
        if self.closed_for_writing:
            raise WorldError(self.closed_for_writing)
        return _Transaction(self._connections, self._translated, "BEGIN IMMEDIATE")

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
        folders = (self._path.parent, target.parent)
        with edges.sqlite(*folders), closing(self._connections.open()) as connection:
            copy_database(connection, target, blanked)

    def truncate_wal(self) -> None:
        """Folds the WAL into the file and empties it, so that nothing overwritten is left there.

        Raises:
            WorldError: Somebody reads what is to go for a long time, or the world stands in the way otherwise.
        """
        with edges.sqlite(self._path.parent), closing(self._connections.open()) as connection:
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:  # SQLite tells it thus, and raises nothing
            raise edges.busy(self._path.parent)

    def extend_log(self) -> None:
        """Makes the write-ahead log as long as it becomes before it begins anew; without room for that it stays short.

        A commit that makes no file longer is on the disk in half the time. The zeros are no frames: whoever reads the
        log takes them for its end, as he does what earlier rounds have left there.

        Raises:
            WorldError: Another process does not let go, or nothing may be written.
        """
        log = self._path.with_name(WAL_FILE)
        with suppress(OSError), ExitStack() as stack:
            with self.write():
                file = stack.enter_context(log.open("r+b", buffering=0))
                size = file.seek(0, os.SEEK_END)  # nobody else writes there meanwhile: the transaction is ours
                missing = bytes(max(0, _LOG_BYTES - size))
                if shutil.disk_usage(log.parent).free > _ROOM_BYTES and file.write(missing) < len(missing):
                    file.truncate(size)
            os.fsync(file.fileno())  # nobody else has to wait for the disk

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


class _Transaction(AbstractContextManager[Connection]):
    """One transaction for a ``with`` block. No generator, since every key that is typed comes by here."""

    def __init__(
        self, connections: Connections, translated: Callable[[BaseException], BaseException], begin: str
    ) -> None:
        self._connections = connections
        self._translated = translated
        self._begin = begin
        self._connection: Connection | None = None

    def __enter__(self) -> Connection:
        try:
            self._connection = connection = self._connections.take()
            driver(connection).execute(self._begin)
        except BaseException as error:
            self._give_up(error)
            raise
        return connection

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> None:
        assert self._connection is not None, "it was entered"
        if error is not None:
            self._give_up(error)
            return
        try:
            driver(self._connection).execute("COMMIT")
        except BaseException as refused:
            self._give_up(refused)
            raise
        self._connections.give_back(self._connection)

    def _give_up(self, error: BaseException) -> None:
        """Rolls back, and raises what the world did as a WorldError; any other error is left to whoever caught it."""
        if self._connection is not None:
            self._connections.put_away(self._connection)
        translated = self._translated(error)
        if translated is not error:
            raise translated from error


def newer(home: Path) -> WorldError:
    """Returns the error for a library that a newer program wrote."""
    return WorldError(
        tr(
            "The library in {home} was written by a newer version of mcassess: it can be looked at here, but nothing "
            "can be changed. Install the newest version to go on."
        ).format(home=home)
    )


def _version(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def cipher_version() -> str:
    """Returns the version of SQLCipher."""
    with closing(dbapi2.connect(":memory:")) as connection:
        return str(connection.execute("PRAGMA cipher_version").fetchone()[0])
