"""The figures of many worlds, for the note at the end of a run: seeds, faults, events and operations."""

from collections.abc import Mapping

from tests.support.series import MINUTES
from tests.support.tally import Tally

_KINDS = {"fault": "Faults in simulated worlds", "event": "Events there", "operation": "Operations sealed there"}


def note(tally: Tally, seeds: int, counts: Mapping[str, int]) -> None:
    """Adds the figures of some worlds; each fault and event by its name only in long runs.

    Args:
        tally: Counts for the note.
        seeds: How many worlds there were.
        counts: What happened in them, by name; the first word says what kind of thing it is.
    """
    tally.add("Simulated worlds", "seeds", seeds)
    for name, number in counts.items():
        kind, _, rest = name.partition(" ")
        heading = _KINDS.get(kind, "What else happened there")
        tally.add(heading, (rest if kind in _KINDS else name) if MINUTES else "all", number)
