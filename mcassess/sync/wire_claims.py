"""Claims on the wire: asking for submissions, and the platform's promise of them. Rules are the platform's own."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from mcassess.sync.wire import Message, Problem

MAX_CLAIMS = 50
"""How many submissions one assessor may hold, and name in one request."""
DEFAULT_TTL_S = 7 * 86_400
MAX_TTL_S = 30 * 86_400

ClaimAction = Literal["claim", "renew", "release", "take", "hand_over"]

ClaimRefusalCode = Literal[
    "not-found",
    "claimed",
    "claimed-on-other-device",
    "claim-lost",
    "claim-limit",
    "already-decided",
    "withdrawn",
    "policy",
]
"""Codes of the problems by which one submission is refused.

``claimed``: all seats are held by others. ``claimed-on-other-device``: hers, on another device; ``take_over`` moves it
here. ``claim-lost``: there is nothing to renew, release or hand over. ``claim-limit``: she holds too many.
"""


class ClaimFilter(Message):
    """What ``take`` may choose from; absent means anything that waits for her.

    Attributes:
        microcredential: Id of a micro-credential.
        due_before: Only what is due before this moment.
    """

    microcredential: str | None = None
    due_before: datetime | None = None


class ClaimReceipt(Message):
    """The platform's signed word that a claim was granted; after a restored backup it gives first refusal.

    Attributes:
        signature: Ed25519 over the canonical JSON of all other fields, in base64.
    """

    server_id: str
    epoch: str
    submission: str
    assessor: str
    device: str
    fence: int
    granted_at: str
    expires_at: str
    signature: str


class ClaimRequest(Message):
    """POST /claims. The device is the one of the request's header ``Mcassess-Device``.

    Attributes:
        request_id: Made by the laptop. The same id and content give the stored answer for 30 days.
        epoch: Of the platform, as the laptop has heard it. In another one the request is refused as a whole
            (``epoch-changed``): one that comes late, after a backup was restored, grants nothing. None: not said.
        submission_id: One submission; ``submission_ids`` name several.
        count: How many to take, for ``take``: what is due first comes first.
        ttl_s: How long the claim shall last, in seconds; the platform may shorten it.
        take_over: Whether to move a claim that she holds on another of her devices.
        to: For ``hand_over``: name of the assessor who goes on.
        recuse: For ``release``: she must not assess this educator's submission; it does not come back to her.
        reason: Why it is released or handed over; kept on the platform.
        receipts: Claims of before a restored backup, by submission.
    """

    request_id: str = Field(min_length=1, max_length=200)
    epoch: str | None = Field(default=None, min_length=1, max_length=200)
    action: ClaimAction
    submission_id: str | None = Field(default=None, max_length=200)
    submission_ids: list[str] = Field(default_factory=list, max_length=MAX_CLAIMS)
    count: int | None = Field(default=None, ge=1, le=MAX_CLAIMS)
    filter: ClaimFilter | None = None
    ttl_s: int | None = Field(default=None, ge=60)
    take_over: bool = False
    to: str | None = Field(default=None, max_length=200)
    recuse: bool = False
    reason: str = Field(default="", max_length=2000)
    receipts: dict[str, ClaimReceipt] = Field(default_factory=dict)


class ClaimGrant(Message):
    """One claim that is hers now.

    Attributes:
        fence: What her operations on the submission have to name from now on.
        expires_at: By the platform's clock, RFC 3339. Late is accepted as long as nobody else was given it.
        submission_version: The submission's version after the grant.
    """

    submission_id: str
    fence: int
    expires_at: str
    ttl_s: int
    submission_version: int
    receipt: ClaimReceipt | None = None


class ClaimRefused(Message):
    """One submission that she did not get, and why; ``problem.code`` is a ``ClaimRefusalCode``."""

    submission_id: str
    problem: Problem


class ClaimResults(Message):
    """The answer of POST /claims.

    Attributes:
        released: Ids of what is not hers any more, because she released or handed it over.
    """

    claims: list[ClaimGrant] = Field(default_factory=list)
    refused: list[ClaimRefused] = Field(default_factory=list)
    released: list[str] = Field(default_factory=list)
