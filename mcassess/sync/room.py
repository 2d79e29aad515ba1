"""Room for evidence on this laptop: the budget, the disk, and what may go because it can be fetched again."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from mcassess.errors import WorldError
from mcassess.store.evidence import FileRow
from mcassess.sync.plan import missing_room, to_evict
from mcassess.sync.run import Run, Step
from mcassess.texts import tr

BUDGET_SETTING = "budget_bytes"
"""Plain bytes of evidence, with its film strips, that may be on this laptop; unset means as many as the disk holds."""


class Room:
    """Gives room to one file after the other; several threads may ask."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._lock = threading.Lock()
        self._promised = 0

    @contextmanager
    def given(self, file: FileRow, due_at: datetime | None) -> Iterator[None]:
        """Keeps room for a file while the block lasts; lets go of what is missed less, where there is none.

        Raises:
            WorldError: There is not room enough, even without all that may go.
        """
        with self._lock:
            with self._run.library.read() as reading:
                need = file.size - reading.holdings.stored_bytes(file.sha256)  # what is damaged has its room
            self._make(need, due_at)
            self._promised += need
        try:
            yield
        finally:
            with self._lock:
                self._promised -= need

    def _make(self, need: int, due_at: datetime | None) -> None:
        library, reserve = self._run.library, self._run.options.reserve_bytes
        beside = library.vault.derived.sizes()
        with library.read() as reading:
            budget = reading.settings.get(BUDGET_SETTING)
            stored = reading.holdings.stored_bytes() + sum(beside.values())
            spare = reading.holdings.spare(library.vault.in_use(), beside)
        free = shutil.disk_usage(library.home).free
        missing = missing_room(need, stored=stored, promised=self._promised, budget=budget, free=free, reserve=reserve)
        if missing <= 0:
            return
        going = to_evict(spare, missing, due_at)
        if going is None:
            if budget is not None and stored + self._promised + need > budget:
                raise WorldError(
                    tr("The room that you gave to evidence is used up. Give it more, or finish reviews and sync again.")
                )
            raise WorldError(
                tr("There is not enough room on the disk for more evidence. Free some space and sync again.")
            )
        changed = library.vault.evict(going)
        self._run.tell(Step.FETCH, tr("Made room for evidence that is due earlier."), changed=changed)
