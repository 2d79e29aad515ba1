"""The queue: what the list of submissions shows, from columns alone. Deriving those columns is in summary.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from mcassess.domain.submission import Outcome
from mcassess.store import search as search_index
from mcassess.store.session import Repository, from_time, to_json
from mcassess.store.states import QueueState

__all__ = ["Filter", "Queue", "QueueRow", "QueueState"]

Filter = QueueState | Literal["open"] | None
"""``open`` is to review and in progress; None is everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One submission as the queue shows it.

    Attributes:
        key: The library's own id; two platforms may use the same ``id``.
        videos: How many pieces of evidence of the present attempt are videos; likewise the other kinds.
        packed_bytes: How much of the evidence, earlier attempts included, is on this laptop.
        total_bytes: How much there is of it.
        scored: How many of the criteria have a score.
        outcome: Of the sealed decision.
        problem: Why it needs the assessor, in a few words.
    """

    key: int
    id: str
    microcredential_title: str
    stack_title: str | None
    stack_position: int | None
    educator_shown: str
    blind: bool
    attempt: int
    attempts_max: int | None
    state: QueueState
    due_at: datetime | None
    submitted_at: datetime | None
    videos: int
    documents: int
    images: int
    others: int
    packed_bytes: int
    total_bytes: int
    scored: int
    criteria: int
    outcome: Outcome | None
    problem: str | None


# Written out, because SQLite uses the partial index only where its condition stands in the query word for word.
_OPEN = "s.state IN ('to_review', 'in_progress')"
_ORDER = "ORDER BY s.due_at, s.submitted_at, s.id"
_FOUND = "SELECT rowid FROM search WHERE search MATCH ?"
_MANY = 3_000
"""From so many hits on, walking the queue in order and leaving out what was not found beats sorting the hits."""

_ROWS = """
    SELECT s.key, s.id, coalesce(m.title, s.microcredential), m.stack_title, m.stack_position,
           CASE WHEN coalesce(m.blind, 1) THEN coalesce(s.educator_alias, s.educator)
                ELSE coalesce(s.educator_name, s.educator_alias, s.educator) END,
           coalesce(m.blind, 1), s.attempt, m.attempts_max, s.state, s.due_at, s.submitted_at,
           s.videos, s.documents, s.images, s.others, s.packed_bytes, s.total_bytes,
           s.scored, coalesce(r.criteria, 0), s.outcome, s.problem
    FROM json_each(?) wanted
    JOIN submission s ON s.key = wanted.value
    LEFT JOIN microcredential m ON m.account = s.account AND m.id = s.microcredential
    LEFT JOIN rubric r ON r.account = s.account AND r.id = s.rubric AND r.version = s.rubric_version
    ORDER BY wanted.key
"""


class Queue(Repository):
    """The submissions in the order in which they are due."""

    def ids(self, state: Filter = None, search: str = "", limit: int | None = None) -> list[int]:
        """Returns keys in the order of due time (none last), time of submission and id.

        Args:
            state: Which submissions.
            search: Words, or beginnings of words, which all have to stand in the micro-credential's title, its stack,
                the educator as shown, the id, or the assessor's own words.
            limit: How many at the most.
        """
        asked = search_index.query(search)
        if not asked:
            statement, values = _walk(state)
        elif self._hits(asked) < _MANY:
            statement, values = _sorted_hits(state, asked)
        else:
            statement, values = _walk(state, asked)
        return list(self._session.sql(f"{statement} LIMIT ?", *values, -1 if limit is None else limit).scalars())

    def rows(self, keys: Sequence[int]) -> list[QueueRow]:
        """Returns the rows with these keys, in their order; unknown keys are left out."""
        return [
            QueueRow(
                key=row[0],
                id=row[1],
                microcredential_title=row[2],
                stack_title=row[3],
                stack_position=row[4],
                educator_shown=row[5],
                blind=bool(row[6]),
                attempt=row[7],
                attempts_max=row[8],
                state=QueueState(row[9]),
                due_at=from_time(row[10]),
                submitted_at=from_time(row[11]),
                videos=row[12],
                documents=row[13],
                images=row[14],
                others=row[15],
                packed_bytes=row[16],
                total_bytes=row[17],
                scored=row[18],
                criteria=row[19],
                outcome=None if row[20] is None else Outcome(row[20]),
                problem=row[21],
            )
            for row in self._session.sql(_ROWS, to_json(list(keys)))
        ]

    def counts(self) -> dict[QueueState, int]:
        """Returns how many submissions there are in each state, 0 included."""
        found = {row[0]: row[1] for row in self._session.sql("SELECT state, submissions FROM queue_count")}
        return {state: found.get(state.value, 0) for state in QueueState}

    def _hits(self, asked: str) -> int:
        counted = f"SELECT count(*) FROM ({_FOUND} LIMIT {_MANY})"  # noqa: S608 - of our own pieces only
        return int(self._session.sql(counted, asked).scalar_one())


def _walk(state: Filter, asked: str = "") -> tuple[str, list[str]]:
    condition, values = _condition(state)
    index = "INDEXED BY submission_queue_open" if state == "open" else ""
    if asked:
        condition += f" AND s.key IN ({_FOUND})"
        values.append(asked)
    return f"SELECT s.key FROM submission s {index} WHERE {condition} {_ORDER}", values  # noqa: S608 - our own pieces


def _sorted_hits(state: Filter, asked: str) -> tuple[str, list[str]]:
    condition, values = _condition(state)
    # A cross join keeps its order: hits first, then the row of each.
    statement = f"SELECT s.key FROM ({_FOUND}) f CROSS JOIN submission s ON s.key = f.rowid WHERE {condition} {_ORDER}"  # noqa: S608
    return statement, [asked, *values]


def _condition(state: Filter) -> tuple[str, list[str]]:
    if state == "open":
        return _OPEN, []
    return ("TRUE", []) if state is None else ("s.state = ?", [state.value])
