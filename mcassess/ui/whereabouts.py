"""Where the assessor was when the window closed or was locked: which screen, which submission. Kept in the library."""

from dataclasses import dataclass

from PySide6.QtCore import QObject

from mcassess.store.changes import ChangeSet
from mcassess.store.library import Library
from mcassess.ui.work import Work

_SETTING = "last_opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class LastPlace:
    """The screen that was in sight, and the submission opened last; 0 for none."""

    screen: str = ""
    key: int = 0


class Whereabouts(QObject):
    """Keeps the place, each time it changes."""

    def __init__(self, library: Library, work: Work, before: LastPlace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._work = work
        self._kept = before

    def keep(self, screen: str, key: int) -> None:
        """Writes down where she is, if that is another place than before."""
        place = LastPlace(screen=screen, key=key)
        if place == self._kept or self._library.read_only:
            return
        self._kept = place
        self._work.write(lambda: _keep(self._library, place), owner=self)


def last_place(library: Library) -> LastPlace:
    """Returns where she was the last time; nowhere, if that submission is not here any more."""
    with library.read() as reading:
        kept = reading.settings.get(_SETTING) or {}
        place = LastPlace(screen=str(kept.get("screen") or ""), key=int(kept.get("key") or 0))
        if place.key and not reading.queue.rows([place.key]):
            return LastPlace()
    return place


def _keep(library: Library, place: LastPlace) -> ChangeSet:
    with library.write("place") as writing:
        writing.settings.set(_SETTING, {"screen": place.screen, "key": place.key})
    return writing.change_set
