"""Step 5: earlier attempts' evidence on request, signing in with tokens that are renewed, attachments of decisions."""

STATEMENTS = (
    "ALTER TABLE submission ADD COLUMN earlier_wanted INTEGER NOT NULL DEFAULT 0",
    # Until now all of it was fetched; what was wanted stays wanted.
    """
    UPDATE submission SET earlier_wanted = 1
    WHERE EXISTS (SELECT 1 FROM evidence e WHERE e.submission = submission.key AND e.attempt < submission.attempt)
    """,
    "ALTER TABLE account ADD COLUMN refresh_token TEXT",
    "ALTER TABLE account ADD COLUMN token_until TEXT",
    """
    CREATE TABLE attachment (
        key INTEGER PRIMARY KEY,
        submission INTEGER NOT NULL REFERENCES submission,
        attempt INTEGER NOT NULL,
        sha256 TEXT NOT NULL REFERENCES evidence_file,
        size INTEGER NOT NULL,
        name TEXT NOT NULL,
        media_type TEXT NOT NULL,
        target TEXT NOT NULL,
        op_id TEXT,
        upload_id TEXT NOT NULL,
        sent_at TEXT,
        UNIQUE (submission, attempt, sha256)
    ) STRICT
    """,
    "CREATE INDEX attachment_by_file ON attachment (sha256)",
)
