"""Submissions, micro-credentials and rubrics as the platform sent them; put in by the sync, read by all."""

from collections.abc import Sequence
from dataclasses import dataclass

from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.rubric import Rubric
from mcassess.domain.submission import MicroCredential, Submission
from mcassess.errors import WorldError
from mcassess.store import search, shapes, summary
from mcassess.store.evidence import EvidenceFiles, distinct_bytes
from mcassess.store.reviews import Reviews
from mcassess.store.rubrics import content_digest, sealed_by
from mcassess.store.session import Repository, Session, to_json, to_sorted_time
from mcassess.store.words import has_words, without_withheld
from mcassess.texts import tr


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSubmission:
    """A submission with what belongs to it.

    Attributes:
        key: The library's own id.
        account: Key of the account that it came by.
        rubric: In the version that the educator worked from; what the decision was sealed by, once there is one.
        rubric_sha256: Of its contents: a restored platform may have issued the version's number anew.
        removed_reason: Why the platform took it away, if it did.
    """

    key: int
    account: int
    submission: Submission
    microcredential: MicroCredential
    rubric: Rubric
    rubric_sha256: str
    removed_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A row of the feed that could not be read."""

    type: str
    id: str
    version: int
    raw: str
    error: str


_KNOWN = """
    SELECT 'microcredential', id, version FROM microcredential WHERE account = ?1 AND removed_reason IS NULL
    UNION ALL SELECT 'rubric', id, version FROM rubric WHERE account = ?1 AND removed_reason IS NULL
    UNION ALL SELECT 'submission', id, version FROM submission WHERE account = ?1 AND removed_reason IS NULL
"""


class Submissions(Repository):
    """What is to be reviewed. Two platforms may use the same ids; ``key`` tells them apart."""

    def __init__(self, session: Session, reviews: Reviews, evidence: EvidenceFiles) -> None:
        super().__init__(session)
        self._reviews = reviews
        self._evidence = evidence

    def get(self, key: int) -> StoredSubmission:
        """Returns a submission with its micro-credential and rubric.

        Raises:
            KeyError: There is none with this key.
            WorldError: Its micro-credential or its rubric has not come yet.
        """
        row = self._session.sql(
            "SELECT s.account, s.removed_reason, b.raw, m.raw, r.raw, s.id, s.attempt, "
            "(SELECT json_group_object(f.sha256, f.raw) FROM former_rubric f WHERE f.account = s.account "
            "AND f.id = s.rubric AND f.version = s.rubric_version HAVING count(*)) FROM submission s "
            "JOIN submission_body b ON b.key = s.key "
            "LEFT JOIN microcredential m ON m.account = s.account AND m.id = s.microcredential "
            "LEFT JOIN rubric r ON r.account = s.account AND r.id = s.rubric AND r.version = s.rubric_version "
            "WHERE s.key = ?",
            key,
        ).one_or_none()
        if row is None:
            raise KeyError(key)
        if row[3] is None or row[4] is None:
            text = tr("Submission {id} came without its rubric. Sync again; if that does not help, tell the programme.")
            raise WorldError(text.format(id=row[5]))
        rubric = sealed_by(self._session, key, row[6], row[7]) or row[4]
        return StoredSubmission(
            key=key,
            account=row[0],
            removed_reason=row[1],
            submission=shapes.read(Submission, row[2]),
            microcredential=shapes.read(MicroCredential, row[3]),
            rubric=shapes.read(Rubric, rubric),
            rubric_sha256=content_digest(rubric),
        )

    def find_in(self, account: int, id: str) -> StoredSubmission | None:  # noqa: A002 - the wire's name
        """Returns the submission of an account with this id, or None."""
        key = self._session.sql(
            "SELECT key FROM submission WHERE account = ? AND id = ?", account, id
        ).scalar_one_or_none()
        return None if key is None else self.get(key)

    def attempts(self, account: int, ids: Sequence[str]) -> dict[int, int]:
        """Returns the attempts of those of these submissions that are known, by key."""
        rows = self._session.sql(
            "SELECT key, attempt FROM submission WHERE account = ? AND id IN (SELECT value FROM json_each(?))",
            account,
            to_json(list(ids)),
        )
        return {row[0]: row[1] for row in rows}

    def find(self, id_or_prefix: str) -> list[tuple[int, str]]:
        """Returns key and id of the submissions with this id; if there is none, of those whose id begins with it."""
        exact = self._session.sql("SELECT key, id FROM submission WHERE id = ? ORDER BY key", id_or_prefix)
        found = exact.all()
        if not found and id_or_prefix:
            begins = "SELECT key, id FROM submission WHERE substr(id, 1, ?) = ? ORDER BY id, key"
            found = self._session.sql(begins, len(id_or_prefix), id_or_prefix).all()
        return [(key, identifier) for key, identifier in found]

    def known(self, account: int) -> list[tuple[str, str, int]]:
        """Returns type, id and version of all that the platform has given and not taken away."""
        rows = self._session.sql(_KNOWN, account).all()
        return [(kind, identifier, version) for kind, identifier, version in rows]

    def put_microcredential(
        self, account: int, microcredential: MicroCredential, version: int, raw: str, *, anew: bool = False
    ) -> None:
        """Stores a micro-credential, unless as new a version is there already; ``anew`` takes it in any case."""
        stack = microcredential.stack
        changed = self._session.sql(
            """
            INSERT INTO microcredential
                (account, id, version, title, stack_title, stack_position, blind, attempts_max, raw)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (account, id) DO UPDATE SET
                version = excluded.version, title = excluded.title, stack_title = excluded.stack_title,
                stack_position = excluded.stack_position, blind = excluded.blind,
                attempts_max = excluded.attempts_max, raw = excluded.raw, removed_reason = NULL
            WHERE excluded.version > version OR (removed_reason IS NOT NULL AND excluded.version = version) OR ?
            """,
            account,
            microcredential.id,
            version,
            microcredential.title,
            stack and stack.title,
            stack and stack.position,
            microcredential.policy.blind,
            microcredential.policy.attempts_max,
            raw,
            anew,
        )
        if changed.rowcount:
            self._reindex(account, microcredential.id)

    def put_submissions(
        self, account: int, arrivals: Sequence[tuple[Submission, int, str]], *, anew: bool = False
    ) -> None:
        """Stores submissions with their versions and raw JSON as ``put_submission`` does, the new ones all at once.

        Args:
            account: Whose.
            arrivals: No two with the same id.
            anew: As there.
        """
        identifiers = to_json([submission.id for submission, _, _ in arrivals])
        known = set(
            self._session.sql(
                "SELECT id FROM submission WHERE account = ? AND id IN (SELECT value FROM json_each(?))",
                account,
                identifiers,
            ).scalars()
        )
        new = [each for each in arrivals if each[0].id not in known]
        for submission, version, raw in arrivals:
            if submission.id in known:
                self.put_submission(account, submission, version, raw, anew=anew)
        if new:
            self._add(account, new)

    def _add(self, account: int, new: Sequence[tuple[Submission, int, str]]) -> None:
        first = self._session.sql("SELECT coalesce(max(key), 0) + 1 FROM submission").scalar_one()
        rows = [{"key": first + n, **_columns(account, each[0], each[1])} for n, each in enumerate(new)]
        names, marks = ", ".join(rows[0]), ", ".join("?" * len(rows[0]))
        self._session.sql_many(
            f"INSERT INTO submission ({names}) VALUES ({marks})",  # noqa: S608 - names of our own
            [tuple(row.values()) for row in rows],
        )
        self._session.sql_many(
            "INSERT INTO submission_body (key, raw) VALUES (?, ?)", [(first + n, each[2]) for n, each in enumerate(new)]
        )
        keyed = [(first + n, submission) for n, (submission, _, _) in enumerate(new)]
        self._evidence.refer_new(keyed)
        search.index_new(self._session, account, keyed)
        self._session.touched.submissions.update(key for key, _ in keyed)

    def put_submission(
        self, account: int, submission: Submission, version: int, raw: str, *, anew: bool = False
    ) -> int:
        """Stores a submission, unless as new a version is there already, and returns its key.

        Args:
            account: That it came by.
            submission: As it was read.
            version: The platform's count of its changes.
            raw: As it came.
            anew: Whether to take it in any case: the versions that are here are those of another history.
        """
        before = self._session.sql(
            "SELECT key, version, removed_reason, words FROM submission WHERE account = ? AND id = ?",
            account,
            submission.id,
        ).one_or_none()
        if not anew and before is not None and version <= before[1]:
            # What is here as it was; unless its words were destroyed here, and may be had again.
            whole = before[2] is None and (before[3] or not has_words(submission))
            if version < before[1] or whole:
                return int(before[0])
        values = _columns(account, submission, version)
        if before is None:
            key = self._insert(values)
            self._session.sql("INSERT INTO submission_body (key, raw) VALUES (?, ?)", key, raw)
        else:
            key = int(before[0])
            assignments = ", ".join(f"{name} = ?" for name in values)
            self._session.sql(f"UPDATE submission SET {assignments} WHERE key = ?", *values.values(), key)  # noqa: S608
            clean = without_withheld(self._session, key, raw)
            self._session.sql("UPDATE submission_body SET raw = ? WHERE key = ?", clean, key)
        self._session.touched.submissions.add(key)
        self._evidence.refer(key, submission, new=before is None)
        if before is None:
            search.index(self._session, key, "")
        else:
            self.refresh_summary(key)
        return key

    def remove(self, account: int, type: str, id: str, version: int, reason: str) -> None:  # noqa: A002 - the wire's names
        """Records that the platform took something away. Row, review and outbox stay; the queue shows it no more."""
        if type not in {"submission", "microcredential", "rubric"}:
            return
        # A rubric's version is part of its name; of the others it says how new the removal is.
        versioned, which = ("", "=") if type == "rubric" else (", version = ?2", "<=")
        changed = self._session.sql(
            f"UPDATE {type} SET removed_reason = ?1{versioned} WHERE account = ?3 AND id = ?4 AND version {which} ?2",  # noqa: S608
            reason,
            version,
            account,
            id,
        )
        if type == "submission" and changed.rowcount:
            found = self._session.sql("SELECT key FROM submission WHERE account = ? AND id = ?", account, id)
            summary.refresh_state(self._session, found.scalar_one())

    def refresh_summary(self, key: int) -> None:
        """Derives all columns of the queue for a submission anew, and its place in the search index."""
        review = self._reviews.get(key)
        summary.refresh_review(self._session, key, review)
        summary.refresh_state(self._session, key)
        summary.refresh_packed(self._session, [key])
        search.index(self._session, key, search.words_of(review))

    def quarantine(self, account: int, type: str, id: str, version: int, raw: str, error: str) -> None:  # noqa: A002 - as above
        """Sets a row of the feed aside that could not be read, in place of an earlier one of the same thing."""
        self._session.sql(
            "INSERT OR REPLACE INTO quarantine (account, type, id, version, raw, error, at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            account,
            type,
            id,
            version,
            raw,
            error,
            self._session.now(),
        )
        self._session.touched.accounts = True

    def quarantined(self, account: int) -> list[Quarantined]:
        """Returns what was set aside and has not been read since."""
        rows = self._session.sql(
            "SELECT type, id, version, raw, error FROM quarantine WHERE account = ? ORDER BY type, id", account
        )
        return [Quarantined(type=row[0], id=row[1], version=row[2], raw=row[3], error=row[4]) for row in rows]

    def release(self, account: int, type: str, id: str) -> None:  # noqa: A002 - as above
        """Forgets what was set aside under this id: it could be read after all, or is gone."""
        self._session.sql("DELETE FROM quarantine WHERE account = ? AND type = ? AND id = ?", account, type, id)
        self._session.touched.accounts = True

    def _insert(self, values: dict[str, object]) -> int:
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        statement = f"INSERT INTO submission ({names}) VALUES ({marks}) RETURNING key"  # noqa: S608 - names of our own
        return int(self._session.sql(statement, *values.values()).scalar_one())

    def _reindex(self, account: int, microcredential: str) -> None:
        found = self._session.sql(
            "SELECT key, begun FROM submission WHERE account = ? AND microcredential = ?", account, microcredential
        )
        self._session.touched.accounts = True
        for key, begun in found.all():
            search.index(self._session, key, search.words_of(self._reviews.get(key)) if begun else "")
            self._session.touched.submissions.add(key)


def _columns(account: int, submission: Submission, version: int) -> dict[str, object]:
    kinds = [piece.kind for piece in submission.evidence]
    videos, documents, images = (
        kinds.count(kind) for kind in (EvidenceKind.VIDEO, EvidenceKind.DOCUMENT, EvidenceKind.IMAGE)
    )
    state = summary.queue_state(
        platform_state=submission.state, removed=False, begun=False, sealed=None, needs_you=False
    )
    return {
        "account": account,
        "id": submission.id,
        "microcredential": submission.microcredential,
        "rubric": submission.rubric.id,
        "rubric_version": submission.rubric.version,
        "version": version,
        "platform_state": submission.state.value,
        "removed_reason": None,
        "attempt": submission.attempt,
        "educator": submission.educator.id,
        "educator_alias": submission.educator.alias,
        "educator_name": submission.educator.name,
        "submitted_at": to_sorted_time(submission.submitted_at),
        "due_at": to_sorted_time(submission.due_at),
        "videos": videos,
        "documents": documents,
        "images": images,
        "others": len(kinds) - videos - documents - images,
        "total_bytes": distinct_bytes(submission),
        "words": has_words(submission),
        "state": state.value,
    }
