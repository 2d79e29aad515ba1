"""Looking after things: loose files before they are packed, the whole library, and the computer itself."""

import os
import platform
import shutil
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mcassess import __version__
from mcassess.store.library import Library
from mcassess.texts import tr

Document = dict[str, Any]


def check_files(paths: Sequence[Path]) -> list[Document]:
    """Opens loose files as evidence would be opened, each within 10 s, and returns what was found."""
    from mcassess.evidence.preflight import Findings, Problem, check  # noqa: PLC0415 - decoders only where wanted
    from mcassess.evidence.reader import FileReader  # noqa: PLC0415 - likewise

    documents = []
    for path in paths:
        try:
            found = check(FileReader(path), path.name)
        except OSError as error:
            text = tr("The file cannot be read: {why}.").format(why=error.strerror or error)
            found = Findings(kind="unknown", problems=[Problem(code="unreadable", text=text)])
        documents.append(
            {
                "path": str(path),
                "kind": found.kind,
                "opens": found.opens,
                "plays": found.plays,
                "sound": found.sound,
                "duration_ms": found.duration_ms,
                "pages": found.pages,
                "problems": [{"code": problem.code, "text": problem.text} for problem in found.problems],
            }
        )
    return documents


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
        _part("keyring", _keyring(), tr("There is no keyring of the system; the library asks for a passphrase.")),
    ]
    return {
        "mcassess": __version__,
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "sqlite": sqlite3.sqlite_version,
        "home": str(home),
        "home_exists": home.is_dir(),
        "disk_free_bytes": shutil.disk_usage(_existing(home)).free,
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


def _existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path
