"""Bringing words into the search index: of reviews that were marked, and of evidence whose text was read."""

from dataclasses import dataclass

from mcassess.store import search
from mcassess.store.reviews import Reviews
from mcassess.store.search_words import plain
from mcassess.store.session import Repository, Session

_WANTED = """
    SELECT f.sha256, max(e.role = 'captions'), f.media_type
    FROM evidence_file f JOIN evidence e ON e.sha256 = f.sha256
    WHERE f.state = 'ready' AND NOT EXISTS (SELECT 1 FROM evidence_text t WHERE t.sha256 = f.sha256)
      AND (e.role = 'captions' OR NOT (f.media_type GLOB 'video/*' OR f.media_type GLOB 'audio/*'
                                       OR f.media_type GLOB 'image/*'))
    GROUP BY f.sha256 ORDER BY f.size, f.sha256
"""
_KEEP = """
    INSERT OR IGNORE INTO evidence_text (sha256)
    SELECT sha256 FROM evidence_file WHERE sha256 = ? AND state = 'ready' RETURNING row
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadFile:
    """A file of evidence whose words the index does not know yet."""

    sha256: str
    is_captions: bool
    media_type: str


class SearchIndex(Repository):
    """What the search finds; asking it is in queue.py."""

    def __init__(self, session: Session, reviews: Reviews) -> None:
        super().__init__(session)
        self._reviews = reviews

    def is_behind(self) -> bool:
        """Returns whether a review has words that the index does not know yet."""
        return bool(self._session.sql("SELECT EXISTS (SELECT 1 FROM unindexed)").scalar_one())

    def catch_up(self) -> None:
        """Takes in the words of all reviews that have changed since it was last called."""
        session = self._session
        _ = session.touched
        for key in session.sql("SELECT submission FROM unindexed").scalars():
            search.index(session, key, search.words_of(self._reviews.get(key)))
        session.sql("DELETE FROM unindexed")

    def unread_files(self) -> list[UnreadFile]:
        """Returns the captions and documents on this laptop whose words are not known, the smallest first."""
        rows = self._session.sql(_WANTED)
        return [UnreadFile(sha256=row[0], is_captions=bool(row[1]), media_type=row[2]) for row in rows]

    def put_text(self, sha256: str, text: str) -> None:
        """Takes in the words of a file of evidence; none if it holds none. What was destroyed meanwhile stays out."""
        session = self._session
        _ = session.touched
        row = session.sql(_KEEP, sha256).scalar_one_or_none()
        if row is not None:
            session.sql("INSERT INTO search_evidence (rowid, text) VALUES (?, ?)", row, plain(text))
