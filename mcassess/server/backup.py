"""A copy of a whole platform in one file, whichever database it lies in. Putting it back is restore.py's.

The file is a tar: ``backup.json`` first, then ``signing.key``, ``tables/NAME.jsonl`` (a row a line, bytes in base64),
``files/SHA256`` and ``attachments/SHA256``.
"""

import base64
import io
import json
import os
import secrets
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, LargeBinary, Table, select

from mcassess.clock import Clock, written
from mcassess.errors import WorldError
from mcassess.server.data import PlatformData
from mcassess.server.files import FileStore
from mcassess.server.opening import opened_there
from mcassess.server.schema import last_seq
from mcassess.server.signing import KEY_NAME
from mcassess.server.tables import SCHEMA_VERSION, metadata
from mcassess.texts import tr

FORMAT = "mcassess-platform-backup"
VERSION = 1
DESCRIPTION = "backup.json"
_FETCHED_AT_ONCE = 500


def write_backup(data_dir: Path, path: Path, *, files: bool = True, clock: Clock | None = None) -> dict[str, Any]:
    """Writes a backup while the platform serves or not; what is at the path is replaced once the copy is whole.

    Args:
        files: Whether evidence and attachments are in it; without them a restored platform lacks their bytes.

    Returns:
        What ``backup.json`` in it says.

    Raises:
        WorldError: The data cannot be read, or the file cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with opened_there(data_dir, clock) as data:
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as stream:
                with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
                    description = _write_rows(data, archive)
                    for store, name in ((data.files, "files"), (data.attachments, "attachments")) if files else ():
                        _write_files(archive, store, name)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(path)
        except OSError as error:
            raise WorldError(
                tr("The backup {path} cannot be written: {reason}.").format(path=path, reason=error.strerror or error)
            ) from error
        finally:
            temporary.unlink(missing_ok=True)
    return description


def _write_rows(data: PlatformData, archive: tarfile.TarFile) -> dict[str, Any]:
    with data.read() as connection:
        description = {
            "format": FORMAT,
            "version": VERSION,
            "schema_version": SCHEMA_VERSION,
            "server_id": data.server_id,
            "public_key": data.public_key,
            "seq": last_seq(connection),
            "written_at": written(data.clock.now()),
        }
        _add(archive, DESCRIPTION, io.BytesIO(json.dumps(description).encode()))
        _add(archive, KEY_NAME, io.BytesIO((data.folder / KEY_NAME).read_bytes()))
        for table in metadata.sorted_tables:
            # How long a member is has to be known before it is written.
            with tempfile.TemporaryFile(dir=data.folder) as rows:
                for row in _rows(connection, table):
                    rows.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
                _add(archive, f"tables/{table.name}.jsonl", rows)
    return description


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    binary = {column.name for column in table.columns if isinstance(column.type, LargeBinary)}
    for row in connection.execute(select(table).execution_options(yield_per=_FETCHED_AT_ONCE)).mappings():
        yield {
            name: base64.b64encode(value).decode() if name in binary and value is not None else value
            for name, value in row.items()
        }


def _write_files(archive: tarfile.TarFile, store: FileStore, name: str) -> None:
    for sha256 in store.digests():
        try:
            stream = store.path(sha256).open("rb")
        except FileNotFoundError:
            continue  # destroyed meanwhile
        with stream:
            _add(archive, f"{name}/{sha256}", stream)


def _add(archive: tarfile.TarFile, name: str, content: IO[bytes]) -> None:
    member = tarfile.TarInfo(name)
    member.mode = 0o600
    member.size = content.seek(0, io.SEEK_END)
    content.seek(0)
    archive.addfile(member, content)
