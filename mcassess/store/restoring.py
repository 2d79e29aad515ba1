"""Going back to a backup: what would be lost by it, and doing it. After damage, recovery.py is the way instead."""

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from mcassess.clock import Clock
from mcassess.errors import RefusedError, WorldError
from mcassess.store import edges, parts, replacing, search
from mcassess.store.backups import BackupKind, Backups
from mcassess.store.database import Database, newer
from mcassess.store.derived import is_folder
from mcassess.store.keys import LibraryKeys, is_new
from mcassess.store.leftovers import OWED_SETTING
from mcassess.store.migrations import STEPS
from mcassess.store.names import DATABASE_FILE, VAULT_FOLDER
from mcassess.store.presence import alone, clear_dead
from mcassess.store.salvage import Salvage
from mcassess.texts import tr, tr_n


def restore(home: Path, keys: LibraryKeys, clock: Clock, backup: Path, *, lose: bool = False) -> Path | None:
    """Puts a backup in the library's place, and returns the backup that was made of what was there before.

    All evidence is wanted again: no backup has its keys. Where work is lost by it, the library goes on under a new
    device id, so that its numbers do not meet those that the platform has seen already.

    Args:
        lose: Whether to go on although the library holds work that is newer than the backup.

    Raises:
        RefusedError: Work would be lost, and ``lose`` was not said; the reasons say which.
        WorldError: The backup cannot be read or is of another library, or somebody has the library open.
    """
    parts.demand_key(home)
    if is_new(home):
        text = tr("There is no library in {home} yet. A backup opens only with the key of the library that it is of.")
        raise WorldError(text.format(home=home))
    secrets = keys.unlock(home)
    with alone(home), _draft(home, backup) as draft:
        parts.demand_rights(home)
        database = open_backup(draft, secrets.database, backup)
        try:
            present = Salvage(home / DATABASE_FILE, secrets.database)
            lost = _losses(home, present, database)
            if lost and not lose:
                text = tr("Work that is newer than the backup would be lost. --lose says that this is meant.")
                raise RefusedError(text, tuple(lost))
            kept = _back_up_present(home, secrets.database, clock) if present.is_whole_library() else None
            database.migrate(STEPS)
            search.make_where_missing(database)
            _carry_over(database, present, new_device=bool(lost))
            database.truncate_wal()  # what is not in the file now would be lost
        finally:
            database.close()
        aside = replacing.replace_database(home, clock.now())
        if kept is not None and aside is not None:
            with edges.world(home):
                shutil.rmtree(aside)  # its backup is there, and the keys of evidence in it are to be gone
        _empty_vault(home)
        clear_dead(home)
    return kept


def open_backup(draft: Path, key: bytes, name: Path) -> Database:
    """Opens a copy of a backup in the home, after a look at every page of it.

    Raises:
        WorldError: It is of another library, damaged, no backup, or of a newer version; the text names ``name``.
    """
    sound = Salvage(draft, key)
    if not sound.opens():
        text = tr("{path} is no backup of this library: it is of another one, or damaged at its beginning.")
        raise WorldError(text.format(path=name))
    if not sound.is_sound():
        raise WorldError(tr("The backup {path} is damaged. Nothing was changed; take another one.").format(path=name))
    database = Database(draft, key)
    version = database.version()
    if 0 < version <= len(STEPS):
        return database
    database.close()
    if version:
        raise newer(name)
    raise WorldError(tr("{path} is no backup of a library: there is nothing in it.").format(path=name))


@contextmanager
def _draft(home: Path, backup: Path) -> Iterator[Path]:
    """Gives a copy of the backup in the home, and removes what is left of it in the end."""
    draft = home / replacing.DRAFT
    replacing.drop_draft(home)
    try:
        _require_readable(backup)
        with edges.world(home):
            shutil.copyfile(backup, draft)
            draft.chmod(0o600)
        yield draft
    finally:
        replacing.drop_draft(home)


def _require_readable(backup: Path) -> None:
    try:
        if not backup.is_file():
            raise WorldError(tr("There is no file {path}.").format(path=backup))
        backup.open("rb").close()
    except OSError as error:
        text = tr("The backup {path} cannot be read: {reason}. Give yourself the right to it, or take another one.")
        raise WorldError(text.format(path=backup, reason=os.strerror(error.errno or 0))) from error


def _losses(home: Path, present: Salvage, backup: Database) -> list[str]:
    """Returns what the present library holds and the backup does not, one sentence a submission."""
    if not (home / DATABASE_FILE).exists():
        return [tr("The library's database is missing, so nobody can tell what would be lost.")]
    if present.version() > len(STEPS):
        return [tr("The library was written by a newer version of mcassess, so it cannot be told what would be lost.")]
    if not present.is_whole_library():
        text = tr("The library is damaged, so it cannot be told what would be lost. See 'mcassess recover' first.")
        return [text]
    with backup.read() as connection:
        changes = set(connection.exec_driver_sql("SELECT id FROM change").scalars())
        operations = set(connection.exec_driver_sql("SELECT op_id FROM outbox").scalars())
    submissions = {row["key"]: row["id"] for row in present.rows("submission")}
    owners = {row["key"]: submissions[row["submission"]] for row in present.rows("review")}
    newer_changes = Counter(owners[row["review"]] for row in present.rows("change") if row["id"] not in changes)
    lost = [
        f"{name}: "
        + tr_n("{number} change of its review", "{number} changes of its review", number).format(number=number)
        for name, number in sorted(newer_changes.items())
    ]
    for row in present.rows("outbox"):
        if row["op_id"] not in operations:
            text = tr("{id}: a sealed decision ({state})")
            lost.append(text.format(id=submissions[row["submission"]], state=row["state"]))
    return lost


def _back_up_present(home: Path, key: bytes, clock: Clock) -> Path:
    database = Database(home / DATABASE_FILE, key)
    try:
        return Backups(home, clock).make(database, BackupKind.RESTORE)
    finally:
        database.close()


def _carry_over(database: Database, present: Salvage, *, new_device: bool) -> None:
    """Brings what going back must not undo: destroyed is destroyed, and a number given out is never given again."""
    given = [row["value"] for row in present.keyed_rows("setting") if row["name"] == "device_seq"]
    with database.write() as connection:
        carry_destructions(present, connection)
        for value in given:
            connection.exec_driver_sql(
                "INSERT INTO setting (name, value) VALUES ('device_seq', ?1) ON CONFLICT (name) DO UPDATE "
                "SET value = max(CAST(value AS INTEGER), CAST(?1 AS INTEGER))",
                (value,),
            )
        owe_new_evidence_key(connection)
        if new_device:
            renew_device(connection)


def carry_destructions(source: Salvage, connection: Connection) -> None:
    """Records in a restored database what was destroyed since: it is not fetched again for the same reason."""
    for row in source.rows("evidence_file"):
        if row["state"] == "destroyed":
            connection.exec_driver_sql(
                "UPDATE evidence_file SET state = 'destroyed', destroyed_at = ?, destroyed_reason = ? WHERE sha256 = ?",
                (row["destroyed_at"], row["destroyed_reason"], row["sha256"]),
            )
    for row in source.rows("destruction"):
        connection.exec_driver_sql(
            "INSERT INTO destruction (sha256, submission, attempt, evidence, role, size, reason, at) "
            "SELECT ?1, (SELECT key FROM submission WHERE key = ?2), ?3, ?4, ?5, ?6, ?7, ?8 "
            "WHERE NOT EXISTS (SELECT 1 FROM destruction WHERE (sha256, submission, attempt, evidence, role, at) "
            "IS (?1, ?2, ?3, ?4, ?5, ?8))",
            tuple(row[name] for name in _DESTRUCTION),
        )


_DESTRUCTION = ("sha256", "submission", "attempt", "evidence", "role", "size", "reason", "at")


def owe_new_evidence_key(connection: Connection) -> None:
    """Has the next opening replace the evidence key: what was there before opens no evidence then, wherever it lies."""
    connection.exec_driver_sql(
        "INSERT INTO setting (name, value) VALUES (?, '1') ON CONFLICT (name) DO UPDATE SET value = '1'",
        (OWED_SETTING,),
    )


def renew_device(connection: Connection) -> None:
    """Lets the library go on under a new device id, which the next opening makes."""
    connection.exec_driver_sql("DELETE FROM setting WHERE name = 'device_id'")


def _empty_vault(home: Path) -> None:
    """Removes files of evidence that no key opens any more."""
    with edges.world(home):
        for path in (home / VAULT_FOLDER).glob("*"):
            if not is_folder(path):
                path.unlink()
