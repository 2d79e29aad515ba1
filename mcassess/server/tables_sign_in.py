"""The platform's tables of signing in: rows and constraints, no behaviour. Of codes only digests are kept."""

from sqlalchemy import Column, Index, String, Table

from mcassess.server.tables import Whole, metadata
from mcassess.server.tables_people import of_person

device_request = Table(
    "device_request",
    metadata,
    Column("device_code_sha256", String, primary_key=True),
    Column("user_code", String, nullable=False, unique=True),
    Column("device_id", String, nullable=False),
    Column("device_name", String, nullable=False),
    Column("expires_at", String, nullable=False),
    Column("sign_in_id", String),
    Column("denied_at", String),
    Column("polled_at", String),
    Index("device_request_expiry", "expires_at"),
)
"""Laptops that have asked to be signed in; ``sign_in_id`` once somebody has agreed. ``polled_at``:
when it was asked last whether she has."""

sign_in = Table(
    "sign_in",
    metadata,
    Column("id", String, primary_key=True),
    Column("person_id", String, nullable=False),
    Column("device_id", String, nullable=False),
    Column("device_name", String, nullable=False),
    Column("signed_in_at", String, nullable=False),
    Column("generation", Whole, nullable=False),
    Column("used_at", String, nullable=False),
    Column("ended_at", String),
    Column("ended_by", String),
    of_person(),
    Index("sign_in_person", "person_id"),
)
"""A laptop that is signed in by device flow.

``generation`` is the number of the newest refresh token that was used, and ``used_at`` when it was first used.
``ended_by``: ``revoked``, ``reused`` (an old refresh token came again) or ``lost``.
"""

attempt = Table(
    "attempt",
    metadata,
    Column("name", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("until_ms", Whole, nullable=False),
    Index("attempt_until", "name", "until_ms"),
)
"""Who has tried to sign in too often: ``until_ms`` is when the last of her tries ceases to count, in Unix time."""
