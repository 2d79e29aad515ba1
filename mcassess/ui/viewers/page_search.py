"""Looking for a text in a document, some pages at a time in the background, those at the reader's eyes first."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from mcassess.evidence.page_parts import PageHit

_PAGES_AT_ONCE = 20

Find = Callable[[str, int, int], tuple[PageHit, ...]]
Run = Callable[[Callable[[], Any], Callable[[Any], None]], None]


class PageSearch(QObject):
    """The hits of one text.

    Attributes:
        changed: There are more hits, or another one is in hand.
        hit_reached: Emits the PageHit to show.
    """

    changed = Signal()
    hit_reached = Signal(object)

    def __init__(self, run: Run, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self.text = ""
        self.hits: tuple[PageHit, ...] = ()
        self.place = -1
        self.complete = True
        self._turn = 0

    def begin(self, text: str, find: Find, pages: int, current: int) -> None:
        """Looks for a text from the page at the reader's eyes on, and then before it; an empty one finds nothing."""
        self.stop()
        self.text = text
        if not text:
            self.changed.emit()
            return
        self.complete = False
        self._next(find, self._chunks(pages, current), current, self._turn)

    def stop(self) -> None:
        """Forgets the hits, and looks no further."""
        self._turn += 1
        self.text, self.hits, self.place, self.complete = "", (), -1, True

    def step(self, by: int) -> None:
        """Goes on to the next hit, or back, and from the last to the first."""
        if self.hits:
            self.place = (self.place + by) % len(self.hits) if self.place >= 0 else 0
            self.changed.emit()
            self.hit_reached.emit(self.hits[self.place])

    @staticmethod
    def _chunks(pages: int, current: int) -> list[tuple[int, int]]:
        starts = [*range(current, pages, _PAGES_AT_ONCE)]
        found = [(start, min(_PAGES_AT_ONCE, pages - start)) for start in starts]
        return found + [(start, min(_PAGES_AT_ONCE, current - start)) for start in range(0, current, _PAGES_AT_ONCE)]

    def _next(self, find: Find, chunks: list[tuple[int, int]], current: int, turn: int) -> None:
        text, (first, count) = self.text, chunks[0]

        def done(hits: tuple[PageHit, ...]) -> None:
            if turn != self._turn:
                return
            self._take(hits, current)
            self.complete = len(chunks) == 1
            self.changed.emit()
            if not self.complete:
                self._next(find, chunks[1:], current, turn)

        self._run(lambda: find(text, first, count), done)

    def _take(self, hits: tuple[PageHit, ...], current: int) -> None:
        shown = self.hits[self.place] if self.place >= 0 else None
        self.hits = tuple(sorted((*self.hits, *hits), key=lambda hit: (hit.page, hit.first)))
        if shown is not None:
            self.place = self.hits.index(shown)
        elif self.hits:
            here = next((place for place, hit in enumerate(self.hits) if hit.page >= current), 0)
            self.place = here
            self.hit_reached.emit(self.hits[here])
