"""The educator's words in evidence (texts, addresses, pointers): they go when her files would. What and why: domain."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from mcassess.domain.kinds import DestroyReason, SubmissionState
from mcassess.domain.retention import WITHHELD, Holding
from mcassess.domain.submission import Evidence, Policy, Submission
from mcassess.store.holdings import Holdings
from mcassess.store.leftovers import Leftovers
from mcassess.store.session import Repository, Session, from_time, to_json

ROLE = "words"
"""In the record of what went: that it was no file."""

_READ_AGAIN = frozenset({DestroyReason.NOT_CHECKED_IN, DestroyReason.LOST_LAPTOP, DestroyReason.ACCESS_REVOKED})
"""What ends with the next good contact: then all that is visible is read anew, and the words come back."""

_Piece = dict[str, Any]
_Place = tuple[int, str]

# Of what waits to be reviewed nothing goes, unless this laptop has not been heard of.
_HELD = """
    SELECT s.key, s.account, s.platform_state, s.removed_reason, s.microcredential,
        (SELECT max(coalesce(json_extract(o.receipt, '$.accepted_at'), o.settled_at)) FROM outbox o
         WHERE o.submission = s.key AND o.attempt = s.attempt AND o.state = 'settled' AND o.kind LIKE 'decision.%')
    FROM submission s
    WHERE s.words AND (s.removed_reason IS NOT NULL OR s.platform_state IN ('withdrawn', 'superseded')
                       OR s.state = 'sent' OR s.account IN (SELECT value FROM json_each(?)))
"""
_WITHHELD = "SELECT submission, attempt, evidence FROM destruction WHERE role = ? AND reason IN (?, ?)"


class Words(Repository):
    """What educators wrote, as far as it has to go."""

    def __init__(self, session: Session, holdings: Holdings, reindex: Callable[[int], None]) -> None:
        super().__init__(session)
        self._holdings = holdings
        self._reindex = reindex

    def held(self, overdue: Collection[int]) -> dict[int, Holding]:
        """Returns the submissions with words that may have to go, by key.

        Args:
            overdue: Accounts whose platform has not heard of this laptop for too long.
        """
        policies: dict[tuple[int, str], Policy] = {}
        found = {}
        for key, account, state, removed, microcredential, accepted in self._session.sql(_HELD, to_json([*overdue])):
            named = (account, microcredential)
            if named not in policies:
                policies[named] = self._holdings.policy(account, microcredential)
            found[key] = Holding(
                sha256="",
                account=account,
                state=SubmissionState(state),
                removed_reason=removed,
                accepted_at=from_time(accepted),
                policy=policies[named],
            )
        return found

    def destroy(self, reasons: Mapping[int, DestroyReason]) -> None:
        """Destroys all words of evidence of submissions, with a record for each piece.

        Args:
            reasons: By the submissions' keys.
        """
        if reasons:
            Leftovers(self._session).owe()
        for key, reason in reasons.items():
            self._take_out(key, reason, lambda _attempt, _piece: True)
            self._session.sql("UPDATE submission SET words = 0 WHERE key = ?", key)
            if reason in _READ_AGAIN:
                again = "UPDATE account SET cursor = NULL WHERE key = (SELECT account FROM submission WHERE key = ?)"
                self._session.sql(again, key)
        self._set_aside_no_more(reasons)
        if any(reason is not DestroyReason.ACCESS_REVOKED for reason in reasons.values()):
            self._forget_index()

    def all_of(self, account: int | None) -> list[int]:
        """Returns the submissions with words, by key; of one account, or of all."""
        return self._session.sql(
            "SELECT key FROM submission WHERE words AND account = coalesce(?, account)", account
        ).scalars()

    def withhold(self, key: int, attempt: int, evidence_id: str, reason: DestroyReason) -> None:
        """Destroys the words of one piece, for good: what comes of it again is not stored."""
        Leftovers(self._session).owe()
        self._take_out(key, reason, lambda number, piece: (number, piece["id"]) == (attempt, evidence_id))
        self._forget_index()

    def returned(self) -> dict[int, str]:
        """Returns what has to be stored where withheld words are here again, because an older library was put back."""
        here = "AND submission IN (SELECT key FROM submission WHERE words)"
        reasons = sorted(reason.value for reason in WITHHELD)
        keys = {row[0] for row in self._session.sql(f"{_WITHHELD} {here}", ROLE, *reasons).all()}
        before = {key: self._raw(key) for key in sorted(keys)}
        clean = {key: without_withheld(self._session, key, raw) for key, raw in before.items()}
        return {key: raw for key, raw in clean.items() if raw != before[key]}

    def withhold_again(self, returned: Mapping[int, str]) -> None:
        """Stores what ``returned`` has given."""
        for key, raw in returned.items():
            self._store(key, raw)
        if returned:
            Leftovers(self._session).owe()
            self._forget_index()

    def _store(self, key: int, raw: str) -> None:
        self._session.sql("UPDATE submission_body SET raw = ? WHERE key = ?", raw, key)
        self._session.touched.submissions.add(key)
        self._reindex(key)

    def _take_out(self, key: int, reason: DestroyReason, goes: Callable[[int, _Piece], bool]) -> None:
        raw, taken = _without(self._raw(key), goes)
        if not taken:
            return
        for attempt, piece in taken:
            words = to_json(piece).encode()
            self._session.sql(
                "INSERT INTO destruction (sha256, submission, attempt, evidence, role, size, reason, at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                hashlib.sha256(words).hexdigest(),
                key,
                attempt,
                piece["id"],
                ROLE,
                len(words),
                reason.value,
                self._session.now(),
            )
        self._store(key, raw)

    def _raw(self, key: int) -> str:
        return str(self._session.sql("SELECT raw FROM submission_body WHERE key = ?", key).scalar_one())

    def _set_aside_no_more(self, reasons: Mapping[int, DestroyReason]) -> None:
        """What of them could not be read goes too; that there is something stays noted."""
        self._session.sql(
            "UPDATE quarantine SET raw = 'null' WHERE type = 'submission' AND (account, id) IN "
            "(SELECT account, id FROM submission WHERE key IN (SELECT value FROM json_each(?)))",
            to_json([*reasons]),
        )

    def _forget_index(self) -> None:
        """Rewrites the index, in which words that were taken out are only marked until then."""
        self._session.sql("INSERT INTO search (search) VALUES ('optimize')")


def has_words(submission: Submission) -> bool:
    """Tells whether an educator's words stand in the evidence of any attempt."""

    def any_in(evidence: tuple[Evidence, ...]) -> bool:
        return any(piece.text or piece.url or piece.pointers for piece in evidence)

    return any_in(submission.evidence) or any(any_in(past.evidence) for past in submission.earlier)


def without_withheld(session: Session, key: int, raw: str) -> str:
    """Returns a submission's JSON without the words of pieces that were withheld here."""
    reasons = sorted(reason.value for reason in WITHHELD)
    rows = session.sql(f"{_WITHHELD} AND submission = ?", ROLE, *reasons, key).all()
    gone = {(attempt, identifier) for _, attempt, identifier in rows}
    return _without(raw, lambda attempt, piece: (attempt, piece["id"]) in gone)[0] if gone else raw


def _without(raw: str, goes: Callable[[int, _Piece], bool]) -> tuple[str, list[tuple[int, _Piece]]]:
    """Returns JSON of a submission without the words of some pieces, and those pieces as they were."""
    document = json.loads(raw)
    taken = []
    for attempt, piece in _pieces(document):
        if goes(attempt, piece) and (piece.get("text") or piece.get("url") or piece.get("pointers")):
            taken.append((attempt, dict(piece)))
            piece.update(text=None, url=None, pointers=[], available=False)
    return (to_json(document), taken) if taken else (raw, [])


def _pieces(document: dict[str, Any]) -> Iterator[tuple[int, _Piece]]:
    for piece in document["evidence"]:
        yield document["attempt"], piece
    for past in document.get("earlier") or ():
        for piece in past["evidence"]:
            yield past["attempt"], piece
