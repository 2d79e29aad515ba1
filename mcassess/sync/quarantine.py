"""Rows of the feed that could not be read: another version of this program may be able to."""

import json

from mcassess import __version__
from mcassess.store.changes import ChangeSet
from mcassess.sync.platform import PlatformRefusedError
from mcassess.sync.pull import readable, store_row
from mcassess.sync.run import INITIATOR, Run, Step
from mcassess.sync.wire import ChangeRow
from mcassess.texts import tr


def read_again(run: Run) -> ChangeSet:
    """Reads what was set aside once more, once with each version of this program.

    The rows as they came are tried first; a submission that still cannot be read is asked for singly.

    Raises:
        McassessError: The platform cannot be asked now; it is tried again with the next sync.
        CancelledError: The run should end.
    """
    name = f"quarantine_read_by:{run.account.key}"
    with run.library.read() as reading:
        aside = reading.submissions.quarantined(run.account.key)
        if reading.settings.get(name) == __version__:
            return ChangeSet()
    rows = [
        ChangeRow(seq=0, type=each.type, id=each.id, version=each.version, op="upsert", data=_data(each.raw))
        for each in aside
    ]
    found = [row if readable(row).error is None else _asked(run, row) for row in rows]
    with run.library.write(INITIATOR) as writing:
        for row in filter(None, found):
            read = readable(row)
            if read.error is None:
                store_row(writing, run.account.key, read)
                writing.submissions.release(run.account.key, row.type, row.id)
        writing.settings.set(name, __version__)
    run.changed |= writing.change_set
    if writing.change_set:
        run.tell(Step.PULL, tr("What could not be read before was read."), changed=writing.change_set)
    return writing.change_set


def _asked(run: Run, row: ChangeRow) -> ChangeRow | None:
    if row.type != "submission":
        return None
    try:
        return run.tried(lambda: run.platform.submission(row.id))
    except PlatformRefusedError:
        return None  # it is not hers any more; the feed says so in its own time


def _data(raw: str) -> dict[str, object] | None:
    found = json.loads(raw)
    return found if isinstance(found, dict) else None
