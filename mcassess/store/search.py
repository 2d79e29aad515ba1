"""The search index: what is found under which words. Lies in the encrypted database as everything else.

A review's words reach the index when somebody searches (search_index.py); until then a mark says that they have to.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mcassess.store.search_words import plain
from mcassess.store.session import Session

if TYPE_CHECKING:  # not needed for the first picture
    from mcassess.domain.review import Review
    from mcassess.domain.submission import Submission
    from mcassess.store.database import Database

_COLUMNS = """
    SELECT coalesce(m.title, s.microcredential), coalesce(m.stack_title, ''),
           s.id || ' ' || CASE WHEN coalesce(m.blind, 1) THEN coalesce(s.educator_alias, s.educator)
                               ELSE coalesce(s.educator_name, s.educator_alias, s.educator) END,
           coalesce((SELECT group_concat(json_extract(piece.value, '$.text'), char(10))
                          FROM submission_body b, json_each(b.raw, '$.evidence') piece WHERE b.key = s.key), '')
    FROM submission s LEFT JOIN microcredential m ON m.account = s.account AND m.id = s.microcredential
    WHERE s.key = ?
"""

_PUT = "INSERT OR REPLACE INTO search (rowid, title, stack, educator, words) VALUES (?, ?, ?, ?, ?)"

_EXISTS = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'search_evidence')"
_MAKE = (
    # Keeps its text, because only so can a word be taken out of it for good when the evidence is destroyed.
    """
    CREATE VIRTUAL TABLE search_evidence USING fts5 (
        text, tokenize = 'unicode61 remove_diacritics 2'
    )
    """,
    "INSERT INTO search_evidence (search_evidence, rank) VALUES ('secure-delete', 1)",
    "DELETE FROM evidence_text",
)


def words_of(review: "Review") -> str:
    """Returns the assessor's own words in a review that it can be found by."""
    return "\n".join([*review.comments.values(), review.feedback, review.note]).strip()


def index(session: Session, key: int, words: str) -> None:
    """Writes a submission into the index, in place of what stood there for it.

    Args:
        session: The write.
        key: The submission. Texts that the educator wrote into her evidence are taken in as well.
        words: The assessor's own.
    """
    found = session.sql(_COLUMNS, key).one_or_none()
    if found is not None:
        *names, texts = map(plain, found)
        session.sql(_PUT, key, *names, f"{plain(words)}\n{texts}")


def index_new(session: Session, account: int, submissions: Iterable[tuple[int, "Submission"]]) -> None:
    """Writes submissions into the index that have just been added, many at once; they have no review yet."""
    known = session.sql("SELECT id, title, stack_title, blind FROM microcredential WHERE account = ?", account)
    called = {identifier: (title, stack or "", bool(blind)) for identifier, title, stack, blind in known}
    rows = []
    for key, submission in submissions:
        name = submission.microcredential
        title, stack, blind = called.get(name, (name, "", True))
        texts = [piece.text for piece in submission.evidence if piece.text is not None]
        rows.append(
            (
                key,
                plain(title),
                plain(stack),
                plain(f"{submission.id} {submission.educator.shown(blind=blind)}"),
                plain("\n".join(["", *texts])),
            )
        )
    session.sql_many(_PUT, rows)


def mark(session: Session, key: int) -> None:
    """Marks a submission whose review has words that the index does not know yet."""
    session.sql("INSERT OR IGNORE INTO unindexed (submission) VALUES (?)", key)


def named(query: str) -> str:
    """Returns the query narrowed to what a submission is called: titles, stack, educator, id."""
    return f"{{title stack educator}} : ({query})"


def make_where_missing(database: "Database") -> None:
    """Makes the index of the evidence's words in a library that has none: a new one, or one from a backup."""
    with database.read() as connection:
        if connection.exec_driver_sql(_EXISTS).scalar_one():
            return
    with database.write() as connection:
        if not connection.exec_driver_sql(_EXISTS).scalar_one():  # again: another process may have been faster
            for statement in _MAKE:
                connection.exec_driver_sql(statement)
