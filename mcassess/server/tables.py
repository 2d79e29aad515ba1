"""The platform's tables: rows and constraints, no behaviour."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

SCHEMA_VERSION = 5
"""Raise it with each change here; what is added to a table that was released is nullable or has a server's default."""

Whole = BigInteger().with_variant(Integer, "sqlite")
"""A whole number as laptops may send it: up to 2^53."""

metadata = MetaData()

meta = Table("meta", metadata, Column("key", String, primary_key=True), Column("value", String, nullable=False))
"""schema_version, server_id, epoch, leaps, public_key, cursor_secret, alias_secret; lost:DIGEST for each
token on a lost laptop."""

person = Table(
    "person",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("role", String, nullable=False),
    Column("token_sha256", String, nullable=False, unique=True),
    Column("added_at", String, nullable=False),
    Column("left_at", String),
)

rubric = Table(
    "rubric",
    metadata,
    Column("id", String, primary_key=True),
    Column("version", Whole, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)
"""A version of a rubric never changes."""

microcredential = Table(
    "microcredential",
    metadata,
    Column("id", String, primary_key=True),
    Column("version", Whole, nullable=False),
    Column("rubric_id", String, nullable=False),
    Column("rubric_version", Whole, nullable=False),
    Column("data", LargeBinary, nullable=False),
    ForeignKeyConstraint(["rubric_id", "rubric_version"], ["rubric.id", "rubric.version"]),
)

submission = Table(
    "submission",
    metadata,
    Column("id", String, primary_key=True),
    Column("microcredential_id", String, nullable=False),
    Column("version", Whole, nullable=False),
    Column("state", String, nullable=False),
    Column("attempt", Whole, nullable=False),
    Column("rubric_id", String, nullable=False),
    Column("rubric_version", Whole, nullable=False),
    Column("fence", Whole, nullable=False, default=0),
    Column("decision_id", String),
    Column("appeal", Whole, nullable=False, server_default="0"),
    Column("due_at", String),
    Column("data", LargeBinary, nullable=False),
    Index("submission_waiting", "state", "due_at", "id"),
    ForeignKeyConstraint(["microcredential_id"], ["microcredential.id"]),
    ForeignKeyConstraint(["rubric_id", "rubric_version"], ["rubric.id", "rubric.version"]),
)
"""``data`` is the submission as loaded, names included; where a column says the same thing, the column counts.

``due_at`` stands in UTC, to be ordered by. ``appeal`` is the number of the last appeal on the present
attempt; else 0.
"""

exemplar = Table(
    "exemplar",
    metadata,
    Column("id", String, primary_key=True),
    Column("microcredential_id", String, nullable=False),
    Column("data", LargeBinary, nullable=False),
    ForeignKeyConstraint(["microcredential_id"], ["microcredential.id"]),
)

counter = Table("counter", metadata, Column("name", String, primary_key=True), Column("value", Whole, nullable=False))
"""``seq``: the newest number of the feed."""

feed = Table(
    "feed",
    metadata,
    Column("seq", Whole, primary_key=True, autoincrement=False),
    Column("type", String, nullable=False),
    Column("id", String, nullable=False),
    Column("version", Whole, nullable=False),
    Column("entity", String, nullable=False),
    UniqueConstraint("type", "entity"),
)
"""The latest change of each entity. Each version of a rubric is an entity of its own."""

operation = Table(
    "operation",
    metadata,
    Column("op_id", String, primary_key=True),
    Column("person_id", String, nullable=False),
    Column("device_id", String, nullable=False),
    Column("device_seq", Whole),
    Column("payload_sha256", String, nullable=False),
    Column("result", LargeBinary, nullable=False),
    Column("stored_at", String, nullable=False),
    UniqueConstraint("person_id", "device_id", "device_seq"),
    ForeignKeyConstraint(["person_id"], ["person.id"]),
)
"""What became of each operation, refused ones included."""

decision = Table(
    "decision",
    metadata,
    Column("id", String, primary_key=True),
    Column("submission_id", String, nullable=False),
    Column("attempt", Whole, nullable=False),
    Column("appeal", Whole, nullable=False, server_default="0"),
    Column("person_id", String, nullable=False),
    Column("final", Boolean, nullable=False),
    Column("version", Whole, nullable=False, server_default="1"),
    Column("supersedes", String),
    Column("outcome", String, nullable=False),
    Column("accepted_at", String, nullable=False),
    Column("released_at", String),
    Column("payload", LargeBinary, nullable=False),
    Column("receipt", LargeBinary, nullable=False),
    UniqueConstraint("submission_id", "attempt", "person_id"),
    ForeignKeyConstraint(["id"], ["operation.op_id"], deferrable=True, initially="DEFERRED"),
    ForeignKeyConstraint(["submission_id"], ["submission.id"]),
    ForeignKeyConstraint(["person_id"], ["person.id"]),
)
"""Accepted decisions that count; recommendations where others still have to decide. The id is the operation's."""

Index(
    "one_final_decision",
    decision.c.submission_id,
    decision.c.attempt,
    unique=True,
    sqlite_where=decision.c.final,
    postgresql_where=decision.c.final,
)

unapplied = Table(
    "unapplied",
    metadata,
    Column("op_id", String, primary_key=True),
    Column("person_id", String, nullable=False),
    Column("submission_id", String, nullable=False),
    Column("attempt", Whole, nullable=False),
    Column("code", String, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("kept_at", String, nullable=False),
    Column("applied_at", String),
    ForeignKeyConstraint(["op_id"], ["operation.op_id"], deferrable=True, initially="DEFERRED"),
)
"""Operations that could not be applied, kept so that nothing assessed is lost; some are applied later."""
