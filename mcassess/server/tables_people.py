"""The platform's tables on people and what they do with submissions: rows and constraints, no behaviour."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from mcassess.server.tables import Whole, metadata


def of_submission() -> ForeignKeyConstraint:
    """``submission_id`` names a submission."""
    return ForeignKeyConstraint(["submission_id"], ["submission.id"])


def of_person() -> ForeignKeyConstraint:
    """``person_id`` names a person."""
    return ForeignKeyConstraint(["person_id"], ["person.id"])


def of_operation(column: str) -> ForeignKeyConstraint:
    """A column names an operation, which is written later in the same transaction."""
    return ForeignKeyConstraint([column], ["operation.op_id"], deferrable=True, initially="DEFERRED")


claim = Table(
    "claim",
    metadata,
    Column("submission_id", String, primary_key=True),
    Column("person_id", String, primary_key=True),
    Column("stage", String, nullable=False),
    Column("device_id", String, nullable=False),
    Column("fence", Whole, nullable=False),
    Column("granted_at", String, nullable=False),
    Column("expires_at", String, nullable=False),
    Column("ttl_s", Whole, nullable=False),
    Column("old_fence", Whole),
    of_submission(),
    of_person(),
    Index("claim_person", "person_id"),
)
"""Who holds a submission now. ``stage`` is the role in which she does: assessors and approvers have their own seats.

``old_fence`` is that of the claim which she held before a backup was restored, where she showed a receipt for it.
"""

claim_request = Table(
    "claim_request",
    metadata,
    Column("person_id", String, primary_key=True),
    Column("request_id", String, primary_key=True),
    Column("request_sha256", String, nullable=False),
    Column("result", LargeBinary, nullable=False),
    Column("stored_at", String, nullable=False),
    of_person(),
)
"""What was answered to requests for claims, for 30 days."""

assignment = Table(
    "assignment",
    metadata,
    Column("submission_id", String, primary_key=True),
    Column("person_id", String, primary_key=True),
    Column("stage", String, nullable=False),
    Column("assigned_at", String, nullable=False),
    of_submission(),
    of_person(),
)
"""Whom a coordinator wants to assess or approve a submission, in later attempts too."""

recusal = Table(
    "recusal",
    metadata,
    Column("person_id", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("target", String, primary_key=True),
    Column("reason", String, nullable=False),
    Column("recused_at", String, nullable=False),
    of_person(),
    Index("recusal_target", "kind", "target"),
)
"""What a person must not assess: a ``submission``, or all that an ``educator`` sends."""

scope = Table(
    "scope",
    metadata,
    Column("person_id", String, primary_key=True),
    Column("microcredential_id", String, primary_key=True),
    of_person(),
)
"""The micro-credentials that a person assesses; without any row, all."""

revoked_device = Table(
    "revoked_device",
    metadata,
    Column("person_id", String, primary_key=True),
    Column("device_id", String, primary_key=True),
    Column("revoked_at", String, nullable=False),
    of_person(),
)
"""Devices whose operations are kept and not applied."""

earlier_pin = Table(
    "earlier_pin",
    metadata,
    Column("submission_id", String, primary_key=True),
    Column("attempt", Whole, primary_key=True),
    Column("rubric_id", String, primary_key=True),
    Column("rubric_version", Whole, primary_key=True),
    Column("moved_at", String, nullable=False),
    of_submission(),
)
"""Versions of the rubric that an attempt was pinned to before a coordinator moved it."""

appeal = Table(
    "appeal",
    metadata,
    Column("submission_id", String, primary_key=True),
    Column("attempt", Whole, primary_key=True),
    Column("number", Whole, primary_key=True),
    Column("decision_id", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("opened_at", String, nullable=False),
    Column("closed_at", String),
    Column("answer_id", String),
    of_submission(),
)
"""Appeals against a decision; ``answer_id`` is the decision that came of it, null where it was called off."""

former_decision = Table(
    "former_decision",
    metadata,
    Column("id", String, primary_key=True),
    Column("submission_id", String, nullable=False),
    Column("attempt", Whole, nullable=False),
    Column("appeal", Whole, nullable=False),
    Column("person_id", String, nullable=False),
    Column("final", Boolean, nullable=False),
    Column("version", Whole, nullable=False),
    Column("supersedes", String),
    Column("superseded_by", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("accepted_at", String, nullable=False),
    Column("released_at", String),
    Column("payload", LargeBinary, nullable=False),
    Column("receipt", LargeBinary, nullable=False),
    of_submission(),
    of_person(),
    Index("former_decision_submission", "submission_id", "attempt"),
)
"""Decisions that another one took the place of, by revision or by appeal. What counts is in ``decision``."""

attachment = Table(
    "attachment",
    metadata,
    Column("op_id", String, primary_key=True),
    Column("sha256", String, primary_key=True),
    Column("person_id", String, nullable=False),
    Column("size", Whole, nullable=False),
    Column("name", String, nullable=False),
    Column("media_type", String, nullable=False),
    Column("target", String, nullable=False),
    Column("arrived_at", String),
    of_operation("op_id"),
    Index("attachment_bytes", "sha256"),
)
"""Files that decisions name; null as long as their bytes have not come."""

remark = Table(
    "remark",
    metadata,
    Column("op_id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("submission_id", String, nullable=False),
    Column("attempt", Whole, nullable=False),
    Column("person_id", String, nullable=False),
    Column("about", String, nullable=False),
    Column("accepted_at", String, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("receipt", LargeBinary, nullable=False),
    Column("settled_at", String),
    Column("answer", String),
    of_operation("op_id"),
    of_submission(),
    of_person(),
    Index("remark_submission", "submission_id", "attempt"),
    Index("remark_about", "about"),
)
"""Accepted operations that decide nothing: comments, second opinions, requests for a review, reports on evidence.

``kind`` is the operation's. ``about`` is the comment that an amendment or removal means, or the piece of evidence.
"""

evidence_mark = Table(
    "evidence_mark",
    metadata,
    Column("submission_id", String, primary_key=True),
    Column("attempt", Whole, primary_key=True),
    Column("evidence_id", String, primary_key=True),
    Column("scoring", Boolean),
    Column("training", Boolean),
    Column("withheld", String),
    Column("destroyed_at", String),
    of_submission(),
)
"""What was settled here about a piece of evidence: it counts over what a pack says, whenever that is loaded."""

more_attempts = Table(
    "more_attempts",
    metadata,
    Column("submission_id", String, primary_key=True),
    Column("count", Whole, nullable=False),
    of_submission(),
)
"""How many attempts a coordinator has granted beyond the policy."""

audit = Table(
    "audit",
    metadata,
    Column("number", Whole, primary_key=True, autoincrement=False),
    Column("at", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("action", String, nullable=False),
    Column("submission_id", String),
    Column("attempt", Whole),
    Column("detail", String, nullable=False),
    Column("chain", String, nullable=False),
    UniqueConstraint("chain"),
    Index("audit_submission", "submission_id"),
)
"""Who did what and when, only ever added to; ``chain`` is the SHA-256 over the row and the chain before it."""
