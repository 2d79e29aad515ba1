"""The platform's data folder: database, signing key, evidence files. Several processes may have it open."""

import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import DBAPIError

from mcassess.clock import Clock, written
from mcassess.errors import WorldError
from mcassess.server.engines import forget_overwritten, postgresql_engines, sqlite_engines
from mcassess.server.epochs import leaps_of, start_epoch
from mcassess.server.files import FileStore, write_for_good
from mcassess.server.marks import Identity, Marks
from mcassess.server.schema import NewerSchemaError, bring_up_to_date, last_seq
from mcassess.server.signing import make_key, read_key
from mcassess.server.tables import meta
from mcassess.texts import tr

DATABASE_NAME = "platform.sqlite3"
ADDRESS_NAME = "database"
"""File that holds the database's address where it is not SQLite in the folder itself."""


class PlatformData:
    """An open data folder.

    Attributes:
        files: What educators sent.
        attachments: What assessors sent along with their decisions.
        is_new: Whether there was nothing before.
        server_id: Names this platform for good.
        public_key: Of the receipts, in base64.
        cursor_secret: Signs the feed's cursors.
        alias_secret: Makes aliases for educators who have none.
        token_key: Makes the tokens of the device flow; it comes from the signing key, so it is not in the database.
    """

    def __init__(self, folder: Path, clock: Clock, database: str | None = None, *, new_epoch: bool = False) -> None:
        """Opens the folder; makes it where there is none.

        Args:
            database: Address of a PostgreSQL database; the folder remembers it. None: as the folder says, or else
                SQLite in it.
            new_epoch: Begin a new epoch: the database was put back from a backup by other means than ours.

        Raises:
            UsageError: That is no address.
            WorldError: It cannot be written, is not a platform's, is newer, has gone back in time, or its signing
                key is missing.
        """
        self.folder = folder
        self.clock = clock
        self.files = FileStore(folder / "files")
        self.attachments = FileStore(folder / "attachments")
        self._marks = Marks(folder, clock.monotonic_ms)
        address = _remembered(folder) if database is None else database
        file = folder / DATABASE_NAME
        self._engines = sqlite_engines(file) if address is None else postgresql_engines(address)
        try:
            self._open(new_epoch=new_epoch)
            if database is not None:
                _remember(folder, database)
        except (OSError, DBAPIError) as error:
            self.close()
            raise WorldError(
                tr("The platform's data folder {folder} cannot be used: {reason}.").format(
                    folder=folder, reason=reason_of(error)
                )
            ) from error
        except WorldError:
            self.close()
            raise

    @staticmethod
    def exists(folder: Path) -> bool:
        """Tells whether there is a platform's data in a folder."""
        return (folder / DATABASE_NAME).is_file() or (folder / ADDRESS_NAME).is_file()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent read transaction."""
        with self._engines.reader.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One write transaction, the only one at a time in all processes; rolled back on an exception."""
        with self._engines.writer.connect() as connection, connection.begin():
            yield connection
            seq = last_seq(connection)
        with suppress(OSError):  # what was committed counts; the mark comes with the next write
            self._marks.note_seq(seq)

    def forget_overwritten(self) -> None:
        """Lets the database give up what was overwritten: SQLite its log, PostgreSQL earlier forms of submissions."""
        forget_overwritten(self._engines.reader)

    @property
    def epoch(self) -> str:
        """Names the time since a backup was restored; another process may restore one while we serve."""
        noted = self._marks.identity()
        return noted.epoch if noted else self._epoch

    def known_seq(self) -> int:
        """Returns the highest number of the feed that was noted outside the database."""
        return self._marks.seq()

    def known_leaps(self) -> int:
        """Returns how often new epochs have raised fences and versions, as was noted outside the database."""
        noted = self._marks.identity()
        return noted.leaps if noted else 0

    def reload(self) -> None:
        """Takes over what a restored backup says of the platform itself.

        Raises:
            WorldError: The signing key is another one.
            OSError: The folder cannot be written.
        """
        with self.read() as connection:
            self._load(connection)
        self._marks.note_identity(Identity(server_id=self.server_id, epoch=self._epoch, leaps=self._leaps))

    def sign_key(self) -> Ed25519PrivateKey:
        """Returns the key that signs receipts."""
        return self._key

    def close(self) -> None:
        """Closes all connections."""
        self._engines.reader.dispose()

    def _open(self, *, new_epoch: bool) -> None:
        for name in ("", "files", "attachments", "uploads"):
            (self.folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.write() as connection:
            self.is_new = self._prepare(connection)
            if new_epoch:
                start_epoch(connection, written(self.clock.now()), self.known_seq(), self.known_leaps())
            self._refuse_going_back(connection)
            self._load(connection)
        self._marks.note_identity(Identity(server_id=self.server_id, epoch=self._epoch, leaps=self._leaps))

    def _prepare(self, connection: Connection) -> bool:
        try:
            fresh = bring_up_to_date(connection)
        except NewerSchemaError as error:
            raise WorldError(
                tr("The platform's data in {folder} were written by a newer version. Update the program.").format(
                    folder=self.folder
                )
            ) from error
        if fresh:
            values = {
                "server_id": self.clock.new_id(),
                "epoch": secrets.token_hex(8),
                "public_key": make_key(self.folder),
                "cursor_secret": secrets.token_hex(32),
                "alias_secret": secrets.token_hex(32),
            }
            connection.execute(insert(meta), [{"key": key, "value": value} for key, value in values.items()])
        return fresh

    def _load(self, connection: Connection) -> None:
        rows: dict[str, str] = {row.key: row.value for row in connection.execute(select(meta))}
        self.server_id, self._epoch, self.public_key = rows["server_id"], rows["epoch"], rows["public_key"]
        self._leaps = leaps_of(connection)
        self.cursor_secret = bytes.fromhex(rows["cursor_secret"])
        self.alias_secret = bytes.fromhex(rows["alias_secret"])
        self._key = read_key(self.folder, self.public_key)
        self.token_key = hmac.digest(self._key.private_bytes_raw(), b"mcassess sign-in", "sha256")

    def _refuse_going_back(self, connection: Connection) -> None:
        noted = self._marks.identity()
        server_id = connection.execute(select(meta.c.value).where(meta.c.key == "server_id")).scalar_one()
        if noted is not None and noted.server_id != server_id:
            raise WorldError(
                tr(
                    "The database is not the one that {folder} belongs to. Name the right one, or restore a backup."
                ).format(folder=self.folder)
            )
        if self._marks.seq() > last_seq(connection):
            raise WorldError(
                tr(
                    "The platform's database has gone back in time: laptops know of changes up to number {known}, it "
                    "ends with {last}. If a backup was put back, serve once with --new-epoch: laptops then send what "
                    "is missing."
                ).format(known=self._marks.seq(), last=last_seq(connection))
            )


def reason_of(error: OSError | DBAPIError) -> str:
    """Returns what went wrong in one line, without anybody's words."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return (str(cause).strip().splitlines() or [type(cause).__name__])[0].rstrip(".")


def _remembered(folder: Path) -> str | None:
    path = folder / ADDRESS_NAME
    try:
        return path.read_text(encoding="utf-8").strip() if path.is_file() else None
    except OSError as error:
        raise WorldError(tr("{path} cannot be read: {reason}.").format(path=path, reason=error.strerror)) from error


def _remember(folder: Path, address: str) -> None:
    """Keeps the address for the commands that look after the folder; it may hold a password."""
    write_for_good(folder / ADDRESS_NAME, f"{address}\n".encode())
