"""The bodies of all kinds of operations, and the codes by which one is refused. The envelope is ``wire.Op``."""

from typing import Any, Literal, get_args

from pydantic import Field

from mcassess.sync.wire import MAX_OPS, Message, OpKind, Receipt
from mcassess.sync.wire_uploads import MAX_ATTACHMENTS, Attachment

MAX_TEXT = 20_000
"""Longest comment, feedback or reason, in characters."""

OP_KINDS: tuple[str, ...] = get_args(OpKind)

ConflictCode = Literal[
    "already-decided",
    "attempt-superseded",
    "attempt-unknown",
    "evidence-changed",
    "rubric-changed",
    "claim-lost",
    "lease-expired",
    "withdrawn",
    "assessor-removed",
    "device-revoked",
    "policy",
    "op-id-reused",
    "schema",
    "too-large",
    "unsupported-kind",
]
"""Codes of a rejected operation's problem. ``current`` then holds the submission's fresh state:

``version``, ``state``, ``attempt``, ``rubric`` {id, version}, ``fence``; ``claim`` {assessor, expires_at} or null;
``decision`` {id, version, outcome, assessor, accepted_at} once decided; ``blocks`` where a policy forbids it.
"""


class DecisionExtras(Message):
    """What the body of a decision holds beside the decision itself (``decision_adapter`` reads that).

    Attributes:
        old_attempt: She knows that a newer attempt has come, and decides the older one (``allow_old_attempt``).
        keep_rubric: She knows that the submission was moved to another version of its rubric, and keeps hers, the one
            that the educator worked from.
        reason: Of ``decision.revise``: why the decision is another one now.
    """

    attachments: list[Attachment] = Field(default_factory=list, max_length=MAX_ATTACHMENTS)
    old_attempt: bool = False
    keep_rubric: bool = False
    reason: str = Field(default="", max_length=MAX_TEXT)


class CommentAdd(Message):
    """``comment.add``: a comment beside or after a decision. The operation's id is the comment's.

    Attributes:
        criterion: Which one it is about; None means the whole.
        citation: A place in the evidence, in its written form.
    """

    text: str = Field(min_length=1, max_length=MAX_TEXT)
    criterion: str | None = None
    citation: str | None = None


class CommentAmend(Message):
    """``comment.amend``: other words for one of her comments; the former ones are kept."""

    comment: str
    text: str = Field(min_length=1, max_length=MAX_TEXT)


class CommentRemove(Message):
    """``comment.remove``: one of her comments does not count any more; its words are kept."""

    comment: str
    reason: str = Field(default="", max_length=MAX_TEXT)


class ReviewRequest(Message):
    """``review.request``: asks the coordinators to look at a decision."""

    text: str = Field(min_length=1, max_length=MAX_TEXT)


ReportReason = Literal[
    "privacy_breach", "safety", "damaged", "unplayable", "wrong_file", "plagiarism", "missing", "other"
]
"""The first two withhold the evidence from everybody until a coordinator has looked."""


class EvidenceReport(Message):
    """``evidence.report``: something is wrong with a piece of evidence of the attempt in ``base``.

    Attributes:
        sha256: What was fetched instead, where the bytes are damaged.
    """

    evidence: str
    reason: ReportReason
    text: str = Field(default="", max_length=MAX_TEXT)
    sha256: str | None = None


class ClaimRelease(Message):
    """``claim.release``: gives a claim back, once the laptop is online again.

    Attributes:
        recuse: She must not assess it; it does not come back to her.
    """

    recuse: bool = False
    reason: str = Field(default="", max_length=2000)


class OpsPush(Message):
    """POST /ops: operations as they were frozen.

    Attributes:
        receipts: By operation id, those of an earlier epoch: what was accepted once is not asked for its fence again.
    """

    ops: list[dict[str, Any]] = Field(max_length=MAX_OPS)
    receipts: dict[str, Receipt] = Field(default_factory=dict)
