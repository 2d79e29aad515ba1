"""Which evidence goes from this laptop, when and why. Pure: facts and times in, reasons out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from mcassess.domain.kinds import DestroyReason, SubmissionState
from mcassess.domain.submission import Policy

NOTICE = timedelta(days=1)
"""How long somebody who has not checked in is told before anything goes: her clock may be wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One submission's claim on one file that is here.

    Attributes:
        account: The library's key of the account that the submission came by.
        removed_reason: Why the platform took the submission away, if it did.
        accepted_at: When the platform accepted the decision on the present attempt, by the platform's clock.
    """

    sha256: str
    account: int
    state: SubmissionState
    removed_reason: str | None
    accepted_at: datetime | None
    policy: Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """The last contact with a platform.

    Attributes:
        at: By the laptop's clock; None before the first.
        platform_time: The same moment by the platform's clock.
        overdue_since: When the laptop's clock was first seen to stand behind the policy's days; None while it is not.
    """

    at: datetime | None
    platform_time: datetime | None
    overdue_since: datetime | None


WITHHELD = frozenset({DestroyReason.PRIVACY_BREACH, DestroyReason.SAFETY})
"""What was destroyed for one of these never comes back to this laptop."""

_WITHDRAWN_REMOVALS = frozenset({"withdrawn", "deleted", "superseded"})
_WITHDRAWN_STATES = frozenset({SubmissionState.WITHDRAWN, SubmissionState.SUPERSEDED})


def reason_to_destroy(holding: Holding, contact: Contact, now: datetime) -> DestroyReason | None:
    """Returns why this submission may not hold the file any longer, or None.

    That time is over is believed of the platform's clock alone: the receipt and the last contact are both dated by
    it. A laptop's clock that jumps ten years therefore destroys nothing.

    Args:
        now: The laptop's clock.
    """
    if holding.removed_reason in _WITHDRAWN_REMOVALS or (
        holding.removed_reason is None and holding.state in _WITHDRAWN_STATES
    ):
        return DestroyReason.WITHDRAWN
    if holding.removed_reason is not None:
        return DestroyReason.ACCESS_REVOKED
    days = holding.policy.evidence_days
    if (
        days is not None
        and holding.accepted_at is not None
        and contact.platform_time is not None
        and contact.platform_time - holding.accepted_at >= timedelta(days=days)
    ):
        return DestroyReason.TIME_OVER
    if (
        is_overdue(holding.policy, contact, now)
        and contact.overdue_since is not None
        and now - contact.overdue_since >= NOTICE
    ):
        return DestroyReason.NOT_CHECKED_IN
    return None


def is_overdue(policy: Policy, contact: Contact, now: datetime) -> bool:
    """Tells whether the laptop should have been in contact with the platform by now, by its own clock."""
    days = policy.check_in_days
    return days is not None and contact.at is not None and now - contact.at > timedelta(days=days)


def to_destroy(holdings: Iterable[Holding], contacts: Mapping[int, Contact], now: datetime) -> dict[str, DestroyReason]:
    """Returns which files go, and why: those that no submission may hold any longer.

    Args:
        contacts: By account.
        now: The laptop's clock.
    """
    reasons: dict[str, DestroyReason] = {}
    kept: set[str] = set()
    for holding in holdings:
        reason = reason_to_destroy(holding, contacts[holding.account], now)
        if reason is None:
            kept.add(holding.sha256)
        else:
            reasons.setdefault(holding.sha256, reason)
    return {sha256: reason for sha256, reason in reasons.items() if sha256 not in kept}
