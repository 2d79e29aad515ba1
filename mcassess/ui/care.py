"""Regular care for the library behind the window: backup of the day, check of the week, evidence whose time is over."""

from PySide6.QtCore import QObject

from mcassess.errors import WorldError
from mcassess.jobs import keeping, retention
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
            self._work.background(lambda _task: self._do_what_is_due(), self._done, self._failed, owner=self)

    def _do_what_is_due(self) -> tuple[keeping.Kept, retention.Gone]:
        kept = keeping.keep(self._library)
        gone = retention.Gone() if kept.faults else retention.enforce(self._library)
        self._library.extend_log()  # at the end: what was destroyed has emptied it
        return kept, gone

    def _done(self, done: tuple[keeping.Kept, retention.Gone]) -> None:
        self._is_busy = False
        kept, gone = done
        if kept.faults:
            self._work.failed.emit(edges.damaged(self._library.home))
        if gone.change_set:
            self._work.announce(gone.change_set)
        for warning in gone.warnings:
            self._work.failed.emit(WorldError(warning))

    def _failed(self, error: object) -> None:
        self._is_busy = False
        self._work.failed.emit(error)
