"""Which ways on there are from a refused operation. Pure: a table of the problems; going a way is a job's affair."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from mcassess.domain.submission import Policy


class Way(StrEnum):
    """A way on, by the name that ``mcassess resolve OP WAY`` takes."""

    KEEP_RUBRIC = "keep-rubric"
    """Send the decision again on the version of the rubric that the educator worked from."""
    CARRY = "carry"
    """Carry scores and comments over into a draft: of the new attempt, or of the new version of the rubric."""
    OLD_ATTEMPT = "old-attempt"
    """Send the decision again for the attempt that it was made on."""
    CLAIM_AGAIN = "claim-again"
    """Claim the submission again and send the decision as a new operation."""
    SECOND_OPINION = "second-opinion"
    """Send it as a second opinion beside the decision that counts."""
    ASK = "ask"
    """Ask the coordinators to look at it."""
    EDIT = "edit"
    """Open the review again, put it right and seal it anew."""
    SEND_AGAIN = "send-again"
    """Send it once more as a new operation."""
    EXPORT = "export"
    """Write it into a file for the coordinator."""
    RECORD = "record"
    """Leave it at that; the operation stays here as a record."""
    REMOVE = "remove"
    """Let the platform take the submissions away that it wants to take away."""
    KEEP = "keep"
    """Take nothing away; the next sync asks again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What is known of a refused operation.

    Attributes:
        kind: Of the operation.
        code: Of the platform's problem.
        policy: Of the micro-credential.
        current: The submission's fresh state as the platform sent it along.
        same_version: Whether it was made by the version that the submission is pinned to now. If that is refused, the
            platform has other contents under this number: those that she worked by it has lost.
    """

    kind: str
    code: str
    policy: Policy
    current: dict[str, Any] = field(default_factory=dict)
    same_version: bool = False

    @property
    def is_decision(self) -> bool:
        """Whether it is a decision that the review of its attempt was sealed with."""
        return self.kind.startswith("decision.")

    @property
    def held_by_other(self) -> bool:
        """Whether somebody else holds the submission's claim."""
        claim = self.current.get("claim")
        return isinstance(claim, dict) and not claim.get("mine")


def ways_on(refusal: Refusal) -> tuple[Way, ...]:
    """Returns the ways on, the recommended one first. There is always one, and the work is kept on each."""
    if not refusal.is_decision:
        return (Way.SEND_AGAIN, Way.RECORD) if refusal.code != "withdrawn" else (Way.RECORD,)
    found = _WAYS.get(refusal.code, _of_unknown)(refusal)
    return tuple(dict.fromkeys(found))


def _of_decided(refusal: Refusal) -> Iterator[Way]:
    yield Way.RECORD
    yield from _beside(refusal)


def _of_superseded(refusal: Refusal) -> Iterator[Way]:
    yield Way.CARRY
    if refusal.policy.allow_old_attempt:
        yield Way.OLD_ATTEMPT
    yield Way.RECORD


def _of_moved_rubric(refusal: Refusal) -> Iterator[Way]:
    if not refusal.same_version:
        yield Way.KEEP_RUBRIC
    yield Way.CARRY
    yield from _asking(refusal)
    yield Way.RECORD


def _of_lost_claim(refusal: Refusal) -> Iterator[Way]:
    asking = _asking(refusal)
    # Whoever held it then may have given it back since, so that it can be tried in any case.
    yield from (*asking, Way.CLAIM_AGAIN) if refusal.held_by_other else (Way.CLAIM_AGAIN, *asking)
    yield Way.RECORD


def _of_end_of_role(_refusal: Refusal) -> Iterator[Way]:
    yield from (Way.EXPORT, Way.SEND_AGAIN, Way.RECORD)


def _of_policy(refusal: Refusal) -> Iterator[Way]:
    yield Way.EDIT
    yield from _asking(refusal)
    yield Way.RECORD


def _of_size(_refusal: Refusal) -> Iterator[Way]:
    yield from (Way.EDIT, Way.EXPORT, Way.RECORD)


def _of_unknown(_refusal: Refusal) -> Iterator[Way]:
    yield from (Way.SEND_AGAIN, Way.EDIT, Way.EXPORT, Way.RECORD)


def _of_withdrawn(_refusal: Refusal) -> Iterator[Way]:
    yield Way.RECORD


def _beside(refusal: Refusal) -> Iterator[Way]:
    # An opinion is a second one where it is told what was decided: not among assessors who are blind to each other.
    if refusal.policy.second_opinions and isinstance(refusal.current.get("decision"), dict):
        yield Way.SECOND_OPINION
    yield from _asking(refusal)


def _asking(refusal: Refusal) -> Iterator[Way]:
    if refusal.policy.review_requests:
        yield Way.ASK


_WAYS: dict[str, Callable[[Refusal], Iterator[Way]]] = {
    "already-decided": _of_decided,
    "attempt-superseded": _of_superseded,
    "attempt-unknown": _of_withdrawn,  # nothing to do: it is kept on both sides until the attempt returns
    "evidence-changed": _of_policy,
    "rubric-changed": _of_moved_rubric,
    "claim-lost": _of_lost_claim,
    "lease-expired": _of_lost_claim,
    "withdrawn": _of_withdrawn,
    "assessor-removed": _of_end_of_role,
    "device-revoked": _of_end_of_role,
    "policy": _of_policy,
    "too-large": _of_size,
}
"""Whatever else a platform says is our bug or a version that differs: send it again, once that is put right."""
