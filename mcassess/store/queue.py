"""The queue: what the list of submissions shows, from columns alone. Deriving those columns is in summary.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from mcassess.domain.kinds import Outcome
from mcassess.store import search as search_index
from mcassess.store import search_words
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
        packed_bytes: How much of the evidence is on this laptop; earlier attempts count where they were asked for.
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
_FOUND = """
    SELECT rowid FROM search WHERE search MATCH ?1
    UNION ALL SELECT e.submission FROM search_evidence f
    JOIN evidence_text t ON t.row = f.rowid JOIN evidence e ON e.sha256 = t.sha256 WHERE search_evidence MATCH ?1
"""
# What a submission is called comes before what was written about it, and that before what its evidence says.
_RANKED = """
    SELECT key, min(tier) AS tier, min(rank) AS rank FROM (
        SELECT rowid AS key, 0 AS tier, 0.0 AS rank FROM search WHERE search MATCH ?2
        UNION ALL SELECT rowid, 1, rank FROM search WHERE search MATCH ?1
        UNION ALL SELECT e.submission, 2, f.rank FROM search_evidence f
        JOIN evidence_text t ON t.row = f.rowid JOIN evidence e ON e.sha256 = t.sha256 WHERE search_evidence MATCH ?1
    ) GROUP BY key
"""
_MANY = 2_000
"""From so many hits on they are no longer ranked: walking the queue in its order beats sorting them."""

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

        What a search finds is ranked first: where the words name the submission, then the assessor's own words, then
        words of the evidence, the latter two by relevance. Very many hits come in the queue's order.

        Args:
            state: Which submissions.
            search: Words, or beginnings of words, which all have to stand in the micro-credential's title, its stack,
                the educator as shown, the id, the assessor's own words, texts of the educator; or all in one file of
                the evidence. The assessor's newest words are found after ``Library.catch_up_search``.
            limit: How many at the most.
        """
        asked = search_words.query(search)
        if not asked:
            statement, values = _walk(state)
        elif self._hits(asked) < _MANY:
            statement, values = _ranked_hits(state, asked)
        else:
            statement, values = _walk(state, asked)
        return self._session.sql(f"{statement} LIMIT {-1 if limit is None else int(limit)}", *values).scalars()

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

    def is_fed(self) -> bool:
        """Returns whether there is a platform that submissions come from."""
        return bool(self._session.sql("SELECT EXISTS (SELECT 1 FROM account)").scalar_one())

    def counts(self) -> dict[QueueState, int]:
        """Returns how many submissions there are in each state, 0 included."""
        found = {row[0]: row[1] for row in self._session.sql("SELECT state, submissions FROM queue_count")}
        return {state: found.get(state.value, 0) for state in QueueState}

    def _hits(self, asked: str) -> int:
        counted = f"SELECT count(*) FROM ({_FOUND} LIMIT {_MANY})"  # noqa: S608 - of our own pieces only
        return int(self._session.sql(counted, asked).scalar_one())


def _walk(state: Filter, asked: str = "") -> tuple[str, list[str]]:
    index = "INDEXED BY submission_queue_open" if state == "open" else ""
    condition, values = _condition(state), []
    if asked:
        condition += f" AND s.key IN ({_FOUND})"
        values.append(asked)
    return f"SELECT s.key FROM submission s {index} WHERE {condition} {_ORDER}", values  # noqa: S608 - our own pieces


def _ranked_hits(state: Filter, asked: str) -> tuple[str, list[str]]:
    # A cross join keeps its order: hits first, then the row of each.
    statement = (
        f"SELECT s.key FROM ({_RANKED}) f CROSS JOIN submission s ON s.key = f.key "  # noqa: S608 - our own pieces
        f"WHERE {_condition(state)} ORDER BY f.tier, f.rank, s.due_at, s.submitted_at, s.id"
    )
    return statement, [asked, search_index.named(asked)]


def _condition(state: Filter) -> str:
    if state == "open":
        return _OPEN
    return "TRUE" if state is None else f"s.state = '{state.value}'"
