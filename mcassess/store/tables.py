"""The tables as the newest migration leaves them; no behaviour. The migrations make them, a test compares the two."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, MetaData, Table, Text

METADATA = MetaData()


def _key(name: str = "key") -> Column[int]:
    return Column(name, Integer, primary_key=True)


def _text(name: str, *, primary_key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=primary_key, nullable=False)


def _number(name: str, *, primary_key: bool = False) -> Column[int]:
    return Column(name, Integer, primary_key=primary_key, nullable=False)


def _optional_text(name: str) -> Column[str | None]:
    return Column(name, Text)


def _optional_number(name: str) -> Column[int | None]:
    return Column(name, Integer)


def _reference(name: str, table: str, *, primary_key: bool = False) -> Column[int]:
    return Column(name, Integer, ForeignKey(table), primary_key=primary_key, nullable=False)


setting = Table("setting", METADATA, _text("name", primary_key=True), _text("value"))

account = Table(
    "account",
    METADATA,
    _key(),
    _text("url"),
    _text("server_id"),
    _text("epoch"),
    _text("public_key"),
    _text("assessor_id"),
    _text("assessor_name"),
    _text("programme"),
    _text("token"),
    _optional_text("cursor"),
    _optional_number("clock_offset_ms"),
    _optional_text("last_sync_at"),
    _optional_text("online_problem"),
    _optional_text("refresh_token"),
    _optional_text("token_until"),
)

microcredential = Table(
    "microcredential",
    METADATA,
    _reference("account", "account.key", primary_key=True),
    _text("id", primary_key=True),
    _number("version"),
    _text("title"),
    _optional_text("stack_title"),
    _optional_number("stack_position"),
    _number("blind"),
    _optional_number("attempts_max"),
    _optional_text("removed_reason"),
    _text("raw"),
)

rubric = Table(
    "rubric",
    METADATA,
    _reference("account", "account.key", primary_key=True),
    _text("id", primary_key=True),
    _number("version", primary_key=True),
    _number("criteria"),
    _optional_text("removed_reason"),
    _text("raw"),
)

former_rubric = Table(
    "former_rubric",
    METADATA,
    _reference("account", "account.key", primary_key=True),
    _text("id", primary_key=True),
    _number("version", primary_key=True),
    _text("sha256", primary_key=True),
    _text("raw"),
)

submission = Table(
    "submission",
    METADATA,
    _key(),
    _reference("account", "account.key"),
    _text("id"),
    _text("microcredential"),
    _text("rubric"),
    _number("rubric_version"),
    _number("version"),
    _text("platform_state"),
    _optional_text("removed_reason"),
    _number("attempt"),
    _text("educator"),
    _optional_text("educator_alias"),
    _optional_text("educator_name"),
    _text("submitted_at"),
    _text("due_at"),
    _number("videos"),
    _number("documents"),
    _number("images"),
    _number("others"),
    _number("total_bytes"),
    _number("packed_bytes"),
    _text("state"),
    _number("begun"),
    _number("scored"),
    _optional_text("outcome"),
    _optional_text("problem"),
    _number("earlier_wanted"),
    _number("words"),
)

queue_count = Table("queue_count", METADATA, _text("state", primary_key=True), _number("submissions"))

submission_body = Table(
    "submission_body",
    METADATA,
    Column("key", Integer, ForeignKey("submission.key"), primary_key=True),
    _text("raw"),
)

quarantine = Table(
    "quarantine",
    METADATA,
    _reference("account", "account.key", primary_key=True),
    _text("type", primary_key=True),
    _text("id", primary_key=True),
    _number("version"),
    _text("raw"),
    _text("error"),
    _text("at"),
)

review = Table(
    "review",
    METADATA,
    _key(),
    _reference("submission", "submission.key"),
    _number("attempt"),
    _optional_text("place"),
)

change = Table(
    "change",
    METADATA,
    _key("row"),
    _reference("review", "review.key"),
    _text("id"),
    _text("action"),
    _text("device"),
    _number("number"),
    _text("at"),
    _number("monotonic_ms"),
    _text("kind"),
    _text("target"),
    _text("value"),
    _optional_text("undoes"),
    _optional_text("redoes"),
)

snapshot = Table(
    "snapshot",
    METADATA,
    Column("review", Integer, ForeignKey("review.key"), primary_key=True),
    _number("form"),
    _number("change"),
    _text("change_id"),
    _number("length"),
    Column("state", LargeBinary, nullable=False),
)

unindexed = Table("unindexed", METADATA, Column("submission", Integer, ForeignKey("submission.key"), primary_key=True))

outbox = Table(
    "outbox",
    METADATA,
    _text("op_id", primary_key=True),
    _reference("account", "account.key"),
    _number("device_seq"),
    _reference("submission", "submission.key"),
    _text("submission_id"),
    _number("attempt"),
    _text("kind"),
    Column("payload", LargeBinary, nullable=False),
    _text("state"),
    _number("tries"),
    _optional_text("last_error"),
    _optional_text("hold_until"),
    _optional_text("result"),
    _optional_text("receipt"),
    _text("sealed_at"),
    _optional_text("settled_at"),
    _optional_text("outcome"),
)

evidence_file = Table(
    "evidence_file",
    METADATA,
    _text("sha256", primary_key=True),
    _number("size"),
    _text("media_type"),
    _text("state"),
    _number("done_bytes"),
    _optional_text("name"),
    Column("wrapped_key", LargeBinary),
    _optional_text("destroyed_at"),
    _optional_text("destroyed_reason"),
)

evidence = Table(
    "evidence",
    METADATA,
    _reference("submission", "submission.key", primary_key=True),
    _number("attempt", primary_key=True),
    _text("id", primary_key=True),
    _text("role", primary_key=True),
    Column("sha256", Text, ForeignKey("evidence_file.sha256"), nullable=False),
    _number("available"),
)

evidence_text = Table(
    "evidence_text",
    METADATA,
    _key("row"),
    Column("sha256", Text, ForeignKey("evidence_file.sha256"), nullable=False),
)

preflight = Table(
    "preflight",
    METADATA,
    Column("sha256", Text, ForeignKey("evidence_file.sha256"), primary_key=True),
    _number("kills"),
    _number("form"),
    _optional_text("found"),
)

destruction = Table(
    "destruction",
    METADATA,
    _key(),
    _text("sha256"),
    Column("submission", Integer, ForeignKey("submission.key")),
    _optional_number("attempt"),
    _optional_text("evidence"),
    _optional_text("role"),
    _number("size"),
    _text("reason"),
    _text("at"),
)

attachment = Table(
    "attachment",
    METADATA,
    _key(),
    _reference("submission", "submission.key"),
    _number("attempt"),
    Column("sha256", Text, ForeignKey("evidence_file.sha256"), nullable=False),
    _number("size"),
    _text("name"),
    _text("media_type"),
    _text("target"),
    _text("upload_id"),
    _optional_text("sent_at"),
    _number("arrived"),
    _number("dropped"),
)
