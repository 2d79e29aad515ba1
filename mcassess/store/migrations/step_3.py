"""Step 3: what was destroyed, when and why, by place; no names. The record outlives key and file."""

STATEMENTS = (
    """
    CREATE TABLE destruction (
        key INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL,
        submission INTEGER REFERENCES submission,
        attempt INTEGER,
        evidence TEXT,
        role TEXT,
        size INTEGER NOT NULL,
        reason TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX destruction_by_submission ON destruction (submission)",
)
