"""Step 4: what was found out about evidence on arrival, and which files ended the processes that opened them."""

STATEMENTS = (
    """
    CREATE TABLE preflight (
        sha256 TEXT PRIMARY KEY REFERENCES evidence_file ON DELETE CASCADE,
        kills INTEGER NOT NULL DEFAULT 0,
        form INTEGER NOT NULL DEFAULT 0,
        found TEXT
    ) STRICT
    """,
    # What was found may hold words of the evidence, so it goes with the evidence's key.
    """
    CREATE TRIGGER preflight_destroyed AFTER UPDATE OF wrapped_key ON evidence_file WHEN new.wrapped_key IS NULL
    BEGIN
        UPDATE preflight SET found = NULL, form = 0 WHERE sha256 = new.sha256;
    END
    """,
)
