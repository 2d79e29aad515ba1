"""Reading what can still be read of a damaged database, row by row. Changes nothing in it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from mcassess.store import edges

Row = dict[str, Any]

_MOST_IN_VAIN = 1000  # reads around damage without a row; a page has room for a few hundred
_SALT_BYTES = 16
_STANDS_IN_THE_WAY = frozenset(
    {
        dbapi2.SQLITE_BUSY,
        dbapi2.SQLITE_CANTOPEN,
        dbapi2.SQLITE_FULL,
        dbapi2.SQLITE_LOCKED,
        dbapi2.SQLITE_PERM,
        dbapi2.SQLITE_READONLY,
    }
)
"""What says nothing about the database: it may be whole, and must not be replaced for that."""


class Salvage:
    """A damaged database, read from both ends of each table up to the damage, and then around it.

    Attributes:
        failures: How many reads met damage so far.
        incomplete: Tables of which something could not be read.
    """

    def __init__(self, path: Path, key: bytes, salt: bytes = b"") -> None:
        self._path = path
        self._key = key.hex() + salt.hex()
        self.failures = 0
        self.incomplete: set[str] = set()

    def opens(self) -> bool:
        """Tells whether its first page can be read, so that there is something to begin with.

        Raises:
            WorldError: It may not be read, another program holds it, or the disk is full.
        """
        return self._value("SELECT count(*) FROM sqlite_master") is not None

    def version(self) -> int:
        """Returns the version of its schema; 0 where there is none, or it cannot be read.

        Raises:
            WorldError: As ``opens``.
        """
        return int(self._value("PRAGMA user_version") or 0) if self.opens() else 0

    def is_sound(self) -> bool:
        """Tells whether all of it can be read.

        Raises:
            WorldError: As ``opens``.
        """
        return bool(self._value("PRAGMA quick_check(1)") == "ok")

    def is_whole_library(self) -> bool:
        """Tells whether all of it can be read, and there is a library in it.

        Raises:
            WorldError: As ``opens``.
        """
        return self.version() > 0 and self.is_sound()

    def rows(self, table: str) -> Iterator[Row]:
        """Yields the rows of a table that can be read; what cannot is skipped, and noted in ``incomplete``."""
        first, last = 0, 1 << 62
        for row in self._until_damage(f"SELECT rowid AS _place, * FROM {table} ORDER BY rowid"):  # noqa: S608 - ours
            first = row.pop("_place")
            yield row
        if table not in self.incomplete:
            return
        backwards = f"SELECT rowid AS _place, * FROM {table} WHERE rowid > {first} ORDER BY rowid DESC"  # noqa: S608
        behind = []
        for row in self._until_damage(backwards):
            last = row.pop("_place")
            behind.append(row)
        if last < 1 << 62:
            yield from self._between(table, first + 1, last - 1)
        else:
            yield from self._between(table, first + 1, first + 4096)  # the end is what is damaged: its page at the most
        yield from reversed(behind)

    def keyed_rows(self, table: str) -> Iterator[Row]:
        """Yields what can be read of a table without row ids, up to the damage."""
        yield from self._until_damage(f"SELECT * FROM {table}")  # noqa: S608 - ours

    def copy(self, target: Path) -> None:
        """Writes all of it to another file; only where it is sound."""
        from mcassess.store.copying import copy_database  # noqa: PLC0415 - needed after damage alone

        with closing(self._connect()) as connection:
            copy_database(connection, target, {})

    def _value(self, statement: str) -> Any:  # noqa: ANN401 - the driver has no types
        """Returns the one value that a statement asks for; None where damage keeps it from being read."""
        try:
            with closing(self._connect()) as connection:
                return connection.execute(statement).fetchone()[0]
        except dbapi2.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _STANDS_IN_THE_WAY:
                raise edges.from_sqlite(error, self._path.parent) or error from error
            return None

    def _until_damage(self, statement: str) -> Iterator[Row]:
        table = statement.split(" FROM ")[1].split(" ", maxsplit=1)[0]
        try:
            with closing(self._connect()) as connection:
                cursor = connection.execute(statement)
                names = [column[0] for column in cursor.description]
                for row in cursor:
                    yield dict(zip(names, row, strict=True))
        except dbapi2.Error as error:
            if "no such table" in str(error):  # of an earlier version
                return
            self.failures += 1
            self.incomplete.add(table)

    def _between(self, table: str, first: int, last: int) -> Iterator[Row]:
        """Yields rows within a range of row ids by halving it wherever it meets damage."""
        waiting = [(first, last)]
        in_vain = 0
        while waiting and in_vain < _MOST_IN_VAIN:
            low, high = waiting.pop()
            if low > high:
                continue
            before = self.failures
            statement = f"SELECT * FROM {table} WHERE rowid BETWEEN {low} AND {high} ORDER BY rowid"  # noqa: S608
            found = list(self._until_damage(statement))
            in_vain = 0 if found else in_vain + 1
            if self.failures == before:
                yield from found
            elif low < high:
                middle = (low + high) // 2
                waiting += [(middle + 1, high), (low, middle)]

    def _connect(self) -> Any:  # noqa: ANN401 - the driver has no types
        if not (self._path.is_file() and self._path.stat().st_size):
            raise dbapi2.DatabaseError("there is nothing in it")  # SQLite would remove the log beside it
        # A connection that has met a damaged page gives nothing more, so each reading has one of its own.
        connection = dbapi2.connect(f"{self._path.as_uri()}?mode=ro", uri=True, isolation_level=None)
        try:
            connection.execute("PRAGMA cipher_log_level = NONE")
            connection.execute(f"PRAGMA key = \"x'{self._key}'\"")
            connection.execute("PRAGMA temp_store = MEMORY")
        except BaseException:
            connection.close()
            raise
        return connection


def salt_of(path: Path) -> bytes:
    """Returns the first bytes of an encrypted file. A backup has the same as its original."""
    with path.open("rb") as file:
        return file.read(_SALT_BYTES)
