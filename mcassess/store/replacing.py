"""Putting another database in the library's place: whole at any moment, however the program ends, and nothing deleted.

The new database waits, finished, under a name of its own; from then on the next opening finishes what was begun.
"""

import os
from datetime import datetime
from pathlib import Path

from mcassess.store import edges
from mcassess.store.backups import put_in_place
from mcassess.store.names import DATABASE_FILE
from mcassess.store.vault import sync_folder

DRAFT = "restoring.db"
_FINISHED = "restored.db"
_ASIDE = "set-aside"


def replace_database(home: Path, now: datetime) -> Path | None:
    """Puts the draft in the database's place, and returns where the old one is now; None if there was none.

    Nobody may have either of them open.

    Raises:
        WorldError: The world stands in the way; the next opening goes on with it where it was begun.
    """
    with edges.world(home):
        put_in_place(home / DRAFT, home / _FINISHED)
    return finish(home, now)


def finish(home: Path, now: datetime) -> Path | None:
    """Finishes a replacement that was begun, if there is one, and returns where the old database is now.

    Raises:
        WorldError: The world stands in the way.
    """
    if not (home / _FINISHED).exists():
        return None
    with edges.world(home):
        # The database goes last: as long as it is there, its log belongs to it, and its folder is known by it.
        parts = [home / f"{DATABASE_FILE}{ending}" for ending in ("-wal", "-shm", "")]
        there = [part for part in parts if part.exists()]
        folder = _folder(home / _ASIDE, now) if there else None
        for part in there:
            assert folder is not None, "there is something to put into it"
            part.replace(folder / part.name)
            sync_folder(folder)
        (home / _FINISHED).replace(home / DATABASE_FILE)
        sync_folder(home)
    return folder


def is_begun(home: Path) -> bool:
    """Tells whether a replacement waits to be finished."""
    return (home / _FINISHED).exists()


def drop_draft(home: Path) -> None:
    """Removes a draft that is not wanted, or that sudden death left behind."""
    with edges.world(home):
        for ending in ("", "-wal", "-shm", "-journal"):
            (home / f"{DRAFT}{ending}").unlink(missing_ok=True)


def _folder(parent: Path, now: datetime) -> Path:
    parent.mkdir(mode=0o700, exist_ok=True)
    day, number = now.strftime("%Y-%m-%d"), 1
    while (folder := parent / f"{day}-{number}").joinpath(DATABASE_FILE).exists():
        number += 1
    folder.mkdir(mode=0o700, exist_ok=True)
    if os.name == "posix":
        sync_folder(parent)
    return folder
