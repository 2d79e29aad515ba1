"""Files of evidence: who refers to them, and how much of each is here. Their bytes are in vault.py."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mcassess.domain.retention import WITHHELD
from mcassess.domain.submission import Content, Submission
from mcassess.store import summary
from mcassess.store.leftovers import Leftovers
from mcassess.store.session import Repository, to_json
from mcassess.store.settings import PASSWORDS_SETTING
from mcassess.store.states import EvidenceState

__all__ = ["CAPTIONS", "CONTENT", "EvidenceFiles", "EvidenceState", "EvidenceTotals", "FileRow", "StoredFile"]

CONTENT = "content"
CAPTIONS = "captions"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """One file in one place of one submission.

    Attributes:
        sha256: 64 hexadecimal digits; the same file in two places is stored once.
        size: In bytes.
        done_bytes: How many of them are here and sound.
        key: The submission.
        role: ``content`` or ``captions``.
        claimed: Whether the submission is claimed; told of what is wanted.
    """

    sha256: str
    size: int
    media_type: str
    state: EvidenceState
    done_bytes: int
    key: int
    attempt: int
    evidence_id: str
    role: str
    claimed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """What the library knows of a file's bytes.

    Attributes:
        name: Of its file in the vault; random.
        wrapped_key: Its key, wrapped with the library's evidence key; None once destroyed, or before the first byte.
    """

    sha256: str
    size: int
    state: EvidenceState
    done_bytes: int
    name: str | None
    wrapped_key: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceTotals:
    """How many files and bytes there are in all, each file counted once."""

    files: int
    ready_files: int
    total_bytes: int
    packed_bytes: int


_SHOWN_STATE = "CASE WHEN f.state != 'ready' AND NOT e.available THEN 'unavailable' ELSE f.state END"
_COLUMNS = f"f.sha256, f.size, f.media_type, {_SHOWN_STATE}, f.done_bytes, e.submission, e.attempt, e.id, e.role"
_STORED = "SELECT sha256, size, state, done_bytes, name, wrapped_key FROM evidence_file"

_RECORD = """
    INSERT INTO destruction (sha256, submission, attempt, evidence, role, size, reason, at)
    SELECT f.sha256, e.submission, e.attempt, e.id, e.role, f.size, ?, ?
    FROM evidence_file f LEFT JOIN evidence e ON e.sha256 = f.sha256 WHERE f.sha256 = ? AND f.state != 'destroyed'
"""

# One place for each file: the bytes are the same wherever it is asked for.
_WANTED = f"""
    SELECT {_COLUMNS}, max(s.platform_state = 'claimed'), min(e.attempt) FROM evidence e
    JOIN evidence_file f ON f.sha256 = e.sha256
    JOIN submission s ON s.key = e.submission
    WHERE s.account = ? AND s.removed_reason IS NULL AND s.state NOT IN ('sent', 'withdrawn')
      AND e.available AND f.state IN ('wanted', 'partial', 'damaged')
      AND (e.attempt = s.attempt OR s.earlier_wanted)
    GROUP BY f.sha256
    ORDER BY f.size, f.sha256
"""  # noqa: S608 - of our own pieces only


class EvidenceFiles(Repository):
    """The files that the submissions refer to."""

    def wanted(self, account: int) -> list[FileRow]:
        """Returns what has to be fetched for this account, the smallest first; damaged files are wanted again.

        Evidence of earlier attempts is, where it was asked for.
        """
        return [_file_row(tuple(row)) for row in self._session.sql(_WANTED, account)]

    def want_earlier(self, key: int) -> None:
        """Asks for the evidence of a submission's earlier attempts, those of the future too."""
        self._session.sql("UPDATE submission SET earlier_wanted = 1 WHERE key = ?", key)
        summary.refresh_packed(self._session, [key])

    def states(self, key: int) -> dict[tuple[int, str, str], FileRow]:
        """Returns the files of a submission by attempt, evidence id and role."""
        statement = (
            f"SELECT {_COLUMNS} FROM evidence e JOIN evidence_file f ON f.sha256 = e.sha256 "  # noqa: S608 - as above
            "WHERE e.submission = ? ORDER BY e.attempt, e.id, e.role"
        )
        rows = [_file_row(tuple(row)) for row in self._session.sql(statement, key)]
        return {(row.attempt, row.evidence_id, row.role): row for row in rows}

    def refcounts(self) -> dict[str, int]:
        """Returns for every file how many submissions that are still hers refer to it; 0 means that nobody does."""
        statement = """
            SELECT f.sha256, count(DISTINCT s.key) FROM evidence_file f
            LEFT JOIN evidence e ON e.sha256 = f.sha256
            LEFT JOIN submission s ON s.key = e.submission AND s.removed_reason IS NULL
            GROUP BY f.sha256
        """
        return {row[0]: row[1] for row in self._session.sql(statement)}

    def totals(self) -> EvidenceTotals:
        """Returns the sums over all files that are not destroyed."""
        statement = """
            SELECT count(*), count(*) FILTER (WHERE state = 'ready'),
                   coalesce(sum(size), 0), coalesce(sum(done_bytes), 0)
            FROM evidence_file WHERE state != 'destroyed'
        """
        files, ready, total, packed = self._session.sql(statement).one()
        return EvidenceTotals(files=files, ready_files=ready, total_bytes=total, packed_bytes=packed)

    def get(self, sha256: str) -> StoredFile | None:
        """Returns what is known of a file, or None."""
        row = self._session.sql(f"{_STORED} WHERE sha256 = ?", sha256).one_or_none()
        return None if row is None else _stored(tuple(row))

    def in_state(self, state: EvidenceState) -> list[StoredFile]:
        """Returns all files in a state, in the order of their digests."""
        return [
            _stored(tuple(row)) for row in self._session.sql(f"{_STORED} WHERE state = ? ORDER BY sha256", state.value)
        ]

    def with_keys(self) -> list[StoredFile]:
        """Returns all files that have a key, whatever their state."""
        return [_stored(tuple(row)) for row in self._session.sql(f"{_STORED} WHERE wrapped_key IS NOT NULL")]

    def set_available(self, key: int, evidence_id: str, attempt: int, role: str, *, available: bool) -> None:
        """Records whether the platform can give this file in this place."""
        found = self._session.sql(
            "UPDATE evidence SET available = ? WHERE submission = ? AND attempt = ? AND id = ? AND role = ? "
            "RETURNING sha256",
            available,
            key,
            attempt,
            evidence_id,
            role,
        ).scalar_one_or_none()
        if found is not None:
            self._session.touched.evidence.add(found)
            self._session.touched.submissions.add(key)

    def place_in_vault(self, sha256: str, name: str, wrapped_key: bytes) -> None:
        """Records under which name and key a file's bytes are about to be written; none of them is here yet."""
        self._set(sha256, "state = 'partial', done_bytes = 0, name = ?, wrapped_key = ?", name, wrapped_key)

    def set_progress(self, sha256: str, state: EvidenceState, done_bytes: int) -> None:
        """Records how many sound bytes of a file are here."""
        self._set(sha256, "state = ?, done_bytes = ?", state.value, done_bytes)

    def forget_bytes(self, sha256: str, state: EvidenceState) -> None:
        """Records that a file's bytes are gone, key and name with them; earlier copies are to open it no more."""
        Leftovers(self._session).owe()
        self._set(sha256, "state = ?, done_bytes = 0, name = NULL, wrapped_key = NULL", state.value)

    def set_key(self, sha256: str, wrapped_key: bytes) -> None:
        """Records a file's key, wrapped with another evidence key than before."""
        self._session.sql("UPDATE evidence_file SET wrapped_key = ? WHERE sha256 = ?", wrapped_key, sha256)

    def destroy_key(self, sha256: str, reason: str) -> None:
        """Destroys a file's key, with a record of when and why. Its name stays until the file itself is removed."""
        Leftovers(self._session).owe()
        forgotten = "UPDATE setting SET value = json_remove(value, '$.\"' || ? || '\"') WHERE name = ?"
        self._session.sql(forgotten, sha256, PASSWORDS_SETTING)
        self._session.sql(_RECORD, reason, self._session.now(), sha256)
        self._set(
            sha256,
            "state = 'destroyed', done_bytes = 0, wrapped_key = NULL, destroyed_at = ?, destroyed_reason = ?",
            self._session.now(),
            reason,
        )

    def withhold(self, sha256: str, reason: str) -> None:
        """Records of a file that was destroyed for another reason before that it is never wanted again."""
        again = "FROM evidence_file f LEFT JOIN evidence e ON e.sha256 = f.sha256 WHERE f.sha256 = ?"
        self._session.sql(_RECORD.split("FROM", maxsplit=1)[0] + again, reason, self._session.now(), sha256)
        self._set(sha256, "destroyed_reason = ?", reason)

    def refer(self, key: int, submission: Submission, *, new: bool) -> None:
        """Records which files a submission refers to, in place of what it referred to before.

        Args:
            new: Whether the submission has just been added, so that there is nothing to replace.
        """
        places = list(_places(submission))
        before: set[tuple[int, str, str, str]] = set()
        if not new:
            old = "SELECT attempt, id, role, sha256 FROM evidence WHERE submission = ?"
            before = {(row[0], row[1], row[2], row[3]) for row in self._session.sql(old, key)}
            self._session.sql("DELETE FROM evidence WHERE submission = ?", key)
        if not places:
            return
        added = self._place([(key, *place) for place in places])
        fresh = {sha256 for *place, sha256 in _named(places) if (*place, sha256) not in before}
        if not new or added < len(places):
            self._want_again(fresh)
            summary.refresh_packed(self._session, [key])

    def refer_new(self, submissions: Iterable[tuple[int, Submission]]) -> None:
        """Records which files submissions refer to that have just been added, many at once."""
        places = [(key, *place) for key, submission in submissions for place in _places(submission)]
        if self._place(places) < len(places):
            self._want_again({content.sha256 for _, _, _, _, content, _ in places})
            summary.refresh_packed(self._session, sorted({place[0] for place in places}))

    def _place(self, places: Sequence[tuple[int, int, str, str, Content, bool]]) -> int:
        """Adds places, and the files that nobody referred to before; returns how many files those are."""
        added = self._session.sql_many(
            "INSERT OR IGNORE INTO evidence_file (sha256, size, media_type, state) VALUES (?, ?, ?, 'wanted')",
            [(content.sha256, content.size, content.media_type) for *_, content, _ in places],
        )
        self._session.sql_many(
            "INSERT OR REPLACE INTO evidence (submission, attempt, id, role, sha256, available) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [(*place, content.sha256, available) for *place, content, available in places],
        )
        return added

    def _want_again(self, files: Iterable[str]) -> None:
        """Files that were destroyed are wanted where a new place refers to them, but for those that were withheld."""
        self._session.sql(
            "UPDATE evidence_file SET state = 'wanted', destroyed_at = NULL, destroyed_reason = NULL "
            "WHERE sha256 IN (SELECT value FROM json_each(?)) AND state = 'destroyed' AND name IS NULL "
            "AND destroyed_reason NOT IN (SELECT value FROM json_each(?))",
            to_json(list(files)),
            to_json(sorted(WITHHELD)),
        )

    def _set(self, sha256: str, assignments: str, *values: object) -> None:
        self._session.sql(f"UPDATE evidence_file SET {assignments} WHERE sha256 = ?", *values, sha256)  # noqa: S608 - as above
        self._session.touched.evidence.add(sha256)
        summary.refresh_packed_of_file(self._session, sha256)


def distinct_bytes(submission: Submission) -> int:
    """Returns how many bytes of evidence the present attempt has, each file counted once."""
    return sum({content.sha256: content.size for piece in submission.evidence for content in piece.files}.values())


def _places(submission: Submission) -> Iterable[tuple[int, str, str, Content, bool]]:
    rounds = [(submission.attempt, submission.evidence)]
    rounds += [(past.attempt, past.evidence) for past in submission.earlier]
    for attempt, pieces in rounds:
        for piece in pieces:
            if piece.content is not None:
                yield attempt, piece.id, CONTENT, piece.content, piece.available
            if piece.captions is not None:
                yield attempt, piece.id, CAPTIONS, piece.captions, piece.available


def _named(places: Iterable[tuple[int, str, str, Content, bool]]) -> Iterable[tuple[int, str, str, str]]:
    return ((attempt, identifier, role, content.sha256) for attempt, identifier, role, content, _ in places)


def _file_row(row: tuple[object, ...]) -> FileRow:
    sha256, size, media_type, state, done_bytes, key, attempt, evidence_id, role, *more = row
    return FileRow(
        sha256=str(sha256),
        size=int(str(size)),
        media_type=str(media_type),
        state=EvidenceState(str(state)),
        done_bytes=int(str(done_bytes)),
        key=int(str(key)),
        attempt=int(str(attempt)),
        evidence_id=str(evidence_id),
        role=str(role),
        claimed=bool(more and more[0]),
    )


def _stored(row: tuple[object, ...]) -> StoredFile:
    sha256, size, state, done_bytes, name, wrapped_key = row
    return StoredFile(
        sha256=str(sha256),
        size=int(str(size)),
        state=EvidenceState(str(state)),
        done_bytes=int(str(done_bytes)),
        name=None if name is None else str(name),
        wrapped_key=None if wrapped_key is None else bytes(wrapped_key),  # type: ignore[call-overload]  # a column
    )
