"""``key.json`` in the home: which way a library is locked. It holds no secret; it is written whole or not at all.

Its form is in docs/keys.md. Version 1 had no recovery code; it is still read, and written anew at the next change.
"""

import base64
import binascii
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from mcassess.errors import WorldError
from mcassess.store import edges
from mcassess.store.key_wrapping import Argon2Cost, PassphraseWrap, RecoveryWrap
from mcassess.texts import tr

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows: the rename itself is still whole
    fcntl = None  # type: ignore[assignment]

KEY_FILE = "key.json"
VERSION = 2
_LOCK_FILE = "key.lock"


class Lock(StrEnum):
    """What keeps a library's keys."""

    KEYRING = "keyring"
    PASSPHRASE = "passphrase"  # noqa: S105 - a kind of lock, no password


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFile:
    """What key.json says.

    Attributes:
        library: Random id of the library's lock; the name of its entry in a keyring.
        passphrase: The wrapped keys, where a passphrase is the lock.
        recovery: The keys wrapped under the recovery code that counts, if there is one.
        entry_left: Whether the keyring may hold an entry that is not wanted there any more, or not yet.
    """

    lock: Lock
    library: str
    passphrase: PassphraseWrap | None = None
    recovery: RecoveryWrap | None = None
    entry_left: bool = False


def read(home: Path) -> KeyFile | None:
    """Returns what key.json says, or None where there is none.

    Raises:
        WorldError: It cannot be read, is damaged, or was written by a newer version.
    """
    with edges.world(home):
        try:
            text = (home / KEY_FILE).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
    try:
        fields = json.loads(text)
        newer = int(fields.get("version", 1)) > VERSION
        found = None if newer else _from_fields(fields)
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        raise WorldError(
            tr(
                "{path} is damaged, so the library beside it cannot be opened. Put back a copy of it from elsewhere: "
                "the library's own backups hold none."
            ).format(path=home / KEY_FILE)
        ) from None
    if found is None:
        text_newer = tr("{path} was written by a newer version of mcassess. Install the newest version to open it.")
        raise WorldError(text_newer.format(path=home / KEY_FILE))
    return found


def write_first(home: Path, new: KeyFile) -> KeyFile:
    """Writes the key.json of a new library and returns it; where one came into being meanwhile, returns that."""
    draft = home / f"{KEY_FILE}.{new.library}"
    with edges.world(home):
        _write_draft(draft, new, os.O_EXCL)
        try:
            os.link(draft, home / KEY_FILE)  # unlike a rename it never replaces
        except FileExistsError:
            existing = read(home)
            assert existing is not None, "it was there a moment ago"
            return existing
        finally:
            draft.unlink()
    return new


def replace(home: Path, new: KeyFile) -> None:
    """Puts a key.json in the place of the present one; on the disk when this returns. Only under ``changing``."""
    draft = home / f"{KEY_FILE}.new"
    with edges.world(home):
        _write_draft(draft, new, os.O_TRUNC)
        draft.replace(home / KEY_FILE)
        if os.name == "posix":
            descriptor = os.open(home, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


@contextmanager
def changing(home: Path) -> Iterator[KeyFile]:
    """Gives what key.json says, and keeps other processes from changing it until the block ends.

    Raises:
        WorldError: There is no library here, or another process is changing its lock.
    """
    if read(home) is None:
        raise WorldError(tr("There is no library in {home}.").format(home=home))
    with edges.world(home):
        descriptor = os.open(home / _LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if fcntl is not None:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise WorldError(tr("Another mcassess is changing the library's lock. Wait for it.")) from None
        present = read(home)
        assert present is not None, "it was there a moment ago, and nobody removes it"
        yield present
    finally:
        os.close(descriptor)


def _from_fields(fields: dict[str, Any]) -> KeyFile:
    lock = Lock(fields["lock"])
    wrap = None
    if lock is Lock.PASSPHRASE:
        wrap = PassphraseWrap(
            salt=_bytes(fields["salt"]), cost=Argon2Cost(**fields["argon2id"]), wrapped=_bytes(fields["wrapped"])
        )
    kept = fields.get("recovery")
    return KeyFile(
        lock=lock,
        library=str(fields["library"]),
        passphrase=wrap,
        recovery=None if kept is None else RecoveryWrap(salt=_bytes(kept["salt"]), wrapped=_bytes(kept["wrapped"])),
        entry_left=fields.get("entry_left") is True,
    )


def _to_fields(described: KeyFile) -> dict[str, object]:
    fields: dict[str, object] = {"version": VERSION, "lock": described.lock, "library": described.library}
    if (wrap := described.passphrase) is not None:
        cost = wrap.cost
        fields["salt"] = _text(wrap.salt)
        fields["argon2id"] = {"memory_kib": cost.memory_kib, "iterations": cost.iterations, "lanes": cost.lanes}
        fields["wrapped"] = _text(wrap.wrapped)
    if (recovery := described.recovery) is not None:
        fields["recovery"] = {"salt": _text(recovery.salt), "wrapped": _text(recovery.wrapped)}
    if described.entry_left:
        fields["entry_left"] = True
    return fields


def _write_draft(draft: Path, described: KeyFile, flag: int) -> None:
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | flag, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(_to_fields(described), file, indent=1)
        file.flush()
        os.fsync(file.fileno())


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
