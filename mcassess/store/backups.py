"""Backups: whole, consistent, encrypted copies of the database without the evidence's keys. Restoring is elsewhere."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from mcassess.clock import Clock
from mcassess.errors import UsageError, WorldError
from mcassess.store import edges
from mcassess.store.copying import Blanked
from mcassess.store.database import Database
from mcassess.store.file_lock import FileLock
from mcassess.store.vault import sync_folder
from mcassess.texts import tr

FOLDER = "backups"
WITHOUT_EVIDENCE: Blanked = {
    "evidence_file": {
        "state": "CASE WHEN state = 'destroyed' THEN state ELSE 'wanted' END",
        "done_bytes": "0",
        "name": "NULL",
        "wrapped_key": "NULL",
    },
    "submission": {"packed_bytes": "0"},
    "preflight": {"form": "0", "found": "NULL"},
    "search_evidence": None,
}
"""No backup opens a piece of evidence or holds its words: it is fetched again, or was destroyed for good."""

_NAME = re.compile(r"(\d{6,})-(\d{4}-\d\d-\d\d)-([a-z]+)\.backup")
_LOCK_SECONDS = 600.0  # the other process is writing a backup, which is what is wanted


class BackupKind(StrEnum):
    """Why a backup was made."""

    DAILY = "daily"
    MIGRATION = "migration"
    RESTORE = "restore"


_KEPT = {BackupKind.DAILY: 7, BackupKind.MIGRATION: 3, BackupKind.RESTORE: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupFile:
    """A backup in the home.

    Attributes:
        number: Counts the backups of this home; the clock may jump, this does not.
        day: When it was made, by the laptop's clock: YYYY-MM-DD, UTC.
    """

    path: Path
    number: int
    day: str
    kind: BackupKind


class Backups:
    """The backups in a home: one for each day of use, the last seven kept, and those before great changes."""

    def __init__(self, home: Path, clock: Clock) -> None:
        self._folder = home / FOLDER
        self._clock = clock

    def list(self) -> list[BackupFile]:
        """Returns the backups, the newest first."""
        found = []
        for path in self._folder.glob("*.backup"):
            match = _NAME.fullmatch(path.name)
            if match and match[3] in set(BackupKind):
                found.append(BackupFile(path=path, number=int(match[1]), day=match[2], kind=BackupKind(match[3])))
        return sorted(found, key=lambda each: each.number, reverse=True)

    def due(self) -> bool:
        """Tells whether today has no backup yet."""
        daily = (each for each in self.list() if each.kind is BackupKind.DAILY)
        newest = next(daily, None)
        return newest is None or newest.day != self._today()

    def make(self, database: Database, kind: BackupKind) -> Path:
        """Makes a backup in the home, removes those that are too old, and returns its file.

        Raises:
            WorldError: The disk is full or the home cannot be written; nothing of it is left.
        """
        with edges.world(self._folder.parent):
            self._folder.mkdir(mode=0o700, exist_ok=True)
        lock = FileLock(self._folder / "lock")
        try:
            if not lock.take(wait_seconds=_LOCK_SECONDS):
                raise WorldError(tr("Another mcassess is making a backup. Try again when it is done."))
            before = self.list()
            number = before[0].number + 1 if before else 1
            path = self._folder / f"{number:06d}-{self._today()}-{kind}.backup"
            write_backup(database, path)
            with edges.world(self._folder.parent):
                self._prune()
        finally:
            lock.close()
        return path

    def _prune(self) -> None:
        for kind, kept in _KEPT.items():
            for old in [each for each in self.list() if each.kind is kind][kept:]:
                old.path.unlink(missing_ok=True)
        for left in self._folder.glob(f"*{_UNFINISHED}"):
            left.unlink(missing_ok=True)

    def _today(self) -> str:
        return self._clock.now().strftime("%Y-%m-%d")


_UNFINISHED = ".unfinished"


def demand_outside(home: Path, target: Path) -> None:
    """Looks whether a backup may be written to a file: none of the library's own, nothing but a file.

    Raises:
        UsageError: It may not.
    """
    with edges.world(home):
        if target.resolve().is_relative_to(home.resolve()):
            text = tr("{path} lies in the library's own folder, where a backup is of no use. Name a file elsewhere.")
            raise UsageError(text.format(path=target))
        if target.exists() and not target.is_file():
            raise UsageError(tr("{path} is no file that a backup could replace. Name another one.").format(path=target))


def write_backup(database: Database, target: Path) -> None:
    """Writes a backup to a file, in place of what is there; that stays until the new one is safely on the disk.

    Raises:
        WorldError: The world stands in the way; nothing of it is left.
    """
    draft = target.with_name(target.name + _UNFINISHED)
    try:
        with _told_of(target):
            draft.unlink(missing_ok=True)
            os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
            database.copy(draft, WITHOUT_EVIDENCE)
            put_in_place(draft, target)
    finally:
        with suppress(OSError):  # what is left of it, the next backup removes
            draft.unlink(missing_ok=True)


def put_in_place(draft: Path, target: Path) -> None:
    """Puts a finished file in its place, after its bytes are safely on the disk.

    Raises:
        OSError: The world stands in the way.
    """
    descriptor = os.open(draft, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    draft.replace(target)
    sync_folder(target.parent)


@contextmanager
def _told_of(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if edges.is_full(error):
            raise edges.full(target.parent) from error
        text = tr("The backup {path} cannot be written: {reason}. Name another place, or see to this one.")
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        raise WorldError(text.format(path=target, reason=reason)) from error
