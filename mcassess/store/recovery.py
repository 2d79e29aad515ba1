"""After damage: the newest sound state with all work that can still be read, and the damaged files set aside.

The base is the damaged database itself where all its pages are sound, else the newest backup that is, else an empty
library; whatever can be read of the damaged database is added to it.
"""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from mcassess.clock import Clock
from mcassess.errors import WorldError
from mcassess.store import edges, journal_tail, parts, replacing, search
from mcassess.store.backups import Backups
from mcassess.store.database import Database, newer
from mcassess.store.keys import LibraryKeys, is_new
from mcassess.store.merging import Merge, Merged
from mcassess.store.migrations import STEPS
from mcassess.store.names import DATABASE_FILE, WAL_FILE
from mcassess.store.presence import alone, clear_dead
from mcassess.store.restoring import carry_destructions, open_backup, owe_new_evidence_key, renew_device
from mcassess.store.salvage import Salvage, salt_of
from mcassess.store.sessions import Sessions
from mcassess.texts import tr


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What recovery brings back, or has brought back.

    Attributes:
        day: Of the backup that it builds on; empty where it builds on what can be read alone.
        readable: Whether anything of the damaged database can be read.
        whole: Whether all of the damaged database but its newest changes can be read.
        merged: What was read of the damaged database and is not in the backup.
        incomplete: Tables of the damaged database of which some could not be read.
        aside: Where the damaged files are now; None before it is done.
    """

    day: str
    readable: bool
    whole: bool
    merged: Merged
    incomplete: tuple[str, ...]
    aside: Path | None = None


def recover(home: Path, keys: LibraryKeys, clock: Clock, *, act: bool) -> Recovery | None:
    """Finds out what can be brought back of a damaged library, and brings it back if ``act``; None where it is sound.

    Raises:
        WorldError: Nothing can be brought back with this key, somebody has the library open, or the disk is full.
    """
    parts.demand_key(home)
    if is_new(home):
        raise WorldError(tr("There is no library in {home} to recover.").format(home=home))
    secrets = keys.unlock(home)
    with alone(home):
        replacing.finish(home, clock.now())
        parts.demand_rights(home)
        present = Salvage(home / DATABASE_FILE, secrets.database)
        if present.is_whole_library() and not journal_tail.is_torn(home / WAL_FILE):
            clear_dead(home)
            return None
        damaged = _readable(home, secrets.database, clock)
        replacing.drop_draft(home)
        try:
            found = _build(home, secrets.database, damaged, clock)
            if not act:
                return found
            aside = replacing.replace_database(home, clock.now())
        finally:
            replacing.drop_draft(home)
        clear_dead(home)
    return replace(found, aside=aside)


def _readable(home: Path, key: bytes, clock: Clock) -> Salvage:
    """Returns a reader of the damaged database, with the first bytes of a backup if its own are what is damaged."""
    path = home / DATABASE_FILE
    plain = Salvage(path, key)
    if path.exists() and not plain.opens():
        for backup in Backups(home, clock).list():
            with edges.world(home):
                salt = salt_of(backup.path)
            other = Salvage(path, key, salt)
            if other.opens():
                return other
    return plain


def _build(home: Path, key: bytes, damaged: Salvage, clock: Clock) -> Recovery:
    """Builds in the draft what the library is to be."""
    draft = home / replacing.DRAFT
    version = damaged.version()
    if version > len(STEPS):
        raise newer(home)
    whole = version > 0 and damaged.is_sound()
    day = ""
    if whole:
        with edges.sqlite(home):
            damaged.copy(draft)
        database: Database | None = Database(draft, key)
    else:
        day, database = _newest_backup(home, draft, key, clock)
    if database is None:
        if not version:
            text = tr(
                "Neither the library in {home} nor a backup of it can be opened with its key. Nothing was changed. "
                "If you have a backup elsewhere, 'mcassess restore' takes it."
            )
            raise WorldError(text.format(home=home))
        database = Database(draft, key)
    try:
        database.migrate(STEPS)
        search.make_where_missing(database)
        merged = Merged() if whole else _merge(database, damaged, clock)
        with database.write() as connection:
            owe_new_evidence_key(connection)
            renew_device(connection)
        database.truncate_wal()  # what is not in the file now would be lost
    finally:
        database.close()
    incomplete = tuple(sorted(damaged.incomplete))
    return Recovery(day=day, readable=version > 0, whole=whole, merged=merged, incomplete=incomplete)


def _newest_backup(home: Path, draft: Path, key: bytes, clock: Clock) -> tuple[str, Database | None]:
    for backup in Backups(home, clock).list():
        with edges.world(home):
            shutil.copyfile(backup.path, draft)
            draft.chmod(0o600)
        try:
            return backup.day, open_backup(draft, key, backup.path)
        except WorldError:  # damaged as well; the one before it may do
            replacing.drop_draft(home)
    return "", None


def _merge(database: Database, damaged: Salvage, clock: Clock) -> Merged:
    with database.write() as connection:
        merged = Merge(damaged, connection).run() if damaged.opens() else Merged()
        carry_destructions(damaged, connection)
    with Sessions(database, clock, "recovery").write() as writing:
        for key in merged.touched:
            writing.submissions.refresh_summary(key)
    return merged
