"""What the files of a library are called, in its home."""

DATABASE_FILE = "library.db"
WAL_FILE = f"{DATABASE_FILE}-wal"
VAULT_FOLDER = "vault"
