"""The platform's data folder: database, signing key, evidence files. Several processes may have it open."""

import base64
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Engine, create_engine, event, insert, select
from sqlalchemy.exc import DBAPIError

from mcassess.clock import Clock
from mcassess.errors import WorldError
from mcassess.server.files import FileStore
from mcassess.server.tables import SCHEMA_VERSION, meta, metadata
from mcassess.texts import tr

DATABASE_NAME = "platform.sqlite3"
KEY_NAME = "signing.key"
_BUSY_MS = 15_000


class PlatformData:
    """An open data folder.

    Attributes:
        server_id: Names this platform for good.
        epoch: Replaced when a backup is restored.
        public_key: Of the receipts, in base64.
        cursor_secret: Signs the feed's cursors.
        alias_secret: Makes aliases for educators who have none.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        """Opens the folder; makes it where there is none.

        Raises:
            WorldError: It cannot be written, is not a platform's, is newer, or its signing key is missing.
        """
        self.folder = folder
        self.clock = clock
        self.files = FileStore(folder / "files")
        try:
            for place in (folder, folder / "files"):
                place.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._engine = _engine(folder / DATABASE_NAME)
            with self.write() as connection:
                self._prepare(connection)
        except (OSError, DBAPIError) as error:
            reason = error.orig if isinstance(error, DBAPIError) else error
            raise WorldError(
                tr("The platform's data folder {folder} cannot be used: {reason}.").format(folder=folder, reason=reason)
            ) from error

    @staticmethod
    def exists(folder: Path) -> bool:
        """Tells whether there is a platform's data in a folder."""
        return (folder / DATABASE_NAME).is_file()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent read transaction."""
        with self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One write transaction (BEGIN IMMEDIATE); rolled back on an exception."""
        with (
            self._engine.connect().execution_options(mcassess_write=True) as connection,
            connection.begin(),
        ):
            yield connection

    def sign_key(self) -> Ed25519PrivateKey:
        """Returns the key that signs receipts."""
        return self._key

    def close(self) -> None:
        """Closes all connections."""
        self._engine.dispose()

    def _prepare(self, connection: Connection) -> None:
        found = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if found > SCHEMA_VERSION:
            raise WorldError(
                tr("The platform's data in {folder} were written by a newer version. Update the program.").format(
                    folder=self.folder
                )
            )
        if found == 0:
            metadata.create_all(connection, checkfirst=True)
            values = {
                "server_id": self.clock.new_id(),
                "epoch": secrets.token_hex(8),
                "public_key": _make_key(self.folder / KEY_NAME),
                "cursor_secret": secrets.token_hex(32),
                "alias_secret": secrets.token_hex(32),
            }
            connection.execute(insert(meta), [{"key": key, "value": value} for key, value in values.items()])
            connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
        rows: dict[str, str] = {row.key: row.value for row in connection.execute(select(meta))}
        self.server_id, self.epoch, self.public_key = rows["server_id"], rows["epoch"], rows["public_key"]
        self.cursor_secret = bytes.fromhex(rows["cursor_secret"])
        self.alias_secret = bytes.fromhex(rows["alias_secret"])
        self._key = _read_key(self.folder / KEY_NAME, self.public_key)


def _engine(path: Path) -> Engine:
    # Statements' values are educators' and assessors' words: they stay out of error texts.
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True, connect_args={"timeout": _BUSY_MS / 1000})

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own record
        connection.isolation_level = None  # transactions are ours: the driver would begin them too late
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("mcassess_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _make_key(path: Path) -> str:
    """Makes the signing key and returns its public half; called under the database's write lock."""
    key = Ed25519PrivateKey.generate()
    temporary = path.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(base64.b64encode(key.private_bytes_raw()))
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def _read_key(path: Path, public_key: str) -> Ed25519PrivateKey:
    try:
        key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(path.read_bytes(), validate=True))
    except (OSError, ValueError) as error:
        raise WorldError(
            tr("The platform's signing key {path} is missing or broken. Put it back from a backup.").format(path=path)
        ) from error
    if base64.b64encode(key.public_key().public_bytes_raw()).decode() != public_key:
        raise WorldError(
            tr("The signing key {path} belongs to another platform. Put the right one back.").format(path=path)
        )
    return key
