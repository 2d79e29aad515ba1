"""The search index: what is found under which words. Lies in the encrypted database as everything else."""

import re
import unicodedata

from mcassess.domain.review import Review
from mcassess.store.session import Session

_WORD = re.compile(r"[^\W_]+")

_COLUMNS = """
    INSERT OR REPLACE INTO search (rowid, title, stack, educator, words)
    SELECT s.key, coalesce(m.title, s.microcredential), coalesce(m.stack_title, ''),
           s.id || ' ' || CASE WHEN coalesce(m.blind, 1) THEN coalesce(s.educator_alias, s.educator)
                               ELSE coalesce(s.educator_name, s.educator_alias, s.educator) END, ?
    FROM submission s LEFT JOIN microcredential m ON m.account = s.account AND m.id = s.microcredential
    WHERE s.key = ?
"""


def words_of(review: Review) -> str:
    """Returns the assessor's own words in a review that it can be found by."""
    return "\n".join([*review.comments.values(), review.feedback, review.note]).strip()


def index(session: Session, key: int, words: str) -> None:
    """Writes a submission into the index, in place of what stood there for it."""
    session.sql(_COLUMNS, words, key)


def query(text: str) -> str:
    """Returns what FTS5 is asked for: every word of ``text`` as the beginning of a word; empty if it has no word."""
    return " ".join(f'"{word}"*' for word in _WORD.findall(unicodedata.normalize("NFC", text)))
