"""What the assessor says about fetching evidence; the fetching itself is the sync's."""

from dataclasses import replace

from mcassess.errors import UsageError
from mcassess.store.changes import ChangeSet
from mcassess.store.library import Library
from mcassess.sync import pace
from mcassess.sync.pace import Wishes
from mcassess.sync.room import BUDGET_SETTING
from mcassess.texts import tr

INITIATOR = "fetching"
LEAST_BYTES_PER_S = 10_000
"""A lower limit would make a platform hang up."""
LEAST_ROOM_BYTES = 10**9


def want_earlier(library: Library, key: int) -> ChangeSet:
    """Asks for the evidence of a submission's earlier attempts; the next sync fetches it."""
    with library.write(INITIATOR) as writing:
        writing.evidence.want_earlier(key)
    return writing.change_set


def wishes(library: Library) -> Wishes:
    """Returns how evidence is fetched."""
    with library.read() as reading:
        return pace.wishes(reading)


def wish(library: Library, *, paused: bool | None = None, on_metered: bool | None = None) -> Wishes:
    """Changes whether evidence is fetched at all, and by metered connections; None leaves a thing as it is."""
    with library.write(INITIATOR) as writing:
        before = pace.wishes(writing)
        after = replace(
            before,
            paused=before.paused if paused is None else paused,
            on_metered=before.on_metered if on_metered is None else on_metered,
        )
        pace.set_wishes(writing, after)
    return after


def limit(library: Library, bytes_per_s: int | None) -> Wishes:
    """Limits how fast evidence comes, in bytes a second for all files together; None takes the limit away.

    Raises:
        UsageError: The limit is so low that nothing would arrive.
    """
    if bytes_per_s is not None and bytes_per_s < LEAST_BYTES_PER_S:
        raise UsageError(tr("Less than 10 kB a second is too little to fetch evidence with."))
    with library.write(INITIATOR) as writing:
        after = replace(pace.wishes(writing), bytes_per_s=bytes_per_s)
        pace.set_wishes(writing, after)
    return after


def room(library: Library) -> int | None:
    """Returns how many bytes of evidence may be on this laptop; None means as many as the disk holds."""
    with library.read() as reading:
        found: int | None = reading.settings.get(BUDGET_SETTING)
    return found


def give_room(library: Library, size: int | None) -> None:
    """Sets how many bytes of evidence may be on this laptop; None means as many as the disk holds.

    What is here stays until room is wanted for something that is due earlier; then what can be fetched again goes.

    Raises:
        UsageError: Hardly a file would find room.
    """
    if size is not None and size < LEAST_ROOM_BYTES:
        raise UsageError(tr("Less than 1 GB is too little to keep evidence in."))
    with library.write(INITIATOR) as writing:
        writing.settings.set(BUDGET_SETTING, size)
