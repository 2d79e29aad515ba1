"""One transaction and what the repositories within it share. Opening and committing is in library.py."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, Row

from mcassess.clock import Clock, written
from mcassess.store.changes import Touched
from mcassess.store.folds import Folded, Folds

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # made once: it is used for each key

NO_TIME = "~"
"""Stands where a time that is sorted by is not known: it sorts after every time."""

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]


class Rows:
    """What a statement given as text brought: plain tuples, straight from the driver's cursor."""

    __slots__ = ("_cursor",)

    def __init__(self, cursor: Any) -> None:  # noqa: ANN401 - the driver has no types
        self._cursor = cursor

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self._cursor)

    @property
    def rowcount(self) -> int:
        """How many rows the statement has changed."""
        return int(self._cursor.rowcount)

    def all(self) -> list[tuple[Any, ...]]:
        """Returns all rows."""
        return list(self._cursor.fetchall())

    def scalars(self) -> list[Any]:
        """Returns the first column of all rows."""
        return [row[0] for row in self._cursor]

    def one_or_none(self) -> tuple[Any, ...] | None:
        """Returns the only row, or None where there is none."""
        found = self._cursor.fetchall()
        assert len(found) <= 1, "the statement asks for one row"
        return found[0] if found else None

    def one(self) -> tuple[Any, ...]:
        """Returns the only row."""
        row = self.one_or_none()
        assert row is not None, "the statement always has a row"
        return row

    def scalar_one_or_none(self) -> Any:  # noqa: ANN401 - a column of any type
        """Returns the first column of the only row, or None where there is none."""
        row = self.one_or_none()
        return None if row is None else row[0]

    def scalar_one(self) -> Any:  # noqa: ANN401 - as above
        """Returns the first column of the only row."""
        return self.one()[0]


@dataclass(slots=True)
class Session:
    """A transaction under way.

    Attributes:
        device_id: This library's id, under which changes are counted.
        touching: What it has touched; None in a read transaction.
        folded: Reviews folded within it, by the row of the review; they count for others only once it is committed.
        driver: The driver's own connection below ``connection``.
    """

    connection: Connection
    clock: Clock
    device_id: str
    folds: Folds
    touching: Touched | None = None
    folded: dict[int, Folded] = field(default_factory=dict)
    driver: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.driver = self.connection.connection.dbapi_connection

    @property
    def touched(self) -> Touched:
        """What the write has touched so far.

        Raises:
            RuntimeError: This is a read transaction; writing in it is a bug of ours.
        """
        if self.touching is None:
            raise RuntimeError("a read transaction writes nothing")
        return self.touching

    def run(self, statement: Executable, parameters: Parameters | None = None) -> CursorResult[*tuple[Any, ...]]:
        """Executes a statement of SQLAlchemy."""
        return self.connection.execute(statement, parameters)

    def sql(self, text: str, *values: object) -> Rows:
        """Executes SQL as it stands, with ``?`` for the values, past SQLAlchemy: it would double the price of a key."""
        return Rows(self.driver.execute(text, values))

    def sql_many(self, text: str, rows: Sequence[Sequence[object]]) -> int:
        """Executes SQL once for each row of values and returns how many rows were changed."""
        return int(self.driver.executemany(text, rows).rowcount)

    def now(self) -> str:
        """Returns the wall clock as it is stored."""
        return written(self.clock.now())


class Repository:
    """What all repositories are: a part of one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session


def to_time(moment: datetime | None) -> str | None:
    """Returns a time as it is stored, or None."""
    return None if moment is None else written(moment)


def from_time(text: str | None) -> datetime | None:
    """Returns the time that ``to_time`` or ``to_sorted_time`` wrote, or None."""
    return None if text is None or text == NO_TIME else datetime.fromisoformat(text)


def to_sorted_time(moment: datetime | None) -> str:
    """Returns a time as it is stored where it is sorted by; none sorts last."""
    return NO_TIME if moment is None else written(moment)


def to_json(value: object) -> str:
    """Returns plain data as it is stored."""
    return _ENCODE(value)


def from_json(text: str | None) -> Any:  # noqa: ANN401 - plain data
    """Returns what ``to_json`` wrote, or None."""
    return None if text is None else json.loads(text)


def fields(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    """Returns a row by column names."""
    return dict(row._mapping)  # noqa: SLF001 - the documented way to a row's names
