"""Versions of rubrics. A restored platform may issue a number anew: what it said before stays for what it judged."""

import hashlib
import json

import rfc8785

from mcassess.domain.rubric import Rubric, RubricPin
from mcassess.store import shapes, summary
from mcassess.store.session import Repository, Session

_SEALED = f"""
    SELECT payload FROM outbox WHERE submission = ? AND attempt = ? AND {summary.SEALING}
    ORDER BY device_seq DESC LIMIT 1
"""  # noqa: S608 - of our own pieces only


def content_digest(raw: str) -> str:
    """Returns what tells contents of a rubric from others: SHA-256 over the canonical form (RFC 8785) of its JSON."""
    return hashlib.sha256(rfc8785.dumps(json.loads(raw))).hexdigest()


class Rubrics(Repository):
    """What submissions are judged by, each version under its number."""

    def put(self, account: int, rubric: Rubric, raw: str) -> Rubric | None:
        """Stores a version of a rubric as the platform has it now.

        Within a platform's history a version never changes. One that says something else is from a history that was
        lost with a restored backup: it is laid aside, for what was made by it.

        Returns:
            What this version said before, where that was something else.
        """
        before = self._raw(account, rubric.pin)
        other = before is not None and json.loads(before) != json.loads(raw)
        if before is not None and other:
            self._lay_aside(account, rubric.pin, before)
        changed = self._session.sql(
            """
            INSERT INTO rubric (account, id, version, criteria, raw) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (account, id, version) DO UPDATE
                SET removed_reason = NULL, criteria = excluded.criteria, raw = excluded.raw
            """,
            account,
            rubric.id,
            rubric.version,
            sum(1 for _ in rubric.criteria),
            raw,
        )
        self._session.touched.accounts |= bool(changed.rowcount)
        return shapes.read(Rubric, before) if before is not None and other else None

    def get(self, account: int, pin: RubricPin, sha256: str | None) -> Rubric | None:
        """Returns a version of a rubric, or None where it has not come.

        Args:
            account: Whose.
            pin: Its name.
            sha256: Of the contents that are meant, as ``content_digest`` gives it; None: those that count now.
        """
        raw = self._raw(account, pin)
        if sha256 is not None and (raw is None or content_digest(raw) != sha256):
            raw = self._session.sql(
                "SELECT raw FROM former_rubric WHERE account = ? AND id = ? AND version = ? AND sha256 = ?",
                account,
                pin.id,
                pin.version,
                sha256,
            ).scalar_one_or_none()
        return None if raw is None else shapes.read(Rubric, raw)

    def begun(self, account: int, pin: RubricPin) -> list[int]:
        """Returns the submissions pinned to a version whose review of the present attempt holds anything, by key."""
        return self._session.sql(
            "SELECT key FROM submission WHERE account = ? AND rubric = ? AND rubric_version = ? AND begun ORDER BY key",
            account,
            pin.id,
            pin.version,
        ).scalars()

    def _raw(self, account: int, pin: RubricPin) -> str | None:
        raw: str | None = self._session.sql(
            "SELECT raw FROM rubric WHERE account = ? AND id = ? AND version = ?", account, pin.id, pin.version
        ).scalar_one_or_none()
        return raw

    def _lay_aside(self, account: int, pin: RubricPin, raw: str) -> None:
        self._session.sql(
            "INSERT OR IGNORE INTO former_rubric (account, id, version, sha256, raw) VALUES (?, ?, ?, ?, ?)",
            account,
            pin.id,
            pin.version,
            content_digest(raw),
            raw,
        )
        pinned = "SELECT key FROM submission WHERE account = ? AND rubric = ? AND rubric_version = ?"
        keys = self._session.sql(pinned, account, pin.id, pin.version).scalars()
        self._session.touched.submissions.update(keys)


def sealed_by(session: Session, key: int, attempt: int, former: str | None) -> str | None:
    """Returns the JSON of the rubric that the decision on an attempt was sealed by, where it says other things now.

    Args:
        session: The transaction.
        key: The submission.
        attempt: Of it.
        former: What its version said before, as a JSON object by digest; None where it never said anything else.
    """
    if former is None:
        return None
    payload = session.sql(_SEALED, key, attempt).scalar_one_or_none()
    if payload is None:
        return None
    found: str | None = json.loads(former).get(json.loads(payload)["base"]["rubric"].get("sha256"))
    return found
