"""Files that belong to decisions: which there are, and which have gone up. Their bytes lie in the vault."""

from dataclasses import dataclass
from datetime import datetime

from mcassess.store.session import Repository, from_time, to_json

_COLUMNS = (
    "a.key, a.submission, s.id, a.attempt, a.sha256, a.size, a.name, a.media_type, a.target, a.upload_id, a.sent_at"
)
_FROM = "FROM attachment a JOIN submission s ON s.key = a.submission"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAttachment:
    """One file of one decision.

    Attributes:
        key: The library's own id of it.
        submission: The library's key of the submission.
        submission_id: The platform's id of it.
        size: In bytes.
        target: What it was made of, such as ``evidence:d1``; empty where that is not said.
        upload_id: Under which it goes up.
        sent_at: When the platform had it; None before.
    """

    key: int
    submission: int
    submission_id: str
    attempt: int
    sha256: str
    size: int
    name: str
    media_type: str
    target: str
    upload_id: str
    sent_at: datetime | None


class Attachments(Repository):
    """The attachments of this library."""

    def add(  # noqa: PLR0913, PLR0917 - a file and where it belongs
        self, key: int, attempt: int, sha256: str, size: int, name: str, media_type: str, target: str, upload_id: str
    ) -> None:
        """Notes a file of the decision on an attempt; the same bytes again get another name. Its bytes come next."""
        self._session.sql(
            "INSERT OR IGNORE INTO evidence_file (sha256, size, media_type, state) VALUES (?, ?, ?, 'wanted')",
            sha256,
            size,
            media_type,
        )
        self._session.sql(
            "UPDATE evidence_file SET state = 'wanted', destroyed_at = NULL, destroyed_reason = NULL "
            "WHERE sha256 = ? AND state = 'destroyed' AND name IS NULL",
            sha256,
        )
        self._session.sql(
            "INSERT INTO attachment (submission, attempt, sha256, size, name, media_type, target, upload_id) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (submission, attempt, sha256) "
            "DO UPDATE SET name = excluded.name, media_type = excluded.media_type, target = excluded.target",
            key,
            attempt,
            sha256,
            size,
            name,
            media_type,
            target,
            upload_id,
        )
        self._session.touched.submissions.add(key)

    def of(self, key: int, attempt: int) -> list[StoredAttachment]:
        """Returns the files of the decision on an attempt, in the order in which they were added."""
        statement = f"SELECT {_COLUMNS} {_FROM} WHERE a.submission = ? AND a.attempt = ? ORDER BY a.key"
        return [_attachment(row) for row in self._session.sql(statement, key, attempt)]

    def remove(self, key: int) -> None:
        """Takes a file from its decision; its bytes go with the next clearing up."""
        self._session.sql("DELETE FROM attachment WHERE key = ?", key)

    def seal(self, attachments: list[StoredAttachment], op_id: str | None) -> None:
        """Notes with which operation files belong together; None where it was taken back."""
        keys = to_json([each.key for each in attachments])
        self._session.sql("UPDATE attachment SET op_id = ? WHERE key IN (SELECT value FROM json_each(?))", op_id, keys)

    def due(self, account: int) -> list[StoredAttachment]:
        """Returns what goes up now: files of decisions that the platform has, the smallest first."""
        statement = f"""
            SELECT {_COLUMNS} {_FROM}
            WHERE s.account = ? AND a.op_id IS NOT NULL AND a.sent_at IS NULL AND EXISTS (
                SELECT 1 FROM outbox o WHERE o.submission = a.submission AND o.attempt = a.attempt
                AND o.state = 'settled' AND (o.kind LIKE 'decision.%' OR o.kind LIKE 'second_opinion.%'))
            ORDER BY a.size, a.key
        """  # noqa: S608 - as above
        return [_attachment(row) for row in self._session.sql(statement, account)]

    def sent(self, key: int) -> None:
        """Records that the platform has a file whole."""
        self._session.sql("UPDATE attachment SET sent_at = ? WHERE key = ?", self._session.now(), key)
        self._session.touched.outbox = True

    def files_of(self, account: int) -> set[str]:
        """Returns the SHA-256 of all files that belong to decisions of an account and have not gone up."""
        statement = f"SELECT a.sha256 {_FROM} WHERE s.account = ? AND a.sent_at IS NULL"
        return set(self._session.sql(statement, account).scalars())


def _attachment(row: tuple[object, ...]) -> StoredAttachment:
    key, submission, submission_id, attempt, sha256, size, name, media_type, target, upload_id, sent_at = row
    return StoredAttachment(
        key=int(str(key)),
        submission=int(str(submission)),
        submission_id=str(submission_id),
        attempt=int(str(attempt)),
        sha256=str(sha256),
        size=int(str(size)),
        name=str(name),
        media_type=str(media_type),
        target=str(target),
        upload_id=str(upload_id),
        sent_at=from_time(None if sent_at is None else str(sent_at)),
    )
