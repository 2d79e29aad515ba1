"""Regular care for the library behind the window: the backup of the day and the check of the week."""

from PySide6.QtCore import QObject

from mcassess.jobs import keeping
from mcassess.store import edges
from mcassess.store.library import Library
from mcassess.ui.work import Work


class Care(QObject):
    """Does what is due when asked: after the first picture, and after syncs. What goes wrong, ``work.failed`` tells."""

    def __init__(self, library: Library, work: Work, parent: QObject) -> None:
        super().__init__(parent)
        self._library = library
        self._work = work
        self._is_busy = False

    def keep(self, *_finished: object) -> None:
        """Does in the background what is due."""
        if not self._is_busy:
            self._is_busy = True
            self._work.background(lambda _task: keeping.keep(self._library), self._kept, self._failed, owner=self)

    def _kept(self, kept: keeping.Kept) -> None:
        self._is_busy = False
        if kept.faults:
            self._work.failed.emit(edges.damaged(self._library.home))

    def _failed(self, error: object) -> None:
        self._is_busy = False
        self._work.failed.emit(error)
