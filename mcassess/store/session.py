"""One transaction and what the repositories within it share. Opening and committing is in library.py."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, Row

from mcassess.clock import Clock, written
from mcassess.store.changes import Touched
from mcassess.store.folds import Folded, Folds
from mcassess.store.tables import NO_TIME

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]


@dataclass(slots=True)
class Session:
    """A transaction under way.

    Attributes:
        device_id: This library's id, under which changes are counted.
        touching: What it has touched; None in a read transaction.
        folded: Reviews folded within it, by the row of the review; they count for others only once it is committed.
    """

    connection: Connection
    clock: Clock
    device_id: str
    folds: Folds
    touching: Touched | None = None
    folded: dict[int, Folded] = field(default_factory=dict)

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

    def sql(self, text: str, *values: object) -> CursorResult[*tuple[Any, ...]]:
        """Executes SQL as it stands, with ``?`` for the values: for what is run for every row or every key press."""
        return self.connection.exec_driver_sql(text, values)

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
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str | None) -> Any:  # noqa: ANN401 - plain data
    """Returns what ``to_json`` wrote, or None."""
    return None if text is None else json.loads(text)


def fields(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    """Returns a row by column names."""
    return dict(row._mapping)  # noqa: SLF001 - the documented way to a row's names
