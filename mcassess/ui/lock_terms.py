"""What programmes demand of the lock while the window is open, as syncs bring it. Opening reads it by itself."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from mcassess.opening import LockTerms, lock_terms
from mcassess.store.library import Library
from mcassess.texts import tr
from mcassess.ui.lock_watch import LockWatch
from mcassess.ui.work import Work


class Terms(QObject):
    """Brings the lock in line with what is demanded, when asked: after syncs.

    Args:
        library: Where the policies lie.
        work: Reads them.
        watch: Locks after the time that is demanded, from then on.
        say: Says something to the assessor: that a passphrase is demanded, which the next opening asks for.
    """

    def __init__(
        self, library: Library, work: Work, watch: LockWatch, say: Callable[[str], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._library = library
        self._work = work
        self._watch = watch
        self._say = say
        self._has_said = False

    def heed(self, *_finished: object) -> None:
        """Reads what is demanded now, and keeps to it."""
        self._work.read(lambda: lock_terms(self._library), self._take, owner=self)

    def _take(self, terms: LockTerms) -> None:
        self._watch.set_limit(terms.minutes)
        if terms.passphrase_missing and not self._has_said:
            self._has_said = True
            self._say(
                tr("Your programme asks for a passphrase. You choose one when the library is opened the next time.")
            )
