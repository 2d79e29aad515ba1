"""The platform's table of uploads: rows and constraints, no behaviour."""

from sqlalchemy import Column, Index, String, Table

from mcassess.server.tables import Whole, metadata
from mcassess.server.tables_people import of_person

upload = Table(
    "upload",
    metadata,
    Column("person_id", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("sha256", String, nullable=False),
    Column("size", Whole, nullable=False),
    Column("media_type", String, nullable=False),
    Column("received", Whole, nullable=False),
    Column("touched_at", String, nullable=False),
    Column("ready_at", String),
    of_person(),
    Index("upload_bytes", "sha256"),
    Index("upload_touched", "touched_at"),
)
"""Files that people send up; ``received`` bytes are safe, ``ready_at`` when all were there and had their digest."""
