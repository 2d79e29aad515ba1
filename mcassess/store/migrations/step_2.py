"""Step 2: snapshots of long reviews, marks of what the search index has still to take in, and words of evidence."""

STATEMENTS = (
    # A cache: a review folded up to one of its changes. Where it does not match, the changes alone count.
    """
    CREATE TABLE snapshot (
        review INTEGER PRIMARY KEY REFERENCES review,
        form INTEGER NOT NULL,
        change INTEGER NOT NULL,
        change_id TEXT NOT NULL,
        length INTEGER NOT NULL,
        state BLOB NOT NULL
    ) STRICT
    """,
    # The words of a review reach the index when somebody searches, not at every key; the mark survives a crash.
    "CREATE TABLE unindexed (submission INTEGER PRIMARY KEY REFERENCES submission) STRICT",
    """
    CREATE TABLE evidence_text (
        row INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL UNIQUE REFERENCES evidence_file ON DELETE CASCADE
    ) STRICT
    """,
    # The virtual table search_evidence is a cache that no backup holds: search_index.py makes it at opening.
    """
    CREATE TRIGGER evidence_text_gone AFTER DELETE ON evidence_text BEGIN
        DELETE FROM search_evidence WHERE rowid = old.row;
    END
    """,
    """
    CREATE TRIGGER evidence_text_destroyed AFTER UPDATE OF wrapped_key ON evidence_file WHEN new.wrapped_key IS NULL
    BEGIN
        DELETE FROM evidence_text WHERE sha256 = new.sha256;
    END
    """,
)
