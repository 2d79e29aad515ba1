"""Putting a backup back: files first, then all rows in one transaction, which begins a new epoch."""

import base64
import json
import re
import shutil
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, LargeBinary, Table, delete, insert
from sqlalchemy.exc import DBAPIError

from mcassess.clock import Clock, SystemClock, written
from mcassess.errors import RefusedError, WorldError
from mcassess.server.attachments import forget_lost
from mcassess.server.backup import DESCRIPTION, FORMAT, VERSION
from mcassess.server.data import PlatformData, reason_of
from mcassess.server.epochs import start_epoch
from mcassess.server.files import FileChangedError
from mcassess.server.schema import bring_up_to_date
from mcassess.server.signing import KEY_NAME, read_key, write_key
from mcassess.server.tables import SCHEMA_VERSION, metadata
from mcassess.texts import tr

_MAX_DESCRIPTION_BYTES = 1 << 20
_BLOCK_BYTES = 1 << 20
_INSERTED_AT_ONCE = 500
_FILE = re.compile(r"(files|attachments)/([0-9a-f]{64})")


def restore_backup(
    data_dir: Path, path: Path, *, database: str | None = None, clock: Clock | None = None
) -> dict[str, Any]:
    """Puts a backup into a data folder, in place of the same platform's data or where there are none.

    A new epoch begins: laptops read everything again and send what the backup has forgotten. Works while the platform
    serves.

    Args:
        database: Address of a PostgreSQL database; None as the folder says, or else SQLite in it.

    Returns:
        ``backup.json`` of the backup, with the new ``epoch``.

    Raises:
        UsageError: That is no address.
        RefusedError: The folder holds another platform.
        WorldError: The file is no whole backup, is newer, or folder or database cannot be used.
    """
    with _backup(path) as archive:
        description = _description(archive, path)
        _restore_key(archive, data_dir, description["public_key"])
        data = PlatformData(data_dir, clock or SystemClock(), database)
        try:
            if not data.is_new and data.server_id != description["server_id"]:
                raise RefusedError(
                    tr("{folder} holds another platform than the backup. Name an empty folder.").format(folder=data_dir)
                )
            _restore_files(archive, data)
            shutil.rmtree(data.folder / "uploads", ignore_errors=True)  # pieces of what has to begin anew
            epoch = _restore_rows(archive, data)
            data.reload()
        finally:
            data.close()
    return description | {"epoch": epoch}


@contextmanager
def _backup(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path, "r:") as archive:
            yield archive
    except FileChangedError as error:
        raise WorldError(tr("The backup {path} is damaged; nothing was changed.").format(path=path)) from error
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError) as error:
        raise WorldError(
            tr("{path} is no whole backup of a platform; nothing was changed.").format(path=path)
        ) from error
    except (OSError, DBAPIError) as error:
        raise WorldError(
            tr("The backup {path} cannot be put back: {reason}.").format(path=path, reason=reason_of(error))
        ) from error


def _description(archive: tarfile.TarFile, path: Path) -> dict[str, Any]:
    found = json.loads(_content(archive, DESCRIPTION).read(_MAX_DESCRIPTION_BYTES))
    if found["format"] != FORMAT:
        raise ValueError
    if found["version"] > VERSION or found["schema_version"] > SCHEMA_VERSION:
        raise WorldError(tr("The backup {path} is of a newer version. Update the program.").format(path=path))
    return dict(found)


def _restore_key(archive: tarfile.TarFile, data_dir: Path, public_key: str) -> None:
    """Puts the signing key where there is none: receipts of another key would be refused by every laptop."""
    if (data_dir / KEY_NAME).exists():
        try:
            read_key(data_dir, public_key)
        except WorldError as error:
            raise RefusedError(
                tr("{folder} holds another platform than the backup. Name an empty folder.").format(folder=data_dir)
            ) from error
        return
    if PlatformData.exists(data_dir):
        raise WorldError(
            tr("The platform's signing key {path} is missing or broken. Put it back from a backup.").format(
                path=data_dir / KEY_NAME
            )
        )
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_key(data_dir / KEY_NAME, _content(archive, KEY_NAME).read(_MAX_DESCRIPTION_BYTES))


def _content(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    content = archive.extractfile(name)
    if content is None:
        raise ValueError(name)
    return content


def _restore_files(archive: tarfile.TarFile, data: PlatformData) -> None:
    stores = {"files": data.files, "attachments": data.attachments}
    for member in archive:
        named = _FILE.fullmatch(member.name)
        content = archive.extractfile(member) if named else None
        if named is not None and content is not None:
            stores[named[1]].add(named[2], _blocks(content))


def _blocks(content: IO[bytes]) -> Iterator[bytes]:
    while block := content.read(_BLOCK_BYTES):
        yield block


def _restore_rows(archive: tarfile.TarFile, data: PlatformData) -> str:
    with data.write() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))
        names = set(archive.getnames())
        for table in metadata.sorted_tables:
            if f"tables/{table.name}.jsonl" in names:
                _insert(connection, table, _content(archive, f"tables/{table.name}.jsonl"))
        bring_up_to_date(connection)
        forget_lost(connection, data.attachments.has)
        return start_epoch(connection, written(data.clock.now()), data.known_seq(), data.known_leaps())


def _insert(connection: Connection, table: Table, lines: Iterable[bytes]) -> None:
    binary = [column.name for column in table.columns if isinstance(column.type, LargeBinary)]
    rest = iter(lines)
    while batch := [json.loads(line) for line in islice(rest, _INSERTED_AT_ONCE)]:
        for row in batch:
            for name in binary:
                if row.get(name) is not None:
                    row[name] = base64.b64decode(row[name], validate=True)
        connection.execute(insert(table), batch)
