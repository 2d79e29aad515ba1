"""Step 7: a change is numbered within its review, and no index of the device's numbers is kept.

That index was half of what each key that is typed put on the disk. The place of a change in its review is unique by its
row already.
"""

STATEMENTS = (
    """
    CREATE TABLE change_new (
        row INTEGER PRIMARY KEY,
        review INTEGER NOT NULL REFERENCES review,
        id TEXT NOT NULL,
        action TEXT NOT NULL,
        device TEXT NOT NULL,
        number INTEGER NOT NULL,
        at TEXT NOT NULL,
        monotonic_ms INTEGER NOT NULL,
        kind TEXT NOT NULL,
        target TEXT NOT NULL,
        value TEXT NOT NULL,
        undoes TEXT,
        redoes TEXT
    ) STRICT
    """,
    """
    INSERT INTO change_new
    SELECT row, review, id, action, device, row - (review << 32), at, monotonic_ms, kind, target, value, undoes, redoes
    FROM change ORDER BY row
    """,
    "DROP TABLE change",
    "PRAGMA legacy_alter_table = ON",  # else it wants the tables of all triggers, and those of the search come later
    "ALTER TABLE change_new RENAME TO change",
    "PRAGMA legacy_alter_table = OFF",
)
