"""The edge to the world: what SQLite and the file system say, turned into one sentence for a person.

Only what a person can act on is translated. Broken constraints and wrong SQL are bugs of ours and pass through.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlcipher3 import dbapi2

from mcassess.errors import WorldError
from mcassess.texts import tr

_FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})  # Windows knows no quota
_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_LITTLE_ROOM = 64 << 10  # bytes
_PRIMARY = 0xFF  # the low byte of an extended result code


def full(home: Path) -> WorldError:
    """Returns the error for a disk without room."""
    return WorldError(
        tr(
            "The disk that holds {home} is full, so this was not saved; all that was saved before is safe. "
            "Free some space and try again."
        ).format(home=home)
    )


def not_writable(home: Path, part: Path | None = None) -> WorldError:
    """Returns the error for a home that cannot be written, and for one of its files if that is named."""
    if part is not None and part != home:
        text = tr(
            "The library in {home} cannot be written: {part} is write-protected or belongs to somebody else. "
            "Give yourself the right to it, or choose another folder with --home."
        )
        return WorldError(text.format(home=home, part=part))
    return WorldError(
        tr(
            "The library in {home} cannot be written: the folder or its disk is write-protected. "
            "Give yourself the right to write there, or choose another folder with --home."
        ).format(home=home)
    )


class DamagedLibraryError(WorldError):
    """The database cannot be trusted as it is; ``recover`` (recovery.py) is the way on."""


def damaged(home: Path) -> DamagedLibraryError:
    """Returns the error for a database whose bytes are broken."""
    return DamagedLibraryError(
        tr(
            "The library in {home} is damaged. Nothing in it was changed. 'mcassess recover' shows what can be "
            "brought back from it and from its backups."
        ).format(home=home)
    )


def journal_torn(home: Path) -> DamagedLibraryError:
    """Returns the error for a write-ahead log with changes behind a damaged place."""
    return DamagedLibraryError(
        tr(
            "The library in {home} was not closed properly, and its newest changes are damaged. Nothing was changed. "
            "'mcassess recover' sets the damaged files aside and goes on with all that can be read."
        ).format(home=home)
    )


def missing(path: Path) -> DamagedLibraryError:
    """Returns the error for a library without its database."""
    text = tr(
        "The library is not complete: {path} is missing. Put it back, or see with 'mcassess recover' what its backups "
        "bring back."
    )
    return DamagedLibraryError(text.format(path=path))


def _not_decrypted(home: Path) -> DamagedLibraryError:
    return DamagedLibraryError(
        tr(
            "The library in {home} cannot be decrypted: its key belongs to another library, or its first bytes are "
            "damaged. Nothing was changed. 'mcassess recover' shows what its backups bring back."
        ).format(home=home)
    )


def busy(home: Path) -> WorldError:
    """Returns the error for a database that another process does not let go of."""
    return WorldError(
        tr(
            "Another program has been using the library in {home} for a long time. "
            "Wait for it or close it, and try again."
        ).format(home=home)
    )


def _unreadable(home: Path, reason: str) -> WorldError:
    return WorldError(
        tr("The library in {home} cannot be used: {reason}. Check the folder and its disk, and try again.").format(
            home=home, reason=reason
        )
    )


def _has_no_room(home: Path) -> bool:
    try:
        return shutil.disk_usage(home).free < _LITTLE_ROOM
    except OSError:
        return False


def is_full(error: OSError) -> bool:
    """Tells whether a file operation failed since there is no room."""
    return error.errno in _FULL


def from_system(error: OSError, home: Path) -> WorldError:
    """Returns what a failing file operation below the home means to a person."""
    if is_full(error):
        return full(home)
    named = error.filename  # a number where the call was told one
    part = Path(os.fsdecode(named)) if isinstance(named, str | bytes) else home
    if error.errno in _DENIED:
        return not_writable(home, part)
    reason = os.strerror(error.errno) if error.errno else type(error).__name__
    return _unreadable(home, reason if part == home else f"{part}: {reason}")


def from_sqlite(error: BaseException, home: Path, written: Path | None = None) -> WorldError | None:
    """Returns what an error of the database driver means to a person, or None if it is a bug of ours.

    Args:
        error: Of the driver.
        home: The library's folder.
        written: The folder that was written to, if that is another one.
    """
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    match code:
        # SQLite's shared memory file says in another way that there is no room for it.
        case dbapi2.SQLITE_FULL | dbapi2.SQLITE_IOERR | dbapi2.SQLITE_CANTOPEN if (
            code == dbapi2.SQLITE_FULL or _has_no_room(written or home)
        ):
            return full(written or home)
        case dbapi2.SQLITE_READONLY | dbapi2.SQLITE_PERM:
            return not_writable(home)
        case dbapi2.SQLITE_CANTOPEN if not os.access(home, os.W_OK):
            return not_writable(home)
        case dbapi2.SQLITE_BUSY | dbapi2.SQLITE_LOCKED:
            return busy(home)
        case dbapi2.SQLITE_CORRUPT:
            return damaged(home)
        case dbapi2.SQLITE_NOTADB:
            return _not_decrypted(home)
        case dbapi2.SQLITE_CANTOPEN | dbapi2.SQLITE_IOERR | dbapi2.SQLITE_PROTOCOL:
            return _unreadable(home, str(error))
        case _:
            return None


@contextmanager
def sqlite(home: Path, written: Path | None = None) -> Iterator[None]:
    """Turns what the world did to the database into a WorldError; all other errors of a block pass through.

    Args:
        home: The library's folder.
        written: The folder that the block writes to, if that is another one.
    """
    try:
        yield
    except Exception as error:
        driver = getattr(error, "orig", None) or error  # SQLAlchemy keeps the driver's own error in ``orig``
        translated = from_sqlite(driver, home, written)
        if translated is None:
            raise
        raise translated from error


@contextmanager
def world(home: Path) -> Iterator[None]:
    """Turns what the world did to a block of work on files of the home into a WorldError."""
    try:
        yield
    except OSError as error:
        raise from_system(error, home) from error
