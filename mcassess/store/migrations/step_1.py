"""Step 1: the first schema. Times are RFC 3339 in UTC with milliseconds; '~' sorts last and means no time."""

STATEMENTS = (
    "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    """
    CREATE TABLE account (
        key INTEGER PRIMARY KEY,
        url TEXT NOT NULL,
        server_id TEXT NOT NULL,
        epoch TEXT NOT NULL,
        public_key TEXT NOT NULL,
        assessor_id TEXT NOT NULL,
        assessor_name TEXT NOT NULL,
        programme TEXT NOT NULL,
        token TEXT NOT NULL,
        cursor TEXT,
        clock_offset_ms INTEGER,
        last_sync_at TEXT,
        online_problem TEXT,
        UNIQUE (server_id, assessor_id)
    ) STRICT
    """,
    """
    CREATE TABLE microcredential (
        account INTEGER NOT NULL REFERENCES account,
        id TEXT NOT NULL,
        version INTEGER NOT NULL,
        title TEXT NOT NULL,
        stack_title TEXT,
        stack_position INTEGER,
        blind INTEGER NOT NULL,
        attempts_max INTEGER,
        removed_reason TEXT,
        raw TEXT NOT NULL,
        PRIMARY KEY (account, id)
    ) STRICT
    """,
    """
    CREATE TABLE rubric (
        account INTEGER NOT NULL REFERENCES account,
        id TEXT NOT NULL,
        version INTEGER NOT NULL,
        criteria INTEGER NOT NULL,
        removed_reason TEXT,
        raw TEXT NOT NULL,
        PRIMARY KEY (account, id, version)
    ) STRICT
    """,
    """
    CREATE TABLE submission (
        key INTEGER PRIMARY KEY,
        account INTEGER NOT NULL REFERENCES account,
        id TEXT NOT NULL,
        microcredential TEXT NOT NULL,
        rubric TEXT NOT NULL,
        rubric_version INTEGER NOT NULL,
        version INTEGER NOT NULL,
        platform_state TEXT NOT NULL,
        removed_reason TEXT,
        attempt INTEGER NOT NULL,
        educator TEXT NOT NULL,
        educator_alias TEXT,
        educator_name TEXT,
        submitted_at TEXT NOT NULL,
        due_at TEXT NOT NULL,
        videos INTEGER NOT NULL,
        documents INTEGER NOT NULL,
        images INTEGER NOT NULL,
        others INTEGER NOT NULL,
        total_bytes INTEGER NOT NULL,
        packed_bytes INTEGER NOT NULL DEFAULT 0,
        state TEXT NOT NULL,
        begun INTEGER NOT NULL DEFAULT 0,
        scored INTEGER NOT NULL DEFAULT 0,
        outcome TEXT,
        problem TEXT,
        UNIQUE (account, id)
    ) STRICT
    """,
    "CREATE INDEX submission_by_microcredential ON submission (account, microcredential)",
    "CREATE INDEX submission_queue ON submission (due_at, submitted_at, id)",
    "CREATE INDEX submission_queue_by_state ON submission (state, due_at, submitted_at, id)",
    """
    CREATE INDEX submission_queue_open ON submission (due_at, submitted_at, id)
    WHERE state IN ('to_review', 'in_progress')
    """,
    # Counting 100,000 rows at each refresh of the queue would cost more than all the rest of it.
    "CREATE TABLE queue_count (state TEXT PRIMARY KEY, submissions INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    """
    CREATE TRIGGER submission_counted AFTER INSERT ON submission BEGIN
        INSERT INTO queue_count VALUES (new.state, 1)
        ON CONFLICT (state) DO UPDATE SET submissions = submissions + 1;
    END
    """,
    """
    CREATE TRIGGER submission_recounted AFTER UPDATE OF state ON submission WHEN old.state != new.state BEGIN
        UPDATE queue_count SET submissions = submissions - 1 WHERE state = old.state;
        INSERT INTO queue_count VALUES (new.state, 1)
        ON CONFLICT (state) DO UPDATE SET submissions = submissions + 1;
    END
    """,
    """
    CREATE TRIGGER submission_discounted AFTER DELETE ON submission BEGIN
        UPDATE queue_count SET submissions = submissions - 1 WHERE state = old.state;
    END
    """,
    # What the platform sent stands apart, so that a queue column changes without its long neighbour being rewritten.
    "CREATE TABLE submission_body (key INTEGER PRIMARY KEY REFERENCES submission, raw TEXT NOT NULL) STRICT",
    """
    CREATE TABLE quarantine (
        account INTEGER NOT NULL REFERENCES account,
        type TEXT NOT NULL,
        id TEXT NOT NULL,
        version INTEGER NOT NULL,
        raw TEXT NOT NULL,
        error TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (account, type, id)
    ) STRICT
    """,
    """
    CREATE TABLE review (
        key INTEGER PRIMARY KEY,
        submission INTEGER NOT NULL REFERENCES submission,
        attempt INTEGER NOT NULL,
        place TEXT,
        UNIQUE (submission, attempt)
    ) STRICT
    """,
    """
    CREATE TABLE change (
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
        redoes TEXT,
        UNIQUE (device, number)
    ) STRICT
    """,
    "CREATE INDEX change_by_review ON change (review)",
    """
    CREATE TABLE outbox (
        op_id TEXT PRIMARY KEY,
        account INTEGER NOT NULL REFERENCES account,
        device_seq INTEGER NOT NULL UNIQUE,
        submission INTEGER NOT NULL REFERENCES submission,
        submission_id TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        kind TEXT NOT NULL,
        payload BLOB NOT NULL,
        state TEXT NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0,
        last_error TEXT,
        hold_until TEXT,
        result TEXT,
        receipt TEXT,
        sealed_at TEXT NOT NULL,
        settled_at TEXT,
        outcome TEXT
    ) STRICT
    """,
    "CREATE INDEX outbox_by_submission ON outbox (submission, attempt)",
    "CREATE INDEX outbox_by_state ON outbox (state, device_seq)",
    """
    CREATE TABLE evidence_file (
        sha256 TEXT PRIMARY KEY,
        size INTEGER NOT NULL,
        media_type TEXT NOT NULL,
        state TEXT NOT NULL,
        done_bytes INTEGER NOT NULL DEFAULT 0,
        name TEXT UNIQUE,
        wrapped_key BLOB,
        destroyed_at TEXT,
        destroyed_reason TEXT
    ) STRICT
    """,
    """
    CREATE TABLE evidence (
        submission INTEGER NOT NULL REFERENCES submission,
        attempt INTEGER NOT NULL,
        id TEXT NOT NULL,
        role TEXT NOT NULL,
        sha256 TEXT NOT NULL REFERENCES evidence_file,
        available INTEGER NOT NULL,
        PRIMARY KEY (submission, attempt, id, role)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX evidence_by_file ON evidence (sha256)",
    # Contentless: the words stand in the tables already; the index alone is kept.
    """
    CREATE VIRTUAL TABLE search USING fts5 (
        title, stack, educator, words, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
    )
    """,
)
