"""Files that belong to decisions: which there are, and how far they have gone up. Their bytes lie in the vault."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mcassess.domain.retention import WITHHELD
from mcassess.store.session import Repository, from_time, to_json

KEPT_FOR = timedelta(days=180)
"""How long a file is kept after its decision was accepted, at most: a restored platform may need it again."""

_COLUMNS = (
    "a.key, a.submission, s.id, a.attempt, a.sha256, a.size, a.name, a.media_type, a.target, a.upload_id, a.sent_at, "
    "a.arrived, f.state = 'ready'"
)
_FROM = "FROM attachment a JOIN submission s ON s.key = a.submission JOIN evidence_file f ON f.sha256 = a.sha256"
_BY_KEY = "FROM attachment WHERE key = ?"
_NAMES_IT = (
    "EXISTS (SELECT 1 FROM json_each(CAST(o.payload AS TEXT), '$.body.attachments') named "
    "WHERE json_extract(named.value, '$.sha256') = a.sha256)"
)
_NAMED = f"""
    EXISTS (SELECT 1 FROM outbox o WHERE o.submission = a.submission AND o.attempt = a.attempt AND {_NAMES_IT})
"""  # noqa: S608 - of our own pieces only
# A revision takes the place of what it revises: a file that it leaves out is not needed any more.
_OWED = f"""
    a.sent_at IS NULL AND EXISTS (
        SELECT 1 FROM outbox o WHERE o.submission = a.submission AND o.attempt = a.attempt AND o.state = 'settled'
        AND (o.kind LIKE 'decision.%' OR o.kind LIKE 'second_opinion.%') AND {_NAMES_IT}
        AND NOT EXISTS (
            SELECT 1 FROM outbox later WHERE later.submission = o.submission AND later.attempt = o.attempt
            AND later.kind = 'decision.revise' AND later.state = 'settled' AND later.device_seq > o.device_seq))
"""  # noqa: S608 - as above


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
        sent_at: When the platform had it whole; None before, and after the platform has lost it.
        arrived: How many of its bytes the platform has.
        here: Whether its bytes lie whole in the vault.
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
    arrived: int
    here: bool


class Attachments(Repository):
    """The attachments of this library."""

    def add(  # noqa: PLR0913, PLR0917 - a file and where it belongs
        self, key: int, attempt: int, sha256: str, size: int, name: str, media_type: str, target: str, upload_id: str
    ) -> None:
        """Notes a file of the decision on an attempt; the same bytes again get another name. Its bytes come next."""
        self.expect(sha256, size, media_type)
        self._session.sql(
            "INSERT INTO attachment (submission, attempt, sha256, size, name, media_type, target, upload_id) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (submission, attempt, sha256) DO UPDATE "
            "SET name = excluded.name, media_type = excluded.media_type, target = excluded.target, dropped = 0",
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

    def expect(self, sha256: str, size: int, media_type: str) -> None:
        """Lets the bytes of a file come into the vault, also where they were destroyed because their time was over."""
        self._session.sql(
            "INSERT OR IGNORE INTO evidence_file (sha256, size, media_type, state) VALUES (?, ?, ?, 'wanted')",
            sha256,
            size,
            media_type,
        )
        self._session.sql(
            "UPDATE evidence_file SET state = 'wanted', destroyed_at = NULL, destroyed_reason = NULL "
            "WHERE sha256 = ? AND state = 'destroyed' AND name IS NULL "
            "AND destroyed_reason NOT IN (SELECT value FROM json_each(?))",
            sha256,
            to_json(sorted(WITHHELD)),
        )

    def of(self, key: int, attempt: int, *, dropped: bool = False) -> list[StoredAttachment]:
        """Returns the files of the decision on an attempt, in the order in which they were added.

        Args:
            dropped: Whether those come too that only a former version of the decision names.
        """
        where = "WHERE a.submission = ? AND a.attempt = ? AND (NOT a.dropped OR ?)"
        return self._found(where, key, attempt, dropped)

    def remove(self, key: int) -> None:
        """Takes a file from the decision that is being written; one that was sealed before may name it still."""
        self._session.touched.submissions.update(self._session.sql(f"SELECT submission {_BY_KEY}", key).scalars())
        self._session.sql(f"UPDATE attachment AS a SET dropped = 1 WHERE a.key = ? AND {_NAMED}", key)  # noqa: S608 - as above
        self._session.sql(f"DELETE {_BY_KEY} AND NOT dropped", key)

    def restore(self, key: int, attempt: int, named: Iterable[str]) -> None:
        """Has the decision on an attempt name these files again, by SHA-256, and no others."""
        wanted = set(named)
        for each in self.of(key, attempt):
            if each.sha256 not in wanted:
                self.remove(each.key)
        self._session.sql(
            "UPDATE attachment SET dropped = 0 WHERE submission = ? AND attempt = ? "
            "AND sha256 IN (SELECT value FROM json_each(?))",
            key,
            attempt,
            to_json(sorted(wanted)),
        )
        self._session.touched.submissions.add(key)

    def due(self, account: int) -> list[StoredAttachment]:
        """Returns what goes up now: files of decisions that the platform has, the smallest first."""
        return self._found(f"WHERE s.account = ? AND {_OWED} AND f.state = 'ready' ORDER BY a.size, a.key", account)

    def owed(self) -> list[StoredAttachment]:
        """Returns the files that some platform still lacks of decisions that it has, those that are lost here too."""
        return self._found(f"WHERE {_OWED} ORDER BY a.submission, a.key")

    def arrived(self, key: int, offset: int) -> None:
        """Records how many bytes of a file the platform has."""
        self._session.sql("UPDATE attachment SET arrived = ? WHERE key = ?", offset, key)
        self._session.touched.outbox = True

    def sent(self, key: int) -> None:
        """Records that the platform has a file whole."""
        self._session.sql("UPDATE attachment SET sent_at = ?, arrived = size WHERE key = ?", self._session.now(), key)
        self._session.touched.outbox = True

    def missing(self, key: int, attempt: int, digests: Iterable[str]) -> list[StoredAttachment]:
        """Records that the platform lacks files that it had; returns those that are not here any more either.

        Args:
            key: The submission.
            attempt: Whose decision names them.
            digests: The SHA-256 of each.
        """
        where = "sent_at IS NOT NULL AND submission = ? AND attempt = ? AND sha256 IN (SELECT value FROM json_each(?))"
        lacking = self._session.sql(
            f"UPDATE attachment SET sent_at = NULL, arrived = 0 WHERE {where} RETURNING key",  # noqa: S608 - as above
            key,
            attempt,
            to_json(sorted(digests)),
        )
        keys = list(lacking.scalars())
        self._session.touched.outbox |= bool(keys)
        found = "WHERE a.key IN (SELECT value FROM json_each(?)) AND f.state != 'ready' ORDER BY a.key"
        return self._found(found, to_json(keys))

    def rename_upload(self, key: int, upload_id: str) -> None:
        """Lets a file go up under another id, from its beginning."""
        self._session.sql("UPDATE attachment SET upload_id = ?, arrived = 0 WHERE key = ?", upload_id, key)

    def files_of(self, account: int) -> set[str]:
        """Returns the SHA-256 of all files that belong to decisions of an account."""
        return set(self._session.sql(f"SELECT a.sha256 {_FROM} WHERE s.account = ?", account).scalars())

    def _found(self, where: str, *values: object) -> list[StoredAttachment]:
        order = "" if "ORDER BY" in where else "ORDER BY a.key"
        return [
            _attachment(tuple(row)) for row in self._session.sql(f"SELECT {_COLUMNS} {_FROM} {where} {order}", *values)
        ]


def _attachment(row: tuple[object, ...]) -> StoredAttachment:
    key, submission, submission_id, attempt, sha256, size, name, media_type, target, upload_id, *rest = row
    sent_at, arrived, here = rest
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
        arrived=int(str(arrived)),
        here=bool(here),
    )
