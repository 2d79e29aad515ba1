"""Opening and closing the library: the one object of this room that the others hold."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from pathlib import Path

from mcassess.clock import Clock
from mcassess.errors import WorldError
from mcassess.store import backups, edges, journal_tail, parts, presence, replacing, search
from mcassess.store.backups import BackupKind, Backups
from mcassess.store.database import Database, newer
from mcassess.store.evidence_key import EvidenceKey
from mcassess.store.keys import GivenKeys, LibraryKeys, ReplaceableKeys
from mcassess.store.migrations import STEPS
from mcassess.store.names import DATABASE_FILE, VAULT_FOLDER, WAL_FILE
from mcassess.store.playing import Playing
from mcassess.store.presence import Presence
from mcassess.store.sessions import Reading, Sessions, Writing
from mcassess.store.vault import Vault
from mcassess.texts import tr

__all__ = ["DATABASE_FILE", "VAULT_FOLDER", "Library"]


class Library:
    """All that this laptop holds, open. May be used from several threads, and by several processes at once.

    Attributes:
        home: The folder that everything lies below.
        device_id: Under which this library counts its changes and operations.
        vault: The bytes of the evidence.
        backups: The backups in the home.
        playing: Which files are being played.
        read_only: Why nothing can be changed, one sentence; empty where it can.
    """

    def __init__(
        self, keys: LibraryKeys, home: Path, database: Database, here: Presence, sessions: Sessions, vault: Vault
    ) -> None:
        self.home = home
        self.clock = sessions.clock
        self.device_id = sessions.device_id
        self.vault = vault
        self.playing = Playing(home, sessions)
        self.read_only = database.closed_for_writing
        self.backups = Backups(home, sessions.clock)
        self._database = database
        self._presence = here
        self._sessions = sessions
        self._keys: LibraryKeys | None = keys

    @staticmethod
    def open(home: Path, keys: LibraryKeys, clock: Clock, at: Callable[[str], None] = lambda _point: None) -> "Library":
        """Opens the library in a folder; makes folder and library where there are none.

        One that a newer version wrote is opened too, but nothing can be changed in it.

        Args:
            home: The folder.
            keys: What opens its lock.
            clock: Tells the time.
            at: Called with the name of each point at which sudden death is tested.

        Raises:
            DamagedLibraryError: The database is damaged or gone; recovery.py is the way on.
            WorldError: The lock does not open, or the folder cannot be written.
        """
        was_finished = _prepare(home, clock)
        secrets = keys.unlock(home)
        with ExitStack() as undo:
            here = Presence.enter(home, clock)
            undo.callback(here.leave)
            wal = home / WAL_FILE
            with edges.world(home):
                died = here.after_death or (here.alone and wal.exists() and wal.stat().st_size > 0)
                if died and here.alone and journal_tail.is_torn(wal):
                    # Before SQLite looks at it: that throws away what it cannot read.
                    raise edges.journal_torn(home)
            database = Database(home / DATABASE_FILE, secrets.database)
            undo.callback(database.close)
            if (died and database.quick_check()) or (was_finished and not database.version()):
                raise edges.damaged(home)
            here.sound()
            _bring_up_to_date(home, database, clock)
            with edges.world(home):
                (home / VAULT_FOLDER).mkdir(mode=0o700, exist_ok=True)
            sessions = Sessions(database, clock, _device_id(database, clock))
            empty = database.truncate_wal
            keeper = keys.keeper(home) if isinstance(keys, ReplaceableKeys) else None
            evidence_key = EvidenceKey(secrets.evidence, keeper, sessions, empty, at)
            vault = Vault(home / VAULT_FOLDER, sessions, evidence_key, empty, at)
            # A keyring is asked again, since it may replace a key; nobody types a passphrase twice.
            again = GivenKeys(secrets) if keeper is None else keys
            library = Library(again, home, database, here, sessions, vault)
            if not library.read_only:
                with suppress(WorldError):  # what cannot be finished now is finished later
                    vault.finish_destructions(wait_seconds=0)
            undo.pop_all()
        return library

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

    def catch_up_search(self) -> None:
        """Lets a search that follows find the newest words of reviews; where nothing can be written, it finds older."""
        with self.read() as reading:
            behind = reading.search.is_behind()
        if behind:
            with suppress(WorldError), self.write() as writing:
                writing.search.catch_up()

    def rename_device(self, device_id: str) -> None:
        """Counts changes and operations under another id from now on; the setting was written before."""
        self.device_id = self._sessions.device_id = device_id

    def check(self) -> list[str]:
        """Reads the whole database and returns what is wrong with it; nothing means that it is sound.

        What is found makes the next opening look again and offer recovery.
        """
        found = self._database.check()
        if found:
            presence.suspect(self.home)
        return found

    def extend_log(self) -> None:
        """Makes the write-ahead log as long as it becomes, so that changes are on the disk in half the time.

        For who stays and writes much; it takes some 20 milliseconds. Where it cannot be done, the log stays short.
        """
        if not self.read_only:
            with suppress(WorldError):
                self._database.extend_log()

    def back_up(self) -> Path:
        """Makes the backup of the day and returns its file.

        Raises:
            WorldError: The world stands in the way; nothing of it is left.
        """
        return self.backups.make(self._database, BackupKind.DAILY)

    def back_up_to(self, target: Path) -> None:
        """Writes a backup to a file of the assessor's choice, in place of what is there.

        Raises:
            UsageError: The file lies in the home, or is none that can be replaced.
            WorldError: The world stands in the way; what was there stays.
        """
        backups.demand_outside(self.home, target)
        backups.write_backup(self._database, target)

    def again(self) -> "Library":
        """Opens it once more, with keys of its own: for what goes on when this one is closed.

        Raises:
            WorldError: It is closed already, or the world stands in the way.
        """
        if self._keys is None:
            raise WorldError(tr("The library is locked or closed. Open it again."))
        return Library.open(self.home, self._keys, self.clock)

    def close(self) -> None:
        """Closes the library and forgets its keys; all transactions have to be over."""
        self._keys = None
        self.vault.forget_keys()
        self._database.close()
        self._presence.leave()


def _prepare(home: Path, clock: Clock) -> bool:
    """Looks at the home before anything is opened; tells whether a library was once made there to its end."""
    with edges.world(home):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
            raise edges.not_writable(home)
        if os.name == "posix" and home.stat().st_mode & 0o077:
            home.chmod(0o700)
        if replacing.is_begun(home):
            with presence.alone(home):
                replacing.finish(home, clock.now())
    parts.demand_rights(home)
    parts.demand_key(home)
    was_finished = parts.was_finished(home)
    parts.demand_database(home)
    return was_finished


def _bring_up_to_date(home: Path, database: Database, clock: Clock) -> None:
    version = database.version()
    if version > len(STEPS):
        database.close_for_writing(newer(home).text)
    elif 0 < version < len(STEPS):
        Backups(home, clock).make(database, BackupKind.MIGRATION)
    if version < len(STEPS):
        database.migrate(STEPS)
    if version <= len(STEPS):
        search.make_where_missing(database)


def _device_id(database: Database, clock: Clock) -> str:
    statement = "SELECT json_extract(value, '$') FROM setting WHERE name = 'device_id'"
    with database.read() as connection:
        found = connection.exec_driver_sql(statement).scalar_one_or_none()
    if found is None and not database.closed_for_writing:
        with database.write() as connection:
            connection.exec_driver_sql(
                "INSERT OR IGNORE INTO setting (name, value) VALUES ('device_id', json_quote(?))", (clock.new_id(),)
            )
            found = connection.exec_driver_sql(statement).scalar_one()
    return str(found)
