"""Keeping the library safe: backups, the weekly check, going back to a backup, recovery after damage."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from mcassess.clock import Clock, written
from mcassess.store import presence, recovery, restoring
from mcassess.store.keys import LibraryKeys
from mcassess.store.library import Library
from mcassess.store.recovery import Recovery
from mcassess.texts import tr, tr_n

CHECK_EVERY = timedelta(days=7)
_CHECKED_AT = "checked_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What regular care did.

    Attributes:
        backup: The backup that was made, or None where today has one.
        faults: What the check found wrong with the database.
    """

    backup: Path | None
    faults: tuple[str, ...]


def keep(library: Library) -> Kept:
    """Makes the backup of the day and the check of the week where they are due. Takes seconds with a large library.

    Raises:
        WorldError: The disk is full, or the home cannot be written.
    """
    if library.read_only:
        return Kept(backup=None, faults=())
    faults = _check_of_the_week(library)
    if faults:  # the good backups are not to be pushed out by one of a damaged library
        return Kept(backup=None, faults=faults)
    backup = library.back_up() if library.backups.due() else None
    return Kept(backup=backup, faults=())


def back_up(library: Library, target: Path) -> None:
    """Writes a backup to a file, in place of what is there.

    Raises:
        WorldError: The file cannot be written; what was there stays.
    """
    library.back_up_to(target)


def restore(home: Path, keys: LibraryKeys, clock: Clock, backup: Path, *, lose: bool) -> str:
    """Puts a backup in the library's place, and returns what was done in sentences.

    Raises:
        RefusedError: Work would be lost, and ``lose`` was not said.
        WorldError: The backup cannot be used, or somebody has the library open.
    """
    kept = restoring.restore(home, keys, clock, backup, lose=lose)
    done = tr("The library is as it was in the backup. The next sync fetches the evidence again.")
    if kept is None:
        return done
    return f"{done} {tr('What was there before is in {path}.').format(path=kept)}"


def recover(home: Path, keys: LibraryKeys, clock: Clock, *, act: bool) -> Recovery | None:
    """Finds out what can be brought back of a damaged library, and brings it back if ``act``; None where it is sound.

    Raises:
        WorldError: Nothing can be brought back, or somebody has the library open.
    """
    return recovery.recover(home, keys, clock, act=act)


def recovery_text(found: Recovery | None) -> str:
    """Returns what recovery would bring back, or has brought back, in sentences."""
    if found is None:
        return tr("The library is sound; there is nothing to recover.")
    sentences = [_base_text(found)]
    merged = found.merged
    if merged.changes or merged.operations or merged.submissions:
        text = tr("Read from the damaged one besides: {changes}, {decisions}, {submissions}.")
        sentences.append(
            text.format(
                changes=_count(tr_n("{number} change", "{number} changes", merged.changes), merged.changes),
                decisions=_count(
                    tr_n("{number} sealed decision", "{number} sealed decisions", merged.operations), merged.operations
                ),
                submissions=_count(
                    tr_n("{number} submission", "{number} submissions", merged.submissions), merged.submissions
                ),
            )
        )
    if not found.readable:
        sentences.append(tr("Nothing of the damaged database can be read, so work since the backup is missing."))
    elif found.incomplete:
        text = tr("Some of it could not be read ({tables}), so work since the backup may be missing.")
        sentences.append(text.format(tables=", ".join(found.incomplete)))
    if found.aside is not None:
        sentences.append(tr("The damaged files lie in {path}; nothing was deleted.").format(path=found.aside))
    return " ".join(sentences)


def _base_text(found: Recovery) -> str:
    if found.whole:
        return tr("All of the database can be read, but the very newest changes before the crash are damaged.")
    if found.day:
        return tr("The newest sound backup is of {day}.").format(day=found.day)
    return tr("There is no sound backup; what can be read is all there is.")


def _count(text: str, number: int) -> str:
    return text.format(number=number)


def _check_of_the_week(library: Library) -> tuple[str, ...]:
    """Checks the database if that is due, and returns what is wrong with it. Damage stays due, and so does its word."""
    now = library.clock.now()
    with library.read() as reading:
        text = reading.settings.get(_CHECKED_AT)
    if text is not None and timedelta() <= now - datetime.fromisoformat(text) < CHECK_EVERY:
        return ()
    faults = tuple(library.check()) if text is not None else ()  # a library that was made just now is sound
    if faults:
        presence.suspect(library.home)
        return faults
    with library.write() as writing:
        writing.settings.set(_CHECKED_AT, written(now))
    return ()
