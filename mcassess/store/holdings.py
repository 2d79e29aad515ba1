"""What is asked before evidence goes: who holds which file, what may make room; and the record of what went."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from mcassess.domain.kinds import DestroyReason, SubmissionState
from mcassess.domain.retention import Holding
from mcassess.domain.submission import MicroCredential, Policy
from mcassess.store import shapes, summary
from mcassess.store.attachments import KEPT_FOR
from mcassess.store.session import Repository, from_time, to_json, to_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Destruction:
    """The record of one file's end, in one of its places.

    Attributes:
        key: The submission that referred to it; None if none did.
        size: Of the plain bytes.
    """

    sha256: str
    key: int | None
    attempt: int | None
    evidence_id: str | None
    role: str | None
    size: int
    reason: DestroyReason
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Spare:
    """A file that may go to make room, because it can be fetched again.

    Attributes:
        size: Of the plain bytes, with what lies beside it and goes with it.
        done: Whether all submissions that refer to it are decided; such a file goes first.
        due_at: When the first of them is due; None means that it is not known.
    """

    sha256: str
    size: int
    done: bool
    due_at: datetime | None


_OVERDUE = "check_in_overdue"

_HELD = """
    SELECT f.sha256, s.account, s.platform_state, s.removed_reason, s.microcredential,
        (SELECT max(coalesce(json_extract(o.receipt, '$.accepted_at'), o.settled_at)) FROM outbox o
         WHERE o.submission = s.key AND o.attempt = s.attempt AND o.state = 'settled' AND o.kind LIKE 'decision.%')
    FROM evidence_file f JOIN evidence e ON e.sha256 = f.sha256 JOIN submission s ON s.key = e.submission
    WHERE f.name IS NOT NULL AND f.state != 'destroyed'
    GROUP BY f.sha256, s.key
"""

# What went up shows what the evidence shows, and stays no longer than that; what did not go up yet is no holding.
_WENT_UP = """
    SELECT f.sha256, s.account, s.platform_state, s.removed_reason, s.microcredential,
        (SELECT max(coalesce(json_extract(o.receipt, '$.accepted_at'), o.settled_at)) FROM outbox o
         WHERE o.submission = s.key AND o.attempt = a.attempt AND o.state = 'settled' AND o.kind LIKE 'decision.%')
    FROM evidence_file f JOIN attachment a ON a.sha256 = f.sha256 JOIN submission s ON s.key = a.submission
    WHERE f.name IS NOT NULL AND f.state != 'destroyed' AND a.sent_at IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM attachment other WHERE other.sha256 = f.sha256 AND other.sent_at IS NULL)
"""

# What has a draft or an unsent decision stays, and so does what the platform does not show or give any more.
_SPARE = """
    SELECT f.sha256, f.size, min(s.state = 'sent'), min(s.due_at), f.name FROM evidence_file f
    JOIN evidence e ON e.sha256 = f.sha256 JOIN submission s ON s.key = e.submission
    WHERE f.state = 'ready'
    GROUP BY f.sha256
    HAVING min(s.state IN ('to_review', 'sent') AND e.available AND s.removed_reason IS NULL)
       AND NOT EXISTS (SELECT 1 FROM outbox o JOIN evidence used ON used.submission = o.submission
                       WHERE used.sha256 = f.sha256 AND o.state NOT IN ('settled', 'kept'))
"""


# What the assessor attached stays until it has gone up.
_ALL_BUT_UNSENT = """
    SELECT sha256 FROM evidence_file f WHERE f.state != 'destroyed'
    AND (EXISTS (SELECT 1 FROM evidence e WHERE e.sha256 = f.sha256)
         OR NOT EXISTS (SELECT 1 FROM attachment a WHERE a.sha256 = f.sha256 AND a.sent_at IS NULL))
"""


class Holdings(Repository):
    """Who holds which file."""

    def held(self) -> list[Holding]:
        """Returns every submission's claim on every file of which there are bytes here."""
        policies: dict[tuple[int, str], Policy] = {}
        holdings = []
        for rows, most_days in ((_HELD, None), (_WENT_UP, KEPT_FOR.days)):
            for sha256, account, state, removed, microcredential, accepted in self._session.sql(rows).all():
                named = (account, microcredential)
                if named not in policies:
                    policies[named] = self.policy(account, microcredential)
                holding = Holding(
                    sha256=sha256,
                    account=account,
                    state=SubmissionState(state),
                    removed_reason=removed,
                    accepted_at=from_time(accepted),
                    policy=_shortened(policies[named], most_days),
                )
                holdings.append(holding)
        return holdings

    def unheld(self) -> list[str]:
        """Returns the files of which there are bytes here though no submission and no decision needs them."""
        statement = (
            "SELECT sha256 FROM evidence_file f WHERE name IS NOT NULL AND state != 'destroyed' "
            "AND NOT EXISTS (SELECT 1 FROM evidence e WHERE e.sha256 = f.sha256) "
            "AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.sha256 = f.sha256)"
        )
        return list(self._session.sql(statement).scalars())

    def only_of(self, keys: Iterable[int] | None) -> tuple[set[str], set[str]]:
        """Returns the files that only these submissions refer to, and those that others refer to as well.

        Args:
            keys: None stands for all submissions.
        """
        if keys is None:
            return set(self._session.sql(_ALL_BUT_UNSENT).scalars()), set()
        statement = """
            SELECT f.sha256, EXISTS (
                SELECT 1 FROM evidence other JOIN submission s ON s.key = other.submission
                WHERE other.sha256 = f.sha256 AND s.removed_reason IS NULL
                  AND other.submission NOT IN (SELECT value FROM json_each(?1)))
            FROM evidence_file f WHERE f.state != 'destroyed' AND f.sha256 IN (
                SELECT sha256 FROM evidence WHERE submission IN (SELECT value FROM json_each(?1))
                UNION SELECT sha256 FROM attachment
                WHERE submission IN (SELECT value FROM json_each(?1)) AND sent_at IS NOT NULL)
        """
        found = self._session.sql(statement, to_json(list(keys))).all()
        return {row[0] for row in found if not row[1]}, {row[0] for row in found if row[1]}

    def keys_of_account(self, account: int) -> list[int]:
        """Returns all submissions that came by an account."""
        return list(self._session.sql("SELECT key FROM submission WHERE account = ?", account).scalars())

    def spare(self, in_use: Iterable[str] = (), beside: Mapping[str, int] | None = None) -> list[Spare]:
        """Returns what may go to make room, what is missed least first.

        Args:
            in_use: Files that are open; nothing of a submission goes of which one is.
            beside: How many bytes go with a file, by its name in the vault.
        """
        used = (
            "SELECT DISTINCT beside.sha256 FROM evidence e JOIN evidence beside ON beside.submission = e.submission "
            "WHERE e.sha256 IN (SELECT value FROM json_each(?))"
        )
        kept = set(self._session.sql(used, to_json(list(in_use))).scalars())
        found = [
            Spare(
                sha256=row[0], size=row[1] + (beside or {}).get(row[4], 0), done=bool(row[2]), due_at=from_time(row[3])
            )
            for row in self._session.sql(_SPARE).all()
            if row[0] not in kept
        ]
        return sorted(found, key=lambda each: (not each.done, -each.due_at.timestamp() if each.due_at else -1e12))

    def stored_bytes(self, sha256: str | None = None) -> int:
        """Returns how many plain bytes are here, the room of damaged files included: of one file, or all."""
        statement = (
            "SELECT coalesce(sum(CASE state WHEN 'damaged' THEN size ELSE done_bytes END), 0) FROM evidence_file "
            "WHERE name IS NOT NULL AND sha256 = coalesce(?, sha256)"
        )
        return int(self._session.sql(statement, sha256).scalar_one())

    def want_again(self, account: int, reason: DestroyReason) -> None:
        """Wants again what was destroyed for this reason, in all submissions of an account that are still there."""
        found = self._session.sql(
            "UPDATE evidence_file SET state = 'wanted', destroyed_at = NULL, destroyed_reason = NULL "
            "WHERE state = 'destroyed' AND name IS NULL AND destroyed_reason = ? AND sha256 IN ("
            "SELECT e.sha256 FROM evidence e JOIN submission s ON s.key = e.submission "
            "WHERE s.account = ? AND s.removed_reason IS NULL) RETURNING sha256",
            reason.value,
            account,
        )
        for sha256 in found.scalars():
            self._session.touched.evidence.add(sha256)
            summary.refresh_packed_of_file(self._session, sha256)

    def overdue_since(self, account: int) -> datetime | None:
        """Returns when the laptop's clock was first seen behind the day by which it should have been in contact."""
        found = self._session.sql(
            "SELECT json_extract(value, '$') FROM setting WHERE name = ?", f"{_OVERDUE}:{account}"
        ).scalar_one_or_none()
        return from_time(found)

    def note_overdue(self, account: int, since: datetime | None) -> None:
        """Notes when that was; None takes the note away."""
        if since is None:
            self._session.sql("DELETE FROM setting WHERE name = ?", f"{_OVERDUE}:{account}")
            return
        self._session.sql(
            "INSERT OR REPLACE INTO setting (name, value) VALUES (?, json_quote(?))",
            f"{_OVERDUE}:{account}",
            to_time(since),
        )

    def destructions(self, key: int | None = None) -> list[Destruction]:
        """Returns the record of what was destroyed, the oldest first; of one submission, or of all."""
        statement = (
            "SELECT sha256, submission, attempt, evidence, role, size, reason, at FROM destruction "
            "WHERE ?1 IS NULL OR submission = ?1 ORDER BY key"
        )
        return [
            Destruction(
                sha256=row[0],
                key=row[1],
                attempt=row[2],
                evidence_id=row[3],
                role=row[4],
                size=row[5],
                reason=DestroyReason(row[6]),
                at=datetime.fromisoformat(row[7]),
            )
            for row in self._session.sql(statement, key).all()
        ]

    def policy(self, account: int, microcredential: str) -> Policy:
        """Returns the policy of a micro-credential; the usual one where it has not come."""
        raw = self._session.sql(
            "SELECT raw FROM microcredential WHERE account = ? AND id = ?", account, microcredential
        ).scalar_one_or_none()
        return Policy() if raw is None else shapes.read(MicroCredential, raw).policy


def _shortened(policy: Policy, most_days: int | None) -> Policy:
    if most_days is None or (policy.evidence_days is not None and policy.evidence_days <= most_days):
        return policy
    return replace(policy, evidence_days=most_days)
