"""Which parts of a library are in a home, and whether they may be used. Makes and mends nothing, and reads no row."""

import os
from pathlib import Path

from mcassess.errors import WorldError
from mcassess.store import edges
from mcassess.store.backups import FOLDER as BACKUP_FOLDER
from mcassess.store.key_file import KEY_FILE
from mcassess.store.names import DATABASE_FILE, VAULT_FOLDER
from mcassess.texts import tr


def was_finished(home: Path) -> bool:
    """Tells whether a library was once made here to its end: its vault comes last, backups after that."""
    with edges.world(home):
        return (home / VAULT_FOLDER).exists() or (home / BACKUP_FOLDER).exists()


def demand_key(home: Path) -> None:
    """Looks whether key.json is there, where anything else of a library is.

    Raises:
        WorldError: It has gone.
    """
    # Key, database and vault are made in this order: a later part without an earlier one has lost it, and an empty
    # library must not take its place. Looked at from the last one, since another process may be making them now.
    with edges.world(home):
        was_begun = was_finished(home) or (home / DATABASE_FILE).exists()
        if was_begun and not (home / KEY_FILE).exists():
            text = tr("The library is not complete: {path} is missing. Put it back; without it nothing can be opened.")
            raise WorldError(text.format(path=home / KEY_FILE))


def demand_database(home: Path) -> None:
    """Looks whether the database is there and not emptied, where it once was.

    SQLite takes an empty file for a new database, and removes the log beside it, so it must not come to see one.

    Raises:
        DamagedLibraryError: It has gone, or there is nothing in it.
    """
    database = home / DATABASE_FILE
    with edges.world(home):
        if was_finished(home):
            if not database.exists():
                raise edges.missing(database)
            if not database.stat().st_size:
                raise edges.damaged(home)


def demand_rights(home: Path) -> None:
    """Looks whether the database and its log may be read and written: where they may not, that is no damage.

    Raises:
        WorldError: One of them may not.
    """
    with edges.world(home):
        for ending in ("", "-wal", "-shm"):
            part = home / f"{DATABASE_FILE}{ending}"
            if part.exists() and not os.access(part, os.R_OK | os.W_OK):
                raise edges.not_writable(home, part)
