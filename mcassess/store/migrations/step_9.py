"""Step 9: how much of an attachment has arrived, and which one a revision leaves out.

Which operation names a file stands in that operation's own bytes, so it is not noted a second time. The table is made
anew rather than altered: SQLite would look at triggers on tables that are not there.
"""

STATEMENTS = (
    "CREATE TABLE attachment_before AS SELECT * FROM attachment",
    "DROP TABLE attachment",
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
        upload_id TEXT NOT NULL,
        sent_at TEXT,
        arrived INTEGER NOT NULL DEFAULT 0,
        dropped INTEGER NOT NULL DEFAULT 0,
        UNIQUE (submission, attempt, sha256)
    ) STRICT
    """,
    """
    INSERT INTO attachment
        (key, submission, attempt, sha256, size, name, media_type, target, upload_id, sent_at, arrived)
    SELECT key, submission, attempt, sha256, size, name, media_type, target, upload_id, sent_at,
        CASE WHEN sent_at IS NULL THEN 0 ELSE size END
    FROM attachment_before
    """,
    "DROP TABLE attachment_before",
    "CREATE INDEX attachment_by_file ON attachment (sha256)",
)
