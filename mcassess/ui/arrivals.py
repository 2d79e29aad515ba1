"""Looking through evidence that has come, behind the window and after the sync that brought it."""

import threading

from PySide6.QtCore import QObject

from mcassess.jobs import arriving
from mcassess.store.library import Library
from mcassess.sync.runner import Cancel
from mcassess.ui.work import Work


class Arrivals(QObject):
    """Looks through what has come when asked: after syncs. Screens hear of each file by ``work.changed``."""

    def __init__(self, library: Library, work: Work, parent: QObject) -> None:
        super().__init__(parent)
        self._library = library
        self._work = work
        self._cancel: Cancel | None = None
        self._using_library = threading.Lock()

    @property
    def is_busy(self) -> bool:
        """Whether something is looked through."""
        return self._cancel is not None

    def look(self, *_finished: object) -> None:
        """Looks in the background at what has come and was not looked at."""
        if self._cancel is not None:
            return
        cancel = self._cancel = Cancel()

        def run() -> None:
            with self._using_library:
                if not cancel.is_set():
                    arriving.look_through_arrivals(self._library, cancel, self._work.announce)

        self._work.background(lambda _task: run(), lambda _: self._ended(cancel), self._failed, owner=self)

    def stop(self) -> None:
        """Ends what is under way, child processes too, before it returns; what is left over comes the next time."""
        cancel, self._cancel = self._cancel, None
        if cancel is not None:
            cancel.set()
            with self._using_library:
                return

    def _ended(self, cancel: Cancel) -> None:
        if self._cancel is cancel:
            self._cancel = None

    def _failed(self, error: object) -> None:
        self._cancel = None
        self._work.failed.emit(error)
