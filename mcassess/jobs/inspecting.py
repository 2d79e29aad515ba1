"""Looking after things: loose files before they are packed, the whole library, and the computer itself."""

import errno
import os
import platform
import shutil
import sqlite3
import stat
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mcassess import __version__
from mcassess.domain.preflight import Findings, Problem
from mcassess.store.library import Library
from mcassess.texts import tr

if TYPE_CHECKING:
    from mcassess.evidence.preflight import Preflight
    from mcassess.evidence.reader import FileReader

Document = dict[str, Any]


def check_files(paths: Sequence[Path]) -> list[Document]:
    """Opens loose files as evidence would be opened, each within 10 s, and returns what was found."""
    from mcassess.evidence.preflight import Preflight  # noqa: PLC0415 - decoders only where they are wanted

    preflight = Preflight()
    try:
        return [_found(preflight, path) for path in paths]
    finally:
        preflight.close()


def _found(preflight: "Preflight", path: Path) -> Document:
    try:
        reader = _reader(path)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        text = tr("The file cannot be read: {why}.").format(why=why or error)
        found = Findings(kind="unknown", problems=(Problem(code="unreadable", text=text),))
    else:
        with closing(reader):
            found = preflight.check(reader, path.name)
    return {"path": str(path), **asdict(found)}


def _reader(path: Path) -> "FileReader":
    from mcassess.evidence.reader import FileReader  # noqa: PLC0415 - as above

    # Opening a pipe or a device may wait for ever.
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, tr("it is not a file"))
    return FileReader(path)


def verify(library: Library) -> Document:
    """Checks the database, decrypts and hashes every piece of evidence, and counts the outbox."""
    faults = library.check()
    if not faults:
        with library.write() as writing:
            writing.reviews.drop_wrong_snapshots()  # a cache: its loss costs the next opening some milliseconds
    with library.read() as reading:
        counts = reading.outbox.counts()
    evidence = library.vault.verify()
    return {
        "database": "ok" if not faults else "; ".join(faults),
        "evidence": {"ok": evidence.ok, "missing": evidence.missing, "damaged": evidence.damaged},
        "damage": [{"sha256": each.sha256, "chunks": list(each.chunks)} for each in evidence.damage],
        "outbox": {state.value: number for state, number in counts.items()},
    }


def doctor(home: Path) -> Document:
    """Tells what the program stands on here, what is missing, and how to get it."""
    parts = [
        _part("python", sys.version.split()[0], ""),
        _part("qt", _qt_version(), tr("Install the program again: Qt comes with it.")),
        _part("libvlc", _libvlc_version(), tr("Install VLC; on Debian: apt install libvlc5 vlc-plugin-base.")),
        _part("pymupdf", _distribution("pymupdf"), tr("Install the program again: PyMuPDF comes with it.")),
        _part("sqlcipher", _sqlcipher_version(), tr("Install the program again: SQLCipher comes with it.")),
        _part(
            "walls", _walls(), tr("Install libseccomp, and Linux 5.13 or newer; on Debian: apt install libseccomp2.")
        ),
        _part("keyring", _keyring(), tr("There is no keyring of the system; the library asks for a passphrase.")),
    ]
    return {
        "mcassess": __version__,
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "sqlite": sqlite3.sqlite_version,
        "home": str(home),
        "home_exists": os.path.isdir(home),  # noqa: PTH112 - unlike Path.is_dir it never raises
        "disk_free_bytes": _free_bytes(home),
        "display": _display(),
        "parts": parts,
        "missing": [part["name"] for part in parts if part["version"] is None],
    }


def _part(name: str, version: str | None, remedy: str) -> Document:
    return {"name": name, "version": version, "remedy": None if version else remedy}


def _qt_version() -> str | None:
    return _distribution("PySide6_Essentials")


def _libvlc_version() -> str | None:
    from mcassess.evidence.video_vlc import version  # noqa: PLC0415 - loads the library

    return version()


def _sqlcipher_version() -> str | None:
    from mcassess.store.database import cipher_version  # noqa: PLC0415 - loads the library

    return cipher_version()


def _walls() -> str | None:
    from mcassess.evidence.errors import EvidenceError  # noqa: PLC0415 - children only where they are wanted
    from mcassess.evidence.worker import Worker  # noqa: PLC0415 - likewise

    wanted = {"linux": {"limits", "landlock", "seccomp"}, "win32": set()}.get(sys.platform, {"limits"})
    with closing(Worker("words")) as child:
        try:
            stand = child.walls()
        except EvidenceError:
            return None
    return ", ".join(stand or ("time",)) if wanted <= set(stand) else None


def _keyring() -> str | None:
    from mcassess.store.keys import keyring_name  # noqa: PLC0415 - costs 74 ms

    return keyring_name()


def _distribution(name: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - costs 20 ms

    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _display() -> str | None:
    if sys.platform in {"win32", "darwin"}:
        return sys.platform
    return os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or None


def _free_bytes(path: Path) -> int | None:
    """Returns what is free on the disk that a path is on, or would be on; None where nobody may look."""
    for folder in (path, *path.parents):
        try:
            return shutil.disk_usage(folder).free
        except FileNotFoundError:
            continue
        except OSError:
            return None
    return None
