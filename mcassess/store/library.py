"""Opening and closing the library: the one object of this room that the others hold."""

import os
from contextlib import AbstractContextManager
from pathlib import Path

from mcassess.clock import Clock
from mcassess.errors import WorldError
from mcassess.store import edges
from mcassess.store.database import Database
from mcassess.store.keys import KEY_FILE, LibraryKeys, Secrets
from mcassess.store.sessions import Reading, Sessions, Writing
from mcassess.store.vault import Vault
from mcassess.texts import tr

DATABASE_FILE = "library.db"
VAULT_FOLDER = "vault"


class Library:
    """All that this laptop holds, open. May be used from several threads, and by several processes at once.

    Attributes:
        home: The folder that everything lies below.
        device_id: Under which this library counts its changes and operations.
        vault: The bytes of the evidence.
    """

    def __init__(self, home: Path, clock: Clock, database: Database, secrets: Secrets, device_id: str) -> None:
        self.home = home
        self.clock = clock
        self.device_id = device_id
        self._database = database
        self._sessions = Sessions(database, clock, device_id)
        self.vault = Vault(home / VAULT_FOLDER, self._sessions, secrets.evidence, database.truncate_wal)

    @staticmethod
    def open(home: Path, keys: LibraryKeys, clock: Clock) -> "Library":
        """Opens the library in a folder; makes folder and library where there are none.

        Raises:
            WorldError: The lock does not open, the folder cannot be written, or a newer version wrote the library.
        """
        _prepare(home)
        secrets = keys.unlock(home)
        database = Database(home / DATABASE_FILE, secrets.database)
        try:
            database.migrate()
            with edges.world(home):
                (home / VAULT_FOLDER).mkdir(mode=0o700, exist_ok=True)
            return Library(home, clock, database, secrets, _device_id(database, clock))
        except BaseException:
            database.close()
            raise

    def __repr__(self) -> str:
        return f"Library({str(self.home)!r})"

    def read(self) -> AbstractContextManager[Reading]:
        """Gives the repositories within one consistent read transaction.

        Raises:
            WorldError: The world stands in the way.
        """
        return self._sessions.read()

    def write(self, initiator: str = "") -> AbstractContextManager[Writing]:
        """Gives the repositories within one write transaction: saved whole at the end, or not at all.

        Nothing may be waited for in it, neither the network nor a file.

        Raises:
            WorldError: The disk is full, the home cannot be written, another process does not let go.
        """
        return self._sessions.write(initiator)

    def check(self) -> list[str]:
        """Reads the whole database and returns what is wrong with it; nothing means that it is sound."""
        return self._database.check()

    def close(self) -> None:
        """Closes the library; all transactions have to be over."""
        self._database.close()


def _prepare(home: Path) -> None:
    database, vault = home / DATABASE_FILE, home / VAULT_FOLDER
    with edges.world(home):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
            raise edges.not_writable(home)
        if os.name == "posix" and home.stat().st_mode & 0o077:
            home.chmod(0o700)
        if database.exists() and not os.access(database, os.R_OK | os.W_OK):
            raise edges.not_writable(home)
        # Key, database and vault are made in this order: a later part without an earlier one has lost it, and an empty
        # library must not take its place. Looked at from the last one, since another process may be making them now.
        was_whole = vault.exists() or database.exists()
        missing = [path for path in (database, home / KEY_FILE) if not path.exists()]
        if was_whole and missing:
            text = tr("The library is not complete: {path} is missing. Put it back, or restore a backup.")
            raise WorldError(text.format(path=missing[-1]))


def _device_id(database: Database, clock: Clock) -> str:
    statement = "SELECT json_extract(value, '$') FROM setting WHERE name = 'device_id'"
    with database.read() as connection:
        found = connection.exec_driver_sql(statement).scalar_one_or_none()
    if found is None:
        with database.write() as connection:
            connection.exec_driver_sql(
                "INSERT OR IGNORE INTO setting (name, value) VALUES ('device_id', json_quote(?))", (clock.new_id(),)
            )
            found = connection.exec_driver_sql(statement).scalar_one()
    return str(found)
