"""Step 8: what a version of a rubric said before a restored platform issued its number anew."""

STATEMENTS = (
    """
    CREATE TABLE former_rubric (
        account INTEGER NOT NULL REFERENCES account,
        id TEXT NOT NULL,
        version INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        raw TEXT NOT NULL,
        PRIMARY KEY (account, id, version, sha256)
    ) STRICT
    """,
)
