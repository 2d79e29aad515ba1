"""Attachments on their way up: pieces are kept until the whole file is there and has the digest it was announced with.

What was received is one number in the database, raised by compare-and-set; there are no locks that could become stale.
"""

import hashlib
import secrets
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from mcassess.clock import written
from mcassess.server import attachments
from mcassess.server.data import PlatformData
from mcassess.server.files import FileChangedError
from mcassess.server.problems import ProblemError
from mcassess.server.records import Person
from mcassess.server.tables_uploads import upload
from mcassess.sync.wire_uploads import OFFSET_HEADER, UploadRequest, UploadState

UNFINISHED = timedelta(days=14)
UNREFERENCED = timedelta(days=30)
MAX_UNFINISHED = 50
"""How many uploads of one person may be on their way."""
_BLOCK_BYTES = 1 << 20


def begin(data: PlatformData, person: Person, asked: UploadRequest) -> UploadState:
    """Notes that a file is coming, or returns how much of it is here.

    It is complete at once if this very person has sent the same bytes before; that others have is not told.

    Raises:
        ProblemError: Her id was used for other bytes, or she has too many on their way.
    """
    collect_garbage(data)
    table, now = upload, written(data.clock.now())
    with data.write() as connection:
        row = _row(connection, person, asked.upload_id)
        if row is None:
            ready = attachments.is_here(connection, person.id, asked.sha256) and data.attachments.has(asked.sha256)
            if not ready and _unfinished(connection, person) >= MAX_UNFINISHED:
                raise ProblemError("upload-limit")
            values = {"sha256": asked.sha256, "size": asked.size, "media_type": asked.media_type, "touched_at": now}
            received = asked.size if ready else 0
            shutil.rmtree(_folder(data, person, asked.upload_id), ignore_errors=True)  # of one that was forgotten
            values |= {"received": received, "ready_at": now if ready else None}
            connection.execute(insert(table).values(person_id=person.id, id=asked.upload_id, **values))
            if ready:
                attachments.arrived(connection, person.id, asked.sha256, now)
        elif (row.sha256, row.size) != (asked.sha256, asked.size):
            raise ProblemError("upload-id-reused")
    return state(data, person, asked.upload_id)


def state(data: PlatformData, person: Person, identifier: str) -> UploadState:
    """Returns how much of a person's upload is here.

    Raises:
        ProblemError: She has none of this id.
    """
    with data.read() as connection:
        row = _row(connection, person, identifier)
    if row is None:
        raise ProblemError("not-found")
    if row.ready_at is None and row.received == row.size:
        return _finish(data, person, row)
    return _as_it_is(row)


def new_piece(data: PlatformData, person: Person, identifier: str) -> Path:
    """Returns a name under which a piece's bytes may be written until it is added."""
    folder = _folder(data, person, identifier)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f".{secrets.token_hex(8)}.part"


def add_piece(data: PlatformData, person: Person, identifier: str, offset: int, piece: Path) -> UploadState:
    """Takes a piece, whose bytes are safely on disk and have their digest; the last one makes the file whole.

    Raises:
        ProblemError: It does not follow what is here (``offset-mismatch``), or the whole has another digest than
            was announced (``digest-mismatch``): then the upload begins anew.
    """
    size = piece.stat().st_size
    table = upload
    with data.write() as connection:
        raised = update(table).where(
            table.c.person_id == person.id,
            table.c.id == identifier,
            table.c.received == offset,
            table.c.size >= offset + size,
            table.c.ready_at.is_(None),
        )
        values = {"received": offset + size, "touched_at": written(data.clock.now())}
        taken = connection.execute(raised.values(**values)).rowcount == 1
        if taken:
            piece.replace(_folder(data, person, identifier) / f"{offset:020d}")
    now = state(data, person, identifier)
    if not taken:
        raise offset_mismatch(now.offset)
    return now


def drop(data: PlatformData, person: Person, identifier: str) -> None:
    """Forgets an upload. A file that is whole stays for as long as a decision names it.

    Raises:
        ProblemError: She has none of this id.
    """
    table = upload
    with data.write() as connection:
        row = _row(connection, person, identifier)
        if row is None:
            raise ProblemError("not-found")
        connection.execute(delete(table).where(table.c.person_id == person.id, table.c.id == identifier))
        _drop_file(data, connection, row.sha256)
        shutil.rmtree(_folder(data, person, identifier), ignore_errors=True)


def collect_garbage(data: PlatformData) -> None:
    """Drops what was left off two weeks ago, and whole files that no decision has named for a month."""
    now = data.clock.now()
    with data.read() as connection:
        rows = _left_over(connection, now)
    for row in rows:
        table = upload
        this = (table.c.person_id == row.person_id) & (table.c.id == row.id) & (table.c.touched_at == row.touched_at)
        with data.write() as connection:
            if connection.execute(delete(table).where(this)).rowcount == 1:
                _drop_file(data, connection, row.sha256)
                # Before the commit: after it the same upload may begin anew.
                shutil.rmtree(_folder_of(data, row.person_id, row.id), ignore_errors=True)


def offset_mismatch(offset: int) -> ProblemError:
    """Returns the refusal of a piece that does not begin where the platform's bytes end."""
    return ProblemError("offset-mismatch", headers={OFFSET_HEADER: str(offset)})


def _left_over(connection: Connection, now: datetime) -> list[Row[Any]]:
    table = upload
    unfinished = table.c.ready_at.is_(None) & (table.c.touched_at < written(now - UNFINISHED))
    old = table.c.ready_at.is_not(None) & (table.c.touched_at < written(now - UNREFERENCED))
    rows = connection.execute(select(table).where(unfinished | old)).all()
    return [row for row in rows if row.ready_at is None or not attachments.is_named(connection, row.sha256)]


def _finish(data: PlatformData, person: Person, row: Row[Any]) -> UploadState:
    """Makes a file of the pieces; if they are not what was announced, the upload begins anew."""
    folder = _folder(data, person, row.id)
    table, this = upload, (upload.c.person_id == person.id) & (upload.c.id == row.id)
    whole = True
    try:
        _put_together(data, row.sha256, folder)
    except FileChangedError:
        whole = False
    except OSError as error:
        raise ProblemError("storage", retry_after_s=60) from error
    now = written(data.clock.now())
    with data.write() as connection:
        # Between the two, another upload of the same bytes may have been collected.
        if whole and data.attachments.has(row.sha256):
            connection.execute(update(table).where(this).values(ready_at=now, touched_at=now))
            attachments.arrived(connection, person.id, row.sha256, now)
            reset = False
        else:
            # Who asked at the same time may have made it whole, and taken the pieces away meanwhile.
            anew = this & table.c.ready_at.is_(None) & (table.c.received == row.size)
            reset = connection.execute(update(table).where(anew).values(received=0, touched_at=now)).rowcount == 1
        found = _row(connection, person, row.id)
    if reset or (found is not None and found.ready_at is not None):
        shutil.rmtree(folder, ignore_errors=True)
    if reset:
        raise ProblemError("digest-mismatch", headers={OFFSET_HEADER: "0"})
    if found is None:
        raise ProblemError("not-found")
    return _as_it_is(found)


def _put_together(data: PlatformData, sha256: str, folder: Path) -> None:
    """Stores the pieces as one file. Where somebody has sent it before, hers must be the same bytes all the same."""
    if not data.attachments.has(sha256):
        data.attachments.add(sha256, _blocks(folder))
        return
    found = hashlib.sha256()
    for block in _blocks(folder):
        found.update(block)
    if found.hexdigest() != sha256:
        raise FileChangedError(sha256)


def _as_it_is(row: Row[Any]) -> UploadState:
    return UploadState(upload_id=row.id, offset=row.received, size=row.size, complete=row.ready_at is not None)


def _blocks(folder: Path) -> Iterator[bytes]:
    for piece in sorted(folder.glob("[0-9]*")) if folder.is_dir() else ():
        with piece.open("rb") as stream:
            while block := stream.read(_BLOCK_BYTES):
                yield block


def _drop_file(data: PlatformData, connection: Connection, sha256: str) -> None:
    """Removes a whole file that nobody needs; inside the writing transaction, so that nobody comes to need it."""
    table = upload
    wanted = select(table.c.id).where(table.c.sha256 == sha256, table.c.ready_at.is_not(None))
    if connection.execute(wanted).first() is None and not attachments.is_named(connection, sha256):
        data.attachments.path(sha256).unlink(missing_ok=True)


def _unfinished(connection: Connection, person: Person) -> int:
    table = upload
    mine = select(func.count()).where(table.c.person_id == person.id, table.c.ready_at.is_(None))
    return connection.execute(mine).scalar() or 0


def _row(connection: Connection, person: Person, identifier: str) -> Row[Any] | None:
    table = upload
    return connection.execute(
        select(table).where(table.c.person_id == person.id, table.c.id == identifier)
    ).one_or_none()


def _folder(data: PlatformData, person: Person, identifier: str) -> Path:
    return _folder_of(data, person.id, identifier)


def _folder_of(data: PlatformData, person_id: str, identifier: str) -> Path:
    # Ids come from outside; their digest is a harmless name.
    name = hashlib.sha256(f"{person_id}\n{identifier}".encode()).hexdigest()
    return data.folder / "uploads" / name
